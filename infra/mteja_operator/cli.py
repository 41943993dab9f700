"""`uv run mteja`: what an operator does by hand. Works on the local stack, or with --stack on
AWS.
"""

import click

from mteja_operator.check import check_command
from mteja_operator.codes import codes_group, offers_group
from mteja_operator.connection import connect
from mteja_operator.customers import customers_group
from mteja_operator.followers import followers_command
from mteja_operator.freshness import freshness_command
from mteja_operator.importing import import_command
from mteja_operator.inactivity import inactivity_group
from mteja_operator.jobs import jobs_group
from mteja_operator.mail import mail_group
from mteja_operator.quarantine import quarantine_group
from mteja_operator.reconcile.command import reconcile_command
from mteja_operator.secrets import secrets_group
from mteja_operator.summarise import summarise_command
from mteja_operator.surveys import surveys_group


@click.group(help=__doc__)
@click.option(
    "--stack",
    envvar="MTEJA_STACK",
    help="Name of a stack in AWS. Without it: the local stack that `make run` started.",
)
@click.pass_context
def main(context: click.Context, stack: str | None) -> None:
    if context.invoked_subcommand in {check_command.name, mail_group.name}:
        # What is wrong with the connection is one of the answers of `check`; a preview needs none.
        context.obj = stack
        return
    context.obj = connect(stack)
    click.echo(f"stack: {context.obj.title}", err=True)


for command in (
    check_command,
    codes_group,
    customers_group,
    followers_command,
    freshness_command,
    import_command,
    inactivity_group,
    jobs_group,
    mail_group,
    offers_group,
    quarantine_group,
    reconcile_command,
    secrets_group,
    summarise_command,
    surveys_group,
):
    main.add_command(command)

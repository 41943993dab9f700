"""`uv run mteja`: what an operator does by hand. Works on the local stack, or with --stack on
AWS.
"""

import click

from mteja.aws import clients
from mteja.business import business, source
from mteja.config import settings
from mteja.errors import MtejaError, NotFound
from mteja.orders.intake import take_authentic
from mteja.quarantine import quarantine
from mteja.recording.record import recorder
from mteja.times import rfc3339
from mteja_operator.connection import Connection, connect

_SECRETS_KEPT = 2


@click.group(help=__doc__)
@click.option(
    "--stack",
    envvar="MTEJA_STACK",
    help="Name of a stack in AWS. Without it: the local stack that `make run` started.",
)
@click.pass_context
def main(context: click.Context, stack: str | None) -> None:
    context.obj = connect(stack)
    click.echo(f"stack: {context.obj.title}", err=True)


@main.group("quarantine")
def quarantine_group() -> None:
    """Authentic deliveries that we could not read."""


@quarantine_group.command("list")
def list_quarantine() -> None:
    """List what is in quarantine, oldest first."""
    number = 0
    for item in quarantine.listed(recorder().table):
        number += 1
        topic = item.topic or "-"
        click.echo(f"{item.id}  {rfc3339(item.received_at)}  {item.source}  {topic}  {item.reason}")
    click.echo(f"{number} in quarantine", err=True)


@quarantine_group.command("replay")
@click.argument("ids", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Replay all that is in quarantine.")
def replay_quarantine(ids: tuple[str, ...], everything: bool) -> None:
    """Take deliveries again, with the code and the owner's file as they are now.

    What is understood leaves quarantine; what is not stays, with its reason. Exits with 1 then.
    """
    within = recorder()
    if everything:
        ids = tuple(item.id for item in quarantine.listed(within.table))
    elif not ids:
        raise click.UsageError("name what to replay, or say --all")
    left = 0
    for one in ids:
        try:
            delivery = quarantine.reopen(one, table=within.table, vault=within.vault)
            taken = take_authentic(delivery, within)
            if taken.result == "quarantined":
                left += 1
                click.echo(f"{one}  still not understood: {taken.reason}")
                continue
            quarantine.release(one, table=within.table)
            click.echo(f"{one}  {taken.result}")
        except NotFound:
            left += 1
            click.echo(f"{one}  not in quarantine")
        except MtejaError as error:
            left += 1
            click.echo(f"{one}  {type(error).__name__}")
    if left:
        raise SystemExit(1)


@main.group("secrets")
def secrets_group() -> None:
    """Secrets by which sources sign."""


@secrets_group.command("add")
@click.argument("source_id")
@click.option("--secret", prompt=True, hide_input=True, help="Asked for when not given.")
@click.pass_obj
def add_secret(connection: Connection, source_id: str, secret: str) -> None:
    """Add a source's new secret. The one before stays valid, so that a rotation has no gap."""
    try:
        declared = source(source_id)
    except NotFound:
        known = ", ".join(one.id for one in business().sources)
        raise click.ClickException(f"no source {source_id}; the owner's file has {known}") from None
    name = f"{settings().secrets_prefix}/{declared.secrets}"
    ssm = clients.ssm()
    try:
        value = ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    except ssm.exceptions.ParameterNotFound:
        value = ""
    kept = [line for line in value.splitlines() if line.strip() and line != secret.strip()]
    lines = [secret.strip(), *kept][:_SECRETS_KEPT]
    ssm.put_parameter(
        Name=name,
        Value="\n".join(lines),
        Type="SecureString",
        KeyId=connection.table_key,
        Overwrite=True,
    )
    click.echo(f"{source_id}: {len(lines)} valid; the functions know within five minutes")

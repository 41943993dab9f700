"""`mteja secrets`: what sources sign with, and what their APIs are asked with."""

import click

from mteja.aws import clients
from mteja.config import settings
from mteja_operator import sources
from mteja_operator.connection import Connection
from mteja_operator.reconcile import credentials
from mteja_operator.reconcile.shops import shop_of

_SECRETS_KEPT = 2


@click.group("secrets")
def secrets_group() -> None:
    """Secrets by which sources sign, and credentials of their APIs."""


@secrets_group.command("add")
@click.argument("source_id", metavar="SOURCE")
@click.option("--secret", prompt=True, hide_input=True, help="Asked for when not given.")
@click.pass_obj
def add_secret(connection: Connection, source_id: str, secret: str) -> None:
    """Add a source's new secret. The one before stays valid, so that a rotation has no gap."""
    declared = sources.declared(source_id)
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


@secrets_group.command("api")
@click.argument("source_id", metavar="SOURCE")
@click.pass_obj
def keep_api_credentials(connection: Connection, source_id: str) -> None:
    """Keep the credentials with which `mteja reconcile` asks a shop for its orders.

    They are asked for, and kept in an SSM SecureString that no function may read.
    """
    declared = sources.declared(source_id)
    shop = shop_of(declared.platform)
    if shop is None:
        raise click.ClickException(f"{source_id} is {declared.platform}, which is not reconciled")
    credentials.keep(connection, declared, credentials.ask(shop))
    click.echo(f"{source_id}: kept")

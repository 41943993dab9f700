"""Credentials of a shop's API: asked for, or kept in an SSM SecureString of their own.

They stand below `api/`, not `sources/`: the public function that checks signatures may read those,
and must not be able to read a shop's orders.
"""

import click

from mteja.aws import clients
from mteja.business.sources import Source
from mteja.config import settings
from mteja_operator.connection import Connection
from mteja_operator.reconcile.shop import Shop


def ask(shop: Shop) -> list[str]:
    """Ask for a platform's credentials, unseen. Raises click.Abort."""
    return [click.prompt(what, hide_input=True).strip() for what in shop.credentials]


def stored(source: Source, shop: Shop) -> list[str] | None:
    """Return what is kept, None where nothing complete is."""
    ssm = clients.ssm()
    try:
        value = ssm.get_parameter(Name=_name(source), WithDecryption=True)["Parameter"]["Value"]
    except ssm.exceptions.ParameterNotFound:
        return None
    lines = [line.strip() for line in value.splitlines() if line.strip()]
    return lines if len(lines) == len(shop.credentials) else None


def keep(connection: Connection, source: Source, credentials: list[str]) -> None:
    clients.ssm().put_parameter(
        Name=_name(source),
        Value="\n".join(credentials),
        Type="SecureString",
        KeyId=connection.table_key,
        Overwrite=True,
    )


def _name(source: Source) -> str:
    return f"{settings().secrets_prefix}/api/{source.id}"

"""`mteja secrets`: what sources sign with, servers of sites send and Turnstile is asked with; and
what the APIs of shops are asked with."""

from dataclasses import dataclass

import click

from mteja.aws import clients
from mteja.business.load import asking, business, sites
from mteja.config import settings
from mteja_operator import sources
from mteja_operator.connection import Connection
from mteja_operator.reconcile import credentials
from mteja_operator.reconcile.shops import shop_of

_SECRETS_KEPT = 2


@dataclass(frozen=True)
class Declared:
    """A secret that the owner's file names. `id`: of the source or site, or `turnstile`;
    `parameter`: in SSM, below the stack's prefix; `without`: what happens where there is none,
    None where that is no fault."""

    id: str
    parameter: str
    without: str | None

    @property
    def name(self) -> str:
        """The parameter's full name."""
        return f"{settings().secrets_prefix}/{self.parameter}"


def declared() -> list[Declared]:
    """Return the secrets that the owner's file names."""
    signed = "its deliveries are refused"
    found = [Declared(one.id, one.secrets, signed) for one in business().sources]
    found += [Declared(one.id, one.secret, None) for one in sites().sites]
    if (turnstile := asking().turnstile) is not None:
        found.append(Declared("turnstile", turnstile.secret, "forms that ask for it are refused"))
    return found


def stored(secret: Declared) -> list[str] | None:
    """Return the secrets that are valid, the newest first; None where there is no parameter."""
    ssm = clients.ssm()
    try:
        value = ssm.get_parameter(Name=secret.name, WithDecryption=True)["Parameter"]["Value"]
    except ssm.exceptions.ParameterNotFound:
        return None
    return [line for line in value.splitlines() if line.strip()]


@click.group("secrets")
def secrets_group() -> None:
    """Secrets of sources, sites and Turnstile, and credentials of shops' APIs."""


@secrets_group.command("add")
@click.argument("whose", metavar="ID")
@click.option("--secret", prompt=True, hide_input=True, help="Asked for when not given.")
@click.pass_obj
def add_secret(connection: Connection, whose: str, secret: str) -> None:
    """Add a new secret of a source, a site or `turnstile`.

    The one before stays valid, so that a rotation has no gap. Where a source and a site have the
    same ID, say the parameter of the owner's file: `sites/shop/secret`.
    """
    chosen = _chosen(whose)
    kept = [line for line in stored(chosen) or () if line != secret.strip()]
    lines = [secret.strip(), *kept][:_SECRETS_KEPT]
    clients.ssm().put_parameter(
        Name=chosen.name,
        Value="\n".join(lines),
        Type="SecureString",
        KeyId=connection.table_key,
        Overwrite=True,
    )
    click.echo(f"{whose}: {len(lines)} valid; the functions know within five minutes")


def _chosen(whose: str) -> Declared:
    """Raises click.ClickException for what is not there, or is twice."""
    every = declared()
    found = [one for one in every if whose in {one.id, one.parameter}]
    if len(found) == 1:
        return found[0]
    if found:
        raise click.ClickException(f"say which: {', '.join(one.parameter for one in found)}")
    raise click.ClickException(
        f"no secret of {whose}; the owner's file has {', '.join(one.id for one in every)}"
    )


@secrets_group.command("api")
@click.argument("source_id", metavar="SOURCE")
@click.pass_obj
def keep_api_credentials(connection: Connection, source_id: str) -> None:
    """Keep the credentials with which `mteja reconcile` asks a shop for its orders.

    They are asked for, and kept in an SSM SecureString that no function may read.
    """
    source = sources.declared(source_id)
    shop = shop_of(source.platform)
    if shop is None:
        raise click.ClickException(f"{source_id} is {source.platform}, which is not reconciled")
    credentials.keep(connection, source, credentials.ask(shop))
    click.echo(f"{source_id}: kept")

"""`mteja surveys`: make links by which customers answer surveys."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from mteja.business import asking, surveying
from mteja.errors import InvalidInput, NotFound
from mteja.recording.record import recorder
from mteja.staff.surveys import Surveys
from mteja.times import now_ms
from mteja_operator.connection import Connection
from mteja_operator.who import operator


@click.group("surveys")
def surveys_group() -> None:
    """Links to surveys."""


@surveys_group.command("link")
@click.argument("survey")
@click.argument("customers", nargs=-1, required=True)
@click.pass_obj
def link_survey(connection: Connection, survey: str, customers: tuple[str, ...]) -> None:
    """Make an invitation for each of these customers, by their ids: one address a line."""
    by = _by_operator()
    for customer in customers:
        with _told():
            made = by.link(customer, survey)
        click.echo(f"{customer}  {made['expires_at']}  {_address(connection, made['path'])}")


@surveys_group.command("links")
@click.argument("survey")
@click.option("--count", type=int, required=True, help="How many; at least 10.")
@click.pass_obj
def links_survey(connection: Connection, survey: str, count: int) -> None:
    """Make anonymous invitations, in an order of chance: one address a line.

    Give them out in any order, and don't note who gets which.
    """
    with _told():
        made = _by_operator().links(survey, count)
    for one in made["items"]:
        click.echo(_address(connection, one["path"]))
    click.echo(f"{len(made['items'])} links until {made['expires_at']}", err=True)


def _by_operator() -> Surveys:
    return Surveys(operator(), recorder(), now_ms(), surveying(), asking())


@contextmanager
def _told() -> Iterator[None]:
    """Tell what can't be done as the command's error."""
    try:
        yield
    except NotFound as error:
        raise click.ClickException(f"there is {error}") from None
    except InvalidInput as fault:
        raise click.ClickException(f"{fault.field}: {fault.message}") from None


def _address(connection: Connection, path: str) -> str:
    return f"{connection.outputs['ApiUrl'].rstrip('/')}{path}"

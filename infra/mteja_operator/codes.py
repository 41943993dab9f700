"""`mteja codes` and `mteja offers`: codes that were made in the shop, and what came of offers."""

from typing import TextIO

import click

from mteja.business import business
from mteja.business.load import win_back
from mteja.errors import InvalidInput, NotFound
from mteja.offers.reckoning import Reckoner, asked
from mteja.offers.uploading import (
    COLUMNS,
    ELSEWHERE,
    MOST_COUNTED,
    NO_CODE,
    REPEATED,
    Stock,
    named,
)
from mteja.store.apart import summaries_table
from mteja.store.table import customers_table
from mteja.times import now_ms

_WHY = {
    NO_CODE: "nobody can type it, or it is too long",
    ELSEWHERE: "it is in another list, or one of ours",
    REPEATED: "it stood further up",
    COLUMNS: "there is more than a code on it",
}


@click.group("codes")
def codes_group() -> None:
    """Lists of codes that were made in the shop."""


@codes_group.command("upload")
@click.argument("name", metavar="LIST")
@click.argument("file", type=click.File(encoding="utf-8-sig"))
def upload_command(name: str, file: TextIO) -> None:
    """Put codes into a list, one a line, of which rules of the owner's file take one an offer.

    Cut off and done again, each code is there once. `-` reads what comes in.
    """
    rules = win_back()
    try:
        named(name, rules.lists())
    except NotFound:
        lists = ", ".join(one.name for one in rules.lists()) or "none"
        raise click.ClickException(f"no rule takes codes from it; the lists are: {lists}") from None
    stock = Stock(customers_table(), name, rules.low_codes)
    try:
        told = stock.upload(file, now_ms())
    except UnicodeDecodeError:
        raise click.ClickException("the file is no UTF-8 text; codes before are in") from None
    for line, why in told.refused:
        click.echo(f"line {line}: {_WHY[why]}", err=True)
    click.echo(f"{told.added} added, {told.known} known already; {_left(stock)}")
    if told.refused:
        raise click.ClickException(f"{len(told.refused)} were not taken")


@codes_group.command("remove")
@click.argument("name", metavar="LIST")
@click.argument("file", type=click.File(encoding="utf-8-sig"))
def remove_command(name: str, file: TextIO) -> None:
    """Take codes out of a list that nobody was given yet: they are for another one, say.

    LIST may be one that no rule takes codes from any more. `-` reads what comes in.
    """
    stock = Stock(customers_table(), name, win_back().low_codes)
    try:
        told = stock.remove(file)
    except UnicodeDecodeError:
        raise click.ClickException("the file is no UTF-8 text; codes before are out") from None
    click.echo(
        f"{told.removed} taken out, {told.gone} given or used before, {told.unknown} not in the "
        f"list; {_left(stock)}"
    )


def _left(stock: Stock) -> str:
    left = stock.free()
    return f"{'at least ' if left == MOST_COUNTED else ''}{left} left"


@click.group("offers")
def offers_group() -> None:
    """What came of offers."""


@offers_group.command("reckon")
@click.option("--from", "first", help="First day, as 2026-11-20. Without it: those of a night.")
@click.option("--to", "last", help="Last day; without it, the first one alone.")
def reckon_command(first: str | None, last: str | None) -> None:
    """Work out again what became of the offers of some days: after somebody was erased, say."""
    told = {name: day for name, day in (("from", first), ("to", last)) if day is not None}
    reckoner = Reckoner(customers_table(), summaries_table(), business().time_zone)
    try:
        days = asked(told) or reckoner.tonight(now_ms())
    except InvalidInput as error:
        raise click.ClickException(f"--{error.field}: {error.message}") from None
    made, offers = reckoner.make_some(days, now_ms)
    click.echo(f"{made} days, {offers} offers")

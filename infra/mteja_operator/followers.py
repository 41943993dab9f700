"""`mteja followers`: take counts of followers out of a CSV file."""

from collections.abc import Iterator
from pathlib import Path

import click
from botocore.exceptions import BotoCoreError, ClientError

from mteja.customers.find import find
from mteja.errors import InvalidInput, MtejaError, NotFound
from mteja.imports.cells import Reading, Refused, Row
from mteja.recording.record import recorder
from mteja.staff.bodies import Followers
from mteja.staff.parsing import from_fields
from mteja.staff.social import Social
from mteja.store.apart import summaries_table
from mteja.times import now_ms
from mteja_operator.csv_file import BadRow, CsvFile, FileError
from mteja_operator.who import operator

_NEEDED = frozenset({"network", "followers"})
_WHOSE = ("customer", "email", "phone")
_KNOWN = (*_NEEDED, "on", *_WHOSE)


@click.command("followers")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--encoding", default="utf-8", help="Of the file; utf-8 where it is left out.")
def followers_command(file: Path, encoding: str) -> None:
    """Note how many follow customers, of a CSV file with the columns network, followers, on (a day;
    today where it is empty), and one of customer (an id), email and phone.

    Run again it changes nothing. A row that is refused is told by its line; the others are taken.
    """
    by = Social(operator(), recorder(), now_ms(), summaries_table())
    taken = refused = 0
    try:
        for row in _rows(CsvFile(file, encoding), by.within.business.time_zone):
            why = _take(by, row)
            taken += why is None
            refused += why is not None
            if why is not None:
                click.echo(f"line {row.line}: {why}", err=True)
    except (FileError, LookupError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{taken} taken, {refused} refused")
    if refused:
        raise SystemExit(1)


def _rows(file: CsvFile, zone: str) -> Iterator[Row | BadRow]:
    """Yield the rows by our column names. Raises FileError, and LookupError for no encoding."""
    header = file.header()
    named = {one.strip().lower(): at for at, one in enumerate(header.headings)}
    columns = {name: named[name] for name in _KNOWN if name in named}
    if not columns.keys() >= _NEEDED or not columns.keys() & set(_WHOSE):
        raise FileError("the columns are network, followers, on, and whose they are")
    yield from file.rows(header, columns, [], Reading(zone), lambda _: None)


def _take(by: Social, row: Row | BadRow) -> str | None:
    """Keep what a row tells; return why it is refused, None where it is not."""
    try:
        if isinstance(row, BadRow):
            raise row.refused
        by.followers(_whose(by, row), _told(row))
    except Refused as fault:
        return str(fault)
    except InvalidInput as fault:
        return f"{fault.field}: {fault.message}"
    except NotFound:
        return "there is no such customer"
    except (MtejaError, BotoCoreError, ClientError) as error:
        raise click.ClickException(f"line {row.line}: {type(error).__name__}") from None
    return None


def _told(row: Row) -> Followers:
    number, on = row.text("followers"), row.text("on")
    if not number.isascii() or not number.isdecimal() or len(number) > 12:
        raise InvalidInput("followers", "a whole number")
    told = {"network": row.text("network").lower(), "followers": int(number)}
    return from_fields(Followers, told | ({"on": on} if on else {}))


def _whose(by: Social, row: Row) -> str:
    """Return whose a row is: by the first of its columns that is filled in. Raises InvalidInput,
    NotFound, also where several share a telephone number, and Refused."""
    for field in _WHOSE:
        value = row.text(field)
        if not value:
            continue
        if field == "customer":
            return value
        if field == "phone" and not value.startswith("+"):
            # By fewer digits more than one is found, or somebody else.
            raise InvalidInput(field, "a number with + and country code")
        within = by.within
        found = find(field, value, table=within.table, index=within.vault.index,
                     business=within.business).customers  # fmt: skip
        if len(found) != 1:
            raise NotFound("customer")
        return found[0]
    raise InvalidInput("customer", "is needed, or email or phone")

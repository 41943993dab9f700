"""`mteja followers`: take counts of followers out of a CSV file."""

import csv
from collections.abc import Mapping
from pathlib import Path

import click
from botocore.exceptions import BotoCoreError, ClientError

from mteja.customers.find import find
from mteja.errors import InvalidInput, MtejaError, NotFound
from mteja.recording.record import recorder
from mteja.staff.bodies import Followers
from mteja.staff.parsing import from_fields
from mteja.staff.social import Social
from mteja.store.apart import summaries_table
from mteja.times import now_ms
from mteja_operator.who import operator

_NEEDED = frozenset({"network", "followers"})
_WHOSE = ("customer", "email", "phone")


@click.command("followers")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def followers_command(file: Path) -> None:
    """Note how many follow customers, of a CSV file with the columns network, followers, on (a day;
    today where it is empty), and one of customer (an id), email and phone.

    Run again it changes nothing. A row that is refused is told by its line; the others are taken.
    """
    by = Social(operator(), recorder(), now_ms(), summaries_table())
    taken = refused = 0
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = csv.DictReader(opened)
        if not set(rows.fieldnames or ()) >= _NEEDED or not set(_WHOSE) & set(
            rows.fieldnames or ()
        ):
            raise click.ClickException("the columns are network, followers, on, and whose they are")
        for row in rows:
            try:
                by.followers(_whose(by, row), _told(row))
                taken += 1
            except InvalidInput as fault:
                refused += 1
                click.echo(f"line {rows.line_num}: {fault.field} {fault.message}", err=True)
            except NotFound:
                refused += 1
                click.echo(f"line {rows.line_num}: there is no such customer", err=True)
            except (MtejaError, BotoCoreError, ClientError) as error:
                raise click.ClickException(
                    f"line {rows.line_num}: {type(error).__name__}"
                ) from None
    click.echo(f"{taken} taken, {refused} refused")
    if refused:
        raise SystemExit(1)


def _told(row: Mapping[str, str | None]) -> Followers:
    number = (row.get("followers") or "").strip()
    if not number.isascii() or not number.isdecimal() or len(number) > 12:
        raise InvalidInput("followers", "a whole number")
    told = {"network": (row.get("network") or "").strip().lower(), "followers": int(number)}
    on = (row.get("on") or "").strip()
    return from_fields(Followers, told | ({"on": on} if on else {}))


def _whose(by: Social, row: Mapping[str, str | None]) -> str:
    """Return whose a row is: by the first of its columns that is filled in. Raises InvalidInput,
    NotFound; also where several share a telephone number."""
    for field in _WHOSE:
        value = (row.get(field) or "").strip()
        if not value:
            continue
        if field == "customer":
            return value
        within = by.within
        found = find(field, value, table=within.table, index=within.vault.index,
                     business=within.business).customers  # fmt: skip
        if len(found) != 1:
            raise NotFound("customer")
        return found[0]
    raise InvalidInput("customer", "is needed, or email or phone")

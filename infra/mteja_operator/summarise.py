"""`mteja summarise`: make the summaries of some days again, here and now."""

import click

from mteja.business import business
from mteja.business.load import sites
from mteja.errors import InvalidInput
from mteja.store.apart import events_table, summaries_table
from mteja.store.table import customers_table
from mteja.summaries import ordering
from mteja.summaries.working import Workshop, make
from mteja.times import now_ms


@click.command("summarise")
@click.option("--from", "first", help="First day, as 2026-11-20. Without it: the last three.")
@click.option("--to", "last", help="Last day; without it, the first one alone.")
def summarise_command(first: str | None, last: str | None) -> None:
    """Make the summaries of some days again. What is right already stays as it is.

    Only days whose events are all kept can be made again: see docs/runbook.md.
    """
    declared, now = business(), now_ms()
    told = {name: day for name, day in (("from", first), ("to", last)) if day is not None}
    try:
        days = ordering.asked(told, sites().sites, now, declared.time_zone)
    except InvalidInput as error:
        raise click.ClickException(f"--{error.field}: {error.message}") from None
    within = Workshop(
        events_table(), summaries_table(), customers_table(), sites().sites, declared.time_zone
    )
    sessions = entries = 0
    for order in ordering.orders(*days):
        made = make(order, within, now)
        sessions += made.sessions
        entries += made.entries
    click.echo(f"{days[0]} to {days[1]}: {sessions} sessions; {entries} timeline entries changed")

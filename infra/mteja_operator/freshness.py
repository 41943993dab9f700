"""`mteja freshness`: look again at whom something was told of, here and now."""

from datetime import date, datetime
from functools import partial

import click

from mteja.business import business
from mteja.freshness.nightly import look
from mteja.freshness.storing import recount
from mteja.store.attempts import until_it_holds
from mteja.store.freshness_keys import FRESHNESS_SHARDS
from mteja.store.table import customers_table
from mteja.times import now_ms


@click.command("freshness")
@click.option(
    "--from",
    "since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="First day, as 2026-01-01. Without it: the day of the last look.",
)
@click.option("--recount", "anew", is_flag=True, help="Add up anew what all rows say.")
def freshness_command(since: datetime | None, anew: bool) -> None:
    """Note since when fields are known of everybody of whom something was told. What is right
    already stays as it is."""
    table = customers_table()
    first: date | None = None if since is None else since.date()
    failed: list[ValueError] = []
    looked = look(table, business().time_zone, now_ms(), first, trouble=failed.append)
    if anew:
        for shard in range(FRESHNESS_SHARDS):
            until_it_holds(partial(recount, table, shard))
    click.echo(f"{looked.days} days, {looked.customers} customers, {looked.rows} rows changed")
    if failed:
        raise click.ClickException(f"customers who can't be read: {len(failed)}")

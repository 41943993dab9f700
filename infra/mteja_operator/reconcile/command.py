"""`mteja reconcile`: ask the shop which orders it has, and record what is missing."""

from collections import Counter

import click
from botocore.exceptions import BotoCoreError, ClientError

from mteja.business import business
from mteja.business.sources import Source
from mteja.errors import MtejaError
from mteja.recording.record import recorder
from mteja_operator import sources
from mteja_operator.moments import moment
from mteja_operator.reconcile import credentials
from mteja_operator.reconcile.client import ShopError
from mteja_operator.reconcile.reconciling import reconcile_page
from mteja_operator.reconcile.shop import Shop
from mteja_operator.reconcile.shops import shop_of, shops


@click.command("reconcile")
@click.argument("source_id", metavar="SOURCE")
@click.option("--since", required=True, help="Orders changed since then: 2026-11-01, or a time.")
@click.option("--shop-url", help="Where the shop's API is, if not where the owner's file says.")
def reconcile_command(source_id: str, since: str, shop_url: str | None) -> None:
    """Record the orders of a Shopify or WooCommerce shop whose webhooks were lost.

    Orders that we have are left alone; running it twice changes nothing. Credentials are those kept
    by `mteja secrets api SOURCE`, or else are asked for: for Shopify an Admin API access token that
    may read orders (older than 60 days: `read_all_orders`), for WooCommerce a consumer key and its
    secret with the right to read.
    """
    source = sources.declared(source_id)
    asked = shop_of(source.platform)
    if asked is None:
        raise click.ClickException(
            f"{source_id} is {source.platform}; only {' and '.join(shops())} list their orders here"
        )
    start = moment(since, business().time_zone)
    told: Counter[str] = Counter()
    try:
        client = asked.client(
            _base(source, asked, shop_url),
            credentials.stored(source, asked) or credentials.ask(asked),
        )
        within = recorder()
        for page in asked.pages(client, start):
            told += reconcile_page(page, source, asked.topic, within)
            click.echo(f"{told.total()} listed", err=True)
    except (ShopError, MtejaError, ClientError, BotoCoreError) as error:
        raise click.ClickException(f"stopped after {told.total()} orders: {error}") from None
    click.echo(f"{told['recorded']} recorded, {told['known']} known already")
    if told["quarantined"]:
        click.echo(f"{told['quarantined']} not understood: see `mteja quarantine list`")
        raise SystemExit(1)


def _base(source: Source, asked: Shop, shop_url: str | None) -> str:
    base = shop_url or asked.address(source)
    if base is None:
        raise click.UsageError("say --shop-url, or give the source its address in the owner's file")
    return base

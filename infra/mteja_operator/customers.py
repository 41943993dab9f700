"""`mteja customers`: find, show and erase a person. What is shown was noted in the audit first."""

import json
from typing import Any

import click
from botocore.exceptions import BotoCoreError, ClientError

from mteja.business import asking
from mteja.business.load import sites
from mteja.customers.reading import Person, read_person
from mteja.errors import InvalidInput, MtejaError, NotFound
from mteja.privacy import jobs
from mteja.privacy.items import JobItem
from mteja.privacy.tracks import Tracks
from mteja.recording.record import recorder
from mteja.staff.customers import Desk
from mteja.staff.forms import Forms
from mteja.store.apart import events_table
from mteja.store.table import TransactionLost
from mteja.times import now_ms
from mteja_operator.who import operator


@click.group("customers")
def customers_group() -> None:
    """Find, show and erase customers. This prints personal data."""


@customers_group.command("find")
@click.option("--email", help="Whole address.")
@click.option("--phone", help="With + and country code, or at least the last 4 digits.")
@click.option("--order", help="The platform's id or the number that people see.")
def find_customers(email: str | None, phone: str | None, order: str | None) -> None:
    """Find customers by one of these. Prints id, name, e-mail and telephone."""
    asked = {
        name: value
        for name, value in (("email", email), ("phone", phone), ("order", order))
        if value is not None
    }
    if len(asked) != 1:
        raise click.UsageError("give one of --email, --phone, --order")
    items: list[dict[str, Any]] = []
    try:
        desk = _desk()
        while True:
            found = desk.find(asked).body
            items += found["items"]
            if found["next"] is None:
                break
            asked["cursor"] = found["next"]
    except InvalidInput as error:
        raise click.ClickException(str(error)) from None
    for item in items:
        shown = (item["id"], item["name"], item["email"], item["phone"], item["trust"])
        click.echo("  ".join(str(one or "-") for one in shown))
    click.echo(f"{len(items)} found", err=True)
    if not items:
        raise SystemExit(1)


@customers_group.command("show")
@click.argument("customer_id")
@click.option("--timeline", is_flag=True, help="With the newest 50 entries of the timeline.")
def show_customer(customer_id: str, timeline: bool) -> None:
    """Show a customer as the staff's API does, as JSON."""
    try:
        desk = _desk()
        body = desk.read(customer_id).body
        if timeline:
            body["timeline"] = desk.timeline(customer_id, {}).body["items"]
    except NotFound:
        raise _unknown(customer_id) from None
    click.echo(json.dumps(body, indent=2, ensure_ascii=False))


@customers_group.command("erase")
@click.argument("customer_id")
@click.option("--yes", is_flag=True, help="Don't ask.")
def erase_customer(customer_id: str, yes: bool) -> None:
    """Erase a person: all members that are linked with this customer. It can't be undone.

    Prints the receipt. What is in quarantine and names the person goes too; the shop keeps its own
    records. Cut off, it is gone on with by `mteja jobs resume`.
    """
    within = recorder()
    try:
        person = read_person(within.table, customer_id)
    except NotFound:
        raise _unknown(customer_id) from None
    if not yes:
        _confirm(person)
    job = jobs.ask(within.table, "erase", list(person.ids), operator().sub, now_ms())
    finish_erasure(job)


@customers_group.command("link")
@click.argument("customer_id")
@click.option("--send", is_flag=True, help="Send one to the customer, too; at most one a day.")
def link_customer(customer_id: str, *, send: bool) -> None:
    """Make a customer's own link to the profile form, good for 30 days. Prints its path, which
    stands behind the API's address (output ApiUrl)."""
    try:
        made = Forms(operator(), recorder(), now_ms(), asking()).link(customer_id, send=send)
    except NotFound:
        raise _unknown(customer_id) from None
    except InvalidInput as fault:
        raise click.ClickException(fault.message) from None
    click.echo(made["path"])


def finish_erasure(job: JobItem) -> None:
    """Do what is left of an erasure, and print its receipt. Raises click.ClickException."""
    within = recorder()
    try:
        done = jobs.work(
            job,
            table=within.table,
            vault=within.vault,
            now_ms=now_ms(),
            products=asking().products,
            tracks=Tracks.of(events_table(), sites(), within.business.time_zone),
        )
    except TransactionLost:
        raise click.ClickException(f"{job.id} is being worked on: look again later") from None
    except (MtejaError, ClientError, BotoCoreError) as error:
        what = f"not finished ({type(error).__name__}); go on with `mteja jobs resume {job.id}`"
        raise click.ClickException(what) from None
    click.echo(json.dumps({"job": done.id} | done.receipt, indent=2))


def _confirm(person: Person) -> None:
    orders = sum(member.profile.orders.count for member in person.members)
    known = "one customer" if len(person.ids) == 1 else f"{len(person.ids)} linked customers"
    click.echo(f"{person.id}: {known}, {orders} orders that count")
    for member in person.ids[1:]:
        click.echo(f"  with {member}")
    click.confirm("Erase this person for ever?", abort=True)


def _desk() -> Desk:
    return Desk(operator(), recorder(), now_ms())


def _unknown(customer_id: str) -> click.ClickException:
    return click.ClickException(f"there is no customer {customer_id}")

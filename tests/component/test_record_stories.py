"""Real deliveries of one order, in any order of arrival and any number of times."""

import copy
import itertools
import random
from typing import Any

import pytest

from mteja.business.model import Business
from mteja.business.sources import Source
from mteja.customers.items import OrderTotals
from mteja.orders.platforms.message import Message, Named
from mteja.orders.platforms.shopify import PLATFORM
from mteja.recording.facts import Fact
from mteja.recording.record import Recorder, record
from tests import kit, reading
from tests.comparing import Outcome, play
from tests.comparing import outcome as outcome_of

ORDER_ID = "450789469"
CREATED = kit.sample("shopify/order_create_partially_refunded")


def delivery(topic: str, body: dict[str, Any], source: Source) -> Fact:
    message = Message(kit.raw(body), Named(topic, "wh"), source, kit.NOW_MS, "US")
    fact = PLATFORM.normalise(message)
    assert fact is not None
    return fact


def version(minute: int, **changes: Any) -> dict[str, Any]:
    """The order of the samples as it was some minutes after it was placed, not yet refunded."""
    at = f"2025-04-02T11:{minute:02d}:00-05:00"
    return kit.changed(CREATED, **copy.deepcopy({"updated_at": at, "refunds": []} | changes))


def refund_body(number: int, amount: str, minute: int) -> dict[str, Any]:
    body = kit.changed(
        kit.sample("shopify/refund_create"),
        id=number,
        order_id=int(ORDER_ID),
        processed_at=f"2025-04-02T11:{minute:02d}:00-05:00",
    )
    return kit.changed(body, transactions=[body["transactions"][0] | {"amount": amount}])


GUEST = {"customer": None, "phone": None, "billing_address": None, "shipping_address": None}
NOBODY = GUEST | {"email": "", "contact_email": None}
MOVED = {"email": "right@example.com", "contact_email": "right@example.com"}
FIRST = {"email": "wrong@example.com", "contact_email": "wrong@example.com"}
CANCELLED = {"cancelled_at": "2025-04-02T11:30:00-05:00"}
NAMED = {"shipping_address": CREATED["shipping_address"] | {"phone": None}}

type Told = list[tuple[str, dict[str, Any]]]

STORIES: dict[str, Told] = {
    "created, paid, corrected, cancelled, refunded": [
        ("orders/create", version(1, financial_status="pending")),
        ("orders/paid", version(2)),
        ("orders/updated", version(3, **MOVED)),
        ("refunds/create", refund_body(7, "209.00", 4)),
        ("orders/cancelled", version(5, **CANCELLED, **MOVED)),
    ],
    "a guest corrects the address": [
        ("orders/create", version(1, **GUEST | FIRST)),
        ("orders/paid", version(2, **GUEST | FIRST)),
        ("orders/updated", version(3, **GUEST | MOVED)),
        ("refunds/create", refund_body(7, "50.00", 4)),
    ],
    "a guest leaves a telephone, then an address": [
        ("orders/create", version(1, **NOBODY | {"phone": "+255754123456"})),
        ("orders/updated", version(2, **GUEST | MOVED | {"phone": "+255754123456"})),
        ("orders/updated", version(3, **GUEST | MOVED)),
    ],
    "nobody is known, and the parcel is readdressed": [
        ("orders/create", version(1, **NOBODY | NAMED)),
        ("orders/updated", version(2, **NOBODY | NAMED, shipping_address__address1="2 New Rd")),
        ("orders/paid", version(3, **NOBODY | NAMED, shipping_address__address1="3 Last Rd")),
        ("refunds/create", refund_body(7, "1.00", 4)),
    ],
    "two part refunds, told by themselves and in the order": [
        ("orders/create", version(1)),
        ("refunds/create", refund_body(7, "100.00", 2)),
        ("refunds/create", refund_body(8, "20.00", 3)),
        ("orders/updated", version(4, refunds=[refund_body(7, "100.00", 2)])),
        (
            "orders/updated",
            version(5, refunds=[refund_body(7, "100.00", 2), refund_body(8, "20.00", 3)]),
        ),
    ],
    "the customer is removed later": [
        ("orders/create", version(1)),
        ("orders/updated", version(2, customer=None)),
        ("orders/updated", version(3, **NOBODY)),
    ],
    "two states of one second": [
        ("orders/create", version(1, financial_status="pending")),
        ("orders/paid", version(1)),
        ("orders/cancelled", version(1, **CANCELLED)),
        ("orders/updated", version(1, **CANCELLED, note="x")),
    ],
}
BOB = "bob.norman@mail.example.com"
OWNER = {
    "created, paid, corrected, cancelled, refunded": f"{BOB} right@example.com",
    "a guest corrects the address": "right@example.com",
    "a guest leaves a telephone, then an address": "right@example.com",
    "nobody is known, and the parcel is readdressed": None,
    "two part refunds, told by themselves and in the order": BOB,
    "the customer is removed later": BOB,
    "two states of one second": BOB,
}
NET = {
    "created, paid, corrected, cancelled, refunded": OrderTotals(),
    "a guest corrects the address": (1, 59_894 - 5_000),
    "a guest leaves a telephone, then an address": (1, 59_894),
    "two part refunds, told by themselves and in the order": (1, 59_894 - 12_000),
    "the customer is removed later": (1, 59_894),
    "two states of one second": OrderTotals(),
}
ADDRESSES = ["right@example.com", "wrong@example.com", BOB]


def outcome(recorder: Recorder) -> Outcome:
    return outcome_of(recorder, ADDRESSES, ORDER_ID)


@pytest.fixture(scope="module")
def shop(the_business: Business) -> Source:
    return the_business.sources[0]


@pytest.mark.parametrize("story", STORIES)
def test_deliveries_of_an_order_in_any_order_end_the_same(
    the_business: Business, shop: Source, story: str
) -> None:
    told = [delivery(topic, body, shop) for topic, body in STORIES[story]]
    expected = outcome(play(the_business, told))
    assert expected.owner == OWNER[story]
    for arrangement in itertools.permutations(told):
        assert outcome(play(the_business, arrangement)) == expected


@pytest.mark.parametrize("story", NET)
def test_an_order_counts_what_its_story_says(
    the_business: Business, shop: Source, story: str
) -> None:
    recorder = play(the_business, [delivery(topic, body, shop) for topic, body in STORIES[story]])
    owner = reading.order(recorder, ORDER_ID).customer
    assert owner is not None
    totals = reading.profiles(recorder)[owner].orders
    expected = NET[story]
    if isinstance(expected, OrderTotals):
        assert totals == expected
    else:
        assert totals.net == {"USD": expected}
        assert totals.count == 1


@pytest.mark.parametrize("story", STORIES)
def test_every_delivery_ten_times_and_shuffled_changes_nothing(
    the_business: Business, shop: Source, story: str
) -> None:
    told = [delivery(topic, body, shop) for topic, body in STORIES[story]]
    expected = outcome(play(the_business, told))
    many = told * 10
    random.Random(story).shuffle(many)  # noqa: S311 - a fixed shuffle
    assert outcome(play(the_business, many)) == expected


def test_after_fifty_other_deliveries_an_old_one_still_changes_nothing(
    the_business: Business, shop: Source
) -> None:
    """The receipt of an order remembers the latest deliveries only; versions do the rest."""
    first = delivery("orders/create", version(1), shop)
    told = [delivery("orders/updated", version(2, note=str(number)), shop) for number in range(50)]
    expected = outcome(play(the_business, [first, *told]))
    assert outcome(play(the_business, [first, *told, first])) == expected
    assert len(reading.order(play(the_business, [first, *told]), ORDER_ID).seen) <= 50


def test_the_refund_before_its_order_waits_for_it(the_business: Business, shop: Source) -> None:
    early = delivery("refunds/create", refund_body(7, "209.00", 4), shop)
    recorder = play(the_business, [early])
    assert reading.profiles(recorder) == {}
    assert reading.entries(recorder, "order", "refund") == []
    assert reading.order(recorder, ORDER_ID).refunds["7"].total == 20_900
    record(delivery("orders/create", version(1), shop), recorder)
    (profile,) = reading.profiles(recorder).values()
    assert profile.orders.net == {"USD": (1, 59_894 - 20_900)}
    assert len(reading.entries(recorder, "refund")) == 1

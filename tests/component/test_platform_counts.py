"""What counts (contract), over the bodies of every platform, in whatever order they arrive."""

import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from mteja.business import source as declared
from mteja.orders.items import OrderItem
from mteja.store.wire import Item
from tests import platforms
from tests.component.conftest import Orders
from tests.component.platform_cases import CASES
from tests.fakes.memory import memory_recorder
from tests.purchases import CHARGE, charge, stripe, woo


@pytest.fixture
def shops(orders: Orders, monkeypatch: pytest.MonkeyPatch) -> Orders:
    """All demonstration sources; Stripe stands alone here, so its payments are the orders."""
    orders.ssm.secrets = list(platforms.SECRETS.values())
    alone = platforms.source("stripe", role="orders")
    monkeypatch.setattr(
        "mteja.orders.intake.source", lambda one: alone if one == alone.id else declared(one)
    )
    return orders


def post(shops: Orders, platform: str, body: dict[str, Any], topic: str = "", **how: Any) -> str:
    return platforms.deliver(shops.app, platform, body, topic, **how)


def totals(items: list[Item]) -> tuple[int, dict[str, int]]:
    """Return count and net over all customers."""
    count = 0
    net: dict[str, int] = {}
    for item in items:
        if item["sk"] == "PROFILE":
            known: Any = item["orders"]
            count += int(known["count"])
            for currency, (_, amount) in known["net"].items():
                net[currency] = net.get(currency, 0) + int(amount)
    return count, net


def picture(items: list[Item]) -> str:
    """Return what must not depend on the order of arrival, as bytes would compare: the totals, the
    orders but for their receipts, and the timeline."""
    shown: list[Any] = []
    for item in items:
        if item["sk"] == "ORDER":
            order = OrderItem.model_validate(item).model_dump(
                exclude={"v", "entry_v", "seen", "customer", "loose"}
            )
            shown.append(order)
        elif item["sk"] == "PROFILE":
            shown.append(item["orders"])
        elif str(item["sk"]).startswith("AT#") and item["kind"] in {"order", "refund", "payment"}:
            shown.append((item["sk"], item["kind"], item["data"]))
    return "\n".join(sorted(json.dumps(one, sort_keys=True, default=str) for one in shown))


@pytest.mark.parametrize("case", CASES)
def test_what_counts(shops: Orders, case: str) -> None:
    platform, deliveries, count, net = CASES[case]
    for body, topic in deliveries:
        post(shops, platform, body, topic)
    assert totals(shops.items) == (count, net)


@pytest.mark.parametrize("case", [one for one in CASES if len(CASES[one][1]) > 1])
def test_ten_shuffled_replays_end_byte_equal(
    shops: Orders, case: str, orders_again: Callable[[], None]
) -> None:
    platform, deliveries, count, net = CASES[case]
    for body, topic in deliveries:
        post(shops, platform, body, topic)
    expected = picture(shops.items)
    chance = random.Random(case)  # noqa: S311 - not for secrets
    for _ in range(10):
        orders_again()
        shuffled = deliveries * 2
        chance.shuffle(shuffled)
        for body, topic in shuffled:
            post(shops, platform, body, topic)
        assert totals(shops.items) == (count, net)
        assert picture(shops.items) == expected


@pytest.fixture
def orders_again(
    shops: Orders, monkeypatch: pytest.MonkeyPatch, the_business: Any
) -> Callable[[], None]:
    """Begin again on empty tables."""

    def begin() -> None:
        shops.recorder = memory_recorder(the_business, shops.recorder.vault)
        monkeypatch.setattr(shops.app, "RECORDER", shops.recorder)

    return begin


def test_payments_beside_a_shop_add_nothing(orders: Orders) -> None:
    orders.ssm.secrets = list(platforms.SECRETS.values())
    body, _ = stripe("charge_succeeded", 32, metadata={"order_id": "727"})
    body["data"]["object"]["billing_details"]["email"] = "john.doe@example.com"
    assert post(orders, "woocommerce", *woo("processing", 30)) == "recorded"
    assert post(orders, "stripe", body) == "recorded"
    assert totals(orders.items) == (1, {"USD": 2935})
    (payment,) = [item for item in orders.items if item.get("kind") == "payment"]
    data: Any = payment["data"]
    assert (data["belongs_to"], data["total"], data["counts"]) == ("727", 2000, False)
    assert len([item for item in orders.items if item["sk"] == "PROFILE"]) == 1


def test_a_retry_of_stripe_that_counts_down_is_a_duplicate(shops: Orders) -> None:
    assert post(shops, "stripe", CHARGE[0]) == "recorded"
    assert post(shops, "stripe", CHARGE[0] | {"pending_webhooks": 1}) == "duplicate"


@pytest.mark.parametrize("first", [0, 1])
def test_a_deleted_order_counts_no_more_until_it_is_restored(shops: Orders, first: int) -> None:
    there = woo("processing", 30)
    steps: list[Any] = [there, ({"id": there[0]["id"]}, "order.deleted")]
    for body, topic in (steps[first], steps[1 - first]):
        assert post(shops, "woocommerce", body, topic) == "recorded"
    assert totals(shops.items) == (0, {})
    back, _ = woo("processing", 30)
    back["date_modified_gmt"] = "2100-01-01T00:00:00"
    assert post(shops, "woocommerce", back, "order.restored") == "recorded"
    assert totals(shops.items) == (1, {"USD": 2935})


def test_a_fraction_of_a_krona_is_kept_for_later(shops: Orders) -> None:
    assert (
        post(shops, "stripe", charge("succeeded", 32, currency="isk", amount=2050)[0]) == "recorded"
    )
    body, _ = charge("succeeded", 32, currency="isk", amount=2050, amount_captured=2050)
    assert post(shops, "stripe", body) == "quarantined"

"""Offers redeemed by an order that brings the code."""

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from mteja.offers.items import Standing
from mteja.offers.uploading import Stock
from mteja.times import DAY_MS, rfc3339
from tests import exports, kit, operator, platforms, segment
from tests.component.winning import TENTH, Winning, shop

__all__ = ["shop"]

BINTI = "binti@example.com"


def test_an_order_with_the_code_redeems_it(shop: Winning) -> None:
    offer = shop.sent(shop.gone_quiet())
    assert shop.ordered_with(str(offer.code)) == "recorded"
    (told,) = shop.listed("redeemed")
    assert told["redeemed"] == {
        "at": rfc3339(shop.now),
        "source": "shopify-demo",
        "id": "7",
        "by": "customer",
    }
    assert shop.listed("open") == []
    assert shop.codes()[0].offer == shop.offer()


@pytest.mark.parametrize(
    "typed", [str.lower, lambda code: code.replace("-", " "), lambda code: f" {code}—"]
)
def test_a_code_is_taken_however_it_is_typed(shop: Winning, typed: Any) -> None:
    offer = shop.sent(shop.gone_quiet())
    shop.ordered_with(typed(str(offer.code)))
    assert shop.offer().standing is Standing.REDEEMED


def test_an_order_without_codes_or_with_others_changes_nothing_more(shop: Winning) -> None:
    offer = shop.sent(shop.gone_quiet())
    shop.ordered_with(number=8)
    shop.ordered_with("SUMMER10", "", "x" * 400, "💐", "CODE#1", number=9)
    assert shop.offer() == offer


def test_codes_are_found_where_woocommerce_and_the_standard_body_tell_them(
    shop: Winning, monkeypatch: pytest.MonkeyPatch
) -> None:
    platforms.make_secrets()
    orders = kit.handler("orders")
    monkeypatch.setattr(orders, "now_ms", lambda: shop.now)
    Stock(shop.table, "shop", 0).upload(["AT&T-10"], shop.now)
    of_list = TENTH.model_copy(update={"codes": "shop"})
    customer = shop.sent(shop.gone_quiet(), of_list).customer
    at = rfc3339(shop.now)
    coupon = {"id": 9, "code": "at&amp;t-10", "discount": "1.00", "discount_tax": "0.00"}
    body = kit.changed(
        kit.sample("woocommerce/order_created_guest"),
        coupon_lines=[coupon],
        date_created_gmt=at[:19],
        date_modified_gmt=at[:19],
    )
    assert platforms.deliver(orders, "woocommerce", body, "order.created") == "recorded"
    (told,) = shop.listed("redeemed")
    assert told["redeemed"]["source"] == "woocommerce-demo"

    shop.deliver(number=2)
    shop.now += 30 * DAY_MS
    shop.send()
    offer = shop.sent(customer)
    at = rfc3339(shop.now)
    standard = platforms.standard_order(
        timestamp=at, data__placed_at=at, data__updated_at=at, data__discount_codes=[offer.code]
    )
    assert platforms.deliver(orders, "standard", standard, at_ms=shop.now) == "recorded"
    assert {one["redeemed"]["source"] for one in shop.listed("redeemed")} == {
        "woocommerce-demo", "standard-demo",
    }  # fmt: skip


def test_an_order_told_twice_redeems_once(shop: Winning) -> None:
    offer = shop.sent(shop.gone_quiet())
    assert shop.ordered_with(str(offer.code)) == "recorded"
    once = shop.offer()
    assert shop.ordered_with(str(offer.code)) == "duplicate"
    shop.now += 1000
    placed = rfc3339(shop.now - 1000)
    shop.ordered_with(str(offer.code), topic="orders/updated", created_at=placed,
                      processed_at=placed)  # fmt: skip
    assert shop.offer() == once


def test_a_cancelled_order_gives_the_code_back(shop: Winning) -> None:
    offer = shop.sent(shop.gone_quiet())
    placed = rfc3339(shop.now)
    shop.ordered_with(str(offer.code))
    shop.now += 1000
    shop.ordered_with(
        str(offer.code),
        topic="orders/cancelled",
        created_at=placed,
        processed_at=placed,
        cancelled_at=rfc3339(shop.now),
    )
    assert shop.offer().standing is Standing.OPEN
    assert len(shop.listed("open")) == 1
    shop.now += 1000
    assert shop.redeem(str(offer.code)).status == 200


@pytest.mark.parametrize("changes", [{"test": True}, {"financial_status": "pending"}])
def test_a_test_or_an_unpaid_order_redeems_nothing(shop: Winning, changes: dict[str, Any]) -> None:
    offer = shop.sent(shop.gone_quiet())
    shop.ordered_with(str(offer.code), **changes)
    assert shop.offer().standing is Standing.OPEN


def test_an_order_that_drops_the_code_gives_it_back(shop: Winning) -> None:
    offer = shop.sent(shop.gone_quiet())
    placed = rfc3339(shop.now)
    shop.ordered_with(str(offer.code))
    shop.now += 1000
    shop.ordered_with(topic="orders/updated", created_at=placed, processed_at=placed)
    assert shop.offer().standing is Standing.OPEN


def test_of_two_orders_with_one_code_the_first_counts_in_any_order_of_arrival(
    shop: Winning,
) -> None:
    offer = shop.sent(shop.gone_quiet())
    early, late = shop.now + 1000, shop.now + 2000
    told: set[tuple[Any, ...]] = set()
    for first in permutations([early, late]):
        numbers = {at: at % 1_000_000 + (first[0] == late) for at in first}
        for at in first:
            shop.now = at
            shop.ordered_with(str(offer.code), number=numbers[at])
        (one,) = shop.listed("redeemed")
        told.add((one["redeemed"]["at"], one["further_uses"]))
        for at in first:  # undone again, so that the other way round begins anew
            shop.now = late + 1000
            shop.ordered_with(
                str(offer.code),
                number=numbers[at],
                topic="orders/cancelled",
                cancelled_at=rfc3339(shop.now),
                created_at=rfc3339(at),
                processed_at=rfc3339(at),
            )
        assert shop.offer().standing is Standing.OPEN
    assert told == {(rfc3339(early), 1)}


def test_an_order_after_the_end_is_noted_and_redeems_nothing(shop: Winning) -> None:
    offer = shop.sent(shop.gone_quiet())
    shop.now = offer.ends + 1
    shop.ordered_with(str(offer.code))
    (told,) = shop.listed("expired")
    assert (told["redeemed"], told["further_uses"]) == (None, 1)
    assert shop.listed("redeemed") == shop.listed("open") == []
    assert shop.redeem(str(offer.code)).status == 422


def test_erasure_takes_the_code_with_it(shop: Winning) -> None:
    offer = shop.sent(shop.gone_quiet())
    shop.erase(offer.customer)
    assert shop.codes() == []
    assert shop.offers() == []
    assert offer.customer not in str([one for one in kit.all_items() if "ACCESS" not in str(one)])
    assert shop.redeem(str(offer.code)).status == 404
    assert shop.ordered_with(str(offer.code), number=50) == "recorded"


def test_erasure_takes_what_waits_with_it(shop: Winning) -> None:
    offer = shop.offered(shop.gone_quiet())
    shop.erase(offer.customer)
    assert shop.waiting() == []
    assert shop.codes() == []


@pytest.mark.parametrize("days", [0, DAY_MS])
def test_clocks_that_differ_by_a_day_still_redeem(shop: Winning, days: int) -> None:
    offer = shop.sent(shop.gone_quiet())
    placed = rfc3339(offer.at - days)
    shop.ordered_with(str(offer.code), created_at=placed, processed_at=placed)
    assert shop.offer().standing is Standing.REDEEMED


def test_an_order_that_a_sites_server_tells_redeems_it_too(
    shop: Winning, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mteja.segment.intake.AT_ONCE", 1)  # moto does not bear several threads
    site = segment.Segment(kit.handler("segment"), shop.now)
    offer = shop.sent(shop.gone_quiet())
    site.now_ms = shop.now
    site.take(segment.order(at=shop.now, coupon=offer.code))
    (told,) = shop.listed("redeemed")
    assert told["redeemed"]["source"] == segment.SOURCE


def test_what_a_browser_says_of_an_order_redeems_nothing(
    shop: Winning, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mteja.segment.intake.AT_ONCE", 1)
    site = segment.Segment(kit.handler("segment"), shop.now)
    offer = shop.sent(shop.gone_quiet())
    site.now_ms = shop.now
    site.take(segment.order(at=shop.now, coupon=offer.code), key=segment.PUBLIC)
    assert shop.offer().standing is Standing.OPEN


def test_an_order_of_an_import_redeems_it_too(
    shop: Winning, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    offer = shop.sent(shop.gone_quiet())
    monkeypatch.setenv("MTEJA_IMPORT_WORKERS", "1")
    mteja = operator.stand_in(monkeypatch, {})
    rows = exports.shopify_order(1)
    at = f"{rfc3339(shop.now)[:19].replace('T', ' ')} +0000"
    when = dict.fromkeys(("Created at", "Paid at"), at)
    path = exports.write(
        tmp_path / "orders.csv",
        exports.SHOPIFY_ORDERS,
        [rows[0] | when | {"Discount Code": str(offer.code)}, *rows[1:]],
    )
    result = mteja("import", path, "--source", "shopify-demo")
    assert result.exit_code == 0, result.output
    assert shop.offer().standing is Standing.REDEEMED

"""Offers redeemed at a till: by their code alone, or by a sale that staff enter."""

from typing import Any

from mteja.offers.outcomes import outcome
from mteja.sources.own import STAFF
from mteja.times import DAY_MS, rfc3339
from tests import facts
from tests.component.counter import SUB, Answer
from tests.component.winning import Winning, shop

__all__ = ["shop"]

BINTI = "binti@example.com"


def test_staff_redeem_a_code_once(shop: Winning) -> None:
    offer = shop.sent(shop.gone_quiet())
    code = str(offer.code)
    looked = shop.front.ask(f"/v1/offers/{code.lower()}")
    assert looked.body["status"] == "open"
    answer = shop.redeem(code)
    assert answer.status == 200
    assert answer.body["redeemed"] == {
        "at": rfc3339(shop.now), "source": STAFF, "id": SUB, "by": "staff",
    }  # fmt: skip
    again = shop.redeem(code)
    assert (again.status, again.body["type"]) == (409, "/problems/conflict")
    kinds = [(one["data"]["action"], one["at"]) for one in
             shop.front.timeline(offer.customer, kind="offer")["items"]]  # fmt: skip
    assert kinds == [("redeemed", rfc3339(shop.now)), ("made", rfc3339(offer.at))]


def _sold(shop: Winning, customer: str, *codes: str, **how: Any) -> Answer:
    sale = {"currency": "USD", "total": 2_599, "discount_codes": list(codes)}
    return shop.front.post(f"/v1/customers/{customer}/sales", sale, **how)


def test_a_sale_that_staff_enter_redeems_its_code(shop: Winning) -> None:
    offer = shop.sent(shop.gone_quiet())
    code = str(offer.code).lower()
    first = _sold(shop, offer.customer, "SUMMER10", code, key="attempt-1")
    assert first.status == 201
    assert _sold(shop, offer.customer, "SUMMER10", code, key="attempt-1").body == first.body
    (told,) = shop.listed("redeemed")
    assert (told["redeemed"]["source"], told["redeemed"]["by"]) == (STAFF, "customer")
    sales = shop.front.timeline(offer.customer, kind="sale")["items"]
    assert [one["data"]["discount_codes"] for one in sales] == [["SUMMER10", code]]


def test_a_sale_with_a_code_that_cannot_be_redeemed_is_not_written(shop: Winning) -> None:
    offer = shop.sent(shop.gone_quiet())
    shop.redeem(str(offer.code))
    refused = _sold(shop, offer.customer, str(offer.code))
    assert (refused.status, refused.body["errors"][0]["field"]) == (409, "discount_codes")
    shop.deliver(number=2)
    shop.now += 30 * DAY_MS
    shop.send()
    later = shop.sent(offer.customer)
    shop.now = later.ends + 1
    refused = _sold(shop, offer.customer, str(later.code))
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, "discount_codes")
    assert shop.front.timeline(offer.customer, kind="sale")["items"] == []


def test_a_sale_to_somebody_else_is_told_apart(shop: Winning) -> None:
    offer = shop.sent(shop.gone_quiet())
    binti = shop.ordered(facts.email(BINTI), number="b")
    assert _sold(shop, binti, str(offer.code)).status == 201
    (told,) = shop.listed("redeemed")
    assert told["redeemed"]["by"] == "other"
    assert outcome(shop.table, shop.offer()).handed_on


def test_the_same_attempt_counts_once(shop: Winning) -> None:
    offer = shop.sent(shop.gone_quiet())
    first, second = (shop.redeem(str(offer.code), key="attempt-1") for _ in range(2))
    assert (first.status, first.body) == (second.status, second.body)
    assert first.status == 200
    assert shop.redeem(str(offer.code), key="attempt-2").status == 409


def test_what_nobody_was_given_is_not_found(shop: Winning) -> None:
    for code in ("7K3F-9QXZ-41CD", "%20", "-", "x" * 300, "<script>"):
        assert shop.redeem(code).status == 404
        assert shop.front.ask(f"/v1/offers/{code}").status == 404


def test_an_order_placed_before_staff_redeemed_is_the_one_that_counts(shop: Winning) -> None:
    offer = shop.sent(shop.gone_quiet())
    placed = rfc3339(shop.now)
    shop.now += 60_000
    shop.redeem(str(offer.code))
    shop.ordered_with(str(offer.code), created_at=placed, processed_at=placed)
    (told,) = shop.listed("redeemed")
    assert (told["redeemed"]["at"], told["further_uses"]) == (placed, 1)

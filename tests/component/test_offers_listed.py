"""Offers as staff see them: what became of them, by whom, and page by page."""

from typing import Any

import pytest

from mteja.store.table import Table
from mteja.times import DAY_MS
from tests.component.front import ANALYST
from tests.component.winning import Winning, shop

__all__ = ["shop"]

BINTI = "binti@example.com"


def test_who_uses_anothers_code_uses_it_up_and_is_told_apart(shop: Winning) -> None:
    offer = shop.sent(shop.gone_quiet())
    shop.ordered_with(str(offer.code), email=BINTI, contact_email=BINTI)
    (told,) = shop.listed("redeemed")
    assert told["redeemed"]["by"] == "other"
    assert shop.redeem(str(offer.code)).status == 409


def test_members_of_one_person_are_that_person(shop: Winning) -> None:
    customer = shop.gone_quiet()
    offer = shop.sent(customer)
    shop.ordered_with(str(offer.code), email=BINTI, contact_email=BINTI)
    shop.front.link(customer, shop.front.find_one(email=BINTI))
    (told,) = shop.listed("redeemed")
    assert told["redeemed"]["by"] == "customer"


def test_who_used_it_and_was_erased_is_unknown(shop: Winning) -> None:
    offer = shop.sent(shop.gone_quiet())
    shop.ordered_with(str(offer.code), email=BINTI, contact_email=BINTI)
    binti = shop.front.find_one(email=BINTI)
    shop.erase(binti)
    (told,) = shop.listed("redeemed")
    assert told["redeemed"]["by"] == "unknown"
    assert binti not in str(shop.offers())


def test_offers_end_by_themselves(shop: Winning) -> None:
    offer = shop.sent(shop.gone_quiet())
    shop.now = offer.ends
    assert len(shop.listed("open")) == 1
    shop.now += 1
    assert shop.listed("open") == []
    assert [one["status"] for one in shop.listed("expired")] == ["expired"]


def test_analysts_see_no_offers(shop: Winning) -> None:
    offer = shop.sent(shop.gone_quiet())
    assert shop.front.ask("/v1/offers", claims=ANALYST).status == 403
    assert shop.redeem(str(offer.code), claims=ANALYST).status == 403


def test_a_list_goes_on_where_it_ended(shop: Winning, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mteja.staff.offers._PAGE", 2)
    customer = shop.gone_quiet()
    made = [shop.offered(customer)]
    for days in (1, 2, 3, 4):
        shop.now += DAY_MS
        shop.deliver(number=20 + days)
        made.append(shop.offered(customer))
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = shop.front.ask("/v1/offers", {"status": "open"} | cursor).body
        seen += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert seen == [one.id for one in made]
    assert shop.front.ask("/v1/offers", {"status": "stopped"} | cursor).status == 422


def test_a_list_goes_on_though_what_it_ended_with_has_ended_since(
    shop: Winning, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mteja.staff.offers._PAGE", 1)
    asked: list[dict[str, Any]] = []
    query = Table.query

    def noting(self: Table, *of: Any, **how: Any) -> Any:
        asked.append(how)
        return query(self, *of, **how)

    customer = shop.gone_quiet()
    early = shop.offered(customer)
    shop.now += DAY_MS
    shop.deliver(number=20)
    late = shop.offered(customer)
    page = shop.front.ask("/v1/offers", {"status": "open"}).body
    assert [one["id"] for one in page["items"]] == [early.id]
    shop.now = early.ends + 1
    monkeypatch.setattr(Table, "query", noting)
    page = shop.front.ask("/v1/offers", {"status": "open", "cursor": page["next"]}).body
    assert [one["id"] for one in page["items"]] == [late.id]
    (listing,) = [how for how in asked if how.get("index") == "open"]
    low, high = listing["between"]
    assert low <= listing["start"]["open_sk"] <= high  # else "outside query boundaries": a 500

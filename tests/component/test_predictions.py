"""What a customer does next: orders come in by webhook, the night makes of all of them what staff
see of one, and of all in numbers."""

import json
import sys
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from mteja.predictions import nightly, storing
from mteja.predictions.storing import Month
from mteja.products import storing as products
from mteja.store import people_keys
from mteja.store.apart import summaries_table
from mteja.times import day_begins
from tests import histories, kit
from tests.component.counter import NOBODY, stored
from tests.component.front import ANALYST, work
from tests.component.test_products import Shop
from tests.visits import DAY, ZONE, moment

TODAY = DAY + timedelta(days=1)
EMAIL = "jane@example.com"


@pytest.fixture
def shop(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Shop:
    sys.modules.pop("functions.products.app", None)
    made = Shop(aws, monkeypatch)
    monkeypatch.setattr("mteja.staff.routes_predictions.now_ms", lambda: moment("12:00", TODAY))
    return made


@cache
def a_year_of(kind: str) -> tuple[storing.Shop, storing.Months]:
    """Return what a night makes of a year of others: of `habit`, where the model is better, or of
    `chance`, where it is not."""
    end = TODAY.toordinal()
    days_of = {
        "habit": lambda: histories.of_habit(250, end, noise=0.5),
        "chance": lambda: histories.of_chance(250, end),
        "many": lambda: {f"o{n}": [end - 30 * gap for gap in range(1 + n % 8)] for n in range(100)},
    }[kind]()
    purchases = histories.purchases(days_of, ZONE)
    return nightly.shop(purchases, TODAY), nightly.months(purchases, {}, TODAY)


def others_have(kind: str) -> storing.Shop:
    """Let the night have been, of others."""
    made, months = a_year_of(kind)
    shelf = products.Shelf(summaries_table(), day_begins(TODAY, ZONE))
    shelf.put(storing.shop_item(made) | storing.months_item(months))
    return made


def buys(shop: Shop, *days_ago: int) -> str:
    for number, days in enumerate(days_ago, 1):
        shop.buy(number, "lamp", email=EMAIL, day=TODAY - timedelta(days=days))
    return shop.find_one(email=EMAIL)


def predicted(shop: Shop, customer: str) -> dict[str, Any]:
    answer = shop.ask(f"/v1/customers/{customer}/prediction")
    assert answer.status == 200, answer.body
    return answer.body


def reasons(told: dict[str, Any]) -> list[str]:
    return [one["reason"] for one in told["because"]]


def test_a_regular_customer_is_told_by_the_model_where_it_is_better(shop: Shop) -> None:
    others_have("habit")
    told = predicted(shop, buys(shop, 100, 70, 41, 10))
    assert told["by"] == "model"
    first, last = map(date.fromisoformat, told["next_order"]["interval"])
    expected = date.fromisoformat(told["next_order"]["expected_on"])
    assert TODAY <= first < expected < last
    assert abs(expected - (TODAY + timedelta(days=20))) < timedelta(days=10)
    assert 0.7 < told["buys_again_90d"] <= told["still_customer"] <= 1
    assert told["because"][:2] == [
        {"reason": "own-gaps", "purchases": 4, "usual_days": 30,
         "shop_days": pytest.approx(30, abs=12)},
        {"reason": "silence", "days": 10},
    ]  # fmt: skip
    assert told["model"]["chance"]["better"] is True
    assert told["model"]["people"] == 250


def test_where_the_model_is_not_better_recency_is_told_and_said_to_be(shop: Shop) -> None:
    made = others_have("chance")
    assert made.recency is not None
    told = predicted(shop, buys(shop, 100, 70, 41, 10))
    share = made.recency.of(10)
    assert told["by"] == "recency"
    assert told["buys_again_90d"] == round(share.chance, 4)
    assert told["still_customer"] is None
    assert "not-better" in reasons(told)
    (recency,) = [one for one in told["because"] if one["reason"] == "recency"]
    assert (recency["returned"], recency["people"]) == (share.returned, share.people)
    assert recency["least_days"] <= 10 <= recency["most_days"]


def test_too_little_is_known_before_the_first_night_and_of_a_small_shop(shop: Shop) -> None:
    customer = buys(shop, 20, 2)
    told = predicted(shop, customer)
    assert told["next_order"] is told["buys_again_90d"] is told["by"] is told["model"] is None
    assert reasons(told) == ["own-gaps", "silence", "not-made-yet"]
    shop.night(TODAY)
    told = predicted(shop, customer)
    assert told["next_order"] is told["buys_again_90d"] is told["by"] is None
    assert reasons(told)[-1] == "shop-too-small"
    assert told["model"] == {
        "made_on": str(TODAY), "people": 1, "returned": 1, "chance": None, "date": None,
    }  # fmt: skip
    assert told["rfm"] is None


def test_who_bought_twice_gets_a_chance_and_no_date(shop: Shop) -> None:
    others_have("habit")
    told = predicted(shop, buys(shop, 40, 10))
    assert told["next_order"] is None
    assert told["buys_again_90d"] is not None
    assert reasons(told)[-1] == "too-few-orders"


def test_who_is_silent_for_far_too_long_gets_no_date(shop: Shop) -> None:
    others_have("habit")
    told = predicted(shop, buys(shop, 320, 310, 300, 290))
    assert told["next_order"] is None
    assert told["still_customer"] < 0.5
    assert reasons(told)[-1] == "more-likely-gone"


def test_an_order_that_was_given_back_or_cancelled_is_no_purchase(shop: Shop) -> None:
    customer = buys(shop, 40, 10)
    shop.buy(3, "lamp", email=EMAIL, day=TODAY - timedelta(days=5), financial_status="pending")
    (own, silence, _) = predicted(shop, customer)["because"]
    assert (own["purchases"], silence["days"]) == (2, 10)


def test_groups_are_those_of_today_and_of_each_months_end(shop: Shop) -> None:
    others_have("many")
    told = predicted(shop, buys(shop, 100, 70, 41, 10))["rfm"]
    assert told["group"] is not None
    assert all(1 <= told[name] <= 5 for name in ("recency", "frequency", "money"))
    _, months = storing.read(summaries_table())
    over = [name for name in sorted(months, reverse=True) if name != str(TODAY)[:7]]
    assert [one["month"] for one in told["history"]] == [
        name for name in over if date.fromisoformat(months[name].end) >= TODAY - timedelta(days=100)
    ]


def test_of_who_has_a_very_long_timeline_the_newest_entries_are_read(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    others_have("many")
    customer = buys(shop, 100, 70, 41, 10)
    monkeypatch.setattr("mteja.predictions.own.MOST_ENTRIES", 3)
    told = predicted(shop, customer)
    # The oldest that is read may stand for a day of which not all is known.
    assert told["because"][0]["purchases"] == 2
    assert told["because"][1]["days"] == 10
    assert told["rfm"]["history"] == []


def test_the_night_counts_months_and_keeps_those_that_have_settled(shop: Shop) -> None:
    shop.buy(1, "lamp", email="a@example.com", day=TODAY)
    shop.buy(2, "lamp", email="b@example.com", day=TODAY)
    old = Month("2026-01-31", 7, 1, 6, 9, {"USD": 5}, 2)
    products.Shelf(summaries_table(), 1).put(storing.months_item({"2026-01": old}))
    assert shop.night(TODAY)["customers"] == 2
    _, months = storing.read(summaries_table())
    assert months["2026-01"] == old
    this = months[str(TODAY)[:7]]
    assert (this.new, this.returning, this.orders, this.net) == (2, 0, 2, {"USD": 2000})
    assert shop.night(TODAY)["written"] == 0


def test_the_night_reads_weeks_before_the_year_to_know_who_is_new(shop: Shop) -> None:
    # The year is 25 days here, the weeks are two days.
    shop.buy(1, "lamp", email="a@example.com", day=TODAY - timedelta(days=27))
    shop.buy(2, "shade", email="a@example.com", day=TODAY)
    made = shop.night(TODAY)
    assert (made["orders"], made["products"]) == (1, 1)
    _, months = storing.read(summaries_table())
    this = months[str(TODAY)[:7]]
    assert (this.new, this.returning) == (0, 1)


def test_nobodys_id_is_in_what_the_night_makes_and_who_is_erased_is_in_none(
    shop: Shop, aws: dict[str, str]
) -> None:
    customer = buys(shop, 40, 10)
    shop.night(TODAY)
    made = storing.read_shop(summaries_table())
    assert made is not None
    assert made.people == 1
    raw = summaries_table().get_many([people_keys.shop_model(), people_keys.shop_months()])
    assert all(customer not in json.dumps(products.told(one)) for one in raw.values())
    shop.erase(customer)
    work(aws)
    shop.night(TODAY)
    assert storing.read_shop(summaries_table()) == storing.Shop(str(TODAY), 0, 0)
    assert shop.ask(f"/v1/customers/{customer}/prediction").status == 404


def test_linked_customers_are_one_person_with_one_rhythm(shop: Shop) -> None:
    others_have("habit")
    one = buys(shop, 70, 10)
    shop.buy(9, "lamp", email="jane.two@example.com", day=TODAY - timedelta(days=40))
    other = shop.find_one(email="jane.two@example.com")
    shop.link(one, other)
    told = predicted(shop, other)
    assert told["because"][0]["purchases"] == 3
    assert told["id"] == min(one, other)


def test_linked_customers_are_one_person_in_what_the_night_makes(shop: Shop) -> None:
    one = buys(shop, 20, 1)
    shop.buy(9, "lamp", email="jane.two@example.com", day=TODAY - timedelta(days=10))
    other = shop.find_one(email="jane.two@example.com")
    shop.link(one, other)
    shop.night(TODAY)
    made, months = storing.read(summaries_table())
    assert made is not None
    assert (made.people, made.returned, months[str(TODAY)[:7]].people) == (1, 1, 1)
    shop.unlink(one, other)
    shop.night(TODAY)
    apart = storing.read_shop(summaries_table())
    assert apart is not None
    assert (apart.people, apart.returned) == (2, 1)


def test_who_may_leave_is_one_person_with_all_that_its_members_bought(shop: Shop) -> None:
    for number in range(25):
        shop.buy(number + 1, "lamp", day=TODAY - timedelta(days=number))
    # Of two members one was here last, one bought most of all, days before.
    shop.buy(99, *["lamp"] * 4, email="p99@example.com", day=TODAY - timedelta(days=20))
    one, other = (shop.find_one(email=f"p{number}@example.com") for number in (17, 99))
    shop.link(one, other)
    shop.night(TODAY)
    rows = {row["id"]: row for row in shop.rows("/v1/leaving")}
    assert rows[min(one, other)]["net"] == {"USD": 5000}
    assert rows[min(one, other)]["orders"] == 2
    assert max(one, other) not in rows
    group = rows[min(one, other)]["group"]
    assert predicted(shop, one)["rfm"]["group"] == predicted(shop, other)["rfm"]["group"] == group


def test_who_gave_their_last_order_back_has_not_bought_since(shop: Shop) -> None:
    for number in range(25):
        shop.buy(number + 1, "lamp", day=TODAY - timedelta(days=number))
    shop.night(TODAY)
    (dearest, *_) = shop.rows("/v1/leaving")
    shop.buy(99, "lamp", email=dearest["email"], day=TODAY - timedelta(days=1))
    refund = kit.sample("shopify/refund_create")
    line = {**refund["transactions"][0], "amount": "10.00", "currency": "USD"}
    refund = kit.changed(refund, id=900, order_id=99) | {"transactions": [line]}
    shop.deliver(refund, "refunds/create")
    shop.night(TODAY)
    assert dearest["id"] in {row["id"] for row in shop.rows("/v1/leaving")}


def test_a_look_is_noted_and_analysts_see_none(shop: Shop) -> None:
    customer = buys(shop, 10)
    predicted(shop, customer)
    noted = [item["what"] for item in stored("ACCESS#")]
    assert "GET /v1/customers/{id}/prediction" in noted
    path = f"/v1/customers/{customer}/prediction"
    assert shop.ask(path, claims=ANALYST).status == 403
    assert shop.ask(f"/v1/customers/{NOBODY}/prediction").status == 404


def test_the_report_tells_analysts_groups_and_months(shop: Shop) -> None:
    others_have("habit")
    query = {"from": str(TODAY - timedelta(days=60)), "to": str(TODAY)}
    answer = shop.ask("/v1/reports/customers", query, claims=ANALYST)
    assert answer.status == 200, answer.body
    told = answer.body
    assert [row["month"] for row in told["items"]][-1] == str(TODAY)[:7]
    groups = {one["group"]: one["customers"] for one in told["groups"]["items"]}
    assert sum(groups.values()) == told["groups"]["customers"] == 250
    assert told["groups"]["leaving"] == sum(
        groups[one] for one in ("about-to-sleep", "at-risk", "cannot-lose")
    )
    assert told["model"]["chance"]["better"] is True
    assert sum(one["people"] for one in told["model"]["shares"]) == 250
    asked = kit.http_event("GET", "/v1/reports/customers", query=query, claims=ANALYST,
                           headers={"Accept": "text/csv"})  # fmt: skip
    first, *rows = shop.answer(asked)["body"].splitlines()
    assert first.startswith("month,until,customers,new,returning,gone,orders,champions,")
    assert len(rows) == len(told["items"])
    assert shop.ask("/v1/reports/customers", {"from": "x"}, claims=ANALYST).status == 422


def test_who_may_be_about_to_leave_is_listed_the_dearest_first(
    shop: Shop, aws: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Twenty-five customers, each silent for a day more than the one before; the older buy more.
    for number in range(25):
        day = TODAY - timedelta(days=number)
        products = ["lamp"] * (1 + (number >= 10) + (number == 12))
        shop.buy(number + 1, *products, day=day, buyer_accepts_marketing=number % 2 == 0)
    shop.night(TODAY)
    rows = shop.rows("/v1/leaving")
    assert rows
    assert {row["group"] for row in rows} <= {"about-to-sleep", "at-risk", "cannot-lose"}
    nets = [row["net"]["USD"] for row in rows]
    assert nets == sorted(nets, reverse=True)
    assert nets[0] == 3000
    assert predicted(shop, rows[0]["id"])["rfm"]["group"] == rows[0]["group"]
    assert "GET /v1/leaving" in {item["what"] for item in stored("ACCESS#")}
    agreed = shop.rows("/v1/leaving", {"purpose": "marketing-email"})
    assert 0 < len(agreed) < len(rows)
    # Who buys again is no longer listed, nor who is erased, before the next night.
    (dearest, second, *_) = rows
    shop.buy(99, "lamp", email=dearest["email"], day=TODAY)
    shop.erase(second["id"])
    work(aws)
    left = [row["id"] for row in shop.rows("/v1/leaving")]
    assert not {dearest["id"], second["id"]} & set(left)
    monkeypatch.setattr("mteja.staff.predictions.A_PAGE", 3)
    first = shop.ask("/v1/leaving").body
    assert shop.ask("/v1/leaving", {"cursor": first["next"]}).status == 200
    for wrong in ({"cursor": "x"}, {"purpose": "orders"}):
        assert shop.ask("/v1/leaving", wrong).status == 422
    assert shop.ask("/v1/leaving", claims=ANALYST).status == 403


def test_before_the_first_night_the_report_is_empty(shop: Shop) -> None:
    told = shop.ask("/v1/reports/customers", {"to": str(TODAY)}, claims=ANALYST).body
    assert (told["items"], told["groups"], told["model"]) == ([], None, None)
    assert shop.rows("/v1/leaving") == []

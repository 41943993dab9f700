"""Whom customers reach: names by forms, followers by staff and by file, and what others bought with
a personal code."""

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mteja.identity.identifiers import Identifier, Trust
from mteja.recording.facts import Fact
from mteja.recording.record import record, recorder
from mteja.social.advocates import read_advocates
from mteja.store import keys
from mteja.store.apart import summaries_table
from mteja.times import day_begins
from tests import kit, operator
from tests.component.counter import NOBODY, stored
from tests.component.front import ANALYST, work
from tests.component.test_products import Shop, did, does, known
from tests.visits import DAY, ZONE, moment, page

TODAY = DAY + timedelta(days=1)
HOSTILE = "<script>alert(1)</script>"
ADVOCATES = "/v1/products/lamp/advocates"


@pytest.fixture
def shop(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Shop:
    sys.modules.pop("functions.products.app", None)
    return Shop(aws, monkeypatch)


def who(shop: Shop, number: int, *products: str, agreed: bool = True) -> str:
    """Return a customer who bought, and may be written to unless they did not agree."""
    shop.buy(number, *(products or ("table",)), buyer_accepts_marketing=agreed)
    return shop.find_one(email=f"p{number}@example.com")


def code_of(shop: Shop, customer: str) -> str:
    return str(shop.told(f"/v1/customers/{customer}/code", {})["code"])


def bought_with(shop: Shop, number: int, code: str, **more: Any) -> None:
    codes = [{"code": code, "amount": "1.00", "type": "percentage"}]
    shop.buy(number, "shade", discount_codes=codes, **more)


def follow(shop: Shop, customer: str, followers: int, on: str = str(DAY), **more: Any) -> Any:
    told = {"network": "instagram", "followers": followers, "on": on} | more
    return shop.post(f"/v1/customers/{customer}/followers", told)


def reach(shop: Shop, customer: str) -> dict[str, Any]:
    answer = shop.ask(f"/v1/customers/{customer}/reach")
    assert answer.status == 200, answer.body
    return answer.body


def test_followers_are_kept_by_day_and_network(shop: Shop) -> None:
    customer = who(shop, 1)
    assert follow(shop, customer, 900, "2026-11-01").status == 201
    assert follow(shop, customer, 12_400).status == 201
    assert follow(shop, customer, 12_500).status == 201
    assert follow(shop, customer, 3_000, network="tiktok").status == 201
    told = reach(shop, customer)
    assert told["followers"][0]["counts"] == [
        {"on": str(DAY), "followers": 12_500}, {"on": "2026-11-01", "followers": 900},
    ]  # fmt: skip
    assert told["reach"] == {
        "network": "instagram", "on": str(DAY), "followers": 12_500, "class": "micro",
    }  # fmt: skip
    noted = {item["what"] for item in stored("ACCESS#")}
    assert {"GET /v1/customers/{id}/reach", "POST /v1/customers/{id}/followers"} <= noted


@pytest.mark.parametrize(
    "told",
    [
        {"network": "myspace"},
        {"network": HOSTILE},
        {"followers": -1},
        {"followers": 10**12},
        {"followers": "12"},
        {"on": "2026-11-31"},
        {"on": "2027-06-01"},
        {"more": 1},
    ],
)
def test_what_is_no_count_is_refused_and_nothing_is_kept(shop: Shop, told: dict[str, Any]) -> None:
    customer = who(shop, 1)
    assert follow(shop, customer, **({"followers": 5} | told)).status == 422
    assert stored("REACH") == []


def test_a_code_is_the_same_each_time_and_nobody_elses(shop: Shop) -> None:
    one, other = who(shop, 1), who(shop, 2)
    assert code_of(shop, one) == code_of(shop, one) != code_of(shop, other)
    told = reach(shop, one)
    assert told["codes"] == [code_of(shop, one)]
    assert told["links"] == [f"https://shop.example/?ref={code_of(shop, one)}"]
    assert shop.post(f"/v1/customers/{NOBODY}/code", {}).status == 404


def test_orders_of_others_with_the_code_are_brought_from_the_next_night_on(shop: Shop) -> None:
    asha = who(shop, 1)
    code = code_of(shop, asha)
    bought_with(shop, 2, code.lower())
    bought_with(shop, 3, code, email="p1@example.com")
    assert reach(shop, asha)["brought"] == {"orders": 0, "net": {}}
    shop.night(TODAY)
    assert reach(shop, asha)["brought"] == {"orders": 1, "net": {"USD": 1000}}
    shop.night(TODAY)
    assert reach(shop, asha)["brought"] == {"orders": 1, "net": {"USD": 1000}}


def test_of_linked_customers_neither_brings_the_others_orders_and_both_are_one(shop: Shop) -> None:
    asha, hers = who(shop, 1, "lamp"), who(shop, 2)
    bought_with(shop, 3, code_of(shop, asha), email="p2@example.com")
    bought_with(shop, 4, code_of(shop, asha))
    bought_with(shop, 5, code_of(shop, hers))
    follow(shop, asha, 900)
    follow(shop, hers, 1_500, network="tiktok")
    shop.link(asha, hers)
    shop.night(TODAY)
    (row,) = shop.rows(ADVOCATES)
    assert row["id"] == min(asha, hers)
    assert row["brought"] == {"orders": 2, "net": {"USD": 2000}}
    assert row["reach"]["class"] == "nano"
    assert [one.customer for one in read_advocates(summaries_table())] == [min(asha, hers)]
    assert reach(shop, asha)["brought"] == reach(shop, hers)["brought"] == row["brought"]


def test_a_visit_by_the_link_counts_where_a_server_says_whose_it_was(shop: Shop) -> None:
    asha, juma, neema = who(shop, 1), who(shop, 2), who(shop, 3)
    code = code_of(shop, asha)
    for visitor, customer, trust in (("v1", juma, "verified"), ("v2", neema, "claimed")):
        known(visitor, customer, trust)
        does(visitor, page(moment("09:30"), campaign={"ref": code}))
    shop.buy(4, "shade", email="p2@example.com")
    shop.buy(5, "shade", email="p3@example.com")
    shop.night(TODAY)
    visits = [item for item in stored("AT#") if item["kind"] == "session"]
    assert {item["data"]["ref"] for item in visits} == {code}
    # Of p2's two orders of the day, both are after the visit.
    assert reach(shop, asha)["brought"] == {"orders": 2, "net": {"USD": 2000}}


def test_who_likes_a_product_and_brings_most_is_first(shop: Shop) -> None:
    brings, reaches, neither, indifferent, silent = (
        who(shop, 1, "lamp"),
        who(shop, 2, "lamp"),
        who(shop, 3, "lamp"),
        who(shop, 4, "table"),
        who(shop, 5, "lamp", agreed=False),
    )
    bought_with(shop, 10, code_of(shop, brings))
    for customer, followers in (
        (reaches, 60_000), (neither, 12), (indifferent, 2_000_000), (silent, 70_000),
    ):  # fmt: skip
        follow(shop, customer, followers)
    shop.night(TODAY)
    rows = shop.rows(ADVOCATES)
    assert [row["id"] for row in rows] == [brings, reaches]
    assert rows[0]["brought"] == {"orders": 1, "net": {"USD": 1000}}
    assert rows[1]["reach"]["class"] == "mid"
    assert rows[1]["bought"] is True
    assert "GET /v1/products/{id}/advocates" in {item["what"] for item in stored("ACCESS#")}


def test_who_rated_it_badly_is_no_advocate_though_they_bought_it(shop: Shop) -> None:
    customer = who(shop, 1, "lamp")
    follow(shop, customer, 5_000)
    known("v1", customer, "verified")
    does("v1", did("Product Reviewed", "lamp", rating=1))
    shop.night(TODAY)
    assert shop.rows(ADVOCATES) == []


def test_a_page_of_advocates_leads_to_the_next(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mteja.staff.social.A_PAGE", 1)
    customers = [who(shop, number, "lamp") for number in (1, 2)]
    for customer, followers in zip(customers, (5_000, 9_000), strict=True):
        follow(shop, customer, followers)
    shop.night(TODAY)
    first = shop.ask(ADVOCATES).body
    second = shop.ask(ADVOCATES, {"cursor": first["next"]}).body
    assert [first["items"][0]["id"], second["items"][0]["id"]] == customers[::-1]
    assert second["next"] is None
    assert shop.ask(ADVOCATES, {"cursor": "x"}).status == 422
    assert shop.ask("/v1/products/shade/advocates", {"cursor": first["next"]}).status == 422


def test_analysts_and_other_purposes_get_no_advocates(shop: Shop) -> None:
    assert shop.ask(ADVOCATES, claims=ANALYST).status == 403
    assert shop.ask(ADVOCATES, {"purpose": "orders"}).status == 422


def test_a_name_on_a_network_is_asked_normalised_and_sealed(shop: Shop) -> None:
    told = {"email": "p1@example.com", "instagram": "https://instagram.com/Asha.Example/"}
    assert shop.post("/v1/staff/forms/creators?mode=staff", told).status == 201
    customer = shop.find_one(email="p1@example.com")
    told_of = reach(shop, customer)
    assert told_of["handles"] == {"instagram": "asha.example"}
    assert told_of["claimed_handles"] == []
    assert "asha.example" not in str(kit.all_items())
    refused = shop.post("/v1/staff/forms/creators?mode=staff", told | {"tiktok": HOSTILE})
    assert refused.status == 422
    assert HOSTILE not in str(refused.body)


def test_a_name_that_anybody_could_type_is_told_to_be_claimed(shop: Shop) -> None:
    customer = who(shop, 1)
    claim = Fact(
        source="web",
        trust=Trust.CLAIMED,
        observed_at=moment("09:00"),
        received_at=moment("09:00"),
        identifiers=(Identifier("email", "p1@example.com"),),
        traits={"tiktok": "somebody.else"},
    )
    record(claim, recorder())
    told = reach(shop, customer)
    assert told["handles"] == {"tiktok": "somebody.else"}
    assert told["claimed_handles"] == ["tiktok"]


def test_who_is_erased_has_no_code_no_followers_and_stands_in_no_list(
    shop: Shop, aws: dict[str, str]
) -> None:
    customer = who(shop, 1, "lamp")
    code_of(shop, customer)
    follow(shop, customer, 5_000)
    shop.night(TODAY)
    assert [one.customer for one in read_advocates(summaries_table())] == [customer]
    shop.erase(customer)
    work(aws)
    assert stored("REACH") == []
    assert shop.rows(ADVOCATES) == []
    shop.night(TODAY)
    assert read_advocates(summaries_table()) == []


def test_a_file_of_followers_is_taken_row_by_row_and_again_changes_nothing(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = who(shop, 1)
    mteja = operator.stand_in(monkeypatch, {})
    file = tmp_path / "followers.csv"
    file.write_text(
        "\ufeffemail,customer,network,followers,on\n"
        f"p1@example.com,,instagram,12400,{DAY}\n"
        f",{customer},TikTok,900,2026-11-01\n"
        "nobody@example.com,,instagram,5,\n"
        f"p1@example.com,,{HOSTILE},5,\n"
        "p1@example.com,,instagram,=1+1,\n",
        encoding="utf-8",
    )
    for _ in range(2):
        done = mteja("followers", file)
        assert done.exit_code == 1
        assert "2 taken, 3 refused" in done.output
        assert "line 4: there is no such customer" in done.output
        assert HOSTILE not in done.output
    (item,) = stored("REACH")
    assert item["v"] == 2
    assert {one["network"] for one in reach(shop, customer)["followers"]} == {"instagram", "tiktok"}
    file.write_text("a,b\n1,2\n")
    assert mteja("followers", file).exit_code == 1


def test_a_file_of_followers_may_have_semicolons_and_is_refused_in_another_encoding(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = who(shop, 1)
    mteja = operator.stand_in(monkeypatch, {})
    file = tmp_path / "followers.csv"
    file.write_text(f"Network;Followers;Customer;Town\ntiktok;900;{customer};Móra\n", "latin-1")
    refused = mteja("followers", file)
    assert refused.exit_code == 1
    assert "line 2 is not utf-8-sig" in refused.output
    assert stored("REACH") == []
    assert mteja("followers", file, "--encoding", "latin-1").exit_code == 0
    assert reach(shop, customer)["followers"][0]["counts"][0]["followers"] == 900


def test_followers_are_nobodys_by_the_last_digits_of_a_telephone_number(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.buy(1, "lamp", phone="+15558675309")
    mteja = operator.stand_in(monkeypatch, {})
    file = tmp_path / "followers.csv"
    file.write_text("network,followers,phone\nx,5,0712345309\nx,5,5309\nx,5\nx,5,+15558675309\n")
    told = mteja("followers", file)
    assert told.exit_code == 1
    assert "1 taken, 3 refused" in told.output
    assert "0712345309" not in told.output


def test_the_link_of_a_visit_stands_in_the_timeline(shop: Shop) -> None:
    asha, juma = who(shop, 1), who(shop, 2)
    known("v1", juma, "verified")
    does("v1", page(moment("09:30"), campaign={"ref": code_of(shop, asha)}))
    shop.night(TODAY)
    (visit,) = shop.timeline(juma, kind="session")["items"]
    assert visit["data"]["ref"] == code_of(shop, asha)
    (item,) = [one for one in stored("AT#") if one["kind"] == "session"]
    assert item["log_sk"].startswith("2026-11-20T")
    assert keys.customer_partition(juma) == item["pk"]
    assert day_begins(DAY, ZONE) < item["at"]

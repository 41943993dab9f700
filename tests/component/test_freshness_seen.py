"""How fresh fields are: noted each night by the function, reported to staff and analysts, shown
with a customer and asked at the next call."""

import csv
import html
import io
import json
from types import SimpleNamespace
from typing import Any

import pytest

from mteja.business import asking
from mteja.customers.linking import link, unlink
from mteja.freshness.nightly import counted_until, look
from mteja.freshness.storing import read_sums
from mteja.identity.identifiers import EMAIL, Trust
from mteja.mail.messages import BOUNCED
from mteja.mail.suspects import suspected
from mteja.recording.facts import Fact
from mteja.recording.record import record, recorder
from mteja.store import keys
from mteja.store.table import customers_table
from mteja.times import DAY_MS, business_day, day_begins, now_ms
from tests import facts, kit
from tests.component.counter import claims_of
from tests.component.front import Front, work
from tests.component.signed_in import Office, office
from tests.component.test_staff_reports import cells

ADDRESS = "asha@example.com"
TOWN: dict[str, Any] = {"line1": "Boma Road 7", "city": "Arusha", "country": "TZ"}
PHONE = "+255754123456"
REPORT = "/v1/reports/freshness"


@pytest.fixture(autouse=True)
def _of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the first look see this day alone: each day is many queries."""
    monkeypatch.setattr("mteja.freshness.nightly.FIRST_DAYS", 0)


@pytest.fixture
def front(aws: dict[str, str]) -> Front:
    return Front()


@pytest.fixture
def desk(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Office:
    return office(monkeypatch)


def told(address: str, days_ago: int, /, **traits: Any) -> str:
    """Let a shop tell today of a customer as it was some days ago."""
    now = now_ms()
    at = now - days_ago * DAY_MS
    fact = Fact("shopify-demo", Trust.VERIFIED, at, now, (facts.email(address),), traits)
    customer = record(fact, recorder()).customer
    assert customer is not None
    return customer


def night() -> dict[str, int]:
    """Look at today, however often it was looked at today before."""
    today = str(business_day(now_ms(), recorder().business.time_zone))
    return started({"from": today})


def started(event: dict[str, str], seconds: int = 900) -> dict[str, Any]:
    """Start the function with so much time; return what it says of itself."""
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: 1000 * seconds)
    done: dict[str, Any] = kit.handler("freshness").lambda_handler(event, context)
    return done


def report(front: Front, **query: str) -> dict[str, Any]:
    answer = front.ask(REPORT, query, claims=claims_of("[analyst]"))
    assert answer.status == 200, answer.body
    return answer.body


def of_field(front: Front, field: str) -> dict[str, Any]:
    (found,) = [one for one in report(front)["items"] if one["field"] == field]
    return {name: number for name, number in found.items() if name not in {"field", "fresh_days"}}


def bounce(email: str) -> None:
    index = recorder().vault.index.of(EMAIL, email)
    customers_table().transact([suspected(EMAIL, index, BOUNCED, now_ms())])


def test_whoever_was_told_of_is_counted_in_the_night(front: Front) -> None:
    assert report(front)["persons"] == 0
    told(ADDRESS, 400, address=TOWN, phone=PHONE)
    told("juma@example.com", 10, address=TOWN)
    before = report(front)
    assert night()["rows"] == 2
    assert report(front) | {"counted_at": None} == before | {"counted_at": None}
    whole = report(front)
    assert whole["persons"] == 2
    assert of_field(front, "address") == {
        "known": 2, "fresh": 1, "stale": 1, "suspect": 0, "never": 0, "median_age_days": 10,
    }  # fmt: skip
    assert of_field(front, "phone") == {
        "known": 1, "fresh": 1, "stale": 0, "suspect": 0, "never": 1, "median_age_days": 400,
    }  # fmt: skip
    assert whole["earlier"] == {"address": 1, "phone": 1}
    assert sum(month["known"].get("address", 0) for month in whole["months"]) == 1


def test_where_more_was_told_than_can_be_looked_at_the_night_is_shown(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mteja.staff.freshness._MOST_AHEAD", 1)
    told(ADDRESS, 10, address=TOWN)
    night()
    told("juma@example.com", 10, address=TOWN)
    whole = report(front)
    assert (whole["persons"], of_field(front, "address")["known"]) == (1, 1)
    assert whole["counted_at"] is not None


def test_a_report_writes_nothing(front: Front) -> None:
    told(ADDRESS, 10, address=TOWN)
    before = kit.digest(kit.all_items())
    assert report(front)["persons"] == 1
    assert kit.digest(kit.all_items()) == before


def test_a_second_look_changes_nothing(front: Front) -> None:
    told(ADDRESS, 400, address=TOWN)
    night()
    before = [one for one in kit.all_items() if one["sk"]["S"] != "LAST"]
    assert night()["rows"] == 0
    assert [one for one in kit.all_items() if one["sk"]["S"] != "LAST"] == before


def test_what_is_told_again_is_fresh_again(front: Front) -> None:
    told(ADDRESS, 400, address=TOWN)
    night()
    assert of_field(front, "address")["stale"] == 1
    told(ADDRESS, 0, address=TOWN)
    night()
    assert of_field(front, "address")["fresh"] == 1


def test_an_old_order_that_a_shop_tells_today_is_counted(front: Front) -> None:
    front.deliver(kit.sample("shopify/order_fulfilled"))  # of an earlier year
    night()
    whole = report(front)
    assert whole["persons"] == 1
    assert of_field(front, "email")["known"] == 1


def test_whoever_is_erased_is_gone_at_once(front: Front, aws: dict[str, str]) -> None:
    customer = told(ADDRESS, 10, address=TOWN)
    told("juma@example.com", 10)
    night()
    front.erase(customer)
    work(aws)
    assert report(front)["persons"] == 1
    assert of_field(front, "address")["known"] == 0
    assert customer not in str([one for one in kit.all_items() if "JOB" not in one["pk"]["S"]
                                and not one["sk"]["S"].startswith("ACCESS#")])  # fmt: skip
    night()
    assert report(front)["persons"] == 1


def test_two_who_are_one_are_counted_once_until_the_link_is_undone(front: Front) -> None:
    one, two = told(ADDRESS, 400, address=TOWN), told("asha@work.example", 10, address=TOWN)
    night()
    link(customers_table(), one, two, "staff", now_ms())
    night()
    assert report(front)["persons"] == 1
    assert of_field(front, "address")["fresh"] == 1
    unlink(customers_table(), two, one, "staff", now_ms())
    night()
    assert report(front)["persons"] == 2
    assert of_field(front, "address")["stale"] == 1


def test_mail_that_came_back_makes_an_address_wrong_however_new(front: Front) -> None:
    told(ADDRESS, 0, email=ADDRESS)
    bounce(ADDRESS)
    night()
    assert of_field(front, "email") == {
        "known": 1, "fresh": 0, "stale": 0, "suspect": 1, "never": 0, "median_age_days": 0,
    }  # fmt: skip


def test_a_look_goes_back_to_a_day_that_is_asked_for(front: Front) -> None:
    told(ADDRESS, 10, address=TOWN)
    later = now_ms() + 4 * DAY_MS
    zone = recorder().business.time_zone
    assert look(customers_table(), zone, later).rows == 0
    assert look(customers_table(), zone, later, business_day(now_ms(), zone)).rows == 1


def test_the_report_is_a_table_too(front: Front) -> None:
    told(ADDRESS, 400, address=TOWN)
    night()
    asked = kit.http_event(
        "GET", REPORT, headers={"accept": "text/csv"}, claims=claims_of("[analyst]")
    )
    answer = front.answer(asked)
    assert answer["headers"]["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer["body"])))
    assert rows[0] == ["field", "measure", "value"]
    assert ["", "persons", "1"] in rows
    assert ["address", "stale", "1"] in rows
    assert ["address", "earlier", "1"] in rows


@pytest.mark.parametrize(
    ("query", "field"),
    [({"from": "yesterday"}, "from"), ({"from": "2026-11-02", "to": "2026-11-01"}, "from"),
     ({"by": "field"}, "by")],
)  # fmt: skip
def test_what_no_report_is_asked_for_is_refused(
    front: Front, query: dict[str, str], field: str
) -> None:
    answer = front.ask(REPORT, query, claims=claims_of("[analyst]"))
    assert answer.status == 422
    assert answer.body["errors"][0]["field"] == field


def test_who_is_in_no_group_sees_no_report(front: Front) -> None:
    assert front.ask(REPORT, claims=claims_of("[]")).status == 403


@pytest.mark.parametrize(
    ("language", "title", "stale"),
    [("en", "Freshness", "Stale"), ("sw", "Upya wa taarifa", "Kilichopitwa na wakati"),
     ("ca", "Actualitat", "Antic")],
)  # fmt: skip
def test_the_page_has_the_numbers_of_the_api(
    desk: Office, language: str, title: str, stale: str
) -> None:
    told(ADDRESS, 400, address=TOWN, phone=PHONE)
    browser = desk.signed_in("analyst")
    browser.headers["accept-language"] = language
    assert browser.get("/staff/reports/freshness").status == 200  # nobody was counted yet
    night()
    shown = browser.get("/staff/reports/freshness")
    assert f": {title} ·" in shown.title
    assert stale in shown.text
    by_name = [row[0] for row in cells(shown, "freshness")]
    assert {"Instagram", "TikTok", "YouTube"} <= set(by_name)
    by_field = {row[0]: row[1:6] for row in cells(shown, "freshness")}
    assert ["1", "0", "1", "0", "0"] in by_field.values()
    months = cells(shown, "months")
    assert len(months) in {13, 14}
    assert months[-1][1:].count("1") == 2
    table = browser.get("/staff/reports/freshness.csv")
    assert "address,stale,1" in table.html


def test_days_that_are_none_are_told_on_the_page(desk: Office) -> None:
    shown = desk.signed_in("analyst").get("/staff/reports/freshness?from=2026-11-02&to=2026-11-01")
    assert shown.status == 422
    assert 'role="alert"' in shown.html


def test_a_customer_says_of_each_field_whether_it_is_fresh(front: Front) -> None:
    customer = told(ADDRESS, 400, address=TOWN, phone=PHONE, name={"full": "Asha"})
    person = front.person(customer)
    states = {name: one["state"] for name, one in person["traits"].items()}
    assert states == {"address": "stale", "phone": "fresh", "name": "fresh"}
    assert "address" in person["to_ask"]
    bounce(ADDRESS)
    told(ADDRESS, 399, email=ADDRESS)
    person = front.person(customer)
    assert person["traits"]["email"]["state"] == "suspect"
    assert person["to_ask"][0] == "email"
    assert len(person["to_ask"]) <= 3


def test_the_page_of_a_customer_marks_what_is_stale_and_what_came_back(desk: Office) -> None:
    customer = told(ADDRESS, 400, address=TOWN, email=ADDRESS)
    bounce(ADDRESS)
    shown = desk.signed_in("staff").get(f"/staff/customers/{customer}")
    assert "mail came back" in shown.text
    assert "stale" in shown.text
    assert "To ask at the next call: E-mail, " in " ".join(shown.text.split())


def test_a_call_asks_of_what_is_stale_and_a_tick_makes_it_fresh(desk: Office) -> None:
    customer = told(ADDRESS, 400, address=TOWN, email=ADDRESS)
    bounce(ADDRESS)
    browser = desk.signed_in("staff")
    page = browser.get(f"/staff/call?customer={customer}")
    ticks = [one["name"] for one in page.tags("input") if one.get("type") == "checkbox"]
    assert ticks == ["right.address"]
    assert "Boma Road 7" in page.text
    assert "mail came back" in page.text
    assert f"customer={customer}" in html.unescape(page.html)
    shown = browser.fill_in(page, "/staff/call", **{"right.address": "yes", "kind": "question"})
    assert shown.path == f"/staff/customers/{customer}"
    assert "Still right:" in shown.text
    again = browser.get(f"/staff/call?customer={customer}")
    assert not [one for one in again.tags("input") if one.get("name") == "right.address"]


def test_what_anybody_may_have_typed_is_asked_at_the_call_and_not_called_right(
    desk: Office,
) -> None:
    customer = told(ADDRESS, 1, name={"full": "Asha"}, email=ADDRESS)
    now = now_ms()
    record(
        Fact("forms", Trust.CLAIMED, now, now, (facts.email(ADDRESS),), {"address": TOWN}),
        recorder(),
    )
    browser = desk.signed_in("staff")
    page = browser.get(f"/staff/call?customer={customer}")
    assert not [one for one in page.tags("input") if one.get("name") == "right.address"]
    assert "Address" in page.text
    assert "Boma Road 7" not in page.text


def test_a_tick_stays_where_something_else_of_the_call_is_wrong(desk: Office) -> None:
    customer = told(ADDRESS, 400, address=TOWN)
    browser = desk.signed_in("staff")
    page = browser.get(f"/staff/call?customer={customer}")
    again = browser.fill_in(
        page, "/staff/call", **{"right.address": "yes", "why": "x", "follow_up_on": "never"}
    )
    assert again.status == 422
    (tick,) = [one for one in again.tags("input") if one.get("name") == "right.address"]
    assert "checked" in tick


def test_a_call_over_the_api_says_what_is_still_right(front: Front) -> None:
    customer = told(ADDRESS, 400, address=TOWN)
    path = f"/v1/customers/{customer}/calls"
    answer = front.post(path, {"kind": "other", "still_right": ["address"]})
    assert answer.status == 201, answer.body
    assert front.person(customer)["traits"]["address"]["state"] == "fresh"
    (entry,) = front.timeline(customer, kind="call")["items"]
    assert entry["data"]["confirmed"] == ["address"]


@pytest.mark.parametrize("field", ["phone", "nothing"])
def test_nobody_confirms_what_is_not_known(front: Front, field: str) -> None:
    customer = told(ADDRESS, 400, address=TOWN)
    path = f"/v1/customers/{customer}/calls"
    answer = front.post(path, {"still_right": [field]})
    assert answer.status == 422
    assert answer.body["errors"][0]["field"] == "still_right"
    assert kit.logged("call") == []


def test_somebody_unknown_confirms_nothing(front: Front) -> None:
    answer = front.post("/v1/calls", {"phone": PHONE, "still_right": ["address"]})
    assert (answer.status, answer.body["errors"][0]["field"]) == (422, "still_right")


def test_the_log_of_the_night_names_nobody(
    aws: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = told(ADDRESS, 10, address=TOWN)
    kit.handler("freshness")
    written = kit.log_of("freshness", monkeypatch)
    started({})
    line = json.loads(written.getvalue())
    assert (line["customers"], line["rows"]) == (1, 1)
    assert not [one for one in (customer, ADDRESS, "Arusha") if one in written.getvalue()]


def test_somebody_who_cannot_be_read_keeps_nobody_else_from_being_counted(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit.handler("freshness")
    log = kit.log_of("freshness", monkeypatch)
    broken = told(ADDRESS, 10, address=TOWN)
    table = customers_table()
    profile = table.get(keys.profile(broken))
    assert profile is not None
    table.put(profile | {"created_at": f"broken {ADDRESS}"})
    told("juma@example.com", 10, address=TOWN)
    with pytest.raises(RuntimeError, match="customers can't be read: 1"):
        night()
    assert "a customer can't be read" in log.getvalue()
    assert ADDRESS not in log.getvalue()
    assert started({})["days"] == 0  # the night is done
    assert report(front)["persons"] == 1
    table.put(profile)
    assert night()["rows"] == 1


def test_of_whom_a_shop_tells_a_new_address_the_entry_of_the_change_stands_in_the_log(
    front: Front,
) -> None:
    """PROFILE stays on the day on which it stands, which is a unit less."""
    before = now_ms() - 9 * DAY_MS
    first = Fact(
        "shopify-demo", Trust.VERIFIED, before, before, (facts.email(ADDRESS),), {"address": TOWN}
    )  # fmt: skip
    record(first, recorder())
    customer = told(ADDRESS, 0, address=TOWN | {"city": "Moshi"})
    logged = {str(one["pk"]) + str(one["sk"])[:3]: one["log_pk"] for one in kit.logged("told")}
    partition = f"CUSTOMER#{customer}"
    assert set(logged) == {f"{partition}PRO", f"{partition}AT#"}
    assert logged[f"{partition}PRO"] < logged[f"{partition}AT#"]
    assert night()["rows"] == 1
    assert of_field(front, "address")["median_age_days"] == 0


def test_a_night_that_is_too_short_goes_on_where_it_was(
    aws: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An import may tell of more customers in a day than one run looks at."""
    monkeypatch.setattr("mteja.freshness.nightly._NOTED_EVERY", 2)
    for number in range(5):
        told(f"asha{number}@example.com", 10, address=TOWN)
    runs = [started({}, seconds=0)]
    while not runs[-1]["ended"]:
        assert len(runs) < 12
        runs.append(started({}, seconds=0))
    assert len(runs) > 2
    assert all(one["customers"] <= 2 for one in runs)
    assert sum(one["rows"] for one in runs) == 5
    sums, last = read_sums(customers_table())
    assert (sums.persons, last.part if last else "") == (5, None)


def test_of_a_day_that_was_begun_before_it_was_over_nobody_is_left_out(
    aws: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The night ends in the middle of today; somebody is told of later, where it has been read."""
    monkeypatch.setattr("mteja.freshness.nightly._NOTED_EVERY", 1)
    table, zone, now = customers_table(), recorder().business.time_zone, now_ms()
    for number in range(3):
        told(f"asha{number}@example.com", 10, address=TOWN)
    assert not look(table, zone, now, until=lambda: True).ended
    last = read_sums(table)[1]
    assert last is not None
    assert counted_until(last, zone) == day_begins(business_day(now, zone), zone)
    juma = (facts.email("juma@example.com"),)
    order = facts.state(now, placed_at=now)  # in a partition that comes before
    news = facts.order_fact(*juma, order=order).order
    record(Fact("shopify-demo", Trust.VERIFIED, now, now, juma, {"name": "Juma"}, order=news),
           recorder())  # fmt: skip
    assert look(table, zone, now + DAY_MS).ended
    assert read_sums(table)[0].persons == 4


def test_a_run_after_the_night_is_done_does_nothing(aws: dict[str, str]) -> None:
    told(ADDRESS, 10, address=TOWN)
    assert started({})["customers"] == 1
    told("juma@example.com", 10, address=TOWN)
    assert started({})["customers"] == 0
    tomorrow = now_ms() + DAY_MS
    look(customers_table(), recorder().business.time_zone, tomorrow)
    assert read_sums(customers_table())[0].persons == 2


def test_every_field_that_the_file_declares_is_in_the_report(front: Front) -> None:
    named = [one["field"] for one in report(front)["items"]]
    assert named == [one.name for one in asking().fields if one.is_trait and one.type != "consent"]

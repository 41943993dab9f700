"""What comes next and whom customers reach, in a real browser: every page fits, in both schemes,
and works without scripts too."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from mteja.customers.persons import read_persons
from mteja.predictions import nightly
from mteja.products.reading import sales_of
from mteja.products.storing import Shelf
from mteja.products.whole import by_person
from mteja.social.advocates import Advocates, read_advocates
from mteja.store.apart import TableApart
from mteja.store.table import Table
from mteja.times import business_day, day_begins, now_ms
from mteja_local.clients import Clients
from tests import histories, platforms
from tests.e2e import marked
from tests.e2e.marked import Staff
from tests.e2e.windows import Window, narrow_targets, overflows, screenshot, window
from tests.visits import ZONE

ASHA, JUMA = "asha.next@example.com", "juma.next@example.com"
DAYS_AGO = (100, 70, 41, 10)


@pytest.fixture(scope="module")
def today() -> date:
    return business_day(now_ms(), ZONE)


def buys(stack: dict[str, Any], email: str, today: date, *days_ago: int, code: str = "") -> None:
    for number in days_ago:
        at = f"{today - timedelta(days=number)}T09:00:00Z"
        body = platforms.standard_order(
            data__id=f"next-{email}-{number}",
            data__number=f"N{number}{email[0]}",
            data__placed_at=at,
            data__updated_at=at,
            data__discount_codes=[code] if code else [],
            data__customer__id=f"c-{email}",
            data__customer__email=email,
            data__customer__phone=None,
            data__customer__accepts_marketing=True,
        )
        assert marked.post(stack, "standard", body).status == 200


@pytest.fixture(scope="module")
def asha(stack: dict[str, Any], staff_token: str, clients: Clients, today: date) -> str:
    """A customer with a rhythm, a code that brought an order, and followers; the night has been."""
    staff = Staff(stack, staff_token)
    buys(stack, ASHA, today, *DAYS_AGO)
    (found,) = staff.find(email=ASHA)
    customer = str(found["id"])
    given = staff.post(f"/v1/customers/{customer}/code", {})
    assert given.status == 201
    followers = {"network": "instagram", "followers": 12_400}
    assert staff.post(f"/v1/customers/{customer}/followers", followers).status == 201
    buys(stack, JUMA, today, 5, code=given.json()["code"])
    _put(clients, stack, today)
    return customer


def _put(clients: Clients, stack: dict[str, Any], today: date) -> None:
    """Put what a night makes: of these few no model is made, so that the shop's others are made up;
    and of a year, which takes the emulator its time, the orders of these days are read."""
    dynamodb, tables = clients("dynamodb"), stack["tables"]
    customers = Table(dynamodb, tables["customers"], tables["keys"])
    summaries = TableApart(dynamodb, tables["summaries"])
    shelf = Shelf(summaries, now_ms())
    persons = read_persons(customers)
    advocates = Advocates(customers, persons, day_begins(today - timedelta(days=365), ZONE))
    for days in (*DAYS_AGO, 5):
        day = today - timedelta(days=days)
        advocates.take(day, by_person(sales_of(customers, [day]), persons))
    advocates.put(shelf, summaries, "TZS")
    habits = histories.of_habit(250, today.toordinal(), noise=0.5)
    nightly.make(summaries, shelf, histories.purchases(habits, ZONE), today)


@pytest.fixture(scope="module")
def paths(asha: str) -> dict[str, str]:
    product = "lamp"
    return {
        "customer": f"/staff/customers/{asha}",
        "next": f"/staff/customers/{asha}/next",
        "reach": f"/staff/customers/{asha}/reach",
        "advocates": f"/staff/advocates?product={product}",
        "leaving": "/staff/leaving",
        "report": "/staff/reports/customers",
    }


def test_what_a_code_brought_is_counted_and_a_person_predicted(
    asha: str, stack: dict[str, Any], staff_token: str, clients: Clients
) -> None:
    summaries = TableApart(clients("dynamodb"), stack["tables"]["summaries"])
    (mine,) = [one for one in read_advocates(summaries) if one.customer == asha]
    assert mine.orders == 1
    answer = Staff(stack, staff_token).get(f"/v1/customers/{asha}/prediction")
    assert answer.status == 200
    assert answer.json()["by"] == "model"


def test_a_customers_page_leads_to_what_comes_next(
    desk: Window, asha: str, paths: dict[str, str]
) -> None:
    desk.go(paths["customer"])
    expect(desk.page.get_by_text("Buys again within 90 days")).to_be_visible()
    desk.page.get_by_role("link", name="Next order, group and how sure this is").click()
    expect(
        desk.page.get_by_text("Orders on 4 days within a year, usually 30 days apart")
    ).to_be_visible()
    assert desk.path == paths["next"]


def test_followers_are_written_down_without_scripts(
    browser: Browser, stack: dict[str, Any], signed_in: Any, paths: dict[str, str]
) -> None:
    how = {"storage_state": signed_in, "java_script_enabled": False}
    with window(browser, stack["api"]["url"], **how) as tab:
        tab.go(paths["reach"])
        tab.page.get_by_label("Network").select_option("tiktok")
        tab.page.locator("#f-followers").fill("1500")
        tab.page.get_by_role("button", name="Write it down").click()
        expect(tab.page.get_by_role("rowheader", name="TikTok")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_fits_and_can_be_touched(
    width: int,
    scheme: Any,
    browser: Browser,
    stack: dict[str, Any],
    signed_in: Any,
    paths: dict[str, str],
    tmp_path: Path,
) -> None:
    how = {"viewport": {"width": width, "height": 844}, "color_scheme": scheme}
    with window(browser, stack["api"]["url"], storage_state=signed_in, **how) as tab:
        for name, path in paths.items():
            tab.go(path)
            screenshot(tab.page, tmp_path, f"{name}-{width}-{scheme}")
            assert not overflows(tab.page), name
            assert narrow_targets(tab.page) == [], name


def test_the_smallest_window_is_wide_enough(desk: Window, paths: dict[str, str]) -> None:
    desk.page.set_viewport_size({"width": 320, "height": 568})
    for language in ("ca", "sw", "en"):
        for path in paths.values():
            mark = "&" if "?" in path else "?"
            desk.go(f"{path}{mark}lang={language}")
            assert not overflows(desk.page), (language, path)

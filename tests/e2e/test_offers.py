"""Offers on the stack: redeemed by an order's webhook and at the till in a real browser, looked at
by the night's function with its own rights, and shown in every width.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from mteja.business.compile import read
from mteja.business.winning_back import WinBackRule
from mteja.customers.reading import read_person
from mteja.offers.items import OfferItem
from mteja.offers.making import Act, Maker
from mteja.store.table import Put, Table
from mteja.times import business_day, now_ms, rfc3339
from mteja_local.clients import Clients
from mteja_local.place import ROOT
from tests import platforms
from tests.e2e import marked
from tests.e2e.marked import Staff
from tests.e2e.windows import Window, narrow_targets, overflows, screenshot, window

BUSINESS = read(ROOT / "layers/business/business.yaml")
OFFERS, REPORT = "/staff/offers", "/staff/reports/winback"


@dataclass(frozen=True)
class Shop:
    stack: dict[str, Any]
    clients: Clients

    @property
    def table(self) -> Table:
        tables = self.stack["tables"]
        return Table(self.clients("dynamodb"), tables["customers"], tables["keys"])

    def buys(self, email: str, *codes: str) -> None:
        """Let a shop tell of an order of this moment."""
        at, number = rfc3339(now_ms()), uuid4().hex[:12]
        order = platforms.standard_order(
            data__id=number,
            data__number=number,
            data__placed_at=at,
            data__updated_at=at,
            data__customer__id=f"id-of-{email}",
            data__customer__email=email,
            data__customer__phone=None,
            data__customer__accepts_marketing=True,
            data__discount_codes=list(codes),
        )
        assert marked.post(self.stack, "standard", order).json() == {"result": "recorded"}

    def offers(self, customer: str) -> OfferItem:
        """Make an offer, as the daily job does, in a silence of its own."""
        person = read_person(self.table, customer)
        profile = person.member(customer).profile
        act = Act(person, customer, WinBackRule(id="quiet", hold_out_per_cent=0), 0, now_ms())
        made = Maker(self.table, BUSINESS, 0).make(act, now_ms())
        assert made is not None
        raised = profile.model_copy(update={"v": profile.v + 1})
        first = Put(raised.model_dump(exclude_none=True), profile.v)
        self.table.transact([first, *made.writes])
        return made.offer


@pytest.fixture(scope="module")
def shop(stack: dict[str, Any], clients: Clients) -> Shop:
    return Shop(stack, clients)


@pytest.fixture(scope="module")
def customer(shop: Shop, staff_token: str) -> tuple[str, str]:
    """Return the address and the id of somebody who has bought."""
    email = f"offered-{uuid4().hex[:12]}@example.com"
    shop.buys(email)
    (found,) = Staff(shop.stack, staff_token).find(email=email)
    return email, str(found["id"])


def test_an_orders_webhook_redeems_the_code_that_it_brings(
    shop: Shop, staff: Staff, customer: tuple[str, str]
) -> None:
    email, who = customer
    offer = shop.offers(who)
    assert staff.get(f"/v1/offers/{offer.code}").json()["status"] == "open"
    shop.buys(email, str(offer.code).lower().replace("-", ""))
    told = staff.get(f"/v1/offers/{offer.code}").json()
    assert (told["status"], told["redeemed"]["by"]) == ("redeemed", "customer")
    listed = staff.get("/v1/offers?status=redeemed").json()["items"]
    assert offer.id in {one["id"] for one in listed}
    refused = staff.post(f"/v1/offers/{offer.code}/redeem")
    assert refused.status == 409


def test_the_night_sees_what_became_of_offers(
    shop: Shop, staff: Staff, customer: tuple[str, str]
) -> None:
    shop.offers(customer[1])
    today = business_day(now_ms(), BUSINESS.time_zone)
    payload = json.dumps({"from": str(today - timedelta(days=1)), "to": str(today)}).encode()
    answer = shop.clients("lambda").invoke(
        FunctionName=shop.stack["functions"]["winback"], Payload=payload
    )
    told = json.load(answer["Payload"])
    assert "FunctionError" not in answer, told
    assert told["offers"] > 0
    (row,) = (
        one for one in staff.get("/v1/reports/winback").json()["items"] if one["rule"] == "quiet"
    )
    assert row["offers"] > 0


def test_a_code_is_redeemed_at_the_till(
    desk: Window, shop: Shop, customer: tuple[str, str]
) -> None:
    code = str(shop.offers(customer[1]).code)
    desk.go(OFFERS)
    desk.page.locator("#f-code").fill(code.lower())
    desk.page.get_by_role("button", name="Look up").click()
    expect(desk.page.get_by_role("heading", name=code).first).to_be_visible()
    desk.page.get_by_role("button", name="Redeem").click()
    expect(desk.page.get_by_text("The offer is redeemed.")).to_be_visible()
    assert code not in desk.page.url
    desk.page.locator("#f-code").fill(code)
    desk.page.keyboard.press("Enter")
    expect(desk.page.get_by_text("This code was redeemed before.").first).to_be_visible()
    expect(desk.page.get_by_role("button", name="Redeem")).to_have_count(0)


def test_the_till_works_without_scripts(
    browser: Browser, stack: dict[str, Any], signed_in: Any, shop: Shop, customer: tuple[str, str]
) -> None:
    code = str(shop.offers(customer[1]).code)
    how = {"storage_state": signed_in, "java_script_enabled": False}
    with window(browser, stack["api"]["url"], **how) as tab:
        tab.go(OFFERS)
        tab.page.locator("#f-code").fill(code)
        tab.page.get_by_role("button", name="Look up").click()
        tab.page.get_by_role("button", name="Redeem").click()
        expect(tab.page.get_by_text("The offer is redeemed.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_pages_fit_and_can_be_touched(
    width: int,
    scheme: Any,
    browser: Browser,
    stack: dict[str, Any],
    signed_in: Any,
    shop: Shop,
    customer: tuple[str, str],
    tmp_path: Path,
) -> None:
    shop.offers(customer[1])
    how = {"viewport": {"width": width, "height": 844}, "color_scheme": scheme}
    with window(browser, stack["api"]["url"], storage_state=signed_in, **how) as tab:
        for name, path in {
            "offers": OFFERS,
            "redeemed": f"{OFFERS}?status=redeemed",
            "codes": "/staff/codes",
            "winback": REPORT,
            "customer": f"/staff/customers/{customer[1]}",
        }.items():
            for language in ("en", "sw", "ca") if width == 390 else ("en",):
                tab.go(f"{path}{'&' if '?' in path else '?'}lang={language}")
                screenshot(tab.page, tmp_path, f"{name}-{width}-{scheme}-{language}")
                assert not overflows(tab.page), (name, language)
                assert narrow_targets(tab.page) == [], (name, language)
        tab.go(f"{OFFERS}?lang=en")

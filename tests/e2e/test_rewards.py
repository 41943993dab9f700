"""Points and stamps in a real browser: the till, and the customer's own card."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.filling import HOSTILE
from tests.e2e.marked import Staff, post, standard_order
from tests.e2e.windows import Window, narrow_targets, overflows, screenshot, window

TILL = "/staff/rewards"
_OPEN_ALL = "document.querySelectorAll('details').forEach((it) => it.open = true)"


@pytest.fixture
def asha(staff: Staff) -> str:
    """A new customer who has bought something, with a card of nine stamps."""
    email = f"rewards-{uuid4().hex[:12]}@example.com"
    told = {"email": email, "name": "Asha Rewarded"}
    customer = str(staff.post("/v1/customers", told).json()["id"])
    sale = {"currency": "USD", "total": 12_345, "lines": []}
    assert staff.post(f"/v1/customers/{customer}/sales", sale).status == 201
    body = {"customer": customer, "amount": 9, "unit": "stamps", "reason": HOSTILE[:200]}
    assert staff.post("/v1/rewards/adjust", body).status == 201
    return customer


def joined(staff: Staff, customer: str) -> dict[str, str]:
    told: dict[str, str] = staff.post("/v1/rewards/join", {"customer": customer}).json()
    return told


def test_staff_stamp_and_hand_out(desk: Window, staff: Staff, asha: str) -> None:
    number = joined(staff, asha)["loyalty"]
    desk.go(TILL)
    page = desk.page
    page.get_by_label("Telephone, card or code").fill(number)
    page.get_by_role("button", name="Look up").click()
    expect(page.get_by_role("heading", name="Asha Rewarded")).to_be_visible()
    assert number not in page.url
    expect(page.locator(".reward .lead", has_text="9 stamps")).to_be_visible()
    expect(page.get_by_text(HOSTILE[:20]).first).to_be_visible()
    page.get_by_role("button", name="Give a stamp").dblclick()
    expect(page.get_by_role("status")).to_have_text("The stamp is given.")
    expect(page.locator(".reward .lead", has_text="10 stamps")).to_be_visible()
    page.get_by_role("button", name="Hand out").click()
    expect(page.locator(".reward .lead", has_text="0 stamps")).to_be_visible()
    page.locator("summary", has_text="own card").click()
    expect(page.locator("svg.qr")).to_be_visible()
    page.get_by_role("link", name="Open the card").click()
    expect(page.get_by_role("heading", name="Your card")).to_be_visible()
    expect(page.get_by_text(number)).to_be_visible()
    told = staff.get(f"/v1/customers/{asha}/rewards").json()
    assert told["stamps"] == {"active": 0, "pending": 0, "debt": 0}
    assert told["points"] == {"active": 0, "pending": 123, "debt": 0}
    amounts = [one["amount"] for one in told["entries"] if one["unit"] == "stamps"]
    assert sorted(amounts) == [-10, 1, 9]


def test_a_customer_looks_at_the_card(tab: Window, staff: Staff, asha: str) -> None:
    card = joined(staff, asha)
    tab.go(card["path"])
    page = tab.page
    expect(page.get_by_text("9 stamps", exact=True)).to_be_visible()
    expect(page.get_by_text("On their way: 123 points")).to_be_visible()
    expect(page.get_by_text(card["loyalty"])).to_be_visible()
    assert page.get_by_text("Asha").count() == 0
    assert page.get_by_text(HOSTILE[:20]).count() == 0
    page.get_by_role("link", name="Kiswahili").click()
    expect(page.get_by_role("heading", name="Kadi yako")).to_be_visible()
    page.get_by_role("link", name="Català").click()
    expect(page.get_by_role("heading", name="La vostra targeta")).to_be_visible()
    tab.go(card["path"][:-4] + "AAAA")
    expect(page.get_by_role("heading", name="This link does not work")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_pages_fit_their_window(
    browser: Browser,
    stack: dict[str, Any],
    signed_in: Any,
    staff: Staff,
    asha: str,
    tmp_path: Path,
    width: int,
    scheme: Any,
) -> None:
    card = joined(staff, asha)
    how: Any = {"viewport": {"width": width, "height": 780}, "color_scheme": scheme}
    with window(browser, stack["api"]["url"], storage_state=signed_in, **how) as tab:
        pages = {
            "card": card["path"],
            "till": TILL,
            "till-of-customer": f"{TILL}?customer={asha}",
            "customer": f"/staff/customers/{asha}",
        }
        for name, path in pages.items():
            tab.go(path)
            tab.page.evaluate(
                "document.querySelectorAll('details').forEach((it) => it.open = true)"
            )
            assert not overflows(tab.page), name
            assert narrow_targets(tab.page) == [], name
            screenshot(tab.page, tmp_path, f"rewards-{name}-{width}-{scheme}")


def test_a_shop_s_order_and_its_refund_in_any_order(stack: dict[str, Any], staff: Staff) -> None:
    email = f"refunded-{uuid4().hex[:12]}@example.com"
    number = uuid4().hex[:8]
    body = standard_order(1)
    data = body["data"] | {"id": number, "number": number, "currency": "USD", "total": 10_000}
    data["customer"] = {"id": number, "email": email}
    refund = {"id": "r1", "at": data["updated_at"], "total": 4_000}
    later = data | {"version": 2, "refunds": [refund]}
    for one in (later, data, later):
        assert post(stack, "standard", body | {"data": one}).status == 200
    (found,) = staff.find(email=email)
    told = staff.get(f"/v1/customers/{found['id']}/rewards").json()
    assert told["points"] == {"active": 60, "pending": 0, "debt": 0} or told["points"] == {
        "active": 0,
        "pending": 60,
        "debt": 0,
    }

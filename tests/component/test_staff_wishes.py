"""What a customer likes and may want next, and who is interested in a product, at the pages."""

import sys

import pytest

from tests.component.browser import Browser
from tests.component.counter import NOBODY, stored
from tests.component.signed_in import Office, office
from tests.component.test_products import Shop, did, does, known
from tests.component.test_staff_pages import count_calls, page_of

HOSTILE = "<script>alert(1)</script>'\""


@pytest.fixture
def shop(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Shop:
    sys.modules.pop("functions.products.app", None)
    return Shop(aws, monkeypatch)


@pytest.fixture
def desk(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Office:
    return office(monkeypatch)


@pytest.fixture
def browser(desk: Office) -> Browser:
    return desk.signed_in("staff")


@pytest.fixture
def customer(shop: Shop) -> str:
    """One who saved a lamp and something hostile, and rated a chair; others bought lamp and
    shade."""
    for number in range(2, 8):
        shop.buy(number, "lamp", "shade")
    shop.buy(1, "table", email="jane@example.com")
    found = shop.find_one(email="jane@example.com")
    known("v1", found)
    does(
        "v1",
        did("Product Added to Wishlist", "lamp"),
        did("Product Added to Wishlist", HOSTILE),
        did("Product Reviewed", "chair", rating=4),
        did("Product Viewed", "chair"),
    )
    shop.night()
    return found


def test_a_customers_page_tells_what_they_like(browser: Browser, customer: str) -> None:
    shown = browser.get(page_of(customer))
    likes = shown.html.partition("<h2>Likes</h2>")[2].partition("</section>")[0]
    words = " ".join(likes.replace("<", " <").split())
    assert words.index("lamp") < words.index("chair")
    for text in ("saved", "4 stars", "claimed", "looked at on 1 day"):
        assert text in words
    assert HOSTILE in shown.text
    assert "<script>alert" not in shown.html


def test_likes_cost_no_further_query_and_no_further_opening(
    browser: Browser, customer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    count_calls(monkeypatch, calls)
    assert "4 stars" in browser.get(page_of(customer)).text
    # The key; whether mail to an address came back; what the night knows of everybody.
    assert sorted(calls) == [*["BatchGetItem"] * 3, "Decrypt", "PutItem", "Query"]


def test_suggestions_say_why(browser: Browser, customer: str, shop: Shop) -> None:
    page = browser.get(page_of(customer))
    (link,) = [one["href"] for one in page.tags("a") if one["href"].endswith("/suggestions")]
    assert link.endswith(f"{page_of(customer)}/suggestions")
    shown = browser.get(f"{page_of(customer)}/suggestions")
    (told, *_) = shop.rows(f"/v1/customers/{customer}/suggestions")
    assert told["product_id"] == "shade"
    because = told["because"][0]
    assert "Shade" in shown.text
    assert f"{because['people']} people bought it and {because['product_id']}" in shown.text
    noted = [item["what"] for item in stored("ACCESS#") if item["who"].startswith("sub-of-user")]
    assert "GET /v1/customers/{id}/suggestions" in noted


def test_of_whom_little_is_known_nothing_is_suggested(browser: Browser, shop: Shop) -> None:
    shop.buy(1, "table", email="jane@example.com")
    found = shop.find_one(email="jane@example.com")
    assert "Too little is known" in browser.get(f"{page_of(found)}/suggestions").text
    assert "Nothing was saved or rated yet" in browser.get(page_of(found)).text


def test_nobody_has_no_suggestions(browser: Browser) -> None:
    assert browser.get(f"{page_of(NOBODY)}/suggestions").status == 404


def test_analysts_see_no_persons_wishes(desk: Office, customer: str) -> None:
    browser = desk.signed_in("analyst")
    for path in (f"{page_of(customer)}/suggestions", "/staff/interested?product=lamp"):
        assert browser.get(path).status == 403


def test_who_is_interested_is_who_may_be_told(browser: Browser, customer: str, shop: Shop) -> None:
    at = "/staff/interested?product=lamp"
    assert "Nobody here" in browser.get(at).text
    shop.buy(20, "table", email="jane@example.com", buyer_accepts_marketing=True)
    shown = browser.get(at)
    assert "jane@example.com" in shown.text
    assert browser.get("/staff/interested").status == 404
    assert "jane@example.com" not in browser.get("/staff/interested?product=shade").text

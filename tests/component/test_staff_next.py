"""What comes next, whom customers reach, and the report on customers, at the pages."""

import re
import sys
from datetime import timedelta

import pytest

from tests.component.browser import Browser
from tests.component.counter import NOBODY, stored
from tests.component.signed_in import Office, office
from tests.component.test_predictions import EMAIL, TODAY, buys, others_have
from tests.component.test_products import Shop
from tests.component.test_staff_pages import count_calls, page_of
from tests.visits import moment

HOSTILE = "<script>alert(1)</script>'\""


@pytest.fixture
def shop(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Shop:
    sys.modules.pop("functions.products.app", None)
    made = Shop(aws, monkeypatch)
    for module in ("pages.asking", "pages.customer", "pages.reports", "pages.reach"):
        monkeypatch.setattr(f"mteja.staff.{module}.now_ms", lambda: moment("12:00", TODAY))
    return made


@pytest.fixture
def desk(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Office:
    return office(monkeypatch)


@pytest.fixture
def browser(desk: Office) -> Browser:
    return desk.signed_in("staff")


def test_a_customers_page_tells_what_comes_next_and_why(browser: Browser, shop: Shop) -> None:
    others_have("habit")
    shown = browser.get(page_of(buys(shop, 100, 70, 41, 10)))
    for text in (
        "What comes next",
        "Next order",
        "Buys again within 90 days",
        "Orders on 4 days within a year, usually 30 days apart; the shop's customers",
        "The last order was 10 days ago",
        "if they buy again, eight of ten times from",
    ):
        assert text in shown.text


def test_it_costs_no_further_query_of_the_customer(
    browser: Browser, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    others_have("habit")
    customer = buys(shop, 70, 41, 10)
    calls: list[str] = []
    count_calls(monkeypatch, calls)
    assert "Next order" in browser.get(page_of(customer)).text
    assert calls == [
        "Query", "PutItem", "BatchGetItem", "Decrypt", "BatchGetItem", "BatchGetItem",
    ]  # fmt: skip


def test_where_what_was_read_does_not_reach_back_a_year_the_page_leads_on(
    browser: Browser, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    others_have("habit")
    monkeypatch.setattr("mteja.staff.pages.customer._PAGE", 2)
    customer = buys(shop, 100, 70, 41, 10)
    shown = browser.get(page_of(customer))
    assert "Buys again within 90 days" not in shown.text
    (link,) = [one["href"] for one in shown.tags("a") if one["href"].endswith("/next")]
    assert link.endswith(f"{page_of(customer)}/next")
    assert "Buys again within 90 days" in browser.get(f"{page_of(customer)}/next").text


def test_the_page_of_what_comes_next_says_how_sure_it_is(browser: Browser, shop: Shop) -> None:
    others_have("habit")
    shown = browser.get(f"{page_of(buys(shop, 100, 70, 41, 10))}/next")
    for text in ("Tried on the last 90 days of", "Dates were off by", "Group at the end of each"):
        assert text in shown.text


def test_where_the_model_is_not_better_the_page_says_so_and_shows_recency(
    browser: Browser, shop: Shop
) -> None:
    others_have("chance")
    shown = browser.get(f"{page_of(buys(shop, 100, 70, 41, 10))}/next")
    for text in (
        "the time since the last order alone told as much: it is shown",
        "the model told no better who buys again",
        "bought again within 90 days",
    ):
        assert text in shown.text


def test_of_a_new_shop_too_little_is_known(browser: Browser, shop: Shop) -> None:
    customer = buys(shop, 10)
    shown = browser.get(f"{page_of(customer)}/next")
    assert "Too little is known" in shown.text
    assert "it has not been yet" in shown.text
    assert browser.get(f"{page_of(NOBODY)}/next").status == 404


@pytest.mark.parametrize(
    ("language", "title"), [("en", "Demonstration lamp"), ("sw", "Taa ya mfano")]
)
@pytest.mark.parametrize("path", ["/staff/advocates", "/staff/interested"])
def test_a_product_is_called_as_the_owners_file_calls_it(
    browser: Browser, path: str, language: str, title: str
) -> None:
    shown = browser.get(f"{path}?product=demo-lamp&lang={language}")
    assert title in shown.title
    assert "demo-lamp" not in shown.text
    assert "unheard-of" in browser.get(f"{path}?product=unheard-of").text


@pytest.mark.parametrize("language", ["sw", "ca"])
def test_a_page_of_persons_has_no_word_of_english(
    browser: Browser, shop: Shop, language: str
) -> None:
    """What the owner declares in several languages, and what we call our own forms and staff."""
    shop.buy(1, "lamp", email=EMAIL, buyer_accepts_marketing=True)
    customer = shop.find_one(email=EMAIL)
    shop.told("/v1/rewards/stamp", {"customer": customer})
    paths = (f"{page_of(customer)}?", "/staff/leaving?", "/staff/advocates?product=lamp&")
    texts = [browser.get(f"{path}lang={language}").text for path in paths]
    for english in ("To tell customers", "To recognise", "staff", "forms", "own"):
        assert not [text for text in texts if re.search(rf"\b{english}\b", text)], english


@pytest.mark.parametrize("language", ["sw", "ca"])
def test_it_is_told_in_every_language(browser: Browser, shop: Shop, language: str) -> None:
    others_have("habit")
    path = f"{page_of(buys(shop, 100, 70, 41, 10))}/next"
    shown = browser.get(f"{path}?lang={language}")
    assert "Next order" not in shown.text
    assert "usually" not in shown.text
    assert browser.get(f"/staff/reports/customers?lang={language}").status == 200


def test_the_report_on_customers_shows_groups_and_months(browser: Browser, shop: Shop) -> None:
    assert "Nothing is known of customers" in browser.get("/staff/reports/customers").text
    others_have("habit")
    first = TODAY - timedelta(days=80)
    shown = browser.get(f"/staff/reports/customers?from={first}&to={TODAY}")
    assert "The figures begin with" not in shown.text
    for text in ("Champions", "May be about to leave", "By month", "November 2026", "New"):
        assert text in shown.text
    # Whoever came again in each of three months is one customer: these are not added up.
    assert shown.text.count("Came again") == 1
    assert browser.get("/staff/reports/customers?from=x").status == 422
    sheet = browser.get(f"/staff/reports/customers.csv?from={first}&to={TODAY}")
    assert sheet.html.startswith("month,until,customers")


def test_months_of_which_too_little_is_known_are_said_to_lack(browser: Browser, shop: Shop) -> None:
    others_have("many")  # orders of seven months, of which the first six make none
    first = TODAY - timedelta(days=200)
    shown = browser.get(f"/staff/reports/customers?from={first}&to={TODAY}")
    assert "The figures begin with October 2026" in shown.text


def test_a_code_and_followers_are_given_at_the_page(browser: Browser, shop: Shop) -> None:
    customer = buys(shop, 10)
    path = f"{page_of(customer)}/reach"
    page = browser.get(path)
    assert "Give a personal code" in page.text
    shown = browser.fill_in(page, f"{page_of(customer)}/code")
    assert "REF-" in shown.text
    assert "https://shop.example/?ref=REF-" in shown.text
    shown = browser.fill_in(
        shown, f"{page_of(customer)}/followers", network="instagram", followers="12400",
        on=str(TODAY),
    )  # fmt: skip
    assert "10,000 followers and more" in shown.text
    assert "Instagram: 12,400" in " ".join(shown.text.split())
    assert "12,400 followers" in browser.get(page_of(customer)).text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"followers": "12", "network": HOSTILE}, "network"),
        ({"followers": HOSTILE, "network": "instagram"}, "followers"),
        ({"followers": "-5", "network": "instagram"}, "followers"),
        ({"followers": "5", "network": "instagram", "on": "2027-09-01"}, "on"),
    ],
)
def test_what_is_typed_wrong_is_shown_again_and_kept_nowhere(
    browser: Browser, shop: Shop, typed: dict[str, str], field: str
) -> None:
    customer = buys(shop, 10)
    page = browser.get(f"{page_of(customer)}/reach")
    shown = browser.fill_in(page, f"{page_of(customer)}/followers", **typed)
    assert shown.status == 422
    assert f'href="#f-{field}"' in shown.html
    assert "<script>alert" not in shown.html
    assert stored("REACH") == []


def test_who_likes_a_product_and_has_reach_is_listed(browser: Browser, shop: Shop) -> None:
    customer = buys(shop, 10)
    told = {"network": "instagram", "followers": 12_400, "on": "2026-03-02"}
    shop.told(f"/v1/customers/{customer}/followers", told)
    shop.night(TODAY)
    at = "/staff/advocates?product=lamp"
    assert "Nobody here" in browser.get(at).text
    shop.buy(9, "lamp", email="jane@example.com", buyer_accepts_marketing=True)
    shown = browser.get(at)
    assert "jane@example.com" in shown.text
    assert "Mar 2, 2026" in shown.text
    assert "10,000 followers and more" in shown.text
    assert browser.get("/staff/advocates").status == 404
    (link,) = [
        one["href"]
        for one in browser.get("/staff/interested?product=lamp").tags("a")
        if "/staff/advocates" in one["href"]
    ]
    assert "product=lamp" in link


def test_a_page_without_advocates_says_that_there_are_further_ones(
    browser: Browser, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mteja.staff.social.A_PAGE", 1)
    for number, product, followers in ((1, "table", 9_000), (2, "lamp", 5_000)):
        shop.buy(number, product, buyer_accepts_marketing=True)
        customer = shop.find_one(email=f"p{number}@example.com")
        told = {"network": "instagram", "followers": followers}
        shop.told(f"/v1/customers/{customer}/followers", told)
    shop.night(TODAY)
    shown = browser.get("/staff/advocates?product=lamp")
    assert "Nobody among these" in shown.text
    (link,) = [one["href"] for one in shown.tags("a") if "cursor=" in one["href"]]
    assert "p2@example.com" in browser.get(f"/staff/advocates?{link.partition('?')[2]}").text


def test_the_report_leads_to_who_may_be_about_to_leave(browser: Browser, shop: Shop) -> None:
    for number in range(1, 26):
        day = TODAY - timedelta(days=number)
        shop.buy(number, "lamp", day=day, buyer_accepts_marketing=number % 2 == 0)
    shop.night(TODAY)
    page = browser.get("/staff/reports/customers")
    assert any(one["href"].endswith("/staff/leaving") for one in page.tags("a"))
    everybody = browser.get("/staff/leaving")
    assert "About to sleep" in everybody.text
    agreed = browser.get("/staff/leaving?purpose=marketing-email")
    assert 0 < agreed.html.count('scope="row"') < everybody.html.count('scope="row"')


def test_analysts_see_the_report_and_no_person(desk: Office, shop: Shop) -> None:
    customer = buys(shop, 10)
    browser = desk.signed_in("analyst")
    assert browser.get("/staff/reports/customers").status == 200
    for path in (f"{page_of(customer)}/next", f"{page_of(customer)}/reach",
                 "/staff/advocates?product=lamp", "/staff/leaving"):  # fmt: skip
        assert browser.get(path).status == 403

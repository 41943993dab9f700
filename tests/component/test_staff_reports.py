"""Reports at the staff's pages: the numbers of the API, to whom, in words, and as CSV."""

import html
import json
import re
from datetime import timedelta
from typing import Any

import pytest

from tests import kit
from tests.component.browser import Browser, Shown
from tests.component.counter import claims_of
from tests.component.signed_in import Office, office
from tests.component.test_reports import two_visits
from tests.component.test_summaries import store
from tests.visits import DAY, batch, event, moment, page

NEXT = DAY + timedelta(days=1)
NAMES = ("pages", "sessions", "sources", "products")
OF_THE_DAY = f"from={DAY}&to={DAY}"
HOSTILE = "/<script>alert(1)</script>'\"&{{7*7}}"


@pytest.fixture
def desk(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Office:
    """The staff pages at noon of the day after."""
    opened = office(monkeypatch)
    for module in ("routes_reports", "routes_products", "routes_survey_reports", "pages.reports"):
        monkeypatch.setattr(f"mteja.staff.{module}.now_ms", lambda: moment("12:00", NEXT))
    return opened


@pytest.fixture
def browser(desk: Office) -> Browser:
    return desk.signed_in("analyst")


def path_of(name: str) -> str:
    return f"/staff/reports/{name}"


def api(desk: Office, name: str, accept: str = "application/json", **query: str) -> Any:
    """Return what the API answers of the same day."""
    asked = {"from": str(DAY), "to": str(DAY)} | query
    told = kit.http_event("GET", f"/v1/reports/{name}", headers={"accept": accept}, query=asked,
                          claims=claims_of("[analyst]"))  # fmt: skip
    return desk.app.lambda_handler(told, None)


def body(desk: Office, name: str) -> Any:
    return json.loads(api(desk, name)["body"])


def cells(shown: Shown, table: str) -> list[list[str]]:
    """Return the text of each cell of a table's body, row by row."""
    found = re.search(rf'aria-labelledby="{table}".*?</table>', shown.html, re.DOTALL)
    assert found is not None
    inner = found[0].partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        [html.unescape(re.sub(r"<[^>]+>", "", cell)).strip()
         for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr>(.*?)</tr>", inner, re.DOTALL)
    ]  # fmt: skip


def charts(shown: Shown) -> list[dict[str, Any]]:
    return [json.loads(one["data-told"]) for one in shown.tags("figure")]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("group", ["owner", "staff", "analyst"])
def test_every_group_may_see_reports(desk: Office, name: str, group: str) -> None:
    shown = desk.signed_in(group).get(path_of(name))
    assert shown.status == 200
    here = [one["href"] for one in shown.tags("a") if one.get("aria-current") == "page"]
    # The menu's entry, and the tab.
    assert [one.partition("/")[0] or one for one in here] == [".."] * 2
    assert here[1].endswith(path_of(name))


def test_nobody_of_no_group_sees_reports(desk: Office) -> None:
    browser = desk.signed_in()
    for name in NAMES:
        assert browser.get(path_of(name)).status == 403
        assert browser.get(f"{path_of(name)}.csv").status == 403


def test_analysts_begin_at_reports_and_have_no_other_entry(browser: Browser) -> None:
    shown = browser.get("/staff")
    assert (shown.status, shown.path) == (200, path_of("pages"))
    menu = shown.html.partition('class="menu"')[2].partition("</nav>")[0]
    assert re.findall(r">([A-Z][a-z]+)</a>", menu) == ["Reports"]


def test_pages_are_those_of_the_api(desk: Office, browser: Browser) -> None:
    store(*two_visits(), batch(page(moment("11:00"), "/"), "bot", bot="list:Googlebot/"))
    shown = browser.get(f"{path_of('pages')}?{OF_THE_DAY}")
    told = body(desk, "pages")["items"]
    rows = cells(shown, "pages")
    assert (
        [row[0] for row in rows] == [one["path"] for one in told] == ["/", "/lamps", "/thank-you"]
    )
    for row, one in zip(rows, told, strict=True):
        views, visitors, entries, exits = (row[at] for at in (1, 2, 3, 4))
        assert [int(number) for number in (views, visitors, entries, exits)] == [
            one[name] for name in ("views", "visitors", "entries", "exits")
        ]
    assert rows[0][8:12] == ["15\N{NO-BREAK SPACE}s", *(["0.8\N{NO-BREAK SPACE}s"] * 3)]
    assert "Views by robots, not counted1" in shown.text.replace("\n", "").replace("  ", "")
    ends, load = charts(shown)
    assert ends["labels"] == ["/", "/lamps", "/thank-you"]
    assert [one["values"] for one in ends["series"]] == [[2, 0, 0], [1, 0, 1]]
    assert load["series"][0]["values"] == [800, 400, None]


def test_pages_are_put_in_order_by_what_is_asked(browser: Browser) -> None:
    store(*two_visits())
    shown = browser.get(f"{path_of('pages')}?{OF_THE_DAY}&by=exits")
    assert [row[4] for row in cells(shown, "pages")] == ["1", "1", "0"]
    (chosen,) = [one for one in shown.tags("th") if "aria-sort" in one]
    assert chosen["aria-sort"] == "descending"


def test_a_long_table_is_cut_and_whole_where_that_is_asked(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mteja.staff.pages.reports.FIRST_ROWS", 2)
    store(*two_visits())
    shown = browser.get(f"{path_of('pages')}?{OF_THE_DAY}")
    assert len(cells(shown, "pages")) == 2
    (whole,) = [one["href"] for one in shown.tags("a") if "rows=all" in one["href"]]
    assert len(cells(browser.get(f"/staff/reports/{whole.rpartition('/')[2]}"), "pages")) == 3


def test_visits_are_those_of_the_api(desk: Office, browser: Browser) -> None:
    store(*two_visits(), *two_visits(NEXT))
    asked = f"from={DAY}&to={NEXT}"
    shown = browser.get(f"{path_of('sessions')}?{asked}")
    told = json.loads(api(desk, "sessions", to=str(NEXT))["body"])
    rows = cells(shown, "days")
    assert [[int(cell) for cell in row[1:]] for row in rows] == [
        [one["views"], one["visitors"], one["sessions"]] for one in told["by_day"]
    ]
    assert [one["sessions"] for one in told["by_day"]] == [2, 2]
    assert sum(one["views"] for one in told["by_day"]) == told["views"] == 8
    (series,) = charts(shown)
    assert series["labels"] == ["Nov 20", "Nov 21"]
    assert series["series"][0] == {"label": "Views", "values": [4, 4]}
    way = shown.html.partition('<ol class="steps">')[2].partition("</ol>")[0]
    assert re.findall(r">(/[^<]*)<", way) in (["/"], ["/", "/lamps", "/thank-you"])
    assert "today so far" in shown.text


def test_sources_are_those_of_the_api_in_words(desk: Office, browser: Browser) -> None:
    store(*two_visits())
    shown = browser.get(f"{path_of('sources')}?{OF_THE_DAY}")
    rows = cells(shown, "sources")
    assert [row[:3] for row in rows] == [
        ["Address typed or kept", "1", "50%"], ["Search engines", "1", "50%"],
    ]  # fmt: skip
    assert [int(row[1]) for row in rows] == [one["count"] for one in body(desk, "sources")["items"]]
    assert "today so far" not in shown.text


def test_products_are_those_of_the_api(desk: Office, browser: Browser) -> None:
    viewed = event(moment("10:00"), "Product Viewed", properties={"product_id": "lamp"})
    saved = event(moment("10:01"), "Product Added to Wishlist", properties={"product_id": "lamp"})
    store(batch([page(moment("10:00")), viewed, saved], "v1"))
    (row,) = cells(browser.get(f"{path_of('products')}?{OF_THE_DAY}"), "products")
    (told,) = body(desk, "products")["items"]
    assert row[0] == told["product_id"] == "lamp"
    assert (int(row[5]), int(row[6])) == (told["views"], told["saved"]) == (1, 1)


def test_who_is_interested_is_linked_for_those_who_see_persons(desk: Office) -> None:
    viewed = event(moment("10:00"), "Product Viewed", properties={"product_id": "a/b&c"})
    store(batch([page(moment("10:00")), viewed], "v1"))
    at = f"{path_of('products')}?{OF_THE_DAY}"
    links = [one["href"] for one in desk.signed_in("staff").get(at).tags("a")]
    (link,) = [one for one in links if "interested" in one]
    assert link.endswith("/staff/interested?product=a%2Fb%26c")
    assert "Nobody here" in desk.signed_in("staff").get("/staff/interested?product=a%2Fb%26c").text
    assert "interested" not in desk.signed_in("analyst").get(at).html
    assert desk.signed_in("analyst").get("/staff/interested?product=lamp").status == 403


@pytest.mark.parametrize("name", NAMES)
def test_csv_is_that_of_the_api(desk: Office, browser: Browser, name: str) -> None:
    store(*two_visits(), batch(page(moment("10:00"), "=1+1"), "v3"))
    shown = browser.get(f"{path_of(name)}.csv?{OF_THE_DAY}")
    told = api(desk, name, "text/csv")
    assert (shown.status, shown.html) == (200, told["body"])
    assert shown.headers == told["headers"]
    assert shown.headers["cache-control"] == "no-store"
    page_of = browser.get(f"{path_of(name)}?{OF_THE_DAY}")
    (link,) = [one["href"] for one in page_of.tags("a") if ".csv" in one["href"]]
    assert f"{name}.csv?" in link
    assert OF_THE_DAY in link


def test_no_cell_of_the_csv_is_a_formula(browser: Browser) -> None:
    store(batch(page(moment("10:00"), "=cmd()"), "v1"))
    assert "'=cmd()," in browser.get(f"{path_of('pages')}.csv?{OF_THE_DAY}").html


def test_hostile_paths_campaigns_and_shares_are_text(browser: Browser) -> None:
    at = moment("10:00")
    hostile = [
        page(at, HOSTILE, referrer="www.google.com", campaign={"campaign": HOSTILE}),
        event(at + 1000, "Page Shared", HOSTILE, properties={"share_via": "whatsapp"}),
        event(at + 2000, "Product Viewed", HOSTILE, properties={"product_id": HOSTILE}),
        page(at + 3000, f"{HOSTILE}2"),
    ]
    store(batch(hostile, "v1"))
    for name in NAMES:
        shown = browser.get(f"{path_of(name)}?{OF_THE_DAY}")
        assert shown.status == 200
        assert [one for one in shown.tags("script") if "src" not in one] == []
        assert name == "sources" or HOSTILE in shown.text
        for chart in charts(shown):
            assert name not in {"pages", "products"} or HOSTILE in chart["labels"]


@pytest.mark.parametrize("name", NAMES)
def test_days_without_anybody_are_told(browser: Browser, name: str) -> None:
    shown = browser.get(path_of(name))
    assert shown.status == 200
    assert re.search(r"Nobody was seen|Nothing is known of any product", shown.text)
    assert shown.tags("figure") == []


@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ("from=yesterday", "from", "A day as 2026-11-22"),
        ("to=2026-02-30", "to", "A day as 2026-11-22"),
        ("from=2026-11-02&to=2026-11-01", "from", "Not after the last day"),
        ("from=2020-01-01&to=2026-11-01", "from", "At most 365 days before the last day"),
        ("site=nobody", "site", "Not a declared website"),
    ],
    ids=["no-day", "no-such-day", "turned", "too-long", "no-site"],
)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["", ".csv"])
def test_what_can_not_be_asked_is_told_beside_its_field(
    browser: Browser, name: str, kind: str, query: str, field: str, said: str
) -> None:
    shown = browser.get(f"{path_of(name)}{kind}?{query}")
    assert shown.status == 422
    assert said in shown.text
    if field != "site":  # with one website there is nothing to choose, and no field
        (wrong,) = [one for one in shown.tags("input") if "aria-invalid" in one]
        assert (wrong["name"], wrong["aria-describedby"]) == (field, f"e-{field}")


def test_the_day_that_is_right_stays_beside_one_that_is_none(browser: Browser) -> None:
    shown = browser.get(f"{path_of('pages')}?from=yesterday&to={DAY}")
    days = {one["name"]: one["value"] for one in shown.tags("input") if one["type"] == "date"}
    assert days == {"from": "", "to": str(DAY)}


def test_empty_fields_ask_for_the_usual_days(browser: Browser) -> None:
    shown = browser.get(f"{path_of('pages')}?from=&to=&site=&other=1")
    assert shown.status == 200
    presets = [one for one in shown.tags("a") if "aria-current" in one and "from=" in one["href"]]
    assert f"from={NEXT - timedelta(days=29)}&to={NEXT}" in presets[0]["href"]


def test_days_that_are_too_much_at_once_are_told(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mteja.summaries.reading.MAX_EVENTS", 1)
    store(*two_visits(), *two_visits(NEXT))
    shown = browser.get(f"{path_of('pages')}?from={DAY - timedelta(days=9)}&to={NEXT}")
    assert "They are here tomorrow" in shown.text


@pytest.mark.parametrize("name", ["none", "pages.xls", "pages.csv.csv", "pages."])
def test_there_is_no_other_report(browser: Browser, name: str) -> None:
    assert browser.get(path_of(name)).status == 404


@pytest.mark.parametrize("language", ["sw", "ca"])
@pytest.mark.parametrize("name", NAMES)
def test_reports_are_there_in_every_language(browser: Browser, name: str, language: str) -> None:
    store(*two_visits())
    shown = browser.get(f"{path_of(name)}?{OF_THE_DAY}&lang={language}")
    assert shown.headers["content-language"] == language
    assert "Reports" not in shown.text


def test_the_library_is_loaded_on_reports_alone_and_held_to_its_hash(
    desk: Office, browser: Browser
) -> None:
    (script,) = [
        one for one in browser.get(path_of("pages")).tags("script") if "uplot" in one["src"]
    ]
    assert script["integrity"].startswith("sha384-")
    served = browser.get(f"/staff/assets/{script['src'].rpartition('/')[2]}")
    assert served.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "uplot" not in desk.signed_in("staff").get("/staff/find").html

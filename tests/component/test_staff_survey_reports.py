"""Reports on surveys on the staff pages: the API's numbers, in words."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin
from uuid import uuid4

import pytest

from mteja.business.sites import Sites
from mteja.business.surveys import Surveying
from mteja.recording.record import recorder
from mteja.store import keys
from mteja.store.table import customers_table
from mteja.surveys.invited import counted
from mteja.surveys.items import AnsweredItem
from mteja.times import day_begins
from tests import kit
from tests.answers import DAY, anonymous, answered, scored, store
from tests.component.browser import Browser, Shown
from tests.component.counter import claims_of, entries, stored
from tests.component.front import Front
from tests.component.signed_in import Office, office
from tests.component.test_staff_reports import cells

HOSTILE = "<script>alert(1)</script>'\"{{7*7}}"
ASKED = "?from=2026-11-01&to=2026-11-22"


@pytest.fixture
def desk(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Office:
    """The staff pages at noon of the Sunday after."""
    opened = office(monkeypatch)
    noon = day_begins(DAY + timedelta(days=4), "Africa/Dar_es_Salaam") + 43_200_000
    for module in ("routes_survey_reports", "pages.reports"):
        monkeypatch.setattr(f"mteja.staff.{module}.now_ms", lambda: noon)
    return opened


@pytest.fixture
def browser(desk: Office) -> Browser:
    return desk.signed_in("analyst")


def seen(browser: Browser, name: str, more: str = "") -> Shown:
    shown = browser.get(f"/staff/reports/{name}{ASKED}{more}")
    assert shown.status == 200, shown.html
    return shown


def api(desk: Office, name: str) -> str:
    query = {"from": "2026-11-01", "to": "2026-11-22"}
    told = kit.http_event("GET", f"/v1/reports/{name}", headers={"accept": "text/csv"},
                          query=query, claims=claims_of("[analyst]"))  # fmt: skip
    body: str = desk.app.lambda_handler(told, None)["body"]
    return body


def test_a_score_is_shown_with_its_interval_and_what_changed(browser: Browser) -> None:
    store(scored(50, 30, 20, day=DAY - timedelta(weeks=1)) + scored(5, 10, 85, begin=200))
    shown = seen(browser, "nps")
    first, second = cells(shown, "periods")
    assert first[1:] == ["30", "14.69 \N{EN DASH} 45.31", "100", ""]
    assert second[1] == "-80"
    assert second[-1] == "more than chance"
    assert 'data-chart="lines"' in shown.html


def test_a_score_is_shown_by_day_week_and_month(browser: Browser) -> None:
    store(scored(10, 5, 5, day=DAY - timedelta(days=1)) + scored(10, 5, 5, begin=200))
    counts = {"day": 2, "week": 1, "month": 1}
    for by, count in counts.items():
        assert len(cells(seen(browser, "nps", f"&by={by}"), "periods")) == count


@pytest.mark.parametrize(
    ("by", "of_item", "named"),
    [
        ("channel", {"channel": "phone"}, "By telephone"),
        ("customer", {"segments": {"customer": "returning"}}, "Returning"),
        ("product", {"segments": {"product": HOSTILE}}, HOSTILE),
        ("product", {"segments": {"product": "new"}}, "new"),
        ("order_channel", {"segments": {"order_channel": "web"}}, "web"),
        ("country", {"segments": {"country": "KE"}}, "Kenya"),
        ("source", {"segments": {"source": "search"}}, "Search engines"),
        ("trust", {"trust": "verified"}, "Verified"),
    ],
    ids=["channel", "customer", "product", "odd", "order", "country", "source", "trust"],
)
def test_a_score_is_told_apart_where_there_are_enough_answers(
    browser: Browser, by: str, of_item: dict[str, Any], named: str
) -> None:
    store(scored(10, 6, 4, **of_item) + scored(9, 0, 0, begin=200))
    shown = seen(browser, "nps", f"&by={by}")
    enough, few = cells(shown, "segments")
    assert (enough[0], enough[1], enough[3]) == (named, "30", "20")
    assert few[1:] == ["\N{EM DASH}", "\N{EM DASH}", "9", *["\N{EM DASH}"] * 3]
    assert "<script>alert" not in shown.html
    assert 'data-chart="bars"' in shown.html
    (chosen,) = [one for one in shown.tags("option") if one.get("value") == by]
    assert "selected" in chosen
    # On another report nothing is told apart: not each knows every way.
    tabs = [one["href"] for one in shown.tags("a") if "reports/reasons?" in one["href"]]
    assert tabs
    assert not any("by=" in one for one in tabs)


def ranked(number: int, *order: str, **of_item: Any) -> AnsweredItem:
    answers = {"recommend": 9, "heard_from": "friend", "reasons": list(order)}
    return answered(number, answers, **of_item)


def test_reasons_are_told_apart_by_who_answered(browser: Browser) -> None:
    price_first, quality_first = ("price", "quality"), ("quality", "price")
    store([ranked(one, *price_first, channel="phone") for one in range(12)])
    store([ranked(one + 100, *quality_first, channel="kiosk") for one in range(10)])
    store([ranked(one + 200, *quality_first, channel="sms") for one in range(9)])
    shown = seen(browser, "reasons", "&by=channel")
    heads = re.findall(r"<th scope=\"col\">(.*?)</th>", shown.html.partition("apart-reasons")[2])
    price, quality = heads.index("Price"), heads.index("Quality")
    by_phone, on_tablet, few = cells(shown, "apart-reasons")
    assert by_phone[:2] == ["By telephone", "12"]
    assert (by_phone[price], by_phone[quality]) == ("1", "2")
    assert (on_tablet[price], on_tablet[quality]) == ("2", "1")
    assert few == ["By SMS", "9", *["\N{EM DASH}"] * 4]


def test_a_whole_survey_is_told_apart_by_who_answered(browser: Browser) -> None:
    store([ranked(one, "price", channel="phone") for one in range(12)])
    store([answered(one + 100, {"recommend": 3, "heard_from": "search"}, channel="kiosk")
           for one in range(10)])  # fmt: skip
    shown = seen(browser, "answers", "&by=channel")
    assert cells(shown, "apart-recommend") == [
        ["By telephone", "12", "100"],
        ["On the tablet", "10", "-100"],
    ]
    by_phone, on_tablet = cells(shown, "apart-heard_from")
    assert (by_phone.count("100%"), on_tablet.count("100%")) == (1, 1)
    assert by_phone.index("100%") != on_tablet.index("100%")
    assert "apart-why" not in shown.html
    options = [one.get("value") for one in shown.tags("option")]
    assert "channel" in options
    assert "week" not in options


def test_nothing_is_told_apart_where_nobody_asks(browser: Browser) -> None:
    store(scored(10, 6, 4))
    for name in ("reasons", "answers"):
        assert "apart-" not in seen(browser, name).html


def test_only_the_detractors_of_the_survey_that_is_shown_are_listed(desk: Office) -> None:
    front = Front()
    asha = detractor(front, "Asha", 2)
    juma = detractor(front, "Juma", 1)
    (task,) = (one for one in entries(juma) if one.kind == "task")
    assert task.data["asked"] == "satisfaction"
    of_another = task.model_copy(update={"data": task.data | {"asked": "another"}})
    customers_table().put(of_another.model_dump(exclude_none=True))
    assert _listed(seen(desk.signed_in("staff"), "nps")) == [asha]


def test_the_share_of_invitations_that_were_answered_is_shown(
    desk: Office, browser: Browser
) -> None:
    store([answered(one, {"recommend": 9}, invited=True) for one in range(6)])
    recorder().table.transact([counted("satisfaction", DAY, "msg_1", 12)])
    for name in ("nps", "answers"):
        assert "Invitations that were answered</dt><dd>50%" in seen(browser, name).html
    header, whole, *_ = api(desk, "nps").splitlines()
    assert dict(zip(header.split(","), whole.split(","), strict=True))["response_rate"] == "0.5"
    assert "response_rate,0.5," in api(desk, "survey/satisfaction")


def test_only_the_answers_of_the_invited_are_told(browser: Browser) -> None:
    store(scored(10, 0, 0, trust="verified") + scored(0, 0, 20, begin=200))
    (row,) = cells(seen(browser, "nps", "&trust=verified"), "periods")
    assert row[1] == "100"
    (row,) = cells(seen(browser, "nps", "&trust=claimed"), "periods")
    assert row[1] == "-100"


def detractor(front: Front, name: str, score: int) -> str:
    made = front.told("/v1/customers", {"email": f"{uuid4().hex}@example.com", "name": name})
    path = f"/v1/staff/surveys/satisfaction?customer={made['id']}"
    front.told(path, {"answers": {"recommend": score}})
    return str(made["id"])


def test_staff_see_whom_to_ask_and_analysts_see_nobody(desk: Office) -> None:
    front = Front()
    asha = detractor(front, HOSTILE, 2)
    back = detractor(front, "Juma", 1)
    front.told(f"/v1/staff/surveys/satisfaction?customer={back}", {"answers": {"recommend": 9}})
    detractor(front, "Content", 8)
    staff = seen(desk.signed_in("staff"), "nps")
    assert _listed(staff) == [asha, back]
    assert HOSTILE in staff.text
    assert "<script>alert" not in staff.html
    assert staff.html.count("recovered: would recommend") == 1
    noted = [one for one in stored(keys.AUDIT_PREFIX) if one["what"] == "GET /v1/tasks"]
    assert len(noted) == 2
    analyst = desk.browser()
    desk.pool.add("analyst@shop.example", "analyst")
    desk.sign_in(analyst, email="analyst@shop.example")
    seen_by_analyst = seen(analyst, "nps")
    assert _listed(seen_by_analyst) == []
    assert "Juma" not in seen_by_analyst.html
    assert "Whom to ask" not in seen_by_analyst.html
    assert len([one for one in stored(keys.AUDIT_PREFIX) if one["what"] == "GET /v1/tasks"]) == 2


def test_of_many_detractors_the_first_are_shown_and_nobody_else(desk: Office) -> None:
    front = Front()
    front.told("/v1/calls", {"phone": "+255754000333", "why": "Lamp", "follow_up_on": "2026-01-01"})
    for number in range(11):
        detractor(front, f"Customer {number}", 3)
    shown = seen(desk.signed_in("staff"), "nps")
    assert len(_listed(shown)) == 10
    assert "All tasks" in shown.text


def _listed(shown: Shown) -> list[str]:
    return [
        one["href"].rpartition("/")[2] for one in shown.tags("a") if "/customers/cus" in one["href"]
    ]


def test_reasons_are_shown_in_the_owners_words(browser: Browser) -> None:
    store(answered(at, {"reasons": ["quality", "price"]}) for at in range(12))
    shown = seen(browser, "reasons")
    assert [row[0] for row in cells(shown, "reasons")][:2] == ["Quality", "Price"]
    assert cells(shown, "reasons")[0][1:4] == ["36", "1", "100%"]
    assert cells(shown, "duels")[0] == ["Quality", "\N{EM DASH}", "12", "12", "12"]
    assert cells(shown, "duels")[1][:3] == ["Price", "0", "\N{EM DASH}"]


def test_sources_are_shown_beside_each_other(browser: Browser) -> None:
    said = [("friend", "search")] * 3 + [("search", "search")] * 9 + [("friend", "social")] * 2
    store(
        answered(at, {"heard_from": declared}, segments={"source": measured})
        for at, (declared, measured) in enumerate(said)
    )
    shown = seen(browser, "sources")
    assert [row[:3] for row in cells(shown, "declared")] == [
        ["Search engine", "9", "64.3%"], ["A friend", "5", "35.7%"],
    ]  # fmt: skip
    assert cells(shown, "both") == [["Search engine", "9", "\N{EM DASH}"], ["A friend", "3", "2"]]
    assert "64.3%" in shown.html


def test_every_question_of_a_survey_is_shown(browser: Browser) -> None:
    store(scored(10, 5, 5))
    shown = seen(browser, "answers")
    for heading in ("Would you recommend us to a friend?", "How did you hear of us?"):
        assert heading in shown.html
    assert "Who are our customers?" in shown.html


def test_of_an_anonymous_survey_nothing_of_few_is_shown(browser: Browser) -> None:
    incomes = [{"income": "under-500"}] * 20 + [{"income": "over-4000"}] * 3
    store(anonymous(incomes, 2))
    shown = seen(browser, "answers", "&survey=anonymous-profile")
    assert "This survey is anonymous" in shown.html
    assert {row[0]: row[1] for row in cells(shown, "t-income")}["over $4,000"] == "—"


@pytest.mark.parametrize("name", ["nps", "reasons", "answers", "sources"])
@pytest.mark.parametrize("language", ["en", "sw", "ca"])
def test_without_answers_a_page_says_so(browser: Browser, name: str, language: str) -> None:
    shown = seen(browser, name, f"&lang={language}")
    assert "%(" not in shown.html


def test_nobodys_words_become_a_part_of_a_page(browser: Browser) -> None:
    store(answered(at, {"heard_from": "friend", "reasons": [HOSTILE]}) for at in range(12))
    for name in ("nps", "reasons", "answers", "sources"):
        assert "<script>alert" not in seen(browser, name).html


@pytest.mark.parametrize("name", ["nps", "reasons"])
def test_csv_is_that_of_the_api(desk: Office, browser: Browser, name: str) -> None:
    store([*scored(10, 5, 5), answered(99, {"reasons": ["price"]})])
    shown = browser.get(f"/staff/reports/{name}.csv{ASKED}")
    assert (shown.status, shown.html) == (200, api(desk, name))


def test_what_can_not_be_asked_is_said_on_the_page(browser: Browser) -> None:
    shown = browser.get("/staff/reports/nps?from=2026-11-22&to=2026-11-01")
    assert shown.status == 422
    assert browser.get("/staff/reports/nps?survey=nothing").status == 404
    for query in ("by=colour", "trust=nobody", "survey=anonymous-profile"):
        shown = browser.get(f"/staff/reports/nps?{query}")
        assert shown.status == 422
        assert "There is a problem with 1 field" in shown.text


def test_of_an_anonymous_survey_no_page_promises_days_for_tomorrow(browser: Browser) -> None:
    """What is not told yet waits for more answers, and for no night."""
    store(anonymous([{"income": "under-500"}] * 12, 1))
    shown = seen(browser, "answers", "&survey=anonymous-profile")
    assert "too much to be counted" not in shown.text


def test_every_tab_leads_to_a_report(browser: Browser) -> None:
    """An anonymous survey that asks no score has none to show on another tab."""
    shown = seen(browser, "answers", "&survey=anonymous-profile")
    for tab in shown.tags("a"):
        if "/reports/" in tab["href"] and "?" in tab["href"]:
            there = browser.get(urljoin("/staff/reports/answers", tab["href"]))
            assert there.status == 200, tab["href"]
    kept = seen(browser, "nps", "&survey=satisfaction&trust=verified")
    others = [one["href"] for one in kept.tags("a") if "/answers?" in one["href"]]
    assert others
    assert all("survey=satisfaction" in one for one in others)


def test_whose_answers_is_not_kept_for_a_survey_that_is_told_as_a_whole(browser: Browser) -> None:
    shown = seen(browser, "answers", "&trust=verified")
    links = [one["href"] for one in shown.tags("a") if "survey=anonymous-profile" in one["href"]]
    assert links
    for link in links:
        assert browser.get(urljoin("/staff/reports/answers", link)).status == 200


def test_sources_of_a_business_without_websites_and_surveys_are_a_page(
    desk: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = desk.signed_in("analyst")
    monkeypatch.setattr("mteja.staff.survey_reports.surveying", Surveying)
    monkeypatch.setattr("mteja.staff.reports.sites", Sites)
    assert "Nobody was seen on these days" in seen(browser, "sources").text
    sheet = browser.get("/staff/reports/sources.csv")
    assert (sheet.status, sheet.headers["content-type"]) == (200, "text/csv; charset=utf-8")


def test_an_analyst_of_a_business_without_websites_signs_in_to_a_page(
    desk: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("reports", "pages.reports", "pages.home"):
        monkeypatch.setattr(f"mteja.staff.{module}.sites", Sites)
    desk.pool.add("asha@shop.example", "analyst")
    shown = desk.sign_in(desk.browser())
    assert (shown.status, shown.path) == (200, "/staff/reports/products")

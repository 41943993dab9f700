"""Reports on surveys on the staff pages: the API's numbers, in words."""

from datetime import timedelta

import pytest

from mteja.times import day_begins
from tests import kit
from tests.answers import DAY, anonymous, answered, scored, store
from tests.component.browser import Browser, Shown
from tests.component.counter import claims_of
from tests.component.signed_in import Office, office
from tests.component.test_staff_reports import cells

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
    assert "/staff/tasks" in shown.html


def test_reasons_are_shown_in_the_owners_words(browser: Browser) -> None:
    store(answered(at, {"reasons": ["quality", "price"]}) for at in range(12))
    shown = seen(browser, "reasons")
    assert [row[0] for row in cells(shown, "reasons")][:2] == ["Quality", "Price"]
    assert cells(shown, "reasons")[0][1:4] == ["36", "1", "100%"]
    assert ["Quality", "Price", "12"] in cells(shown, "duels")


def test_sources_are_shown_beside_each_other(browser: Browser) -> None:
    said = [("friend", "search")] * 3 + [("search", "search")] * 9
    store(
        answered(at, {"heard_from": declared}, segments={"source": measured})
        for at, (declared, measured) in enumerate(said)
    )
    shown = seen(browser, "sources")
    assert [row[:3] for row in cells(shown, "declared")] == [
        ["Search engine", "9", "75%"], ["A friend", "3", "25%"],
    ]  # fmt: skip
    assert ["A friend", "Search engines", "3"] in cells(shown, "both")
    assert "75%" in shown.html


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
    hostile = "<script>alert(1)</script>'\"{{7*7}}"
    store(answered(at, {"heard_from": "friend", "reasons": [hostile]}) for at in range(12))
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

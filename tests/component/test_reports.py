"""Reports on visits: what they say, of which days, to whom, and as CSV."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from mteja.store import keys
from mteja.store.apart import summaries_table
from mteja.summaries.storing import MAX_ROWS, put_part, read_parts
from mteja.tracking.packed import EVENT_SHARDS, Batch, shard_of
from tests import kit
from tests.component.counter import Counter, claims_of
from tests.component.front import ANALYST
from tests.component.test_summaries import Night, store
from tests.visits import DAY, SITE, batch, event, leave, moment, page

PAGES, SESSIONS, SOURCES = (f"/v1/reports/{name}" for name in ("pages", "sessions", "sources"))
NEXT = DAY + timedelta(days=1)


@pytest.fixture
def night(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Night:
    return Night(aws, monkeypatch)


@pytest.fixture
def desk(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Counter:
    """The staff API at noon of the day after."""
    counter = Counter()
    clock(monkeypatch, moment("12:00", NEXT))
    return counter


def clock(patch: pytest.MonkeyPatch, now: int) -> None:
    for routes in ("routes_reports", "routes_survey_reports"):
        patch.setattr(f"mteja.staff.{routes}.now_ms", lambda: now)


def report(desk: Counter, path: str, **query: str) -> dict[str, Any]:
    answer = desk.ask(path, {"from": str(DAY), "to": str(DAY)} | query)
    assert answer.status == 200, answer.body
    return answer.body


def two_visits(day: Any = DAY) -> list[Batch]:
    at = moment("10:00", day)
    first = [
        page(at, "/", load={"load": 800}, referrer="www.google.com"),
        leave(at + 20_000, "/", 15_000),
        page(at + 20_000, "/lamps", load={"load": 400}),
        event(at + 30_000, "Page Shared", "/lamps", properties={"share_via": "whatsapp"}),
        page(at + 60_000, "/thank-you"),
    ]
    return [batch(first, "v1"), batch(page(at, "/"), "v2")]


def test_pages_as_the_contract_says(desk: Counter) -> None:
    store(*two_visits(), batch(page(moment("11:00"), "/"), "bot", bot="list:Googlebot/"))
    body = report(desk, PAGES)
    assert body["bots"] == {"views": 1}
    assert [row["path"] for row in body["items"]] == ["/", "/lamps", "/thank-you"]
    assert body["items"][0] == {
        "path": "/",
        "views": 2,
        "visitors": 2,
        "entries": 2,
        "exits": 1,
        "exit_rate": 0.5,
        "exits_without_goal": 1,
        "bounces": 1,
        "active_ms_median": 15_000,
        "load_ms": {"p50": 800, "p75": 800, "p95": 800},
        "shares": 0,
        "shares_by_network": {},
        "share_returns": 0,
    }
    assert body["items"][1]["shares_by_network"] == {"whatsapp": 1}


def test_sessions_as_the_contract_says(desk: Counter) -> None:
    store(*two_visits())
    body = report(desk, SESSIONS)
    assert {name: body[name] for name in ("sessions", "visitors", "views", "bounce_rate")} == {
        "sessions": 2, "visitors": 2, "views": 4, "bounce_rate": 0.5,
    }  # fmt: skip
    assert body["duration_median_s"] == 30
    assert [(one["channel"], one["sessions"]) for one in body["by_source"]] == [
        ("direct", 1),
        ("search", 1),
    ]
    assert {"path": ["/", "/lamps", "/thank-you"], "count": 1} in body["paths"]
    assert {"path": ["/lamps", "/thank-you"], "count": 1} in body["transitions"]
    assert body["goals"] == [{"goal": "order", "sessions": 1}]


def test_sources_as_the_contract_says(desk: Counter) -> None:
    store(*two_visits())
    body = report(desk, SOURCES)
    assert body["items"][0] == {
        "how": "measured", "channel": "direct", "count": 1, "share": 0.5,
        "interval": [0.0945, 0.9055],
    }  # fmt: skip
    assert (body["matrix"], body["agreement"]) == ([], None)


def test_a_report_is_the_same_before_and_after_the_night(desk: Counter, night: Night) -> None:
    store(*two_visits())
    before = [report(desk, path) for path in (PAGES, SESSIONS, SOURCES)]
    night.run()
    assert [report(desk, path) for path in (PAGES, SESSIONS, SOURCES)] == before


def test_what_was_summarised_is_not_read_again(
    desk: Counter, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(*two_visits())
    night.run()

    def read(*_: object, **__: object) -> None:
        raise AssertionError("events were read")

    monkeypatch.setattr("mteja.summaries.reading.read_shard", read)
    assert report(desk, SESSIONS)["sessions"] == 2


def test_today_is_in_it_until_now(desk: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    store(*two_visits(NEXT))
    assert report(desk, SESSIONS)["sessions"] == 0
    assert report(desk, SESSIONS, to=str(NEXT))["sessions"] == 2
    assert report(desk, SESSIONS, to="2026-12-31")["until"] == str(NEXT)


def test_a_day_that_was_summarised_before_it_was_over_is_read_again(
    desk: Counter, night: Night
) -> None:
    store(batch(page(moment("09:00", NEXT)), "v1"))
    night.run(moment("10:00", NEXT), {"from": str(NEXT), "to": str(NEXT)})
    store(batch(page(moment("11:00", NEXT)), "v2"))
    assert report(desk, SESSIONS, to=str(NEXT))["sessions"] == 2


def test_too_much_to_be_summarised_on_the_spot_is_left_to_the_night(
    desk: Counter, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(*two_visits(), *two_visits(NEXT))
    night.run()
    monkeypatch.setattr("mteja.summaries.reading.MAX_EVENTS", 5)
    body = report(desk, SESSIONS, to=str(NEXT))
    assert (body["sessions"], body["until"]) == (2, str(DAY))


def test_of_what_is_summarised_on_the_spot_events_are_counted_and_not_batches(
    desk: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(batch([page(moment("10:00", NEXT) + step) for step in range(50)], "v1"))
    monkeypatch.setattr("mteja.summaries.reading.MAX_EVENTS", 49)
    assert report(desk, SESSIONS, to=str(NEXT))["until"] < str(NEXT)
    monkeypatch.setattr("mteja.summaries.reading.MAX_EVENTS", 50)
    assert report(desk, SESSIONS, to=str(NEXT))["views"] == 50


def test_days_that_hold_too_much_for_one_report_are_told(
    desk: Counter, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(*two_visits())
    night.run()
    monkeypatch.setattr("mteja.summaries.reading.MAX_BYTES", 100)
    answer = desk.ask(PAGES, {"from": str(DAY), "to": str(DAY)})
    assert answer.status == 422
    assert answer.body["errors"][0]["field"] == "from"


def test_a_day_of_which_a_shard_was_never_made_is_told(
    desk: Counter, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(*two_visits())
    night.run()
    clock(monkeypatch, moment("12:00", DAY + timedelta(days=9)))
    days = {"from": str(DAY - timedelta(days=9)), "to": str(DAY)}
    for path in (PAGES, SESSIONS, SOURCES):
        assert report(desk, path, **days)["incomplete"] == []
    one = keys.summary("sessions", SITE.id, DAY, keys.shard_part(3, EVENT_SHARDS))
    summaries_table().delete(one)
    assert report(desk, SESSIONS, **days)["incomplete"] == [str(DAY)]
    assert report(desk, PAGES, **days)["incomplete"] == []


def test_what_shards_already_told_of_a_day_that_is_left_out_is_left_out_too(
    desk: Counter, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(*two_visits(), *two_visits(NEXT))
    night.run()
    for one in read_parts(summaries_table(), "sessions", SITE.id, DAY, DAY):
        if one.shard != shard_of("v1"):  # as if all shards but one were made after the day's end
            told = SITE.id, NEXT, one.shard, one.part, moment("11:00", NEXT + timedelta(days=1))
            put_part(summaries_table(), "sessions", *told)
    monkeypatch.setattr("mteja.summaries.reading.MAX_EVENTS", 0)
    body = report(desk, SESSIONS, to=str(NEXT))
    assert (body["sessions"], body["views"], body["until"]) == (2, 4, str(DAY))


def test_days_are_added_up(desk: Counter, night: Night) -> None:
    store(*two_visits(DAY - timedelta(days=1)), *two_visits())
    night.run()
    body = report(desk, SESSIONS, **{"from": str(DAY - timedelta(days=1))})
    # With an id, who came on both days is one visitor.
    assert (body["sessions"], body["visitors"]) == (4, 2)


@pytest.mark.parametrize("path", [PAGES, SESSIONS, SOURCES])
def test_every_group_may_see_reports_and_nobody_else(desk: Counter, path: str) -> None:
    assert desk.ask(path, claims=ANALYST).status == 200
    assert desk.ask(path, claims=claims_of("[staff]")).status == 200
    assert desk.ask(path, claims=claims_of("[]")).status == 403


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "yesterday"}, "from"),
        ({"to": "2026-02-30"}, "to"),
        ({"to": "0001-01-01"}, "to"),
        ({"from": "2026-11-02", "to": "2026-11-01"}, "from"),
        ({"from": "2020-01-01", "to": "2026-11-01"}, "from"),
        ({"site": "nobody"}, "site"),
        ({"page": "/"}, "page"),
        ({"by": "day"}, "by"),
        ({"a@example.com": ""}, "query"),
    ],
)
def test_what_can_not_be_asked_is_told_by_field(
    desk: Counter, query: dict[str, str], field: str
) -> None:
    answer = desk.ask(PAGES, query)
    assert answer.status == 422
    assert [one["field"] for one in answer.body["errors"]] == [field]


def as_csv(desk: Counter, path: str) -> tuple[dict[str, str], list[list[str]]]:
    told = kit.http_event(
        "GET",
        path,
        headers={"Accept": "text/csv"},
        query={"from": str(DAY), "to": str(DAY)},
        claims=ANALYST,
    )
    response = desk.answer(told)
    return response["headers"], list(csv.reader(io.StringIO(response["body"], newline="")))


def test_reports_are_tables_where_csv_is_asked_for(desk: Counter) -> None:
    store(*two_visits())
    headers, (names, *rows) = as_csv(desk, PAGES)
    assert headers["content-type"] == "text/csv; charset=utf-8"
    assert "pages-2026-11-20-2026-11-20.csv" in headers["content-disposition"]
    assert dict(zip(names, rows[0], strict=True))["load_ms_p75"] == "800"
    _, (_, *rows) = as_csv(desk, SESSIONS)
    assert ["source", "search", "1"] in rows
    assert ["path", "/ > /lamps > /thank-you", "1"] in rows
    _, (names, *rows) = as_csv(desk, SOURCES)
    assert names[:5] == ["channel", "count", "share", "interval_low", "interval_high"]
    assert len(rows) == 2


HOSTILE = [
    "=HYPERLINK(1)",
    "+1",
    "-1",
    "@SUM(A1)",
    '/"quoted",\r\n=1',
    "/<script>alert(1)</script>",
]


def test_no_cell_is_a_formula(desk: Counter) -> None:
    store(*(batch(page(moment("10:00"), path), f"v{path}") for path in HOSTILE))
    _, (_, *rows) = as_csv(desk, PAGES)
    told = [row[0] for row in rows]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in told)
    assert {cell.removeprefix("'") for cell in told} == set(HOSTILE)
    assert len(report(desk, PAGES)["items"]) == len(HOSTILE)


def test_no_cell_of_visits_is_a_formula(desk: Counter) -> None:
    store(
        *(
            batch(
                page(moment("10:00"), hostile, campaign={"campaign": hostile}, referrer=hostile),
                f"v{number}",
            )
            for number, hostile in enumerate(HOSTILE)
        )
    )
    _, (_, *rows) = as_csv(desk, SESSIONS)
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\r", "\n"))]
    campaigns = {name.removeprefix("'") for kind, name, _ in rows if kind == "campaign"}
    assert campaigns == set(HOSTILE)
    assert len(report(desk, SESSIONS)["campaigns"]) == len(HOSTILE)


def test_pages_beyond_the_first_thousand_are_one_row(desk: Counter) -> None:
    at = moment("10:00")
    paths = [f"/p/{number}" for number in range(1_100)]
    store(*(batch([page(at, path) for path in paths[start : start + 100]], f"v{start}")
            for start in range(0, len(paths), 100)))  # fmt: skip
    store(batch([page(at, "/"), page(at + 1, "/")], "v"))
    items = report(desk, PAGES)["items"]
    assert len(items) == MAX_ROWS + 1
    assert items[0]["path"] == "/"
    assert (items[-1]["path"], items[-1]["views"]) == ("(other)", 1_100 - (MAX_ROWS - 1))
    _, (_, *rows) = as_csv(desk, PAGES)
    assert rows[-1][:2] == ["(other)", str(1_100 - (MAX_ROWS - 1))]


def test_reports_say_nothing_of_anybody(desk: Counter) -> None:
    store(*two_visits())
    for path in (PAGES, SESSIONS, SOURCES):
        assert "v1" not in str(report(desk, path)).replace("/v1/", "")


def test_a_report_without_visits_is_a_report(desk: Counter) -> None:
    assert report(desk, PAGES)["items"] == []
    body = report(desk, SESSIONS)
    assert (body["sessions"], body["bounce_rate"], body["duration_median_s"]) == (0, 0, None)
    assert report(desk, SOURCES)["items"] == []

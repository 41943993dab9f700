"""What is watched: a source that falls silent, a key item that was changed, topics not used."""

import json
from dataclasses import replace
from typing import Any

import pytest

from mteja.business.model import Business
from mteja.recording.record import Recorder, record
from mteja.sources.silence import heard_of, is_silent, silent_sources
from mteja.times import DAY_MS
from tests import facts, kit
from tests.fakes.memory import memory_recorder, memory_vault

HOUR = 3_600_000
NOW = kit.NOW_MS


@pytest.mark.parametrize(
    ("pauses_h", "since_last_h", "silent"),
    [
        ([1] * 30, 23, False),  # a day is nobody's emergency
        ([1] * 30, 25, True),
        ([12] * 10, 35, False),
        ([12] * 10, 37, True),
        ([1] * 19 + [40], 100, False),  # closed on Sundays: that pause is usual
        ([1] * 19 + [40], 121, True),
        ([24, 24, 24], 300, False),  # four orders tell nothing
    ],
)
def test_unusual_is_three_times_the_longest_usual_pause(
    pauses_h: list[int], since_last_h: int, silent: bool
) -> None:
    last = NOW - since_last_h * HOUR
    times = [last]
    for pause in reversed(pauses_h):
        times.append(times[-1] - pause * HOUR)
    assert is_silent(times, NOW) is silent


def order_at(number: int, at: int) -> Any:
    """An order that is told when it is placed."""
    state = facts.state(at, placed_at=at)
    made = facts.order_fact(facts.email("a@example.com"), order_id=str(number), order=state)
    return replace(made, received_at=at)


def test_a_shop_that_stopped_is_told_from_one_that_goes_on(
    recorder: Recorder, the_business: Business
) -> None:
    for number in range(8):
        record(order_at(number, NOW - 3 * DAY_MS - number * HOUR), recorder)
    zone = the_business.time_zone
    sources = ["shopify-demo", "shopify-market"]
    assert silent_sources(recorder.table, sources, NOW, zone) == ["shopify-demo"]
    record(order_at(99, NOW - HOUR), recorder)
    assert silent_sources(recorder.table, sources, NOW, zone) == []


def test_a_busy_shop_hides_no_quiet_one(
    the_business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = memory_recorder(the_business, memory_vault())
    monkeypatch.setattr("mteja.sources.silence.ENOUGH", 6)
    for number in range(6):  # one a day, until four days ago
        record(order_at(number, NOW - (4 + number) * DAY_MS), recorder)
    for number in range(300):
        busy = order_at(1_000 + number, NOW - number * HOUR)
        record(replace(busy, source="shopify-market"), recorder)
    zone = the_business.time_zone
    sources = ["shopify-demo", "shopify-market"]
    assert silent_sources(recorder.table, sources, NOW, zone) == ["shopify-demo"]


def test_a_shop_that_tells_of_the_past_is_heard_from_today(
    recorder: Recorder, the_business: Business
) -> None:
    """Whoever connects a shop sees that it works, though its last order is of last year."""
    state = facts.state(NOW, placed_at=NOW - 300 * DAY_MS)
    told = facts.order_fact(facts.email("a@example.com"), order_id="1", order=state)
    record(replace(told, received_at=NOW), recorder)
    heard = heard_of(recorder.table, ["shopify-demo"], NOW, the_business.time_zone)
    assert heard == {"shopify-demo": [NOW]}


def test_so_much_is_read_and_no_more(
    recorder: Recorder, the_business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        record(order_at(number, NOW - number * HOUR), recorder)
    taken: list[Any] = []
    query = recorder.table.query

    def counted(*args: Any, **how: Any) -> Any:
        for one in query(*args, **how):
            taken.append(one)
            yield one

    monkeypatch.setattr(recorder.table, "query", counted)
    monkeypatch.setattr("mteja.sources.silence.MOST_READ", 20)
    silent_sources(recorder.table, ["shopify-demo", "never"], NOW, the_business.time_zone)
    assert len(taken) == 20


def test_the_function_counts_what_is_silent(
    recorder: Recorder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(8):
        record(order_at(number, NOW - 3 * DAY_MS - number * HOUR), recorder)
    watch = kit.handler("watch")
    monkeypatch.setattr(watch, "now_ms", lambda: NOW)
    assert watch.lambda_handler({}, None) == {"silent": ["shopify-demo"]}
    metric = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    assert metric["SourceSilent"] == [1.0]


def test_a_changed_key_is_counted_and_named_by_its_owner_alone(
    aws: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    keyguard = kit.handler("keyguard")
    changed = {
        "eventName": "MODIFY",
        "dynamodb": {"Keys": {"pk": {"S": "CUSTOMER#cus_1"}}},
    }
    removed = changed | {"eventName": "REMOVE"}
    keyguard.lambda_handler({"Records": [changed, removed]}, None)
    lines = capsys.readouterr().out.strip().splitlines()
    assert [json.loads(one).get("KeyChanged") for one in lines][-1] == [1.0]


def test_a_topic_that_we_do_not_use_is_counted(
    aws: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    orders = kit.handler("orders")
    body = kit.sample("shopify/fulfillment_create")
    answer = orders.lambda_handler(kit.webhook_event(body, "fulfillments/create"), None)
    assert json.loads(answer["body"]) == {"result": "ignored"}
    lines = [json.loads(one) for one in capsys.readouterr().out.strip().splitlines()]
    assert [one["Ignored"] for one in lines if "Ignored" in one] == [[1.0]]
    assert kit.all_items() == []

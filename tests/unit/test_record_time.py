"""A function answers before its own time-out: recording begins no call after ten seconds."""

import itertools

import pytest

from mteja.business.model import Business
from mteja.errors import Conflict
from mteja.recording import record as recording
from tests.facts import order_fact
from tests.fakes.memory import memory_recorder, table_of


@pytest.mark.parametrize("seconds_a_step", [11, 6, 4])
def test_when_aws_is_slow_nothing_more_is_begun_and_nothing_is_written(
    seconds_a_step: int, the_business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = itertools.count(0, seconds_a_step)
    monkeypatch.setattr("mteja.recording.record.time.monotonic", lambda: next(clock))
    recorder = memory_recorder(the_business)
    with pytest.raises(Conflict):
        recording.record(order_fact(), recorder)
    assert table_of(recorder).items() == []


def test_when_aws_answers_in_time_it_is_recorded(
    the_business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = itertools.count(0, 3)
    monkeypatch.setattr("mteja.recording.record.time.monotonic", lambda: next(clock))
    recorder = memory_recorder(the_business)
    assert recording.record(order_fact(), recorder).result == "recorded"

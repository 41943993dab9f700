"""`mteja freshness`: count again how fresh fields are."""

import pytest

from mteja.freshness.storing import read_sums
from mteja.identity.identifiers import Trust
from mteja.recording.facts import Fact
from mteja.recording.record import Recorder, record
from mteja.store import freshness_keys
from mteja.times import DAY_MS, business_day, now_ms
from tests import facts, operator
from tests.operator import Mteja

NAMED = (facts.email("asha@example.com"),)


@pytest.fixture
def mteja(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> Mteja:
    return operator.stand_in(monkeypatch, {})


def test_customers_from_before_are_counted_from_the_day_that_is_said(
    mteja: Mteja, recorder: Recorder
) -> None:
    at = now_ms() - 10 * DAY_MS
    record(Fact("shopify-demo", Trust.VERIFIED, at, at, NAMED, {"name": "Asha"}), recorder)
    done = mteja("freshness")
    assert done.exit_code == 0, done.output
    assert "4 days, 0 customers, 0 rows changed" in done.output
    first = business_day(at, recorder.business.time_zone)
    assert "1 customers, 1 rows changed" in mteja("freshness", "--from", str(first)).output
    assert read_sums(recorder.table)[0].persons == 1


def test_sums_that_were_lost_are_added_up_anew(mteja: Mteja, recorder: Recorder) -> None:
    record(
        Fact("shopify-demo", Trust.VERIFIED, now_ms(), now_ms(), NAMED, {"name": "Asha"}), recorder
    )
    mteja("freshness")
    (raw,) = [
        one for one in recorder.table.query(freshness_keys.SUMS)
        if one["sk"] != freshness_keys.last_look().sk
    ]  # fmt: skip
    recorder.table.put(raw | {"persons": 7})
    assert read_sums(recorder.table)[0].persons == 7
    assert mteja("freshness", "--recount").exit_code == 0
    assert read_sums(recorder.table)[0].persons == 1


def test_a_day_that_is_none_is_refused(mteja: Mteja) -> None:
    assert mteja("freshness", "--from", "yesterday").exit_code == 2

"""`mteja quarantine` and `mteja jobs`: what waits, taken again, gone on with, or thrown away."""

from typing import Any

import pytest

from mteja.orders.intake import take_authentic
from mteja.orders.platforms.shopify import orders
from mteja.privacy import erasure, jobs
from mteja.quarantine.quarantine import Delivery
from mteja.recording.record import Recorder
from tests import kit, operator
from tests.operator import Mteja


@pytest.fixture
def mteja(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> Mteja:
    return operator.stand_in(monkeypatch, {})


def delivery(**changes: Any) -> Delivery:
    body = kit.changed(kit.sample("shopify/order_fulfilled"), **changes)
    return Delivery("shopify-demo", "orders/create", "wh-1", kit.raw(body), kit.NOW_MS)


def mistake(*_: object) -> None:
    raise KeyError("a key that is not there")


def test_what_a_mistake_of_ours_kept_is_recorded_once_it_is_mended(
    mteja: Mteja, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(orders, "order", mistake)
        kept = take_authentic(delivery(), recorder)
    assert kept.reason == "unexpected:KeyError"

    listed = mteja("quarantine", "list")
    assert f"{kept.quarantine}" in listed.output
    assert "foo@example.com" not in listed.output
    replayed = mteja("quarantine", "replay", "--all")
    assert replayed.exit_code == 0, replayed.output
    assert f"{kept.quarantine}  recorded" in replayed.output
    assert "0 in quarantine" in mteja("quarantine", "list").output


def test_what_is_still_not_understood_stays(mteja: Mteja, recorder: Recorder) -> None:
    kept = take_authentic(delivery(total_price="not money"), recorder)
    replayed = mteja("quarantine", "replay", str(kept.quarantine))
    assert replayed.exit_code == 1
    assert "still not understood: money:total_price" in replayed.output
    assert "1 in quarantine" in mteja("quarantine", "list").output


def test_what_nobody_will_understand_is_discarded(mteja: Mteja, recorder: Recorder) -> None:
    kept = take_authentic(delivery(total_price="not money"), recorder)
    assert mteja("quarantine", "discard", str(kept.quarantine), "--yes").exit_code == 0
    assert "0 in quarantine" in mteja("quarantine", "list").output
    again = mteja("quarantine", "discard", str(kept.quarantine), "--yes")
    assert again.exit_code == 1
    assert "is not in quarantine" in again.output


def test_an_erasure_that_was_cut_off_is_gone_on_with(
    mteja: Mteja, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = take_authentic(delivery(), recorder)
    customer = str(taken.customer)
    with monkeypatch.context() as cut:
        cut.setattr(erasure, "_make_anonymous", lambda *_: exec("raise KeyboardInterrupt"))  # noqa: S102
        assert mteja("customers", "erase", customer, "--yes").exit_code != 0
    (job,) = jobs.unfinished(recorder.table)
    assert job.id in mteja("jobs", "list").output

    resumed = mteja("jobs", "resume", job.id)

    assert resumed.exit_code == 0, resumed.output
    done = jobs.find(recorder.table, job.id)
    assert done.status == "done"
    assert done.receipt["tombstones"]
    assert not [key for key in kit.all_keys() if key.startswith(f"CUSTOMER#{customer}/PROFILE")]
    assert "0 not done" in mteja("jobs", "list").output
    assert mteja("jobs", "resume", job.id).exit_code == 1

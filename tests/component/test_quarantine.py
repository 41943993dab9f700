"""What is authentic and not understood is kept whole, sealed, once, and can be replayed."""

import os
from dataclasses import replace
from typing import Any

import pytest

from mteja.errors import CannotOpen, NotFound
from mteja.orders import intake
from mteja.orders.platforms.shopify import PLATFORM
from mteja.quarantine.quarantine import Delivery, keep, listed, release, reopen
from mteja.recording.record import Recorder
from mteja.store import keys
from mteja.store.table import Put
from tests import kit, reading
from tests.component.conftest import Orders
from tests.fakes.memory import memory_recorder, memory_vault, table_of

ORDER = kit.sample("shopify/order_phone_and_email")
SECRETS_OF_JANE = ("jane@example.com", "+18885551234", "Jane", "Smith")


def delivery(body: bytes = b"{}", **changes: Any) -> Delivery:
    values: dict[str, Any] = {
        "source": "shopify-demo", "topic": "orders/create", "delivery": "wh-1",
        "received_at": kit.NOW_MS,
    }  # fmt: skip
    return Delivery(**(values | {"body": body} | changes))


def kept(recorder: Recorder, given: Delivery, reason: str = "model:x") -> str:
    return keep(given, reason, table=recorder.table, vault=recorder.vault)


@pytest.fixture
def recorder(the_business: Any) -> Recorder:
    return memory_recorder(the_business, memory_vault())


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"\x00\xff" * 10, os.urandom(1_000_000), b"a" * 1_000_000]
)
def test_a_body_comes_back_whole(recorder: Recorder, body: bytes) -> None:
    given = delivery(body)
    name = kept(recorder, given)
    assert reopen(name, table=recorder.table, vault=recorder.vault) == given


def test_what_does_not_compress_is_cut_into_parts(recorder: Recorder) -> None:
    name = kept(recorder, delivery(os.urandom(1_000_000)))
    (item,) = listed(recorder.table)
    assert item.parts == 3
    release(name, table=recorder.table)
    assert table_of(recorder).items() == []


def test_the_same_delivery_is_kept_once(recorder: Recorder) -> None:
    names = {kept(recorder, delivery(b"{1}", received_at=kit.NOW_MS + at)) for at in range(3)}
    assert len(names) == 1
    assert len(list(listed(recorder.table))) == 1


def test_other_bodies_topics_and_sources_are_kept_apart(recorder: Recorder) -> None:
    given = [
        delivery(b"{1}"),
        delivery(b"{2}"),
        delivery(b"{1}", topic="orders/paid"),
        delivery(b"{1}", topic=None),
        delivery(b"{1}", source="shopify-market"),
    ]
    assert len({kept(recorder, one) for one in given}) == 5


def test_the_oldest_is_listed_first_without_its_body(recorder: Recorder) -> None:
    for at in (5, 1, 3):
        kept(recorder, delivery(b"%d" % at, received_at=kit.NOW_MS + at))
    times = [item.received_at - kit.NOW_MS for item in listed(recorder.table)]
    assert times == [1, 3, 5]


def test_the_first_of_a_month_makes_its_key_and_the_next_use_it(recorder: Recorder) -> None:
    for at in range(3):
        kept(recorder, delivery(b"%d" % at))
    kept(recorder, delivery(b"next month", received_at=kit.NOW_MS + 30 * 86_400_000))
    scopes = [item["pk"] for item in table_of(recorder).items("keys")]
    assert scopes == ["SCOPE#quarantine-2026-11", "SCOPE#quarantine-2026-12"]


def test_a_body_moved_to_another_delivery_does_not_open(recorder: Recorder) -> None:
    one, two = (kept(recorder, delivery(body)) for body in (b"one", b"two"))
    stolen = recorder.table.get(keys.quarantine_body(one, 0))
    assert stolen is not None
    there = keys.quarantine_body(two, 0)
    recorder.table.put(stolen | {"pk": there.pk, "sk": there.sk})
    with pytest.raises(CannotOpen):
        reopen(two, table=recorder.table, vault=recorder.vault)


def test_what_is_not_there_can_not_be_reopened_and_is_released_silently(
    recorder: Recorder,
) -> None:
    with pytest.raises(NotFound):
        reopen("qua_none", table=recorder.table, vault=recorder.vault)
    release("qua_none", table=recorder.table)


def test_a_body_of_which_a_part_is_missing_is_an_error_that_says_so(recorder: Recorder) -> None:
    name = kept(recorder, delivery(os.urandom(800_000)))
    part = keys.quarantine_body(name, 1)
    table_of(recorder)._rows.pop(("customers", part))
    with pytest.raises((CannotOpen, NotFound)):
        reopen(name, table=recorder.table, vault=recorder.vault)


def break_normalise(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise error

    changed = replace(PLATFORM, normalise=broken)
    monkeypatch.setattr(intake, "platform", lambda _name: changed)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (KeyError("jane@example.com"), "unexpected:KeyError"),
        (ZeroDivisionError("Jane Smith"), "unexpected:ZeroDivisionError"),
        (RecursionError("x"), "unexpected:RecursionError"),
        (ValueError("+18885551234"), "unexpected:ValueError"),
    ],
)
def test_our_own_mistake_costs_no_delivery_and_is_replayed_once_mended(
    orders: Orders, monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str
) -> None:
    with monkeypatch.context() as patch:
        break_normalise(patch, error)
        assert orders.post(ORDER, "orders/create") == "quarantined"
        assert orders.post(ORDER, "orders/create") == "quarantined"
    table, vault = orders.recorder.table, orders.recorder.vault
    (item,) = listed(table)
    assert item.reason == reason
    assert not any(secret in repr(orders.items) for secret in SECRETS_OF_JANE)

    again = reopen(item.id, table=table, vault=vault)
    assert again.body == kit.raw(ORDER)
    assert intake.take_authentic(again, orders.recorder).result == "recorded"
    release(item.id, table=table)
    assert list(listed(table)) == []
    (profile,) = reading.profiles(orders.recorder).values()
    assert profile.orders.count == 1
    assert orders.post(ORDER, "orders/create") == "duplicate"


def test_a_replay_that_fails_again_stays_where_it_was(
    orders: Orders, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_normalise(monkeypatch, KeyError("x"))
    orders.post(ORDER, "orders/create")
    (item,) = listed(orders.recorder.table)
    again = reopen(item.id, table=orders.recorder.table, vault=orders.recorder.vault)
    taken = intake.take_authentic(again, orders.recorder)
    assert (taken.result, taken.quarantine) == ("quarantined", item.id)
    assert [one.id for one in listed(orders.recorder.table)] == [item.id]


def test_a_delivery_that_arrives_at_once_in_two_places_is_kept_once(recorder: Recorder) -> None:
    """The second finds the first between its reading and its writing."""
    table = table_of(recorder)
    transact = table.transact
    done: list[bool] = []

    def interrupted(writes: Any, token: str | None = None) -> None:
        if not done:
            done.append(True)
            kept(recorder, delivery(b"{1}"))
        transact(writes, token)

    table.transact = interrupted  # type: ignore[method-assign]
    kept(recorder, delivery(b"{1}"))
    assert len(list(listed(table))) == 1
    assert not any(isinstance(one, Put) for one in table.items())

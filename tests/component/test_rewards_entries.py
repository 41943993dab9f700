"""The ledger only grows: whatever happens later, no entry that stands is changed or gone."""

from collections.abc import Callable
from typing import Any

import pytest

from mteja.customers.reading import read_person
from mteja.rewards.expiring import settle
from mteja.store.table import customers_table
from mteja.times import DAY_MS, rfc3339
from tests import kit
from tests.component.counter import FULFILLED, stored
from tests.component.front import Front


@pytest.fixture
def clock(front: Front, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    at = [kit.NOW_MS]
    monkeypatch.setattr("mteja.staff.responding.now_ms", lambda: at[0])
    return at


def entries() -> dict[tuple[str, str], Any]:
    return {(str(one["pk"]), str(one["sk"])): one for one in stored("POINTS#")}


def test_whatever_is_done_later_entries_stay_as_they_were(front: Front, clock: list[int]) -> None:
    asha = str(front.told("/v1/customers", {"email": "asha@example.com"})["id"])
    juma = str(front.told("/v1/customers", {"email": "juma@example.com"})["id"])

    def enter(what: str, **body: Any) -> None:
        front.told(f"/v1/rewards/{what}", {"customer": asha} | body)

    def shop_tells(topic: str, minute: int, **changes: Any) -> None:
        at = {"created_at": rfc3339(kit.NOW_MS), "processed_at": rfc3339(kit.NOW_MS)}
        whose = {"email": "asha@example.com", "contact_email": "asha@example.com"}
        version = {"updated_at": rfc3339(kit.NOW_MS + 60_000 * minute)}
        body = kit.sample(FULFILLED) | whose | at | version | changes
        front.deliver(body, topic, webhook_id=topic)

    def expire() -> None:
        clock[0] += 400 * DAY_MS
        settle(customers_table(), read_person(customers_table(), asha), clock[0])

    steps: list[tuple[str, Callable[[], object], int]] = [
        ("a visit", lambda: enter("stamp"), 1),
        ("put right", lambda: enter("adjust", amount=20, unit="stamps", reason="A card"), 1),
        ("spent", lambda: enter("redeem", gift="coffee"), 1),
        ("a sale", lambda: front.told(f"/v1/customers/{asha}/sales",
                                      {"currency": "USD", "total": 5_000}), 1),
        ("an order", lambda: shop_tells("orders/create", 1), 1),
        ("the order is told again", lambda: shop_tells("orders/updated", 2), 0),
        ("the order is cancelled", lambda: shop_tells(
            "orders/cancelled", 3, cancelled_at=rfc3339(kit.NOW_MS + 180_000)), 1),
        ("linked", lambda: front.link(asha, juma), 0),
        ("spent together", lambda: enter("adjust", amount=-3, unit="stamps", reason="Torn"), 1),
        ("parted", lambda: front.unlink(asha, juma), 0),
        ("expired", expire, 2),
    ]  # fmt: skip
    before = entries()
    for what, step, more in steps:
        clock[0] += DAY_MS  # no two lots expire on one day
        step()
        after = entries()
        assert {key: after.get(key) for key in before} == before, what
        assert len(after) - len(before) == more, what
        before = after

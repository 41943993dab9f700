"""What the daily job reads: of whoever is due, and of nobody else. `make bench` says it in units,
with a million customers."""

from collections.abc import Iterator
from typing import Any

import pytest

from mteja.store.wire import Item
from mteja.times import DAY_MS
from tests import facts
from tests.silences import Shop

DUE = 3


def shop_of(others: int, due: int) -> Shop:
    """Return a shop where some are due today, and others bought at any day since."""
    shop = Shop()
    for number in range(due):
        shop.bought(facts.email(f"due{number}@example.com"), number=f"due{number}")
    began = shop.now
    for number in range(others):
        shop.now = began + (1 + number % 20) * DAY_MS
        shop.bought(facts.email(f"other{number}@example.com"), number=f"other{number}")
    shop.now = began
    shop.wait(30)
    return shop


def read_by_a_run(shop: Shop, patch: pytest.MonkeyPatch) -> list[str]:
    """Run the job; return whose items it read, once for each. What it notes of itself has
    as many items as there are buckets with somebody."""
    read: list[str] = []
    query, get, get_many = shop.table.query, shop.table.get, shop.table.get_many

    def queried(*asked: Any, **how: Any) -> Iterator[Item]:
        for one in query(*asked, **how):
            read.append(str(one["pk"]))
            yield one

    def got(*asked: Any, **how: Any) -> Item | None:
        found = get(*asked, **how)
        read.extend([] if found is None else [str(found["pk"])])
        return found

    def got_many(*asked: Any, **how: Any) -> Any:
        found = get_many(*asked, **how)
        read.extend(key.pk for key in found)
        return found

    with patch.context() as patched:
        for name, counted in (("query", queried), ("get", got), ("get_many", got_many)):
            patched.setattr(shop.table, name, counted)
        report = shop.run()
    assert report.counts["acted"] == report.due
    return [one for one in read if one.startswith("CUSTOMER#")]


def test_ten_times_as_many_customers_cost_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = (read_by_a_run(shop_of(others, DUE), monkeypatch) for others in (12, 120))
    assert 0 < len(many) == len(few)


def test_ten_times_as_many_who_are_due_cost_ten_times_as_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    few, many = (read_by_a_run(shop_of(0, due), monkeypatch) for due in (DUE, 10 * DUE))
    assert len(many) == 10 * len(few)


def test_of_whoever_is_not_due_nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = shop_of(12, DUE)
    due = {
        str(one["pk"])
        for one in shop.table.items()
        if one["sk"] == "PROFILE" and str(one["due_pk"]).startswith(str(shop.today))
    }
    assert len(due) == DUE
    assert set(read_by_a_run(shop, monkeypatch)) == due

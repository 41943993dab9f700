"""BatchGetItem is no snapshot: it may return one item from before another's transaction and one
from after it. Recording notices, reads again, and loses nothing."""

import random
from collections.abc import Iterable
from typing import Any

import pytest

from mteja.business.model import Business
from mteja.recording.record import Recorder, record
from mteja.store import keys
from mteja.store.keys import Apart, Key
from mteja.store.table import Write
from mteja.store.wire import Item
from tests import facts, reading
from tests.fakes.memory import memory_vault
from tests.fakes.memory_table import MemoryTable
from tests.kit import NOW_MS

VAULT = memory_vault()


class TornTable(MemoryTable):
    """Of each read, some items are as they were before the latest transaction."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._chance = random.Random(seed)  # noqa: S311 - which reads are torn
        self._before: dict[Any, dict[str, Any]] = {}
        self.torn = 0
        self._left = 0

    def transact(self, writes: Iterable[Write], token: str | None = None) -> None:
        before = dict(self._rows)
        super().transact(list(writes), token)
        self._before = before
        self._left = 4  # items that are still seen as they were, for a while

    def get_many(self, wanted: Iterable[Key | Apart], keys: Iterable[str] = ()) -> dict[Any, Item]:
        now = self._rows
        found: dict[Any, Item] = {}
        for key in dict.fromkeys(wanted):
            stale = self._left > 0 and self._chance.random() < 0.4
            self._left -= stale
            self._rows = self._before if stale else now
            self.torn += stale
            found |= super().get_many([key])
        self._rows = now
        return found | super().get_many([], keys)


@pytest.mark.parametrize("seed", range(25))
def test_nothing_is_lost_to_a_torn_read(seed: int, the_business: Business) -> None:
    table = TornTable(seed)
    recorder = Recorder(table, VAULT, the_business)
    anna = facts.email("anna@example.com")
    for number, traits in enumerate(
        [{"name": {"full": "Anna"}}, {"address": {"city": "Moshi"}}, {"phone": "+255754123456"}]
    ):
        fact = facts.order_fact(
            anna,
            order_id=str(number % 2),
            order=facts.state(NOW_MS + number),
            traits=traits,  # type: ignore[arg-type]
        )
        record(fact, recorder)
    assert table.torn
    ((customer, profile),) = reading.profiles(recorder).items()
    (traits_item,) = [item for item in table.items() if item["sk"] == keys.traits(customer).sk]
    fields = traits_item["fields"]
    assert isinstance(fields, dict)
    assert set(fields) == {"name", "address", "phone"}
    assert profile.orders.count == 2

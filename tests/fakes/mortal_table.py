"""A table in memory whose function may die at any call."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from mteja.store.keys import Apart, Key
from mteja.store.table import TransactionLost, Write
from mteja.store.wire import Item
from tests.fakes.memory_table import MemoryTable


class Killed(BaseException):
    """The function is dead: nothing of it runs any more."""


class MortalTable(MemoryTable):
    """Dies after so many calls, and may lose some transactions before."""

    def __init__(self) -> None:
        super().__init__()
        self.lives: int | None = None
        self.loses = 0

    def _call(self) -> None:
        if self.lives is None:
            return
        if not self.lives:
            raise Killed
        self.lives -= 1

    def get_many(self, wanted: Iterable[Key | Apart], keys: Iterable[str] = ()) -> dict[Any, Item]:
        self._call()
        return super().get_many(wanted, keys)

    def query(self, partition: str, **how: Any) -> Iterator[Item]:
        self._call()
        return super().query(partition, **how)

    def transact(self, writes: Sequence[Write], token: str | None = None) -> None:
        self._call()
        if self.loses:
            self.loses -= 1
            raise TransactionLost
        super().transact(writes, token)

    def add(
        self, key: Key, counter: str, by: int = 1, *, at: Mapping[str, int] | None = None
    ) -> Item:
        self._call()
        return super().add(key, counter, by, at=at)

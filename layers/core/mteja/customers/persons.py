"""Which customers are one person, of all customers: for what is made of everybody at once.

One person is read over its own links (mteja.customers.reading). All links that hold stand in the
index `log`, each once; who has none is a person by themselves.
"""

from collections.abc import Iterable, Iterator

from mteja.store import index_keys, keys
from mteja.store.table import Table

_CUSTOMER = keys.customer_partition("")


class Persons:
    """Persons, made of pairs of customers that are linked. Each is called by its smallest id, as
    in Person."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._towards: dict[str, str] = {}
        for one, two in pairs:
            ends = sorted({self.of(one), self.of(two)})
            self._towards |= dict.fromkeys(ends[1:], ends[0])

    def of(self, customer: str) -> str:
        """Return the person that a customer is a member of: their own id, mostly."""
        while customer in self._towards:
            customer = self._towards[customer]
        return customer


def read_persons(table: Table) -> Persons:
    """Return all persons. The index lags behind by moments."""
    return Persons(_pairs(table))


def _pairs(table: Table) -> Iterator[tuple[str, str]]:
    for shard in range(index_keys.LOG_SHARDS):
        for one in table.query(index_keys.person_log_shard(shard), index="log"):
            other = str(one["sk"]).removeprefix(keys.LINK_PREFIX)
            yield str(one["pk"]).removeprefix(_CUSTOMER), other

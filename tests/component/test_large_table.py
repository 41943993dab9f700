"""What the daily job is measured on answers as the tables do, and tells units as DynamoDB does."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mteja.inactivity.units import Units
from mteja.store.keys import Key
from mteja.store.table import Delete, Put, State, Table, TransactionLost
from mteja.store.wire import Item, item_to_wire
from mteja_bench.large_table import LargeTable
from mteja_bench.serving import served
from mteja_local.clients import Clients
from tests.fakes.memory_table import MemoryTable

PARTITIONS, SORTS, DAYS = ("A", "B"), ("1", "10", "2"), ("D1", "D2", None)
WHEN = (State.ANY, State.ABSENT, State.PRESENT, 1, 2)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "table.sqlite"
    with closing(LargeTable(path)) as table:
        table.load(item_to_wire(kilobytes(number, 300)) for number in range(1, 6))
    return path


@pytest.fixture(scope="module")
def clients(file: Path) -> Iterator[Clients]:
    with served(file) as endpoint:
        yield Clients(endpoint)


@pytest.fixture(scope="module")
def large(clients: Clients) -> Table:
    return Table(clients("dynamodb"), "customers", "keys")


@pytest.fixture
def units(clients: Clients) -> Units:
    counted = Units()
    counted.watch(clients("dynamodb"))
    return counted


def kilobytes(number: int, size: int) -> Item:
    """Return an item of exactly so many KB, in one partition with the others."""
    keys: Item = {"pk": "LARGE", "sk": f"{number:03d}"}
    return keys | {"b": b"\xff" * (1024 * size - len("pkskbLARGE001"))}


@settings(max_examples=20)
@given(
    st.lists(
        st.lists(
            st.tuples(
                st.sampled_from(PARTITIONS),
                st.sampled_from(SORTS),
                st.integers(1, 2),
                st.sampled_from(DAYS),
                st.sampled_from(WHEN),
            ),
            min_size=1,
            max_size=3,
            unique_by=lambda one: one[:2],
        ),
        max_size=4,
    )
)
def test_it_is_what_the_table_in_memory_is(
    large: Table, transactions: list[list[tuple[str, str, int, str | None, State | int]]]
) -> None:
    memory = MemoryTable()
    for pk in PARTITIONS:
        for sk in SORTS:
            for table in (large, memory):
                table.put({"pk": pk, "sk": sk, "v": 0})
    for told in transactions:
        writes = [Put(written(*one[:4]), one[4]) for one in told]
        assert happened(large, writes) == happened(memory, writes)
    for pk in PARTITIONS:
        for how in ({}, {"newest_first": True}, {"prefix": "1"}, {"between": ("1", "15")}):
            asked = {"limit": 1, **how}
            assert list(large.query(pk, **asked)) == list(memory.query(pk, **asked))  # type: ignore[arg-type]
    for day in DAYS[:2]:
        told_of = [(one["pk"], one["sk"]) for one in large.query(str(day), index="due")]
        assert told_of == [(one["pk"], one["sk"]) for one in memory.query(str(day), index="due")]
    wanted = [Key(pk, sk) for pk in PARTITIONS for sk in (*SORTS, "absent")]
    assert large.get_many(wanted) == memory.get_many(wanted)


def written(pk: str, sk: str, version: int, day: str | None) -> Item:
    due: Item = {} if day is None else {"due_pk": day, "due_sk": f"{pk}{sk}"}
    return {"pk": pk, "sk": sk, "v": version, "b": b"\x00\xff", **due}


def happened(table: Table, writes: list[Put]) -> bool:
    try:
        table.transact(writes)
    except TransactionLost:
        return False
    return True


def test_pages_end_at_a_megabyte_and_cost_what_they_hold(large: Table, units: Units) -> None:
    items = large.query("LARGE")
    first = [next(items)["sk"]]
    assert units.read == 3 * 300 / 4
    assert [*first, *(one["sk"] for one in items)] == ["001", "002", "003", "004", "005"]
    assert units.read == 5 * 300 / 4


def test_a_query_of_nothing_costs_a_unit_and_of_an_index_half(large: Table, units: Units) -> None:
    assert not list(large.query("NOBODY"))
    assert units.read == 1.0
    assert not list(large.query("NOBODY", index="due"))
    assert units.read == 1.5


def test_what_is_got_costs_each_by_itself(large: Table, units: Units) -> None:
    assert large.get(Key("LARGE", "001")) == kilobytes(1, 300)
    large.get_many([Key("LARGE", "002"), Key("LARGE", "absent")])
    assert units.read == 2 * 300 / 4 + 1


def test_what_the_job_does_not_ask_for_is_refused(large: Table, clients: Clients) -> None:
    client = clients("dynamodb")
    with pytest.raises(client.exceptions.ClientError, match="UnknownOperation"):
        client.scan(TableName="customers")
    with pytest.raises(client.exceptions.ClientError, match="ValidationException"):
        large.transact([Delete(Key("LARGE", "001"))])

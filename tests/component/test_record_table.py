"""The table: one contract for the real class on moto and for the one in memory."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from mteja.aws import clients
from mteja.errors import Conflict
from mteja.store.keys import Apart, Key
from mteja.store.table import Add, Check, Delete, Put, State, Table, TransactionLost, Write
from mteja.store.wire import Item
from tests import kit
from tests.fakes.memory_table import MemoryTable

TOKEN = "0" * 32


@pytest.fixture(scope="module")
def moto_table() -> Iterator[Table]:
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", kit.REGION)
        clients.forget()
        made = kit.make_aws()
        yield Table(clients.dynamodb(), made["CUSTOMERS_TABLE"], made["KEYS_TABLE"])
        clients.forget()


@pytest.fixture(params=["moto", "memory"])
def table(request: pytest.FixtureRequest) -> Iterator[Table]:
    if request.param == "memory":
        yield MemoryTable()
        return
    real: Table = request.getfixturevalue("moto_table")
    yield real
    for raw in kit.all_items(real.customers):
        key = {"pk": raw["pk"], "sk": raw["sk"]}
        clients.dynamodb().delete_item(TableName=real.customers, Key=key)


def item(sk: str = "A", pk: str = "P", **more: object) -> Item:
    return {"pk": pk, "sk": sk, **more}  # type: ignore[dict-item]


def test_an_item_comes_back_as_it_was_written(table: Table) -> None:
    written = item(v=3, text="é", flag=True, none=None, data=b"\x00\xff", many=[1, {"a": []}])
    table.put(written)
    assert table.get(Key("P", "A")) == written
    assert table.get(Key("P", "B")) is None


def test_a_put_replaces_the_whole_item(table: Table) -> None:
    table.put(item(old=1))
    table.put(item(new=2))
    assert table.get(Key("P", "A")) == item(new=2)


def test_many_items_of_both_tables_are_read_at_once(table: Table) -> None:
    wanted = [Key("P", f"{number:03d}") for number in range(130)]
    for key in wanted[::2]:
        table.put(item(key.sk))
    table.transact([Put({"pk": "SCOPE", "public": b"x"}, State.ABSENT, table.keys)], TOKEN)
    found = table.get_many([*wanted, *wanted], ["SCOPE", "SCOPE", "NONE"])
    assert set(found) == {*wanted[::2], "SCOPE"}
    assert found["SCOPE"]["public"] == b"x"


def test_items_of_another_table_are_read_with_the_rest(table: Table) -> None:
    table.transact([Put(item(v=1)), Put(item(v=2), State.ANY, "events")], TOKEN)
    here, there = Key("P", "A"), Apart("events", Key("P", "A"))
    found = table.get_many([here, there, there, Apart("events", Key("P", "B"))])
    assert found == {here: item(v=1), there: item(v=2)}


def test_nothing_wanted_is_nothing_found(table: Table) -> None:
    assert table.get_many([]) == {}


@pytest.fixture
def timeline(table: Table) -> Table:
    for sk in ("AT#3", "AT#1", "PROFILE", "AT#2", "AU"):
        table.put(item(sk, log_pk="order#1", log_sk=f"t{sk}", more="x"))
    table.put(item("AT#9", pk="Q"))
    return table


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({}, ["AT#1", "AT#2", "AT#3", "AU", "PROFILE"]),
        ({"prefix": "AT#"}, ["AT#1", "AT#2", "AT#3"]),
        ({"prefix": "AT#", "newest_first": True}, ["AT#3", "AT#2", "AT#1"]),
        ({"prefix": "AT#", "limit": 1}, ["AT#1", "AT#2", "AT#3"]),
        ({"between": ("AT#2", "AU")}, ["AT#2", "AT#3", "AU"]),
        ({"prefix": "NO"}, []),
        ({"start": item("AT#2")}, ["AT#3", "AU", "PROFILE"]),
        ({"prefix": "AT#", "start": item("AT#1"), "limit": 1}, ["AT#2", "AT#3"]),
        ({"prefix": "AT#", "start": item("AT#3"), "newest_first": True}, ["AT#2", "AT#1"]),
        ({"between": ("AT#1", "AT#2"), "start": item("AT#1")}, ["AT#2"]),
    ],
)
def test_a_partition_is_read_in_key_order(
    timeline: Table, how: dict[str, object], expected: list[str]
) -> None:
    assert [one["sk"] for one in timeline.query("P", **how)] == expected  # type: ignore[arg-type]


def test_an_index_gives_keys_of_those_that_are_in_it(timeline: Table) -> None:
    timeline.put(item("Z"))
    found = list(timeline.query("order#1", index="log", prefix="tAT#", newest_first=True))
    assert [one["sk"] for one in found] == ["AT#3", "AT#2", "AT#1"]
    assert all("more" not in one for one in found)
    after = list(timeline.query("order#1", index="log", start=found[1]))
    assert [one["sk"] for one in after] == ["AT#3", "AU", "PROFILE"]


HOLDS: list[tuple[str, State | int, Item | None, bool]] = [
    ("any, absent", State.ANY, None, True),
    ("any, present", State.ANY, item(v=1), True),
    ("absent, absent", State.ABSENT, None, True),
    ("absent, present", State.ABSENT, item(v=1), False),
    ("present, absent", State.PRESENT, None, False),
    ("present, present", State.PRESENT, item(v=1), True),
    ("version, equal", 1, item(v=1), True),
    ("version, other", 1, item(v=2), False),
    ("version, absent", 1, None, False),
    ("version, none stored", 1, item(), False),
]


@pytest.mark.parametrize(("name", "when", "stored", "holds"), HOLDS, ids=lambda one: str(one)[:20])
@pytest.mark.parametrize("action", ["put", "delete", "check"])
def test_a_write_happens_only_where_its_condition_holds(
    table: Table, name: str, when: State | int, stored: Item | None, holds: bool, action: str
) -> None:
    if stored is not None:
        table.put(stored)
    writes: dict[str, Write] = {
        "put": Put(item(v=9), when),
        "delete": Delete(Key("P", "A"), when),
        "check": Check(Key("P", "A"), when),
    }
    if action == "check" and when is State.ANY:
        return  # DynamoDB has no check without a condition
    other = Put(item("OTHER", v=1), State.ABSENT)
    if not holds:
        with pytest.raises(TransactionLost):
            table.transact([other, writes[action]], TOKEN)
        assert table.get(Key("P", "A")) == stored
        assert table.get(Key("P", "OTHER")) is None
        return
    table.transact([other, writes[action]], TOKEN)
    after = {"put": item(v=9), "delete": None, "check": stored}[action]
    assert table.get(Key("P", "A")) == after
    assert table.get(Key("P", "OTHER")) == item("OTHER", v=1)


ROOM: list[tuple[str, int | None, int, int | None, bool]] = [
    ("absent, no limit", None, 5, None, True),
    ("absent, room", None, 5, 5, True),
    ("absent, no room", None, 6, 5, False),
    ("absent, none at all", None, 1, 0, False),
    ("there, room to the last", 3, 2, 5, True),
    ("there, one too many", 3, 3, 5, False),
    ("given back", 3, -2, None, True),
    ("given back above the limit", 9, -1, 8, True),
    ("given back, still above", 9, -1, 5, False),
]


@pytest.mark.parametrize(("name", "stored", "by", "limit", "holds"), ROOM, ids=lambda one: str(one))
def test_a_counter_moves_only_where_there_is_room(
    table: Table, name: str, stored: int | None, by: int, limit: int | None, holds: bool
) -> None:
    if stored is not None:
        table.put(item(taken=stored, other="kept"))
    other = Put(item("OTHER", v=1), State.ABSENT)
    addition = Add(Key("P", "A"), "taken", by, limit)
    if not holds:
        with pytest.raises(TransactionLost):
            table.transact([other, addition], TOKEN)
        assert table.get(Key("P", "OTHER")) is None
        assert (table.get(Key("P", "A")) or {}).get("taken") == stored
        return
    table.transact([other, addition], TOKEN)
    expected = item(taken=(stored or 0) + by) | ({"other": "kept"} if stored is not None else {})
    assert table.get(Key("P", "A")) == expected
    assert table.get(Key("P", "OTHER")) == item("OTHER", v=1)


def test_a_counter_that_others_moved_meanwhile_still_moves(table: Table) -> None:
    for number in range(3):
        table.transact([Add(Key("P", "A"), "taken", 1, 3)], f"{number:032d}")
    with pytest.raises(TransactionLost):
        table.transact([Add(Key("P", "A"), "taken", 1, 3)], TOKEN)
    assert table.get(Key("P", "A")) == item(taken=3)


def test_a_counter_by_itself_tells_what_it_is_then(table: Table) -> None:
    assert table.add(Key("P", "A"), "drawn") == item(drawn=1)
    assert table.add(Key("P", "A"), "left", 2, at={"when": 7}) == item(drawn=1, left=2, when=7)
    assert table.add(Key("P", "A"), "drawn", at={"when": 8}) == item(drawn=2, left=2, when=8)
    assert table.get(Key("P", "A")) == item(drawn=2, left=2, when=8)


def test_of_many_who_draw_at_once_no_two_get_the_same_number() -> None:
    table = MemoryTable()
    with ThreadPoolExecutor(16) as pool:
        drawn = list(pool.map(lambda _: table.add(Key("P", "A"), "drawn")["drawn"], range(200)))
    assert sorted(map(int, drawn)) == list(range(1, 201))  # type: ignore[arg-type]


def test_two_actions_on_one_item_are_a_mistake_and_no_lost_race(table: Table) -> None:
    with pytest.raises(ClientError):
        table.transact([Put(item(v=1)), Delete(Key("P", "A"))], TOKEN)
    assert table.get(Key("P", "A")) is None


def test_more_than_a_hundred_actions_are_a_mistake(table: Table) -> None:
    with pytest.raises(ClientError):
        table.transact([Put(item(f"{number}")) for number in range(101)], TOKEN)


def test_an_item_over_400_kb_is_a_mistake(table: Table) -> None:
    with pytest.raises(ClientError):
        table.put(item(data=b"x" * 410_000))


@pytest.mark.parametrize("bad", [item(n=10**39 + 1), item(deep=[{"n": 10**130}]), item(sk="")])
def test_the_memory_table_refuses_what_dynamodb_would(bad: Item) -> None:
    with pytest.raises(ClientError):
        MemoryTable().put(bad)


class Leaving:
    """A client of DynamoDB that leaves some keys unprocessed a few times."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.asked: list[int] = []

    def batch_get_item(self, *, RequestItems: dict[str, dict[str, list[object]]]) -> object:  # noqa: N803
        keys = RequestItems["customers"]["Keys"]
        self.asked.append(len(keys))
        now, later = (keys[:1], keys[1:]) if len(self.asked) <= self.times else (keys, [])
        unprocessed = {"customers": {"ConsistentRead": True, "Keys": later}} if later else {}
        return {"Responses": {"customers": now}, "UnprocessedKeys": unprocessed}


def test_what_a_batch_leaves_unprocessed_is_asked_again() -> None:
    client = Leaving(2)
    found = Table(client, "customers", "keys").get_many(  # type: ignore[arg-type]
        [Key("P", str(number)) for number in range(5)]
    )
    assert len(found) == 5
    assert client.asked == [5, 4, 3]


def test_a_batch_that_is_never_done_is_a_conflict_and_not_a_missing_item() -> None:
    with pytest.raises(Conflict):
        Table(Leaving(99), "customers", "keys").get_many(  # type: ignore[arg-type]
            [Key("P", str(number)) for number in range(9)]
        )

"""Whose a browser is, and since when: two people may share one."""

from hypothesis import given
from hypothesis import strategies as st

from mteja.tracking.items import NOBODY, Owner, VisitorItem
from mteja.tracking.owners import MAX_OWNERS, in_turn, without


def browser(*owners: Owner, former: tuple[str, ...] = ()) -> VisitorItem:
    at, customer = owners[-1]
    return VisitorItem(
        pk="VISITOR#v1", sk="VISITOR", v=1, customer=customer, at=at, trust="verified",
        earlier=owners[:-1], former=former,
    )  # fmt: skip


def test_a_browser_is_each_ones_until_it_is_said_to_be_anothers() -> None:
    shared = browser((10, "a"), (20, "b"), (30, "a"))
    assert [shared.whose(at) for at in (10, 19, 20, 29, 30, 99)] == ["a", "a", "b", "b", "a", "a"]


def test_before_it_was_anybodys_it_was_the_first_ones() -> None:
    assert browser((10, "a"), (20, "b")).whose(0) == "a"


OWNERS = st.lists(st.tuples(st.integers(0, 50), st.sampled_from("abcdef")), min_size=1)


@given(OWNERS, st.randoms(use_true_random=False))
def test_whose_it_was_does_not_depend_on_who_said_so_first(
    owners: list[Owner], chance: object
) -> None:
    shuffled = list(owners)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert in_turn(shuffled) == in_turn(owners)
    assert in_turn(in_turn(owners)) == in_turn(owners)


@given(st.integers(1, 60))
def test_of_many_owners_the_latest_are_known_and_before_them_nobody(number: int) -> None:
    owners = in_turn((at, f"c{at}") for at in range(number))
    shared = browser(*owners)
    assert len(owners) == min(number, MAX_OWNERS)
    assert shared.whose(number) == f"c{number - 1}"
    assert shared.whose(0) == ("c0" if number <= MAX_OWNERS else None)


@given(OWNERS, st.integers(0, 60))
def test_what_an_erased_owner_did_is_nobodys_and_never_a_neighbours(
    owners: list[Owner], at: int
) -> None:
    shared = browser(*in_turn(owners), former=("a", "x"))
    left = without(shared, "a")
    if left is None:
        assert shared.everybody <= {"a", "x"}
        return
    assert "a" not in left.everybody
    whose = shared.whose(at)
    assert left.whose(at) == (None if whose == "a" else whose)


def test_nobody_is_left_of_a_browser_of_one() -> None:
    assert without(browser((10, "a")), "a") is None
    assert without(browser((10, NOBODY), (20, "a")), "a") is None

"""Which value of a field stands: by trust, then by time, whatever the order of arrival."""

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mteja.customers.items import TraitEntry
from mteja.customers.traits import Change, Observed, observe
from mteja.identity.identifiers import Trust

VERIFIED, CLAIMED = Trust.VERIFIED, Trust.CLAIMED


def seen(value: str, at: int, trust: Trust = VERIFIED) -> Observed:
    return Observed("email", value.encode(), trust, "shop", at)


def after(*observations: Observed) -> tuple[TraitEntry, list[Change]]:
    entry: TraitEntry | None = None
    changes: list[Change] = []
    for one in observations:
        entry, change = observe(entry, one, lambda one=one: b"sealed:" + one.tag)  # type: ignore[misc]
        changes += [change] if change is not None else []
    assert entry is not None
    return entry, changes


@dataclass(frozen=True)
class Case:
    name: str
    observations: tuple[Observed, ...]
    stands: bytes
    late: tuple[bool, ...] = ()


CASES = [
    Case("a first value stands and is no change", (seen("a", 1),), b"a"),
    Case("the same value later is no change", (seen("a", 1), seen("a", 5)), b"a"),
    Case("a newer value replaces an older", (seen("a", 1), seen("b", 2)), b"b", (False,)),
    Case("an older value comes too late", (seen("b", 2), seen("a", 1)), b"b", (True,)),
    Case(
        "a value seen again holds against what came between",
        (seen("a", 1), seen("a", 5), seen("b", 3)),
        b"a",
        (True,),
    ),
    Case(
        "a newer claim does not replace a verified value",
        (seen("a", 1), seen("b", 9, CLAIMED)),
        b"a",
        (True,),
    ),
    Case(
        "an older verified value replaces a claim",
        (seen("b", 9, CLAIMED), seen("a", 1)),
        b"a",
        (False,),
    ),
    Case("a claim may be confirmed", (seen("a", 1, CLAIMED), seen("a", 2)), b"a"),
    Case(
        "a claim of the same value lends no newness to a verified one",
        (seen("a", 1), seen("a", 9, CLAIMED), seen("b", 5)),
        b"b",
        (False,),
    ),
    Case(
        "a confirmed claim is as new as its confirmation",
        (seen("a", 9, CLAIMED), seen("a", 1), seen("b", 5)),
        b"b",
        (False,),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_which_value_stands(case: Case) -> None:
    entry, changes = after(*case.observations)
    assert entry.tag == case.stands
    assert tuple(change.late for change in changes) == case.late


def test_a_change_keeps_the_old_value_and_the_new_one() -> None:
    _, (change,) = after(seen("a", 1), seen("b", 2))
    assert (change.current.sealed, change.other.sealed) == (b"sealed:b", b"sealed:a")
    _, (change,) = after(seen("b", 2), seen("a", 1))
    assert (change.current.sealed, change.other.sealed) == (b"sealed:b", b"sealed:a")


def test_a_value_that_is_known_is_not_sealed_again() -> None:
    entry, _ = after(seen("a", 1))

    def no_sealing() -> bytes:
        raise AssertionError

    again, change = observe(entry, seen("a", 4), no_sealing)
    assert (again.sealed, again.seen, change) == (entry.sealed, 4, None)


def test_a_confirmed_claim_is_sealed_again_as_verified() -> None:
    entry, _ = after(seen("a", 1, CLAIMED), seen("a", 2))
    assert (entry.trust, entry.at) == ("verified", 2)


observations = st.builds(
    seen, st.sampled_from("abc"), st.integers(0, 6), st.sampled_from([VERIFIED, CLAIMED])
)
shuffled = st.lists(observations, min_size=1, max_size=7).flatmap(
    lambda seen: st.tuples(st.just(seen), st.permutations(seen))
)


@settings(max_examples=400, deadline=None)
@given(shuffled)
def test_any_order_of_arrival_leaves_the_same_value_standing(
    orders: tuple[list[Observed], list[Observed]],
) -> None:
    one, _ = after(*orders[0])
    two, _ = after(*orders[1])
    assert (one.tag, one.trust) == (two.tag, two.trust)


@settings(max_examples=200, deadline=None)
@given(st.lists(observations, min_size=1, max_size=7))
def test_what_stands_is_the_newest_of_the_most_trusted(given_values: list[Observed]) -> None:
    entry, _ = after(*given_values)
    trusted = [one for one in given_values if one.trust is VERIFIED] or given_values
    assert entry.tag == max(trusted, key=lambda one: (one.at, one.tag)).tag


@settings(max_examples=200, deadline=None)
@given(st.lists(observations, min_size=1, max_size=7))
def test_no_value_that_was_ever_seen_is_lost(given_values: list[Observed]) -> None:
    entry, changes = after(*given_values)
    kept = {entry.tag}
    for change in changes:
        kept |= {change.current.tag, change.other.tag}
    assert kept == {one.tag for one in given_values}

"""The gate: of each source and member the latest statement counts, and the stricter wins."""

import itertools
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mteja.business.model import Basis, Business
from mteja.consent.gate import Stated, allowed, holding, newness
from mteja.errors import Misconfigured

EMAIL = "marketing-email"  # based on consent
ORDERS = "orders"  # based on the contract
SERVICE = "relationship"  # based on a legitimate interest


def said(*statuses: str, purpose: str = EMAIL) -> Stated:
    """One member, of whom each source says one thing."""
    return {purpose: {f"source-{number}": (one, number) for number, one in enumerate(statuses)}}


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ([], False),
        ([{}], False),
        ([said()], False),
        ([said("granted")], True),
        ([said("denied")], False),
        ([said("withdrawn")], False),
        ([said("granted", "granted")], True),
        ([said("granted", "denied")], False),
        ([said("withdrawn", "granted")], False),
        ([said("granted"), {}], True),
        ([said("granted"), said("granted")], True),
        ([said("granted"), said("denied")], False),
        ([said("denied"), said("granted")], False),
        ([said("granted"), said("granted", "withdrawn"), said("granted")], False),
        ([said("granted", purpose="marketing-sms")], False),
        ([said("pending")], False),
        ([said("Granted")], False),
    ],
)
def test_what_rests_on_consent_must_be_granted_and_by_nobody_refused(
    members: list[Stated], expected: bool, the_business: Business
) -> None:
    assert allowed(EMAIL, members, the_business) is expected


@pytest.mark.parametrize("purpose", [ORDERS, SERVICE])
@pytest.mark.parametrize(
    ("statuses", "expected"),
    [((), True), (("granted",), True), (("denied",), False), (("granted", "withdrawn"), False)],
)
def test_what_rests_on_another_basis_is_allowed_until_somebody_objects(
    purpose: str, statuses: tuple[str, ...], expected: bool, the_business: Business
) -> None:
    members = [{}, said(*statuses, purpose=purpose)]
    assert allowed(purpose, members, the_business) is expected
    assert allowed(purpose, [{}], the_business) is True


def test_an_objection_to_one_purpose_is_none_to_another(the_business: Business) -> None:
    members = [said("withdrawn", purpose=SERVICE), said("granted")]
    assert allowed(EMAIL, members, the_business)
    assert allowed(ORDERS, members, the_business)
    assert not allowed(SERVICE, members, the_business)


def test_a_purpose_that_nobody_declared_is_a_mistake_and_no_yes(the_business: Business) -> None:
    for members in ([], [said("granted", purpose="selling-on")]):
        with pytest.raises(Misconfigured, match="selling-on"):
            allowed("selling-on", members, the_business)


def test_the_basis_is_read_from_the_owners_file(the_business: Business) -> None:
    changed = the_business.model_copy(
        update={
            "purposes": [
                one.model_copy(update={"basis": Basis.CONSENT}) if one.id == ORDERS else one
                for one in the_business.purposes
            ]
        }
    )
    assert allowed(ORDERS, [{}], the_business)
    assert not allowed(ORDERS, [{}], changed)


statuses = st.sampled_from(["granted", "denied", "withdrawn"])
by_source = st.dictionaries(st.sampled_from("xyz"), st.tuples(statuses, st.integers(0, 3)))
members = st.lists(st.dictionaries(st.just(EMAIL), by_source), max_size=4)


@given(one=members, other=members, order=st.randoms())
def test_more_members_never_turn_a_no_into_a_yes(
    one: list[Stated], other: list[Stated], order: Random, the_business: Business
) -> None:
    together = [*one, *other]
    order.shuffle(together)
    refused = any(
        status != "granted" for member in together for status, _ in member.get(EMAIL, {}).values()
    )
    assert not (refused and allowed(EMAIL, together, the_business))
    if allowed(EMAIL, together, the_business):
        assert allowed(EMAIL, one, the_business) or allowed(EMAIL, other, the_business)


def test_of_one_moment_the_stricter_statement_is_the_newer() -> None:
    told = [("granted", 2), ("withdrawn", 2), ("denied", 1), ("granted", 1)]
    for arrangement in itertools.permutations(told):
        assert max(arrangement, key=newness) == ("withdrawn", 2)


@pytest.mark.parametrize(
    ("members", "held"),
    [
        ([], None),
        ([{"news": {"own": ("granted", 5)}}], (True, 5)),
        ([{"news": {"own": ("granted", 5)}}, {"news": {"shop": ("granted", 7)}}], (True, 7)),
        ([{"news": {"own": ("granted", 9)}}, {"news": {"shop": ("denied", 7)}}], (False, 7)),
        ([{"news": {"own": ("withdrawn", 3), "shop": ("denied", 4)}}], (False, 4)),
        ([{"other": {"own": ("granted", 5)}}], None),
    ],
    ids=["nothing", "granted", "twice", "one refuses", "both refuse", "another purpose"],
)
def test_what_holds_is_the_stricter_and_told_since_when(
    members: list[Stated], held: tuple[bool, int] | None
) -> None:
    assert holding("news", members) == held

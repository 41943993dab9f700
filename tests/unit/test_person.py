"""What is true of a person over its members: pure rules, without a table."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mteja.customers import person as rules
from mteja.customers.items import (
    CandidateItem,
    ConsentItem,
    HeldIdentifier,
    Hold,
    OrderTotals,
    ProfileItem,
    TraitEntry,
    TraitsItem,
)
from mteja.customers.reading import Member, Person
from mteja.store import keys


def test_a_verified_value_stands_before_a_newer_claim() -> None:
    person = _person(
        _member("a", fields={"name": _entry("verified", seen=1)}),
        _member("b", fields={"name": _entry("claimed", seen=9)}),
    )

    assert rules.traits(person)["name"].customer == "a"


def test_of_two_verified_values_the_one_seen_last_stands() -> None:
    person = _person(
        _member("a", fields={"name": _entry("verified", seen=5)}),
        _member("b", fields={"name": _entry("verified", seen=9), "email": _entry("claimed")}),
    )

    assert [(one.field, one.customer) for one in rules.traits(person).values()] == [
        ("email", "b"),
        ("name", "b"),
    ]


def test_an_identifier_of_two_members_is_shown_once_and_as_verified() -> None:
    person = _person(
        _member("a", held=[_held("phone", "i1", Hold.CLAIMED), _held("email", "i2", Hold.HINT)]),
        _member("b", held=[_held("phone", "i1", Hold.VERIFIED)]),
    )

    assert [(one.customer, one.held.kind) for one in rules.identifiers(person)] == [("b", "phone")]


def test_totals_are_added_up_by_currency() -> None:
    person = _person(
        _member("a", orders=OrderTotals(count=2, net={"USD": (2, 500)}, first=10, last=20)),
        _member(
            "b", orders=OrderTotals(count=2, net={"TZS": (1, 9), "USD": (1, 1)}, first=5, last=6)
        ),
        _member("c"),
    )

    assert rules.orders(person) == OrderTotals(
        count=4, net={"TZS": (1, 9), "USD": (3, 501)}, first=5, last=20
    )


def test_nobody_without_an_order_has_a_first_or_last_one() -> None:
    assert rules.orders(_person(_member("a"))) == OrderTotals()


def test_the_stricter_consent_stands_over_a_later_grant() -> None:
    person = _person(
        _member("a", consents={"marketing": {"shop": ("granted", 9), "till": ("denied", 1)}}),
        _member("b", consents={"marketing": {"shop": ("withdrawn", 2)}}),
    )

    (consent,) = rules.consents(person)
    assert (consent.status, consent.source, consent.at) == ("withdrawn", "shop", 2)


def test_a_later_grant_of_the_same_source_counts() -> None:
    """The profile holds the latest statement of each source, whatever rows are kept of before."""
    row = ConsentItem(
        pk="p", sk="s", purpose="marketing", status="granted", at=9, channel="web", source="shop",
        trust="verified", text_version="3", proof=b"", log_pk="l", log_sk="l",
    )  # fmt: skip
    person = _person(_member("a", consents={"marketing": {"shop": ("granted", 9)}}, rows=(row,)))

    (consent,) = rules.consents(person)
    assert (consent.status, consent.channel, consent.text_version) == ("granted", "web", "3")


@given(
    st.lists(
        st.tuples(st.sampled_from(["granted", "denied", "withdrawn"]), st.integers(0, 9)),
        min_size=1,
        max_size=6,
    )
)
def test_consent_is_granted_only_where_every_member_and_source_grants(
    statements: list[tuple[str, int]],
) -> None:
    members = [
        _member(str(number), consents={"marketing": {"shop": statement}})
        for number, statement in enumerate(statements)
    ]

    (consent,) = rules.consents(_person(*members))

    granted = all(status == "granted" for status, _ in statements)
    assert (consent.status == "granted") is granted


def test_trust_version_and_times_are_of_all_members() -> None:
    person = _person(
        _member(
            "a", trust="claimed", v=3, created_at=7, fields={"name": _entry("claimed", seen=50)}
        ),
        _member("b", trust="verified", v=4, created_at=5, orders=OrderTotals(count=1, last=40)),
    )

    assert person.id == "a"
    assert rules.trust(person) == "verified"
    assert rules.version(person) == 7
    assert rules.created_at(person) == 5
    assert rules.last_seen(person) == 50


def test_members_of_the_person_and_dismissed_ones_are_no_candidates() -> None:
    person = _person(
        _member("a", candidates=(_candidate("b"), _candidate("c", phone="ord_1"))),
        _member("b", candidates=(_candidate("c", card="ord_2"), _candidate("d", "dismissed"))),
    )

    assert rules.candidates(person) == {"c": {"phone": "ord_1", "card": "ord_2"}}


def _person(*members: Member) -> Person:
    return Person(members)


def _member(
    name: str,
    *,
    fields: dict[str, TraitEntry] | None = None,
    held: list[HeldIdentifier] | None = None,
    rows: tuple[ConsentItem, ...] = (),
    candidates: tuple[CandidateItem, ...] = (),
    **profile: Any,
) -> Member:
    values: dict[str, Any] = {"v": 1, "created_at": 0, "trust": "verified"} | profile
    key = keys.profile(name)
    traits = None
    if fields is not None:
        traits = TraitsItem(pk=key.pk, sk=keys.traits(name).sk, fields=fields)
    return Member(
        name,
        ProfileItem(pk=key.pk, sk=key.sk, identifiers=held or [], **values),
        traits,
        links=(),
        candidates=candidates,
        consents=rows,
    )


def _entry(trust: str, seen: int = 0) -> TraitEntry:
    return TraitEntry(sealed=b"", tag=b"", trust=trust, source="shop", at=0, seen=seen)


def _held(kind: str, index: str, hold: Hold) -> HeldIdentifier:
    return HeldIdentifier(
        kind=kind, index=index, sealed=b"", hold=hold, trust="verified", source="shop", at=0
    )


def _candidate(other: str, status: str = "open", **evidence: str) -> CandidateItem:
    key = keys.candidate("a", other)
    return CandidateItem(pk=key.pk, sk=key.sk, v=1, status=status, evidence=evidence, at=0)

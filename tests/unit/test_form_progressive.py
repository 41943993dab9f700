"""Little by little: which fields a customer is asked now."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mteja.business.forms import FormField, TrustRule
from mteja.customers.items import (
    HeldIdentifier,
    Hold,
    OrderTotals,
    ProfileItem,
    TraitEntry,
    TraitsItem,
)
from mteja.customers.reading import Member, Person
from mteja.forms.definition import Definition
from mteja.forms.progressive import RESTS_DAYS, KnownOf, known_of, to_ask, trusted
from mteja.times import DAY_MS
from tests import blanks
from tests.kit import NOW_MS

RULE = TrustRule(orders=2, days=60)
EMAIL = blanks.field("email")
NAME = blanks.field("name")
PHONE = blanks.field("phone", fresh_days=730)
BIRTHDAY = blanks.field("date", "birthday", trait=True)
INCOME = blanks.field("range", "income", trait=True, sensitive=True)
CHILDREN = blanks.field("number", "children", trait=True, sensitive=True, fresh_days=10)
# What is sensitive does not stand last: it is asked last all the same.
FIELDS = (EMAIL, INCOME, NAME, PHONE, CHILDREN, BIRTHDAY)


def profile(*fields: FormField, at_most: int = 3) -> Definition:
    return blanks.asking_for(*fields, kind="profile", at_most=at_most)


def known(
    observed: dict[str, int] | None = None,
    declined: dict[str, int] | None = None,
    *,
    trust: bool = False,
) -> KnownOf:
    return KnownOf(observed or {}, declined or {}, trust)


def asked(form: Definition, what: KnownOf, now_ms: int = NOW_MS) -> list[str]:
    return [one.name for one in to_ask(form, what, now_ms).fields]


def test_who_is_unknown_is_asked_the_first_few() -> None:
    assert asked(profile(*FIELDS), known()) == ["email", "name", "phone"]


def test_what_is_known_is_not_asked_again() -> None:
    assert asked(profile(*FIELDS), known({"email": NOW_MS, "name": 0})) == ["phone", "birthday"]


def test_what_has_gone_stale_is_asked_again() -> None:
    long_ago = NOW_MS - 730 * DAY_MS
    rest = {"email": NOW_MS, "name": NOW_MS, "birthday": 0}
    assert asked(profile(*FIELDS), known(rest | {"phone": long_ago})) == []
    assert asked(profile(*FIELDS), known(rest | {"phone": long_ago - 1})) == ["phone"]


def test_what_was_declined_rests_ninety_days() -> None:
    form = profile(EMAIL, NAME)
    assert RESTS_DAYS == 90
    declined = {"name": NOW_MS}
    assert asked(form, known({}, declined), NOW_MS) == ["email"]
    assert asked(form, known({}, declined), NOW_MS + 90 * DAY_MS - 1) == ["email"]
    assert asked(form, known({}, declined), NOW_MS + 90 * DAY_MS) == ["email", "name"]


def test_what_is_sensitive_comes_last_and_only_where_trust_was_earned() -> None:
    everything = profile(*FIELDS, at_most=60)
    assert asked(everything, known()) == ["email", "name", "phone", "birthday"]
    assert asked(everything, known(trust=True)) == [
        *("email", "name", "phone", "birthday"),
        *("income", "children"),
    ]


def test_nothing_is_required_and_the_wording_stays_the_forms() -> None:
    form = blanks.asking_for(EMAIL, NAME, kind="profile", required=("email", "name"))
    now = to_ask(form, known(), NOW_MS)
    assert not any(one.required for one in now.fields)
    assert now.version == form.version


times = st.integers(NOW_MS - 1_000 * DAY_MS, NOW_MS)
names = st.sampled_from([one.name for one in FIELDS])


@given(
    order=st.permutations(FIELDS),
    at_most=st.integers(1, 6),
    observed=st.dictionaries(names, times),
    declined=st.dictionaries(names, times),
    trust=st.booleans(),
)
def test_never_more_than_a_few_never_one_that_rests_and_in_one_order(
    order: list[FormField],
    at_most: int,
    observed: dict[str, int],
    declined: dict[str, int],
    trust: bool,
) -> None:
    what = known(observed, declined, trust=trust)
    now = asked(profile(*order, at_most=at_most), what)
    everything = asked(profile(*order, at_most=60), what)
    assert len(now) <= at_most
    assert now == everything[:at_most]
    by_name = {one.name: one for one in order}
    for name in everything:
        assert NOW_MS - declined.get(name, 0) >= 90 * DAY_MS
        days = by_name[name].fresh_days
        stale = days is not None and NOW_MS - observed.get(name, 0) > days * DAY_MS
        assert name not in observed or stale
        assert trust or not by_name[name].sensitive
    plain = [one.name for one in order if not one.sensitive]
    sensitive = [one.name for one in order if one.sensitive]
    assert everything == [name for name in plain + sensitive if name in everything]


def member(customer: str, **more: Any) -> Member:
    """Return a customer who is verified and came a year ago, unless told otherwise."""
    told: dict[str, Any] = {"trust": "verified", "created_at": NOW_MS - 365 * DAY_MS} | more
    traits: dict[str, int] = told.pop("traits", {})
    made = ProfileItem.model_validate(
        {"pk": f"CUSTOMER#{customer}", "sk": "PROFILE", "v": 1} | told
    )
    fields = {
        name: TraitEntry(sealed=b"", tag=b"", trust="verified", source="x", at=0, seen=seen)
        for name, seen in traits.items()
    }
    item = TraitsItem(pk=made.pk, sk="TRAITS", fields=fields) if fields else None
    return Member(customer, made, item, (), (), ())


def held(kind: str, hold: Hold, at: int) -> HeldIdentifier:
    return HeldIdentifier(
        kind=kind, index="v1#x", sealed=b"", hold=hold, trust="verified", source="x", at=at
    )


def test_what_is_known_is_known_of_any_member() -> None:
    one = member("cus_1", traits={"name": 5, "phone": 9}, declined={"income": 3})
    two = member(
        "cus_2",
        traits={"name": 7},
        declined={"income": 4, "birthday": 1},
        identifiers=[held("email", Hold.VERIFIED, 6), held("phone", Hold.VERIFIED, 2)],
    )
    found = known_of(Person((one, two)), RULE, NOW_MS)
    assert found.observed == {"name": 7, "phone": 9, "email": 6}
    assert found.declined == {"income": 4, "birthday": 1}


def test_a_hint_is_not_known() -> None:
    one = member("cus_1", identifiers=[held("phone", Hold.HINT, 6)])
    assert known_of(Person((one,)), RULE, NOW_MS).observed == {}


@pytest.mark.parametrize(
    ("what", "earned"),
    [
        ({}, True),
        ({"created_at": NOW_MS - 60 * DAY_MS}, True),
        ({"created_at": NOW_MS - 60 * DAY_MS + 1}, False),
        ({"created_at": NOW_MS, "orders": OrderTotals(count=2)}, True),
        ({"created_at": NOW_MS, "orders": OrderTotals(count=1)}, False),
        ({"trust": "claimed"}, False),
        ({"trust": "claimed", "orders": OrderTotals(count=9)}, False),
    ],
)
def test_trust_is_earned_by_orders_or_days_and_never_by_claims(
    what: dict[str, Any], earned: bool
) -> None:
    assert trusted(Person((member("cus_1", **what),)), RULE, NOW_MS) is earned


def test_orders_of_all_members_count_together() -> None:
    one = member("cus_1", created_at=NOW_MS, orders=OrderTotals(count=1))
    two = member("cus_2", created_at=NOW_MS, orders=OrderTotals(count=1))
    assert trusted(Person((one, two)), RULE, NOW_MS)

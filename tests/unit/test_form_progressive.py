"""Little by little: which fields a customer is asked now."""

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mteja.business.forms import NEEDED, FieldType, FormField, TrustRule
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
from mteja.forms.progressive import RESTS_DAYS, KnownOf, known_of, to_ask, to_fill_in, trusted
from mteja.times import DAY_MS
from tests import blanks
from tests.kit import NOW_MS

RULE = TrustRule(orders=2, days=60)
EMAIL = blanks.field("email")
NAME = blanks.field("name")
PHONE = blanks.field("phone", fresh_days=730)
BIRTHDAY = blanks.field("date", "birthday", trait=True)
INCOME = blanks.field("range", "income", trait=True, sensitive=True)
NEWS = blanks.field("consent", "news", purpose="marketing-email")
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
    granted: dict[str, int] | None = None,
    refused: dict[str, int] | None = None,
) -> KnownOf:
    return KnownOf(observed or {}, declined or {}, trust, granted or {}, refused or {})


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


@pytest.mark.parametrize("why", ["declined", "refused"])
def test_a_consent_that_holds_or_rests_is_not_asked_in_a_profile(why: str) -> None:
    form = profile(NEWS, EMAIL, at_most=1)
    assert asked(form, known()) == ["news"]
    assert asked(form, known(granted={"marketing-email": 0})) == ["email"]
    assert asked(form, known(granted={"marketing-sms": 0})) == ["news"]
    what = (
        known({}, {"news": NOW_MS})
        if why == "declined"
        else known(refused={"marketing-email": NOW_MS})
    )
    assert asked(form, what, NOW_MS + RESTS_DAYS * DAY_MS - 1) == ["email"]
    assert asked(form, what, NOW_MS + RESTS_DAYS * DAY_MS) == ["news"]


def test_a_consent_goes_stale_where_the_file_says_so() -> None:
    form = profile(EMAIL, NEWS.model_copy(update={"fresh_days": 10}))
    granted = known({"email": 0}, granted={"marketing-email": NOW_MS})
    assert asked(form, granted, NOW_MS + 10 * DAY_MS) == []
    assert asked(form, granted, NOW_MS + 10 * DAY_MS + 1) == ["news"]


KINDS = pytest.mark.parametrize("kind", ["signup", "preorder", "rewards", "contact"])


def left(
    what: KnownOf, *fields: FormField, kind: str, now_ms: int = NOW_MS, **more: Any
) -> list[str]:
    needed = (blanks.field("product"),) if kind == "preorder" else ()
    form = blanks.asking_for(EMAIL, *fields, *needed, kind=kind, **more)
    return [one.name for one in to_fill_in(form, what, now_ms).fields if one.name != "product"]


@KINDS
def test_of_a_form_of_any_kind_only_what_is_not_known_or_stale_is_asked(kind: str) -> None:
    fields = (NAME, PHONE, BIRTHDAY, INCOME)
    everything = left(known(), *fields, kind=kind, at_most=60)
    assert everything == ["email", "name", "phone", "birthday"]
    assert left(known(trust=True), *fields, kind=kind, at_most=60)[-1] == "income"
    some = known({"email": 0, "phone": NOW_MS, "birthday": 0})
    assert left(some, *fields, kind=kind) == ["name"]
    later = NOW_MS + 730 * DAY_MS
    assert left(some, *fields, kind=kind, now_ms=later) == ["name"]
    assert left(some, *fields, kind=kind, now_ms=later + 1) == ["name", "phone"]


@KINDS
def test_in_a_form_of_any_kind_what_was_declined_rests_unless_it_is_needed(kind: str) -> None:
    what = known({"email": 0}, {"name": NOW_MS, "phone": NOW_MS})
    fields = (NAME, PHONE, BIRTHDAY)
    assert left(what, *fields, kind=kind) == ["birthday"]
    assert left(what, *fields, kind=kind, required=("name",)) == ["name", "birthday"]
    later = NOW_MS + RESTS_DAYS * DAY_MS
    assert left(what, *fields, kind=kind, now_ms=later) == ["name", "phone", "birthday"]


@KINDS
def test_a_form_of_any_kind_asks_a_few_things_of_a_customer_and_what_is_needed_first(
    kind: str,
) -> None:
    message = blanks.field("text", "message")
    fields = (INCOME, NAME, PHONE, BIRTHDAY, message, NEWS)
    what = known({"email": 0}, trust=True)
    for at_most, asks in (
        (1, ["name"]),
        (2, ["name", "phone"]),
        (3, ["name", "phone", "birthday"]),
        (4, ["income", "name", "phone", "birthday"]),
    ):
        expected = [*asks, "message", "news"]
        assert left(what, *fields, kind=kind, at_most=at_most) == expected
    needed = left(what, *fields, kind=kind, at_most=1, required=("phone", "birthday"))
    assert needed == ["phone", "birthday", "message", "news"]
    needed = left(what, *fields, kind=kind, at_most=2, required=("birthday",))
    assert needed == ["name", "birthday", "message", "news"]


def of_kind(kind: str) -> FormField:
    """Return a field of a type that is kept of a customer and goes stale after ten days."""
    kept = kind != "consent"
    return blanks.field(kind, trait=kept, fresh_days=10, purpose="marketing-email")


FIELD_KINDS = pytest.mark.parametrize("kind", get_args(FieldType))
FORM_KINDS = pytest.mark.parametrize(
    "of", ["signup", "preorder", "warranty", "rewards", "contact", "profile"]
)


def asks_for(field: FormField, of: str, what: KnownOf, now_ms: int = NOW_MS) -> bool:
    """Whether a form of a kind asks a known customer for a field."""
    names = {one.name: one for one in (EMAIL, blanks.field("product"), blanks.field("serial"))}
    fields = (names | {field.name: field}).values()
    form = blanks.asking_for(*fields, kind=of, at_most=60)
    asked_now = to_ask if of == "profile" else to_fill_in
    return field.name in {one.name for one in asked_now(form, what, now_ms).fields}


@FORM_KINDS
@FIELD_KINDS
def test_a_field_of_any_type_is_asked_until_it_is_known_and_when_it_has_gone_stale(
    kind: str, of: str
) -> None:
    field = of_kind(kind)
    is_consent = kind == "consent"
    answered = known(granted={field.purpose: NOW_MS}) if is_consent else known({field.name: NOW_MS})
    assert asks_for(field, of, known())
    for days, asks in ((0, False), (10, False), (11, True)):
        assert asks_for(field, of, answered, NOW_MS + days * DAY_MS) is asks


@FORM_KINDS
@FIELD_KINDS
def test_a_field_of_any_type_that_was_declined_rests(kind: str, of: str) -> None:
    field = of_kind(kind)
    # What a form needs, and what somebody may have come to give, is asked all the same.
    never_rests = field.name in NEEDED.get(of, ()) or (kind == "consent" and of != "profile")
    declined = known({}, {field.name: NOW_MS})
    for days, asks in ((0, never_rests), (89, never_rests), (90, True)):
        assert asks_for(field, of, declined, NOW_MS + days * DAY_MS) is asks


@KINDS
def test_what_belongs_to_the_occasion_is_always_asked(kind: str) -> None:
    message = blanks.field("text", "message")
    what = known({"email": 0, "message": NOW_MS}, {"message": NOW_MS})
    assert left(what, message, kind=kind) == ["message"]


@KINDS
def test_a_consent_is_asked_in_a_form_of_any_kind_until_it_is_granted(kind: str) -> None:
    assert left(known({"email": 0}), NEWS, kind=kind) == ["news"]
    assert left(known({"email": 0}, granted={"marketing-email": 0}), NEWS, kind=kind) == []
    unwilling = known({"email": 0}, {"news": NOW_MS}, refused={"marketing-email": NOW_MS})
    assert left(unwilling, NEWS, kind=kind) == ["news"]


def test_what_has_gone_stale_is_asked_and_not_required() -> None:
    form = blanks.asking_for(EMAIL, PHONE, required=("email", "phone"))
    now = to_fill_in(form, known({"phone": 0}), NOW_MS)
    assert [(one.name, one.required) for one in now.fields] == [("email", True), ("phone", False)]


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


def test_of_consents_what_holds_over_all_members_is_known_and_no_claim() -> None:
    one = member(
        "cus_1",
        consents={"a": {"x": ("granted", 5)}, "b": {"x": ("granted", 5)}},
        claimed_consents={"c": {"forms": ("granted", 6)}},
    )
    two = member("cus_2", consents={"b": {"y": ("withdrawn", 3)}})
    found = known_of(Person((one, two)), RULE, NOW_MS)
    assert (found.granted, found.refused) == ({"a": 5}, {"b": 3})


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

"""When fields go stale, when a customer is asked by message, and how fresh all of it is."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mteja.business.forms import Asking, FormField
from mteja.customers.items import HeldIdentifier, Hold, ProfileItem, TraitEntry, TraitsItem
from mteja.customers.reading import Member, Person
from mteja.customers.traits import told, with_seen
from mteja.forms.definition import definition
from mteja.forms.progressive import KnownOf, known_of
from mteja.freshness.asking import PURPOSE, ask, asked
from mteja.freshness.confirming import standing
from mteja.freshness.report import freshness_report, median_age, months_between
from mteja.freshness.rules import asked_about, persons_due, to_confirm
from mteja.freshness.sums import Row, Sums, packed, unpacked
from mteja.freshness.suspect import suspect_of
from mteja.freshness.when import look_on, stale_on
from mteja.times import DAY_MS, business_day, day_begins
from tests import blanks

ZONE = "Africa/Dar_es_Salaam"
NOW = day_begins(date(2026, 11, 30), ZONE) + DAY_MS // 2
ADDRESS = FormField(name="address", purpose="relationship", fresh_days=365)
PHONE = FormField(name="phone", purpose="relationship", fresh_days=730)
NAME = FormField(name="name", purpose="relationship")
INCOME = FormField(name="income", purpose="relationship", trait=True, sensitive=True, fresh_days=30)
FIELDS = (ADDRESS, PHONE, NAME, INCOME)


def entry(seen_days_ago: float, **changes: Any) -> TraitEntry:
    seen = int(NOW - seen_days_ago * DAY_MS)
    told: dict[str, Any] = {"sealed": b"", "tag": b"", "trust": "verified", "source": "shop"}
    return TraitEntry(**told | {"at": seen, "seen": seen} | changes)


def profile(created_days_ago: int = 800, customer: str = "cus_1", **changes: Any) -> ProfileItem:
    return ProfileItem(
        pk=f"CUSTOMER#{customer}",
        sk="PROFILE",
        v=1,
        created_at=NOW - created_days_ago * DAY_MS,
        trust=changes.pop("trust", "verified"),
        **changes,
    )


def traits(customer: str = "cus_1", /, **fields: TraitEntry) -> TraitsItem:
    return TraitsItem(pk=f"CUSTOMER#{customer}", sk="TRAITS", fields=fields)


def seen_of(its: ProfileItem, known: dict[str, TraitEntry]) -> dict[str, int]:
    """Return when fields were last observed, as PROFILE and TRAITS have it."""
    return told(with_seen(traits(**known), its.seen))


def person(*members: tuple[ProfileItem, TraitsItem]) -> Person:
    made = [Member(one.pk.removeprefix("CUSTOMER#"), one, its, (), (), ()) for one, its in members]
    return Person(tuple(made))


@pytest.fixture
def declared() -> Asking:
    return blanks.ASKING


def today() -> date:
    return business_day(NOW, ZONE)


def test_a_value_is_stale_on_the_day_after_its_last() -> None:
    seen = day_begins(date(2025, 11, 29), ZONE) + 1
    assert stale_on(seen, 365, ZONE) == date(2026, 11, 30)


@given(st.integers(0, NOW), st.integers(1, 4_000))
def test_what_is_stale_by_day_is_stale_by_the_moment(seen: int, fresh_days: int) -> None:
    field = FormField(name="address", purpose="relationship", fresh_days=fresh_days)
    known = KnownOf({"address": seen}, {}, trusted=True)
    on = stale_on(seen, fresh_days, ZONE)
    assert not known.is_fresh(field, day_begins(on, ZONE))
    assert known.is_fresh(field, day_begins(on - timedelta(days=1), ZONE))


@pytest.mark.parametrize(
    ("known", "changes", "due_in"),
    [
        ({"address": entry(400)}, {}, -34),
        ({"address": entry(100), "phone": entry(100)}, {}, 266),
        ({"address": entry(100)}, {"seen": {"address": NOW}}, 366),
        # Not in the first year, and once a year.
        ({"address": entry(400)}, {"created_days_ago": 10}, 355),
        ({"address": entry(400)}, {"fresh_asked_at": NOW - 20 * DAY_MS}, 345),
        ({"address": entry(400)}, {"fresh_asked_at": NOW - 365 * DAY_MS}, 0),
        ({"name": entry(4000)}, {}, None),
        ({"address": entry(400, trust="claimed")}, {}, None),
        ({"income": entry(400)}, {}, None),
        ({}, {}, None),
    ],
)
def test_a_customer_is_asked_once_a_year_when_something_is_stale(
    known: dict[str, TraitEntry], changes: dict[str, Any], due_in: int | None
) -> None:
    its = profile(**changes)
    due = None if due_in is None else today() + timedelta(days=due_in)
    told = seen_of(its, known)
    assert look_on(its, told, asked_about(FIELDS), ZONE) == due
    seen = {name: entry(0, seen=at, at=known[name].at) for name, at in told.items()}
    assert persons_due(person((its, traits(**seen))), FIELDS, ZONE) == due


def test_what_one_member_told_lately_is_not_asked_of_the_person() -> None:
    old = (profile(customer="cus_1"), traits("cus_1", address=entry(400)))
    new = (profile(customer="cus_2"), traits("cus_2", address=entry(10)))
    assert persons_due(person(old), FIELDS, ZONE) == today() - timedelta(days=34)
    assert persons_due(person(old, new), FIELDS, ZONE) == today() + timedelta(days=356)


def test_what_anybody_may_have_typed_makes_nothing_fresh(declared: Asking) -> None:
    """Not beside what is verified, be it of another member."""
    old = (profile(customer="cus_1"), traits("cus_1", address=entry(400)))
    stranger = traits("cus_2", address=entry(1, trust="claimed"), phone=entry(1, trust="claimed"))
    both = person(old, (profile(customer="cus_2", trust="claimed"), stranger))
    assert persons_due(both, FIELDS, ZONE) == today() - timedelta(days=34)
    known = known_of(both, declared.trust_rule, NOW)
    assert not known.is_fresh(ADDRESS, NOW)
    assert not known.knows(PHONE)
    form = definition("profile", declared, "web")
    assert [one.name for one in to_confirm(form, known, standing(both), NOW)] == ["address"]
    # Of whom nothing else is known it is what is known.
    alone = person((profile(trust="claimed"), stranger))
    assert known_of(alone, declared.trust_rule, NOW).is_fresh(ADDRESS, NOW)


def test_what_one_member_was_asked_the_person_was_asked() -> None:
    lately = profile(customer="cus_2", fresh_asked_at=NOW - DAY_MS)
    one = (profile(), traits(address=entry(400)))
    due = persons_due(person(one, (lately, traits("cus_2"))), FIELDS, ZONE)
    assert due == today() + timedelta(days=364)


def asks(the_person: Person, asking: Asking) -> Any:
    return ask(the_person, asking, zone=ZONE, now_ms=NOW)


def test_the_message_goes_like_marketing_for_the_sake_of_right_data(declared: Asking) -> None:
    stale = person((profile(), traits(address=entry(400))))
    message = asks(stale, declared)
    assert (message.template, message.language, message.purpose) == (
        "still-right",
        None,  # the language that the person reads is found when it is sent
        PURPOSE,
    )
    assert message.due == NOW
    assert message.not_after > NOW
    assert asks(stale, declared).id == message.id
    assert asked(NOW) == {"fresh_asked_at": NOW}


@pytest.mark.parametrize(
    ("of", "known"),
    [
        ({}, {"address": entry(100)}),
        ({"fresh_asked_at": NOW - DAY_MS}, {"address": entry(400)}),
        ({"trust": "claimed"}, {"address": entry(400, trust="claimed")}),
        ({}, {"income": entry(4000)}),
    ],
)
def test_nobody_is_asked_before_time_or_on_a_strangers_word(
    of: dict[str, Any], known: dict[str, TraitEntry], declared: Asking
) -> None:
    assert asks(person((profile(**of), traits(**known))), declared) is None


def test_without_a_page_nobody_is_asked(declared: Asking) -> None:
    stale = person((profile(), traits(address=entry(400))))
    forms = tuple(one for one in declared.forms if one.kind != "profile")
    assert asks(stale, declared.model_copy(update={"forms": forms})) is None


def confirmable(declared: Asking, **known: Any) -> list[str]:
    told = {"address": NOW - 400 * DAY_MS, "phone": NOW - 400 * DAY_MS, "name": 0, "income": 0}
    values: dict[str, Any] = {"observed": told, "declined": {}, "trusted": False}
    of = KnownOf(**values | known)
    form = definition("profile", declared, "web")
    return [one.name for one in to_confirm(form, of, of.observed, NOW)]


def test_the_page_asks_of_what_is_stale_and_was_told(declared: Asking) -> None:
    assert confirmable(declared) == ["address"]
    assert confirmable(declared, trusted=True) == ["address", "income"]
    assert confirmable(declared, declined={"address": NOW - DAY_MS}) == []
    assert confirmable(declared, observed={"phone": NOW}) == []


def test_the_page_asks_of_what_goes_stale_soon_and_of_what_came_back(declared: Asking) -> None:
    observed = {"phone": NOW - 650 * DAY_MS, "email": NOW, "address": NOW - 200 * DAY_MS}
    assert confirmable(declared, observed=observed) == ["phone"]
    suspect = frozenset({"email"})
    assert confirmable(declared, observed=observed, suspect=suspect) == ["email", "phone"]


def held(index: str) -> HeldIdentifier:
    return HeldIdentifier(
        kind="email", index=index, sealed=b"", hold=Hold.VERIFIED, trust="verified", source="s",
        at=NOW,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("indexes", "bounced", "suspect"),
    [
        ("", {}, {}),
        ("a", {"a": (5, NOW + 9)}, {"email": NOW + 9}),
        ("a", {"a": (5, NOW)}, {}),
        ("ab", {"a": (5, NOW + 9)}, {}),  # one that works makes the others no matter
        ("ab", {"a": (5, NOW + 9), "b": (5, NOW + 5)}, {"email": NOW + 5}),
    ],
)
def test_an_address_is_suspect_where_none_works(
    indexes: str, bounced: dict[str, tuple[int, int]], suspect: dict[str, int]
) -> None:
    its = profile(identifiers=[held(one) for one in indexes])
    assert suspect_of(person((its, traits())), bounced, NOW) == suspect


def test_an_address_that_was_told_after_the_bounce_is_another_one() -> None:
    its = profile(identifiers=[held("a")])
    bounced = {"a": (NOW - DAY_MS, NOW + 9)}
    before, since = traits(email=entry(2, seen=NOW)), traits(email=entry(0.5))
    assert suspect_of(person((its, before)), bounced, NOW) == {"email": NOW + 9}
    assert suspect_of(person((its, since)), bounced, NOW) == {}


days = st.dates(date(2020, 1, 1), date(2026, 11, 30)).map(str)
names = st.sampled_from(["address", "email", "phone"])
rows = st.builds(Row, st.dictionaries(names, days), st.dictionaries(names, days, max_size=1))


def summed(some: list[Row]) -> Sums:
    return Sums().changed((), some)


@given(st.lists(rows), st.lists(rows))
def test_sums_change_as_if_they_were_counted_anew(before: list[Row], after: list[Row]) -> None:
    changed = summed(before).changed(before, after)
    assert changed == summed(after)
    assert unpacked(changed.persons, packed(changed)) == changed
    assert summed(before) + summed(after) == summed(before + after)


@given(st.lists(rows))
def test_what_is_known_is_fresh_stale_or_suspect_and_of_a_month(some: list[Row]) -> None:
    told = freshness_report(summed(some), FIELDS, date(2024, 1, 1), date(2026, 11, 30), today())
    assert told["persons"] == len(some)
    for one in told["items"]:
        field = one["field"]
        assert one["known"] == sum(field in row.seen for row in some)
        assert one["known"] == one["fresh"] + one["stale"] + one["suspect"]
        assert one["never"] == len(some) - one["known"]
        months = [month["known"].get(field, 0) for month in told["months"]]
        assert one["known"] == sum(months) + told["earlier"].get(field, 0)


def test_fields_that_no_file_declares_are_told_too_and_never_stale() -> None:
    row = Row({"company": "2020-01-01", "address": "2025-11-29"})
    told = freshness_report(summed([row]), FIELDS, date(2026, 1, 1), today(), today())
    by_field = {one["field"]: one for one in told["items"]}
    assert list(by_field) == ["address", "phone", "name", "income", "company"]
    assert (by_field["company"]["stale"], by_field["company"]["fresh_days"]) == (0, None)
    assert (by_field["address"]["stale"], by_field["address"]["median_age_days"]) == (1, 366)


@pytest.mark.parametrize(
    ("ages", "median"), [([], None), ([3], 3), ([1, 5], 1), ([9, 1, 5], 5), ([1, 1, 1, 9], 1)]
)
def test_the_median_age(ages: list[int], median: int | None) -> None:
    counted: dict[date, int] = {}
    for age in ages:
        day = today() - timedelta(days=age)
        counted[day] = counted.get(day, 0) + 1
    assert median_age(counted, today()) == median


def test_months_go_over_the_year() -> None:
    assert months_between(date(2025, 11, 30), date(2026, 2, 1)) == [
        "2025-11", "2025-12", "2026-01", "2026-02",
    ]  # fmt: skip

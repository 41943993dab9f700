"""What anybody can type is a claim: it adds to a customer, and takes nothing and opens nothing."""

from typing import Any

import pytest

from mteja.customers.items import Hold
from mteja.recording.plan import MAX_CLAIMS_A_DAY
from mteja.recording.record import record
from tests import facts, reading
from tests.component.conftest import Forms

EMAIL, PHONE = "anna@example.com", "+14155550132"
ADDRESS = {"line1": "1 High Street", "city": "Town", "country": "US"}
OTHERS: dict[str, Any] = {
    "email": EMAIL,
    "name": "Somebody Else",
    "phone": "+14155550199",
    "address": {"line1": "9 Thief Street"},
    "heard_from": "advert",
}


@pytest.fixture
def anna(forms: Forms) -> str:
    """A customer who is known by a verified order with everything."""
    fact = facts.order_fact(
        facts.account("7"),
        facts.email(EMAIL),
        facts.phone(PHONE),
        order=facts.state(),
        traits={
            "email": EMAIL,
            "phone": PHONE,
            "name": {"full": "Anna Ray"},
            "address": dict(ADDRESS),
        },
    )
    return str(record(fact, forms.recorder).customer)


def test_a_claim_finds_a_customer_and_stands_in_the_timeline(forms: Forms, anna: str) -> None:
    forms.taken("in-store", OTHERS)
    assert set(reading.profiles(forms.recorder)) == {anna}
    (entry,) = reading.entries(forms.recorder, "form")
    assert (entry.pk, entry.trust) == (f"CUSTOMER#{anna}", "claimed")


def test_a_claim_overwrites_nothing_that_is_verified(forms: Forms, anna: str) -> None:
    before = reading.opened(forms.recorder, anna)
    forms.taken("in-store", OTHERS)
    after = reading.opened(forms.recorder, anna)
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {"heard_from"}


def test_a_claim_moves_no_counter_no_date_and_no_trust(forms: Forms, anna: str) -> None:
    before = reading.profiles(forms.recorder)[anna]
    for form, more in (("in-store", {}), ("newsletter", {"newsletter": True}),
                       ("preorder", {"product": "demo-lamp"})):  # fmt: skip
        values = {name: OTHERS[name] for name in ("email", "name")} | more
        forms.taken(form, values)
    after = reading.profiles(forms.recorder)[anna]
    changes = {"v", "claims", "claimed_consents", "traits_v", "seen"}
    assert after.model_dump(exclude=changes) == before.model_dump(exclude=changes)
    assert after.claims == ("2026-11-22", 3)
    assert after.consents == {}


def test_a_claim_gives_nobody_an_identifier(forms: Forms, anna: str) -> None:
    forms.taken("in-store", OTHERS)
    held = {(one.kind, one.hold) for one in reading.profiles(forms.recorder)[anna].identifiers}
    assert held == {
        ("customer@shopify-demo", "verified"),
        ("email", "verified"),
        ("phone", "verified"),
        ("phone", "hint"),
    }
    call = facts.fact(facts.phone(OTHERS["phone"]), content="a call")
    assert record(call, forms.recorder).customer != anna


def test_a_claimed_telephone_of_another_is_a_candidate_and_no_merge(
    forms: Forms, anna: str
) -> None:
    forms.taken("in-store", {"email": "ben@example.com", "phone": PHONE})
    ben = reading.owner_of(forms.recorder, "email", "ben@example.com")
    assert ben != anna
    assert set(reading.candidates(forms.recorder)) == {(anna, ben), (ben, anna)}
    assert reading.links(forms.recorder) == set()


def test_known_and_unknown_are_answered_alike(forms: Forms, anna: str) -> None:
    known = forms.fill_in("in-store", OTHERS)
    unknown = forms.fill_in("in-store", OTHERS | {"email": "nobody@example.com"})
    assert known.status == unknown.status
    assert known.headers == unknown.headers
    assert {name: type(one) for name, one in known.body.items()} == {
        name: type(one) for name, one in unknown.body.items()
    }
    ids = [one.body["interaction_id"] for one in (known, unknown)]
    # The ids share their time; nothing else of them tells one from the other.
    assert ids[0][:14] == ids[1][:14]
    assert len(ids[0]) == len(ids[1])
    pages = [
        forms.browse("newsletter", [("email", email), ("name", "X")])
        for email in (EMAIL, "nobody2@example.com")
    ]
    assert pages[0] == pages[1]


def test_known_and_unknown_are_refused_alike(forms: Forms, anna: str) -> None:
    for values in ({"phone": "1"}, {"colour": "red"}, {"address": {"country": "xyz"}}):
        known = forms.fill_in("in-store", {"email": EMAIL} | values)
        unknown = forms.fill_in("in-store", {"email": "nobody@example.com"} | values)
        assert known == unknown
        assert known.status == 422


def test_a_form_asks_a_stranger_the_same_whoever_is_known(forms: Forms) -> None:
    before = forms.ask("/v1/forms/profile")
    record(facts.fact(facts.email(EMAIL), traits={"name": {"full": "Anna"}}), forms.recorder)
    assert forms.ask("/v1/forms/profile", {"email": EMAIL}) == before


def test_so_many_claims_of_one_customer_are_taken_a_day(forms: Forms, anna: str) -> None:
    told: dict[str, Any] = {"email": EMAIL, "name": "X"}
    for number in range(MAX_CLAIMS_A_DAY):
        forms.taken("newsletter", told | {"name": f"X{number}"})
    stored = forms.everything
    answer = forms.fill_in("newsletter", told)
    assert (answer.status, answer.problem) == (429, "rate-limited")
    until_midnight = "50200"  # from 07:03:20 UTC in Dar es Salaam
    assert answer.headers["retry-after"] == until_midnight
    assert forms.everything == stored
    assert forms.fill_in("newsletter", told | {"email": "ben@example.com"}).status == 202
    forms.now_ms += (int(until_midnight) - 1) * 1000
    assert forms.fill_in("newsletter", told).status == 429
    forms.now_ms += 1000
    assert forms.fill_in("newsletter", told).status == 202


def test_claims_stand_in_the_way_of_no_fact(forms: Forms, anna: str) -> None:
    for number in range(MAX_CLAIMS_A_DAY):
        forms.fill_in("newsletter", {"email": EMAIL, "name": f"X{number}"})
    again = facts.order_fact(facts.email(EMAIL), order_id="2", order=facts.state())
    assert record(again, forms.recorder).result == "recorded"
    assert reading.profiles(forms.recorder)[anna].orders.count == 2


def test_a_squatter_loses_what_it_claimed_to_the_first_verified_fact(forms: Forms) -> None:
    forms.taken("in-store", OTHERS | {"phone": PHONE})
    (squatted,) = reading.profiles(forms.recorder)
    fact = facts.order_fact(
        facts.email(EMAIL), order=facts.state(), traits={"name": {"full": "Anna Ray"}}
    )
    assert record(fact, forms.recorder).customer == squatted
    profile = reading.profiles(forms.recorder)[squatted]
    assert {(one.kind, one.hold) for one in profile.identifiers} == {
        ("email", "verified"),
        ("phone", "hint"),
    }
    assert reading.opened(forms.recorder, squatted) == {"name": {"full": "Anna Ray"}}


def test_a_few_claims_do_not_make_a_telephone_nobodys(forms: Forms) -> None:
    for number in range(12):
        forms.taken("in-store", {"email": f"squatter{number}@example.com", "phone": PHONE})
    order = facts.order_fact(facts.email(EMAIL), facts.phone(PHONE), order=facts.state())
    anna = str(record(order, forms.recorder).customer)
    till = facts.order_fact(facts.phone(PHONE), order_id="till-1", order=facts.state())
    assert record(till, forms.recorder).customer == anna


def test_claims_take_no_place_among_what_finds_a_customer(forms: Forms, anna: str) -> None:
    for number in range(30):
        forms.taken("in-store", {"email": EMAIL, "phone": f"+141555501{number:02d}"})
    held = reading.profiles(forms.recorder)[anna].identifiers
    assert [one.hold for one in held if one.kind == "phone"].count(Hold.HINT) == 20
    mine = facts.phone("+14155550999")
    record(facts.fact(facts.email(EMAIL), mine, content="a second number"), forms.recorder)
    till = facts.order_fact(mine, order_id="till-1", order=facts.state())
    assert record(till, forms.recorder).customer == anna


def test_a_link_in_the_body_of_a_stranger_opens_nothing(forms: Forms, anna: str) -> None:
    stored = forms.everything
    for token in ("x", "x" * 100, anna):
        answer = forms.fill_in("profile", {"name": "X", "_link": token})
        assert (answer.status, answer.problem) == (401, "bad-signature")
    assert forms.everything == stored

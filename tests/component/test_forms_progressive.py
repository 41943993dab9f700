"""Little by little, over a customer's own link: what is asked, taken and refused."""

from dataclasses import replace
from typing import Any

import pytest

from mteja import links
from mteja.business.forms import Asking
from mteja.consent.gate import allowed
from mteja.customers.linking import link as link_two
from mteja.forms.progressive import RESTS_DAYS
from mteja.privacy.erasure import erase
from mteja.recording.record import record
from mteja.times import DAY_MS
from tests import blanks, facts, kit, reading
from tests.component.conftest import Forms, Orders
from tests.fakes.memory import no_tracks

EMAIL = "anna@example.com"
SENSITIVE = {"income", "children", "education", "profession"}
LATER = 60 * DAY_MS


def buy(orders: Orders, number: int, email: str = EMAIL) -> None:
    """Deliver a real, signed order of a customer who is known by e-mail alone."""
    body = kit.changed(
        kit.sample("shopify/order_fulfilled"),
        id=1_000 + number,
        name=f"#{number}",
        email=email,
        contact_email=email,
        phone=None,
        customer=None,
        billing_address=None,
        shipping_address=None,
    )
    assert orders.post(body, "orders/create") == "recorded"


@pytest.fixture
def anna(forms: Forms, orders: Orders, monkeypatch: pytest.MonkeyPatch) -> str:
    """A customer with one order."""
    monkeypatch.setattr(orders.app, "now_ms", lambda: forms.now_ms)
    buy(orders, 1)
    return reading.owner_of(forms.recorder, "email", EMAIL)


def token(forms: Forms, customer: str, days: int = 30) -> str:
    made = links.new_link(links.PROFILE_LINK, customer, forms.now_ms, days)
    return links.make(made, forms.recorder.vault.index)


def bearer(forms: Forms, customer: str) -> dict[str, Any]:
    return {"authorization": f"Bearer {token(forms, customer)}"}


def asked(forms: Forms, customer: str, form: str = "profile") -> list[str]:
    answer = forms.ask(f"/v1/forms/{form}", headers=bearer(forms, customer))
    assert answer.status == 200
    return [one["name"] for one in answer.body["fields"]]


def told(forms: Forms, customer: str, values: dict[str, Any], form: str = "profile") -> str:
    answer = forms.fill_in(form, values, **bearer(forms, customer))
    assert answer.status == 202, answer.text
    return str(answer.body["interaction_id"])


def test_a_few_things_are_asked_that_are_not_known(forms: Forms, anna: str) -> None:
    assert asked(forms, anna) == ["name", "phone", "address"]
    told(forms, anna, {"name": "Anna Ray", "phone": "+14155550132"})
    assert asked(forms, anna) == ["address", "birthday", "interests"]
    told(forms, anna, {"address": {"line1": "1 High Street"}, "birthday": "1990-01-02"})
    assert asked(forms, anna) == ["interests", "heard_from"]


def test_a_stranger_is_asked_everything_that_is_not_sensitive(forms: Forms, anna: str) -> None:
    names = {one["name"] for one in forms.ask("/v1/forms/profile").body["fields"]}
    assert {"email", "name", "birthday"} <= names
    assert not names & SENSITIVE


@pytest.mark.parametrize("how", ["header", "address"])
def test_no_answer_ever_holds_a_value(forms: Forms, anna: str, how: str) -> None:
    secret = {"name": "Annamarker", "phone": "+14155550132", "birthday": "1990-01-02",
              "address": {"line1": "77 Marker Street"}}  # fmt: skip
    mine = token(forms, anna)
    headers = {"authorization": f"Bearer {mine}"} if how == "header" else {}
    query = {"t": mine} if how == "address" else None
    answers = [forms.fill_in("profile", secret, query=query, **headers)]
    for form in (one.id for one in blanks.ASKING.forms):
        answers.append(forms.ask(f"/v1/forms/{form}", query, headers))
        answers.append(forms.ask(f"/forms/{form}", query, headers))
    for answer in answers:
        assert answer.status in {200, 202}
        shown = f"{answer.headers}{answer.text}"
        for marker in ("Annamarker", "4155550132", "1990-01-02", "Marker Street", EMAIL, anna):
            assert marker not in shown


def test_what_is_told_over_a_link_is_verified(forms: Forms, anna: str) -> None:
    told(forms, anna, {"name": "Anna Ray", "birthday": "1990-01-02"})
    (entry,) = reading.entries(forms.recorder, "form")
    assert (entry.pk, entry.trust) == (f"CUSTOMER#{anna}", "verified")
    assert reading.opened(forms.recorder, anna)["name"] == {"full": "Anna Ray"}
    assert reading.profiles(forms.recorder)[anna].claims is None


@pytest.mark.parametrize("part", ["postal_code", "region"])
def test_an_address_without_street_and_town_replaces_none(
    forms: Forms, anna: str, part: str
) -> None:
    told(forms, anna, {"address": {"line1": "1 High Street", "city": "Oslo"}})
    stored = forms.everything
    answer = forms.fill_in("profile", {"address": {part: "X1"}}, **bearer(forms, anna))
    assert (answer.status, list(answer.faults)) == (422, ["address"])
    assert forms.everything == stored
    told(forms, anna, {"address": {"country": "NO"}})  # what a page may offer by itself
    assert reading.opened(forms.recorder, anna)["address"] == {
        "line1": "1 High Street",
        "city": "Oslo",
    }


def test_what_is_left_out_is_declined_and_rests_ninety_days(forms: Forms, anna: str) -> None:
    told(forms, anna, {"name": "", "phone": None, "address": ""})
    assert asked(forms, anna) == ["birthday", "interests", "heard_from"]
    forms.now_ms += RESTS_DAYS * DAY_MS - 1
    assert "name" not in asked(forms, anna)
    forms.now_ms += 1
    assert asked(forms, anna)[:1] == ["name"]


def test_what_a_page_showed_and_nobody_answered_is_declined(forms: Forms, anna: str) -> None:
    page = forms.ask("/forms/profile", {"t": token(forms, anna)}).text
    assert 'name="_asked" value="name phone address"' in page
    answer = forms.browse(
        "profile",
        [("name", "Anna"), ("phone", ""), ("_asked", "name phone address"),
         ("_link", token(forms, anna))],
    )  # fmt: skip
    assert answer.status == 303
    assert reading.profiles(forms.recorder)[anna].declined == {
        "address": kit.NOW_MS,
        "phone": kit.NOW_MS,
    }
    assert asked(forms, anna) == ["birthday", "interests", "heard_from"]


def test_what_was_declined_and_is_told_later_is_known(forms: Forms, anna: str) -> None:
    told(forms, anna, {"name": ""})
    told(forms, anna, {"name": "Anna Ray"})
    assert reading.profiles(forms.recorder)[anna].declined is None


def test_a_box_that_is_not_ticked_over_a_link_is_no_refusal(forms: Forms, anna: str) -> None:
    answer = forms.browse(
        "newsletter",
        [("_asked", "name newsletter"), ("_link", token(forms, anna)), ("name", "Anna")],
    )
    assert answer.status == 303
    profile = reading.profiles(forms.recorder)[anna]
    assert (profile.consents, profile.declined) == ({}, None)


def test_a_consent_over_a_link_opens_the_gate(forms: Forms, anna: str) -> None:
    told(forms, anna, {"newsletter": True}, form="newsletter")
    profile = reading.profiles(forms.recorder)[anna]
    assert profile.claimed_consents is None
    assert allowed("marketing-email", [profile.consents], forms.recorder.business)


def test_what_is_sensitive_is_refused_before_trust_was_earned(forms: Forms, anna: str) -> None:
    known: dict[str, Any] = {"name": "A", "phone": "+14155550132", "birthday": "1990-01-02"}
    known |= {"address": "1 High Street", "interests": ["lamps"], "heard_from": "friend"}
    told(forms, anna, known)
    assert asked(forms, anna) == []
    stored = forms.everything
    answer = forms.fill_in("profile", {"income": "500-1500"}, **bearer(forms, anna))
    assert (answer.status, list(answer.faults)) == (422, ["income"])
    assert forms.everything == stored


def test_after_two_orders_what_is_sensitive_is_asked_last(
    forms: Forms, orders: Orders, anna: str
) -> None:
    buy(orders, 2)
    assert asked(forms, anna) == ["name", "phone", "address"]
    known: dict[str, Any] = {"name": "A", "phone": "+14155550132", "birthday": "1990-01-02"}
    told(forms, anna, known | {"address": "1 High Street"})
    assert asked(forms, anna) == ["interests", "heard_from", "income"]
    told(forms, anna, {"interests": ["lamps"], "heard_from": "friend"})
    assert asked(forms, anna) == ["income", "children", "education"]
    last = told(forms, anna, {"income": "rather-not-say", "children": 2})
    assert asked(forms, anna) == ["education", "profession"]
    assert reading.opened(forms.recorder, anna)["children"] == 2
    assert reading.profiles(forms.recorder)[anna].declined == {"income": kit.NOW_MS}
    (entry,) = [one for one in reading.entries(forms.recorder, "form") if one.id == last]
    assert entry.data.get("answers") is None, "what is sensitive is sealed"


def test_after_sixty_days_what_is_sensitive_is_asked(forms: Forms, anna: str) -> None:
    told(forms, anna, {"name": "", "phone": "", "address": "", "birthday": "", "interests": "",
                       "heard_from": ""})  # fmt: skip
    forms.now_ms += LATER - 1
    assert asked(forms, anna) == []
    forms.now_ms += 1
    assert asked(forms, anna) == ["income", "children", "education"]


def test_who_is_known_by_claims_only_is_never_asked(forms: Forms) -> None:
    forms.taken("newsletter", {"email": "claims@example.com"})
    customer = reading.owner_of(forms.recorder, "email", "claims@example.com")
    forms.now_ms += 10 * LATER
    shown = set()
    for _ in range(4):
        names = asked(forms, customer)
        shown |= set(names)
        told(forms, customer, dict.fromkeys(names, ""))
    assert not shown & SENSITIVE
    assert "birthday" in shown


def test_orders_of_linked_members_count_together(forms: Forms, orders: Orders, anna: str) -> None:
    buy(orders, 2, "anna@work.example.com")
    other = reading.owner_of(forms.recorder, "email", "anna@work.example.com")
    assert "income" not in asked(forms, anna)
    link_two(forms.recorder.table, anna, other, "staff", forms.now_ms)
    known = dict.fromkeys(("name", "phone", "address", "birthday", "interests", "heard_from"), "")
    told(forms, anna, known)
    assert asked(forms, anna)[0] == "income"
    assert asked(forms, other)[0] == "income"


def test_of_a_known_customer_another_form_asks_what_is_missing(forms: Forms, anna: str) -> None:
    assert asked(forms, anna, "in-store") == ["name", "phone", "address"]
    told(forms, anna, {"name": "Anna"}, "in-store")
    assert asked(forms, anna, "in-store") == ["phone", "address", "heard_from"]


def test_of_a_known_customer_another_form_asks_what_has_gone_stale(forms: Forms, anna: str) -> None:
    told(forms, anna, {"name": "Anna", "phone": "+14155550132", "address": {"city": "Oslo"},
                       "heard_from": ""}, "in-store")  # fmt: skip
    assert asked(forms, anna, "in-store") == []
    forms.now_ms += 89 * DAY_MS
    assert asked(forms, anna, "in-store") == []
    forms.now_ms += DAY_MS
    assert asked(forms, anna, "in-store") == ["heard_from"]
    forms.now_ms += 276 * DAY_MS
    assert asked(forms, anna, "in-store") == ["email", "address", "heard_from"]
    told(forms, anna, {"address": {"city": "Oslo"}}, "in-store")
    assert asked(forms, anna, "in-store") == ["email", "heard_from"]


def test_what_was_declined_is_asked_where_it_is_needed(forms: Forms, anna: str) -> None:
    told(forms, anna, {"name": "", "phone": ""})
    assert asked(forms, anna, "preorder") == ["name", "address", "product", "quantity"]
    answer = forms.fill_in("preorder", {"product": "demo-lamp"}, **bearer(forms, anna))
    assert (answer.status, list(answer.faults)) == (422, ["name"])


def test_a_consent_that_was_granted_is_not_asked_again(forms: Forms, anna: str) -> None:
    assert asked(forms, anna, "newsletter") == ["name", "newsletter"]
    told(forms, anna, {"name": "Anna", "newsletter": True}, "newsletter")
    assert asked(forms, anna, "newsletter") == []


def test_a_claimed_consent_is_asked_for_all_the_same(forms: Forms, anna: str) -> None:
    forms.taken("newsletter", {"email": EMAIL, "newsletter": True})
    assert "newsletter" in asked(forms, anna, "newsletter")


@pytest.mark.parametrize("left_out", [None, "", False])
def test_in_a_profile_a_consent_that_is_left_out_rests_and_is_no_refusal(
    forms: Forms, anna: str, monkeypatch: pytest.MonkeyPatch, left_out: object
) -> None:
    asks = [{"field": one} for one in ("email", "newsletter", "name", "phone", "address")]
    declared = forms.app.FORMS.asking.model_dump()
    (profile,) = (one for one in declared["forms"] if one["id"] == "profile")
    profile["fields"] = asks
    service = replace(forms.app.FORMS, asking=Asking.model_validate(declared))
    monkeypatch.setattr(forms.app, "FORMS", service)
    assert asked(forms, anna) == ["newsletter", "name", "phone"]
    told(forms, anna, {"newsletter": left_out, "name": "Anna"})
    assert asked(forms, anna) == ["phone", "address"]
    assert reading.profiles(forms.recorder)[anna].consents == {}
    forms.now_ms += RESTS_DAYS * DAY_MS
    assert asked(forms, anna) == ["newsletter", "phone", "address"]
    told(forms, anna, {"newsletter": True})
    assert asked(forms, anna) == ["phone", "address"]


def test_of_a_known_customer_a_pre_order_needs_what_to_send(forms: Forms, anna: str) -> None:
    told(forms, anna, {"name": "Anna Ray"})
    for values in ({}, {"product": ""}, {"product": None}):
        answer = forms.fill_in("preorder", values, **bearer(forms, anna))
        assert (answer.status, list(answer.faults)) == (422, ["product"])
    answer = forms.fill_in("preorder", {"product": "demo-lamp"}, **bearer(forms, anna))
    assert (answer.status, answer.body["status"]) == (202, "reserved")


def test_a_new_e_mail_over_a_link_is_no_key_to_anothers_orders(
    forms: Forms, orders: Orders, anna: str
) -> None:
    """Whoever has the link is Anna; that the address is hers, nobody has shown."""
    told(forms, anna, {"email": "victim@example.com", "phone": "+14155550132"})
    held = {(one.kind, one.hold) for one in reading.profiles(forms.recorder)[anna].identifiers}
    assert held == {("email", "verified"), ("phone", "hint")}
    buy(orders, 2, "victim@example.com")
    victim = reading.owner_of(forms.recorder, "email", "victim@example.com")
    assert victim != anna
    assert reading.profiles(forms.recorder)[anna].orders.count == 1


def test_anothers_e_mail_over_a_link_is_a_candidate(forms: Forms, anna: str) -> None:
    ben = str(record(facts.fact(facts.email("ben@example.com")), forms.recorder).customer)
    told(forms, anna, {"email": "ben@example.com"})
    assert set(reading.candidates(forms.recorder)) == {(anna, ben), (ben, anna)}
    assert reading.links(forms.recorder) == set()


@pytest.mark.parametrize("path", ["/v1/forms/profile", "/forms/profile"])
def test_a_link_that_is_too_old_or_forged_opens_nothing(forms: Forms, anna: str, path: str) -> None:
    mine = token(forms, anna)
    forged = mine[:-1] + ("A" if mine[-1] != "A" else "Q")
    assert forms.ask(path, {"t": forged}).status == 401
    forms.now_ms += 30 * DAY_MS + 1_000
    old = forms.ask(path, {"t": mine})
    assert old.status == 401
    if path.startswith("/v1/"):
        assert old.problem == "link-expired"
    answer = forms.fill_in("profile", {"name": "X"}, query={"t": mine})
    assert (answer.status, answer.problem) == (401, "link-expired")


def test_a_header_that_is_no_link_is_refused(forms: Forms, anna: str) -> None:
    for authorization in ("Basic YTpi", "Bearer", "Bearer x y", token(forms, anna)):
        answer = forms.ask("/v1/forms/profile", headers={"authorization": authorization})
        assert (answer.status, answer.problem) == (401, "bad-signature")


def test_a_link_ends_with_its_customer(forms: Forms, anna: str) -> None:
    mine = token(forms, anna)
    table, vault = forms.recorder.table, forms.recorder.vault
    erase([anna], table=table, vault=vault, tracks=no_tracks(), now_ms=forms.now_ms)
    for answer in (
        forms.ask("/v1/forms/profile", {"t": mine}),
        forms.fill_in("profile", {"name": "X"}, query={"t": mine}),
    ):
        assert (answer.status, answer.problem) == (401, "link-expired")

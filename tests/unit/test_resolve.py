"""Whose fact is it? Every branch of the rules (design, section 5)."""

from dataclasses import dataclass

import pytest

from mteja.customers.items import Hold, Holder
from mteja.identity.identifiers import Identifier, Trust
from mteja.identity.resolve import MAX_HOLDERS, Attachment, Known, resolve

V, C, H = Hold.VERIFIED, Hold.CLAIMED, Hold.HINT
ACCOUNT, EMAIL, PHONE, CARD = "customer@shop", "email", "phone", "card"


def known(kind: str, *, value: str = "x", alone: bool = False, **holders: Hold) -> Known:
    """What the index says of an identifier: `known("email", anna=V)`."""
    held = {name: Holder(hold=hold, alone=alone) for name, hold in holders.items()}
    return Known(Identifier(kind, value), f"v1#{kind}-{value}", 1 if held else None, held)


@dataclass(frozen=True)
class Outcome:
    """An attachment, by kinds and names."""

    customer: str | None = None
    promote: bool = False
    alone: bool = False
    adopt: tuple[tuple[str, Hold], ...] = ()
    take: tuple[tuple[str, str], ...] = ()
    link: tuple[str, ...] = ()
    candidates: tuple[tuple[str, str], ...] = ()


def outcome(attachment: Attachment | None) -> Outcome | None:
    if attachment is None:
        return None
    return Outcome(
        attachment.customer,
        attachment.promote,
        attachment.alone,
        tuple((one.identifier.kind, hold) for one, hold in attachment.adopt),
        tuple((one.identifier.kind, loser) for one, loser in attachment.take),
        attachment.link,
        attachment.candidates,
    )


type Case = tuple[str, list[Known], Outcome | None]

VERIFIED: list[Case] = [
    ("names nobody", [], None),
    ("somebody new", [known(EMAIL)], Outcome(adopt=((EMAIL, V),))),
    (
        "somebody new with all kinds, strongest first",
        [known(CARD), known(PHONE), known(EMAIL), known(ACCOUNT)],
        Outcome(adopt=((ACCOUNT, V), (EMAIL, V), (PHONE, V), (CARD, V))),
    ),
    ("known by e-mail", [known(EMAIL, anna=V)], Outcome("anna")),
    ("known by account", [known(ACCOUNT, anna=V)], Outcome("anna")),
    (
        "known by account, with a new e-mail and telephone",
        [known(ACCOUNT, anna=V), known(EMAIL), known(PHONE)],
        Outcome("anna", adopt=((EMAIL, V), (PHONE, V))),
    ),
    (
        "known by e-mail, with a new account",
        [known(ACCOUNT), known(EMAIL, anna=V)],
        Outcome("anna", adopt=((ACCOUNT, V),)),
    ),
    (
        "account of one and e-mail of another are one person",
        [known(ACCOUNT, anna=V), known(EMAIL, ben=V)],
        Outcome("anna", link=("ben",)),
    ),
    (
        "two addresses of one other are one link",
        [known(ACCOUNT, anna=V), known(EMAIL, ben=V), known(EMAIL, value="y", ben=V)],
        Outcome("anna", link=("ben",)),
    ),
    (
        "e-mail of somebody known by claims: taken over",
        [known(EMAIL, anna=C)],
        Outcome("anna", promote=True, adopt=((EMAIL, V),)),
    ),
    (
        "account known, e-mail claimed by another: taken from them",
        [known(ACCOUNT, anna=V), known(EMAIL, squatter=C)],
        Outcome("anna", take=((EMAIL, "squatter"),), candidates=(("squatter", EMAIL),)),
    ),
    (
        "claims of two are not linked",
        [known(ACCOUNT, anna=C), known(EMAIL, ben=C)],
        Outcome(
            "anna",
            promote=True,
            adopt=((ACCOUNT, V),),
            take=((EMAIL, "ben"),),
            candidates=(("ben", EMAIL),),
        ),
    ),
    (
        "a verified e-mail wins over a claimed account",
        [known(ACCOUNT, squatter=C), known(EMAIL, anna=V)],
        Outcome("anna", take=((ACCOUNT, "squatter"),), candidates=(("squatter", ACCOUNT),)),
    ),
    (
        "e-mail known, telephone of another: a candidate and never a merge",
        [known(EMAIL, anna=V), known(PHONE, ben=V)],
        Outcome("anna", adopt=((PHONE, V),), candidates=(("ben", PHONE),)),
    ),
    (
        "new e-mail, telephone of two others: somebody new, two candidates",
        [known(EMAIL), known(PHONE, ben=V, cleo=H)],
        Outcome(adopt=((EMAIL, V), (PHONE, V)), candidates=(("ben", PHONE), ("cleo", PHONE))),
    ),
    (
        "telephone that the customer holds already",
        [known(EMAIL, anna=V), known(PHONE, anna=V, ben=V)],
        Outcome("anna"),
    ),
    (
        "a hint of the customer's own becomes verified",
        [known(EMAIL, anna=V), known(PHONE, anna=H)],
        Outcome("anna", adopt=((PHONE, V),)),
    ),
    (
        "a call centre's number is nobody's",
        [
            known(EMAIL, anna=V),
            known(PHONE, alone=False, **dict.fromkeys(map("c{}".format, range(MAX_HOLDERS)), V)),
        ],
        Outcome("anna"),
    ),
    (
        "telephone alone, of nobody",
        [known(PHONE)],
        Outcome(alone=True, adopt=((PHONE, V),)),
    ),
    ("telephone alone, of one person", [known(PHONE, anna=V)], Outcome("anna")),
    (
        "telephone alone, of one who is known by it alone",
        [known(PHONE, alone=True, anna=V)],
        Outcome("anna", alone=True),
    ),
    (
        "telephone alone, of a family: somebody new, candidates",
        [known(PHONE, anna=V, ben=V)],
        Outcome(alone=True, adopt=((PHONE, V),), candidates=(("anna", PHONE), ("ben", PHONE))),
    ),
    (
        "telephone alone, claimed by one: taken over",
        [known(PHONE, anna=C)],
        Outcome("anna", promote=True, adopt=((PHONE, V),)),
    ),
    (
        "telephone alone, verified by one and claimed by another",
        [known(PHONE, squatter=C, anna=V)],
        Outcome("anna"),
    ),
    (
        "a hint finds nobody",
        [known(PHONE, anna=H)],
        Outcome(alone=True, adopt=((PHONE, V),), candidates=(("anna", PHONE),)),
    ),
    (
        "telephone of nobody, card of one",
        [known(PHONE), known(CARD, anna=V)],
        Outcome("anna", adopt=((PHONE, V),)),
    ),
    (
        "telephone of one, card of another: the stronger decides",
        [known(CARD, ben=V), known(PHONE, anna=V)],
        Outcome("anna", adopt=((CARD, V),), candidates=(("ben", CARD),)),
    ),
]

CLAIMS: list[Case] = [
    ("names nobody", [], None),
    ("an account can't be claimed", [known(ACCOUNT, anna=V)], None),
    (
        "somebody new",
        [known(EMAIL), known(PHONE)],
        Outcome(adopt=((EMAIL, C), (PHONE, C))),
    ),
    ("finds a verified customer by e-mail", [known(EMAIL, anna=V)], Outcome("anna")),
    ("finds a claimed customer by e-mail", [known(EMAIL, anna=C)], Outcome("anna")),
    (
        "adds only a hint to a verified customer",
        [known(EMAIL, anna=V), known(PHONE)],
        Outcome("anna", adopt=((PHONE, H),)),
    ),
    (
        "does not lower what is verified",
        [known(EMAIL, anna=V), known(PHONE, anna=V)],
        Outcome("anna"),
    ),
    (
        "points at the holder of a telephone",
        [known(EMAIL, anna=V), known(PHONE, ben=V)],
        Outcome("anna", adopt=((PHONE, H),), candidates=(("ben", PHONE),)),
    ),
    (
        "adds a claim to a claimed customer",
        [known(EMAIL, anna=C), known(PHONE)],
        Outcome("anna", adopt=((PHONE, C),)),
    ),
    (
        "of an account beside the e-mail is ignored",
        [known(ACCOUNT, ben=V), known(EMAIL, anna=V)],
        Outcome("anna"),
    ),
    (
        "telephone alone does not find a verified customer",
        [known(PHONE, anna=V)],
        Outcome(alone=True, adopt=((PHONE, C),), candidates=(("anna", PHONE),)),
    ),
    (
        "telephone alone finds one known by claims",
        [known(PHONE, alone=True, anna=C)],
        Outcome("anna", alone=True),
    ),
    (
        "telephone alone of two known by claims",
        [known(PHONE, anna=C, ben=C)],
        Outcome(alone=True, adopt=((PHONE, C),), candidates=(("anna", PHONE), ("ben", PHONE))),
    ),
    (
        "new e-mail with the telephone of one known by claims: somebody new",
        [known(EMAIL), known(PHONE, anna=C)],
        Outcome(adopt=((EMAIL, C), (PHONE, C)), candidates=(("anna", PHONE),)),
    ),
]


@pytest.mark.parametrize(("name", "given", "expected"), VERIFIED, ids=lambda one: str(one)[:60])
def test_a_verified_fact(name: str, given: list[Known], expected: Outcome | None) -> None:
    assert outcome(resolve(given, Trust.VERIFIED)) == expected


@pytest.mark.parametrize(("name", "given", "expected"), CLAIMS, ids=lambda one: str(one)[:60])
def test_a_claim(name: str, given: list[Known], expected: Outcome | None) -> None:
    assert outcome(resolve(given, Trust.CLAIMED)) == expected


@pytest.mark.parametrize(("name", "given", "expected"), [*VERIFIED, *CLAIMS])
@pytest.mark.parametrize("trust", list(Trust))
def test_the_order_in_which_a_fact_names_identifiers_means_nothing(
    name: str, given: list[Known], expected: Outcome | None, trust: Trust
) -> None:
    assert outcome(resolve(given[::-1], trust)) == outcome(resolve(given, trust))


@pytest.mark.parametrize(("name", "given", "expected"), CLAIMS)
def test_a_claim_never_takes_links_promotes_or_verifies(
    name: str, given: list[Known], expected: Outcome | None
) -> None:
    attachment = resolve(given, Trust.CLAIMED)
    if attachment is not None:
        assert not attachment.take
        assert not attachment.link
        assert not attachment.promote
        assert all(hold is not Hold.VERIFIED for _, hold in attachment.adopt)


def test_a_call_centres_number_alone_names_nobody() -> None:
    """Else each of its calls would make a customer whom nobody can find again."""
    holders = dict.fromkeys(map("c{}".format, range(MAX_HOLDERS)), V)
    assert resolve([known(PHONE, alone=False, **holders)], Trust.VERIFIED) is None
    assert resolve([known(PHONE, alone=False, **holders)], Trust.CLAIMED) is None


def test_two_addresses_without_an_account_make_no_person_of_two() -> None:
    """A receipt that goes to the office: the payer's address counts, the other is a candidate."""
    found = resolve([known(EMAIL, anna=V), known(EMAIL, value="y", office=V)], Trust.VERIFIED)
    assert found is not None
    assert found.customer == "anna"
    assert found.link == ()
    assert found.candidates == (("office", "email"),)

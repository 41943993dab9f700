"""Warranty cards: a serial number is registered once, and passed on by its holder alone."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from mteja import links
from mteja.forms.items import OwnsItem, WarrantyItem
from mteja.forms.warranty import in_range, standing
from mteja.store import product_keys
from tests import blanks, reading
from tests.component.conftest import Answer, Forms
from tests.fakes.memory import memory_vault

CARD = {"product": "demo-lamp", "serial": "SN-0042", "bought_on": "2026-11-01"}
ASHA = {"email": "asha@example.com", "name": "Asha"}
BEN = {"email": "ben@example.com", "name": "Ben"}


def registered(forms: Forms, serial: str = "SN-0042") -> WarrantyItem | None:
    raw = forms.recorder.table.get(product_keys.warranty("demo-lamp", serial))
    return None if raw is None else WarrantyItem.model_validate(raw)


def owners(forms: Forms) -> dict[str, list[str]]:
    """Return the serial numbers that point from each customer."""
    found: dict[str, list[str]] = {}
    for item in forms.items:
        if str(item["sk"]).startswith("OWNS#"):
            owns = OwnsItem.model_validate(item)
            found.setdefault(owns.pk.partition("#")[2], []).append(owns.serial)
    return found


def owner(forms: Forms, email: str) -> str:
    return reading.owner_of(forms.recorder, "email", email)


def link(forms: Forms, email: str) -> dict[str, Any]:
    """Return the header of a customer's own link."""
    made = links.new_link(links.PROFILE_LINK, owner(forms, email), forms.now_ms, 30)
    return {"authorization": f"Bearer {links.make(made, forms.recorder.vault.index)}"}


def test_a_piece_is_registered_to_who_sends_its_card(forms: Forms) -> None:
    forms.taken("warranty", ASHA | CARD)
    item = registered(forms)
    assert item is not None
    assert (item.customer, item.serial, item.bought_on, item.trust) == (
        *(owner(forms, ASHA["email"]), "SN-0042"),
        *("2026-11-01", "claimed"),
    )
    assert owners(forms) == {item.customer: ["SN-0042"]}


@pytest.mark.parametrize("typed", ["SN-0042", "sn-0042", " sn - 0042 "])
def test_a_second_claim_is_refused_without_saying_by_whom(forms: Forms, typed: str) -> None:
    forms.taken("warranty", ASHA | CARD)
    stored = forms.everything
    answer = forms.fill_in("warranty", BEN | CARD | {"serial": typed})
    assert (answer.status, answer.problem) == (409, "conflict")
    assert list(answer.faults) == ["serial"]
    told = f"{answer.headers}{answer.text}"
    assert owner(forms, ASHA["email"]) not in told
    assert "asha" not in told.lower()
    assert forms.everything == stored


def test_the_holder_is_refused_like_anybody_else(forms: Forms) -> None:
    forms.taken("warranty", ASHA | CARD)
    forms.now_ms += 3_600_000
    again = forms.fill_in("warranty", ASHA | CARD)
    other = forms.fill_in("warranty", BEN | CARD)
    assert again == other
    assert again.status == 409


def test_of_fifty_at_once_one_holds_it(forms: Forms) -> None:
    def claim(number: int) -> Answer:
        return forms.fill_in("warranty", CARD | {"email": f"c{number}@example.com", "name": "C"})

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(claim, range(50)))
    assert Counter(one.status for one in answers) == {202: 1, 409: 49}
    item = registered(forms)
    assert item is not None
    assert owners(forms) == {item.customer: ["SN-0042"]}
    assert len(reading.profiles(forms.recorder)) == 1, "who was refused left nothing behind"


def test_one_serial_number_of_two_products_is_two_pieces(forms: Forms) -> None:
    forms.taken("warranty", ASHA | CARD)
    forms.taken("warranty", BEN | CARD | {"product": "demo-chair"})
    assert len(owners(forms)) == 2


def test_numbers_that_count_the_same_are_two_pieces(forms: Forms) -> None:
    forms.taken("warranty", ASHA | CARD)
    forms.taken("warranty", BEN | CARD | {"serial": "SN-42"})
    assert registered(forms, "SN-42") != registered(forms, "SN-0042")
    assert len(owners(forms)) == 2


def test_who_does_not_say_when_bought_it_today(forms: Forms) -> None:
    forms.taken("warranty", ASHA | CARD | {"bought_on": ""})
    item = registered(forms)
    assert item is not None
    assert item.bought_on == "2026-11-22"


def test_whether_a_warranty_holds_is_worked_out_when_somebody_looks(forms: Forms) -> None:
    forms.taken("warranty", ASHA | CARD)
    item = registered(forms)
    assert item is not None
    for product, today, valid in (
        ("demo-lamp", date(2028, 11, 1), True),
        ("demo-lamp", date(2028, 11, 2), False),
    ):
        found = standing(item, blanks.ASKING.products, today)
        assert (found.product, found.valid) == (product, valid)
    assert "ends" not in repr(forms.items)


def test_a_browser_sees_the_card_again(forms: Forms) -> None:
    forms.taken("warranty", ASHA | CARD)
    values = [*BEN.items(), *CARD.items()]
    answer = forms.browse("warranty", values, accept_language="en")
    assert answer.status == 409
    assert "Is registered already" in answer.text
    assert 'value="SN-0042"' in answer.text
    assert ASHA["email"] not in answer.text


def test_the_holder_passes_a_piece_on_over_its_own_link(forms: Forms) -> None:
    forms.taken("warranty", ASHA | CARD)
    asha = owner(forms, ASHA["email"])
    forms.now_ms += 60_000
    told = forms.fill_in("warranty", BEN | CARD, **link(forms, ASHA["email"]))
    assert told.status == 202
    ben = owner(forms, BEN["email"])
    item = registered(forms)
    assert item is not None
    assert (item.customer, item.v) == (ben, 2)
    assert owners(forms) == {ben: ["SN-0042"]}
    mine = [one for one in reading.entries(forms.recorder, "form") if one.pk.endswith(asha)]
    passed = [one.data for one in mine if one.data.get("action") == "passed-on"]
    assert passed == [{"action": "passed-on", "product": "demo-lamp", "serial": "SN-0042"}]


def test_a_number_that_is_sent_as_one_is_passed_on_too(forms: Forms) -> None:
    card = CARD | {"serial": 12345}
    forms.taken("warranty", ASHA | card)
    forms.now_ms += 60_000
    told = forms.fill_in("warranty", BEN | card, **link(forms, ASHA["email"]))
    assert told.status == 202, told
    assert owners(forms) == {owner(forms, BEN["email"]): ["12345"]}


def test_who_gets_a_piece_must_be_named_and_declines_nothing(forms: Forms) -> None:
    forms.taken("warranty", ASHA | CARD)
    mine = link(forms, ASHA["email"])
    nobody = forms.fill_in("warranty", CARD | {"name": "Ben"}, **mine)
    assert (nobody.status, list(nobody.faults)) == (422, ["email"])
    assert forms.fill_in("warranty", BEN | CARD | {"bought_on": ""}, **mine).status == 202
    profile = reading.profiles(forms.recorder)[owner(forms, BEN["email"])]
    assert profile.declined is None


def test_a_warranty_that_is_passed_on_does_not_begin_again(forms: Forms) -> None:
    forms.taken("warranty", ASHA | CARD)
    forms.fill_in(
        "warranty", BEN | CARD | {"bought_on": "2026-11-22"}, **link(forms, ASHA["email"])
    )
    item = registered(forms)
    assert item is not None
    assert item.bought_on == "2026-11-01"


def test_who_gets_a_piece_is_claimed_and_not_verified(forms: Forms) -> None:
    """The giver's link says who gives, not who gets."""
    forms.taken("warranty", ASHA | CARD)
    forms.fill_in("warranty", BEN | CARD, **link(forms, ASHA["email"]))
    profile = reading.profiles(forms.recorder)[owner(forms, BEN["email"])]
    assert profile.trust == "claimed"


def test_nobody_passes_on_what_another_holds(forms: Forms) -> None:
    forms.taken("warranty", ASHA | CARD)
    forms.taken("newsletter", BEN)
    stored = forms.everything
    values: dict[str, Any] = {"email": "cleo@example.com", "name": "Cleo"} | CARD
    answer = forms.fill_in("warranty", values, **link(forms, BEN["email"]))
    assert answer.status == 409
    assert forms.everything == stored


def test_a_piece_is_passed_on_once(forms: Forms) -> None:
    forms.taken("warranty", ASHA | CARD)
    mine = link(forms, ASHA["email"])
    assert forms.fill_in("warranty", BEN | CARD, **mine).status == 202
    cleo = {"email": "cleo@example.com", "name": "Cleo"} | CARD
    assert forms.fill_in("warranty", cleo, **mine).status == 409
    item = registered(forms)
    assert item is not None
    assert item.customer == owner(forms, BEN["email"])


def test_a_card_that_passes_a_piece_on_is_answered_the_same_when_it_comes_again(
    forms: Forms,
) -> None:
    forms.taken("warranty", ASHA | CARD)
    mine = link(forms, ASHA["email"])
    for values in (BEN | CARD, BEN | CARD | {"serial": "SN-0043", "bought_on": ""}):
        registers = {"email": ASHA["email"], "name": ASHA["name"]}
        if registered(forms, values["serial"]) is None:
            forms.taken("warranty", values | registers)
        first = forms.fill_in("warranty", values, **mine)
        stored = forms.everything
        assert first.status == 202
        assert forms.fill_in("warranty", values, **mine) == first
        assert forms.everything == stored


def test_passed_on_to_many_at_once_one_gets_it(forms: Forms) -> None:
    forms.taken("warranty", ASHA | CARD)
    mine = link(forms, ASHA["email"])

    def give(number: int) -> int:
        to = {"email": f"c{number}@example.com", "name": "C"}
        return forms.fill_in("warranty", to | CARD, **mine).status

    with ThreadPoolExecutor(20) as pool:
        statuses = Counter(pool.map(give, range(20)))
    assert statuses == {202: 1, 409: 19}
    item = registered(forms)
    assert item is not None
    assert owners(forms) == {item.customer: ["SN-0042"]}


def test_a_forged_link_passes_nothing_on(forms: Forms) -> None:
    forms.taken("warranty", ASHA | CARD)
    stored = forms.everything
    asha = links.new_link(links.PROFILE_LINK, owner(forms, ASHA["email"]), forms.now_ms, 30)
    other = memory_vault()
    other.index._index_key = "another"
    token = links.make(asha, other.index)
    answer = forms.fill_in("warranty", BEN | CARD, authorization=f"Bearer {token}")
    assert (answer.status, answer.problem) == (401, "bad-signature")
    assert forms.everything == stored


def test_over_its_own_link_a_customer_registers_for_itself(forms: Forms) -> None:
    forms.taken("newsletter", ASHA)
    assert forms.fill_in("warranty", ASHA | CARD, **link(forms, ASHA["email"])).status == 202
    item = registered(forms)
    assert item is not None
    assert (item.customer, item.trust) == (owner(forms, ASHA["email"]), "verified")


def test_a_range_of_serial_numbers_is_read_in_the_order_in_which_people_count(
    forms: Forms,
) -> None:
    for number in (100, 9, 11, 10, 2, 1):
        to = {"email": f"c{number}@example.com", "name": "C"}
        forms.taken("warranty", to | CARD | {"serial": f"SN-{number}"})
    forms.taken("warranty", BEN | CARD | {"serial": "SN-10", "product": "demo-chair"})

    def read(first: str, last: str, after: str | None = None) -> list[str]:
        table = forms.recorder.table
        return [one.serial for one in in_range("demo-lamp", first, last, table, after, 2)]

    assert read("SN-2", "SN-11") == ["SN-2", "SN-9", "SN-10", "SN-11"]
    assert read("SN-2", "SN-11", after="SN-9") == ["SN-10", "SN-11"]
    assert read("SN-002", "SN-0011") == ["SN-2", "SN-9", "SN-10", "SN-11"]
    assert read("SN-12", "SN-99") == []
    assert read("A", "Z") == ["SN-1", "SN-2", "SN-9", "SN-10", "SN-11", "SN-100"]

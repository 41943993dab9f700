"""What strangers can make of the card and of points by what they type on the web: nothing."""

from typing import Any

import pytest

from mteja import links
from mteja.customers.reading import read_person
from mteja.recording.record import recorder
from mteja.store.table import customers_table
from tests import kit
from tests.component.browser import Browser
from tests.component.front import Front
from tests.component.postal import Postal, postal
from tests.component.signed_in import office

__all__ = ["postal"]

TYPED = "juma@example.com"
PHONE = "+12025550123"
ADDRESS = "asha@example.com"
TILL = "/staff/rewards"


@pytest.fixture
def browser(front: Front, monkeypatch: pytest.MonkeyPatch) -> Browser:
    return office(monkeypatch).signed_in("staff")


def join_on_the_web(postal: Postal, **fields: str) -> str:
    """Join by what anybody may type; return where the card is that was mailed."""
    sent = kit.raw({"name": "Juma"} | fields)
    answer = postal.ask("POST", "/v1/forms/rewards", sent, content_type="application/json")
    assert answer["statusCode"] == 202
    assert postal.send() == {"sent": 1}
    return postal.mails()[-1].link("/rewards?t=")


def opens(postal: Postal, card: str) -> bool:
    status = int(postal.ask("GET", card)["statusCode"])
    assert status in {200, 401}
    return status == 200


def number_of(customer: str) -> str | None:
    (member,) = read_person(customers_table(), customer).members
    return member.profile.loyalty_number


def told(front: Front, **person: str) -> str:
    """Staff write down who stands before them."""
    return str(front.told("/v1/customers", {"name": "Asha Example"} | person)["id"])


class TestACardThatWasMailedToWhoeverTyped:
    """Somebody types an address of their own beside another's telephone."""

    def test_it_ends_when_the_telephone_turns_out_to_be_another_s(
        self, postal: Postal, front: Front
    ) -> None:
        card = join_on_the_web(postal, email=TYPED, phone=PHONE)
        customer = postal.customer()
        number = str(number_of(customer))
        assert opens(postal, card)
        assert told(front, phone=PHONE) == customer
        assert not opens(postal, card)
        assert front.find(loyalty=number) == []
        stamped = front.told("/v1/rewards/stamp", {"customer": customer})
        assert stamped["loyalty"] not in {None, number}
        assert not opens(postal, card)
        assert number not in repr(kit.all_items())

    def test_it_stays_when_the_address_is_the_customer_s(
        self, postal: Postal, front: Front
    ) -> None:
        card = join_on_the_web(postal, email=TYPED, phone=PHONE)
        customer = postal.customer()
        number = number_of(customer)
        assert told(front, email=TYPED) == customer
        assert opens(postal, card)
        assert front.find_one(loyalty=str(number)) == customer
        told(front, email=TYPED, phone=PHONE)
        assert opens(postal, card)

    def test_of_a_customer_who_is_known_it_goes_to_the_customer_s_own_address(
        self, postal: Postal, front: Front
    ) -> None:
        customer = told(front, email=ADDRESS)
        join_on_the_web(postal, email=ADDRESS, phone=PHONE)
        assert postal.mails()[-1].to == ADDRESS
        assert postal.customer() == customer
        assert front.find(phone=PHONE) == []


class TestAtTheTill:
    """Whoever is known by nothing but what was typed on the web."""

    @pytest.fixture
    def claimed(self, postal: Postal) -> str:
        join_on_the_web(postal, email=TYPED, phone=PHONE)
        return postal.customer()

    def test_a_telephone_opens_nobody_by_itself(self, claimed: str, browser: Browser) -> None:
        shown = browser.fill_in(browser.get(TILL), TILL, q=PHONE)
        assert shown.query == {}
        assert "claimed" in shown.text
        assert f"rewards?customer={claimed}" in shown.html
        assert "Unless they show the card" in browser.get(f"{TILL}?customer={claimed}").text

    def test_the_card_does(self, claimed: str, browser: Browser) -> None:
        shown = browser.fill_in(browser.get(TILL), TILL, q=str(number_of(claimed)))
        assert shown.query == {"customer": claimed}

    def test_who_is_certain_is_not_asked_for_more(self, front: Front, browser: Browser) -> None:
        customer = told(front, phone=PHONE)
        shown = browser.fill_in(browser.get(TILL), TILL, q=PHONE)
        assert shown.query == {"customer": customer}
        assert "Unless they show the card" not in shown.text

    def test_what_joining_gave_can_be_spent_once_staff_have_seen_the_customer(
        self, claimed: str, front: Front
    ) -> None:
        before = front.ask(f"/v1/customers/{claimed}/rewards").body["points"]
        assert before == {"active": 0, "pending": 50, "debt": 0}
        stamped = front.told("/v1/rewards/stamp", {"customer": claimed})
        assert stamped["points"] == {"active": 50, "pending": 0, "debt": 0}
        spent = front.told("/v1/rewards/redeem", {"customer": claimed, "amount": 50})
        assert spent["points"] == {"active": 0, "pending": 0, "debt": 0}


def test_a_card_of_one_of_two_linked_customers_ends_with_its_own_number(
    postal: Postal, front: Front
) -> None:
    one, two = told(front, email=ADDRESS), told(front, email="other@example.com")
    card = front.told("/v1/rewards/join", {"customer": max(one, two)})
    front.link(one, two)
    assert opens(postal, card["path"])
    both: dict[str, Any] = front.told("/v1/rewards/join", {"customer": min(one, two)})
    assert both["loyalty"] == card["loyalty"]
    assert opens(postal, both["path"])
    front.unlink(one, two)
    assert opens(postal, card["path"])


@pytest.mark.parametrize("changed", ["", "0", "00000000"])
def test_a_link_without_the_number_s_mark_opens_nothing(
    changed: str, postal: Postal, front: Front
) -> None:
    customer = told(front, email=ADDRESS)
    front.told("/v1/rewards/join", {"customer": customer})
    link = links.Link(links.WALLET_LINK, customer, postal.now + 10**9, changed)
    assert not opens(postal, f"/rewards?t={links.make(link, recorder().vault.index)}")

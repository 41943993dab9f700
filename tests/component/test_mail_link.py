"""A customer's own link, sent by staff: in their language, at most once a day."""

import pytest

from mteja.times import DAY_MS
from tests import operator
from tests.component.front import Front
from tests.component.postal import ADDRESS, Postal, postal
from tests.component.signed_in import office

__all__ = ["postal"]


@pytest.fixture
def front(postal: Postal, monkeypatch: pytest.MonkeyPatch) -> Front:
    """A counter whose clock is the mailer's."""
    made = Front()
    monkeypatch.setattr("mteja.staff.responding.now_ms", lambda: postal.now)
    return made


def customer(front: Front, **more: str) -> str:
    told = {"email": ADDRESS, "name": "Asha", "language": "sw"} | more
    return str(front.told("/v1/customers", told)["id"])


def test_it_is_sent_in_the_customers_language_and_opens_their_form(
    postal: Postal, front: Front
) -> None:
    asha = customer(front)
    made = front.told(f"/v1/customers/{asha}/links?send=true", {})
    assert postal.send() == {"sent": 1}
    (mail,) = postal.mails()
    address = mail.link("/forms/profile?t=")
    assert address.endswith("&lang=sw")
    assert "List-Unsubscribe" not in mail.message  # it was asked for, and is no marketing
    assert postal.ask("GET", address)["statusCode"] == 200
    assert [one.id for one in postal.messages()] == [made["message"]]


def test_pressed_twice_it_is_sent_once_and_the_next_day_again(postal: Postal, front: Front) -> None:
    asha = customer(front)
    for _ in range(2):
        front.told(f"/v1/customers/{asha}/links?send=true", {})
        postal.send()
        postal.now += 1_000
    assert len(postal.mails()) == 1
    postal.now += DAY_MS
    front.told(f"/v1/customers/{asha}/links?send=true", {})
    postal.send()
    assert len(postal.mails()) == 2


def test_whoever_asks_for_the_address_alone_sends_nothing(postal: Postal, front: Front) -> None:
    made = front.told(f"/v1/customers/{customer(front)}/links", {})
    assert "message" not in made
    assert postal.waiting() == []


@pytest.mark.parametrize("send", ["yes", "1", "TRUE"])
def test_what_is_neither_yes_nor_no_is_told(postal: Postal, front: Front, send: str) -> None:
    answer = front.post(f"/v1/customers/{customer(front)}/links?send={send}", {})
    assert (answer.status, answer.body["errors"][0]["field"]) == (422, "send")


def test_the_operator_sends_one(
    postal: Postal, front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    asha = customer(front)
    mteja = operator.stand_in(monkeypatch, {})
    monkeypatch.setattr("mteja_operator.customers.now_ms", lambda: postal.now)
    assert mteja("customers", "link", asha, "--send").exit_code == 0
    assert postal.send() == {"sent": 1}


def test_staff_send_one_from_the_customers_page(
    postal: Postal, front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    asha = customer(front)
    desk = office(monkeypatch)
    monkeypatch.setattr("mteja.staff.pages.asking.now_ms", lambda: postal.now)
    browser = desk.signed_in("staff")
    shown = browser.get(f"/staff/customers/{asha}")
    done = browser.fill_in(shown, f"/staff/customers/{asha}/send-link")
    assert "The link is on its way" in done.text
    assert postal.send() == {"sent": 1}

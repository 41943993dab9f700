"""Whether marketing is sent, and when: consent, quiet hours, cap, erasure, and what changes in
between."""

from typing import Any

import pytest

from mteja.customers.linking import link
from mteja.customers.reading import read_person
from mteja.identity.identifiers import PHONE, Identifier, Trust
from mteja.mail import deciding
from mteja.mail.sending import Mailer
from mteja.recording.facts import Consent, Fact
from mteja.recording.record import record, recorder
from mteja.times import DAY_MS
from tests import kit
from tests.component.postal import HOUR_MS, NOON_MS, Postal, postal

__all__ = ["postal"]

# 23:03 in Dar es Salaam, where it is quiet from 21:00 to 08:00.
_NIGHT_MS = NOON_MS + 8 * HOUR_MS


def _last(postal: Postal) -> tuple[str, str | None]:
    message = postal.messages()[-1]
    return message.status, message.reason


def _staff(postal: Postal, **more: Any) -> str:
    """Let staff write down a customer; return its id."""
    fact = Fact(
        source="staff",
        trust=Trust.VERIFIED,
        observed_at=postal.now,
        received_at=postal.now,
        **more,
    )
    customer = record(fact, recorder()).customer
    assert customer is not None
    return customer


def test_without_consent_nothing_is_sent(postal: Postal) -> None:
    postal.sign_up()
    postal.send()
    postal.now += HOUR_MS
    postal.market(postal.customer())  # who has not confirmed
    assert postal.send() == {"withheld": 1}
    assert _last(postal) == ("withheld", "consent")


def test_at_night_marketing_waits_for_the_morning(postal: Postal) -> None:
    customer = postal.subscriber()
    postal.now = _NIGHT_MS
    postal.market(customer)
    assert postal.send() == {"later": 1}
    postal.now += 8 * HOUR_MS
    assert postal.send() == {}
    postal.now = _NIGHT_MS + 9 * HOUR_MS
    assert postal.send() == {"sent": 1}


def test_what_was_asked_for_is_sent_at_night(postal: Postal) -> None:
    postal.now = _NIGHT_MS
    postal.sign_up()
    assert postal.send() == {"sent": 1}


def test_what_says_nothing_in_the_morning_is_withheld_at_night(postal: Postal) -> None:
    customer = postal.subscriber()
    postal.now = _NIGHT_MS
    postal.market(customer, not_after=_NIGHT_MS + HOUR_MS)
    assert postal.send() == {"withheld": 1}
    assert _last(postal) == ("withheld", "quiet-hours")


def test_what_is_too_late_is_not_sent(postal: Postal) -> None:
    postal.sign_up()
    postal.now += 4 * DAY_MS
    assert postal.send() == {"withheld": 1}
    assert postal.message().reason == "too-late"


def test_one_message_more_than_the_cap_waits(postal: Postal) -> None:
    customer = postal.subscriber()
    for _ in range(3):
        postal.market(customer)
        postal.now += 1000
    assert postal.send() == {"sent": 2, "later": 1}
    postal.now += 6 * DAY_MS
    assert postal.send() == {}
    postal.now += DAY_MS
    assert postal.send() == {"sent": 1}


def test_what_would_wait_too_long_for_the_cap_is_withheld(postal: Postal) -> None:
    customer = postal.subscriber()
    for _ in range(3):
        postal.market(customer, not_after=postal.now + DAY_MS)
        postal.now += 1000
    assert postal.send() == {"sent": 2, "withheld": 1}
    reasons = {one.reason for one in postal.messages() if one.status == "withheld"}
    assert reasons == {"cap"}


def test_two_messages_of_one_moment_do_not_pass_the_cap_together(
    postal: Postal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are decided before either is claimed: the second is decided anew."""
    customer = postal.subscriber()
    for _ in range(3):
        postal.market(customer)
        postal.now += 1000
    claim = Mailer._claim
    others: list[str] = []

    def after_others(self: Mailer, item: Any, *more: Any) -> Any:
        if not others:
            others.append("begun")
            others.extend(self.work(one) for one in postal.waiting() if one.id != item.id)
        return claim(self, item, *more)

    monkeypatch.setattr(Mailer, "_claim", after_others)
    became = postal.send()
    assert others == ["begun", "sent", "sent"]
    assert became["later"] == 1
    assert "sent" not in became


def test_a_consent_taken_back_while_it_is_sent_stops_it(
    postal: Postal, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = postal.subscriber()
    postal.market(customer)
    left = len(postal.mails())
    claim = Mailer._claim

    def after_withdrawal(self: Mailer, *asked: Any) -> Any:
        monkeypatch.setattr(Mailer, "_claim", claim)
        withdrawn = Consent("marketing-email", "withdrawn", postal.now, "test")
        _staff(postal, customer=customer, consents=(withdrawn,))
        return claim(self, *asked)

    monkeypatch.setattr(Mailer, "_claim", after_withdrawal)
    assert postal.send() == {"withheld": 1}
    assert len(postal.mails()) == left


def test_an_erasure_cancels_what_waits(postal: Postal) -> None:
    customer = postal.subscriber()
    postal.market(customer)
    postal.erase(customer)
    assert postal.waiting() == []
    assert customer not in "".join(kit.all_keys())
    assert postal.send() == {}


def test_a_customer_erased_while_it_is_sent_gets_nothing(
    postal: Postal, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = postal.subscriber()
    postal.market(customer)
    left = len(postal.mails())
    claim = Mailer._claim

    def after_erasure(self: Mailer, *asked: Any) -> Any:
        monkeypatch.setattr(Mailer, "_claim", claim)
        postal.erase(customer)
        return claim(self, *asked)

    monkeypatch.setattr(Mailer, "_claim", after_erasure)
    assert postal.send() in ({"gone": 1}, {"erased": 1})
    assert len(postal.mails()) == left
    assert not [key for key in kit.all_keys() if "MESSAGE" in key or "OUTBOX" in key]


def test_a_message_of_somebody_erased_is_dropped(postal: Postal) -> None:
    """Put there by a transaction that was still being applied when the outbox was read."""
    customer = postal.subscriber()
    postal.erase(customer)
    postal.market(customer)
    assert postal.send() == {"erased": 1}
    assert postal.waiting() == []


def test_the_linked_members_of_a_person_count_as_one(postal: Postal) -> None:
    customer = postal.subscriber()
    other = _staff(postal, identifiers=(Identifier(PHONE, "+255712345678"),))
    link(postal.table, customer, other, "staff", postal.now)
    assert len(read_person(postal.table, customer).members) == 2
    for _ in range(2):
        postal.market(customer)
        postal.now += 1000
    postal.market(other)
    assert postal.send() == {"sent": 2, "later": 1}


def test_whoever_has_only_a_telephone_is_on_the_list_of_calls(postal: Postal) -> None:
    granted = Consent("marketing-email", "granted", postal.now, "counter")
    phone = Identifier(PHONE, "+255712345678")
    customer = _staff(postal, identifiers=(phone,), consents=(granted,))
    postal.market(customer, call=True)
    assert postal.send() == {"sent": 1}
    assert postal.message().channel == "call"
    (task,) = kit.opened("task")
    assert task["data"]["message"] == postal.message().id
    assert "sealed" in task


def test_whoever_has_only_a_telephone_and_is_not_to_be_called_gets_nothing(postal: Postal) -> None:
    granted = Consent("marketing-email", "granted", postal.now, "counter")
    phone = Identifier(PHONE, "+255712345678")
    customer = _staff(postal, identifiers=(phone,), consents=(granted,))
    postal.market(customer)
    assert postal.send() == {"withheld": 1}
    assert _last(postal) == ("withheld", deciding.NO_ADDRESS)

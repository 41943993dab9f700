"""What SES tells of a message settles it; a bounce or a complaint stops mail to the address."""

from typing import Any

import pytest

from mteja.identity.identifiers import Trust
from mteja.mail.items import MessageItem
from mteja.recording.facts import Consent, Fact
from mteja.recording.record import record, recorder
from mteja.times import DAY_MS
from tests import kit
from tests.component.postal import Postal, consents_of, postal
from tests.fakes.mortal_table import Killed

__all__ = ["postal"]

_PERMANENT = {"bounceType": "Permanent", "bounceSubType": "General"}
_SUPPRESSED = {"bounceType": "Permanent", "bounceSubType": "OnAccountSuppressionList"}
_TRANSIENT = {"bounceType": "Transient", "bounceSubType": "MailboxFull"}


def _die(*_: Any, **__: Any) -> None:
    raise Killed


def _sent(postal: Postal) -> MessageItem:
    """Send marketing to a subscriber; return the message."""
    postal.market(postal.subscriber())
    assert postal.send() == {"sent": 1}
    return postal.messages()[-1]


def _again(postal: Postal) -> dict[str, int]:
    """Send marketing once more, when no cap holds it back."""
    postal.now += 10 * DAY_MS
    postal.market(postal.customer())
    return postal.send()


@pytest.mark.parametrize(
    ("what", "more", "status"),
    [
        ("Send", {}, "sent"),
        ("Delivery", {}, "delivered"),
        ("Bounce", _PERMANENT, "bounced"),
        ("Complaint", {}, "complained"),
        ("Reject", {}, "failed"),
        ("Rendering Failure", {}, "failed"),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else "",
)
def test_an_event_settles_its_message(
    postal: Postal, what: str, more: dict[str, Any], status: str
) -> None:
    message = _sent(postal)
    assert postal.told(what, message, **more) == {status: 1}
    assert postal.messages()[-1].status == status


def test_events_out_of_order_end_with_what_is_last(postal: Postal) -> None:
    message = _sent(postal)
    for what in ("Complaint", "Delivery", "Send", "Complaint"):
        postal.told(what, message)
    assert postal.messages()[-1].status == "complained"


@pytest.mark.parametrize("what", ["DeliveryDelay", "Open", "Click"])
def test_what_says_nothing_of_the_end_settles_nothing(postal: Postal, what: str) -> None:
    message = _sent(postal)
    assert postal.told(what, message) == {"ignored": 1}
    assert postal.messages()[-1] == message


def test_an_address_on_the_accounts_suppression_list_is_bad(postal: Postal) -> None:
    postal.told("Bounce", _sent(postal), **_SUPPRESSED)
    assert _again(postal) == {"withheld": 1}


@pytest.mark.parametrize(("what", "more"), [("Bounce", _PERMANENT), ("Complaint", {})])
def test_nothing_more_is_sent_to_an_address_that_is_bad(
    postal: Postal, what: str, more: dict[str, str]
) -> None:
    postal.told(what, _sent(postal), **more)
    assert _again(postal) == {"withheld": 1}
    reason = postal.messages()[-1].reason
    assert reason == {"Bounce": "suspect", "Complaint": "consent"}[what]
    # Not even what a stranger asks for in its name.
    postal.sign_up(name="Somebody")
    asked = {"Bounce": {}, "Complaint": {"withheld": 1}}
    assert postal.send() == asked[what]


def test_a_full_mailbox_is_written_to_again(postal: Postal) -> None:
    postal.told("Bounce", _sent(postal), **_TRANSIENT)
    assert _again(postal) == {"sent": 1}


def test_a_complaint_about_marketing_takes_the_consent_back(postal: Postal) -> None:
    postal.told("Complaint", _sent(postal))
    assert consents_of(postal)["marketing-email"]["own"][0] == "withdrawn"


def test_a_complaint_that_is_told_again_after_a_death_takes_the_consent_back(
    postal: Postal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The function dies between its two writes; EventBridge tells it again."""
    message = _sent(postal)
    for dies_at in ("mteja.mail.events.withdraw", "mteja.mail.events._writes"):
        with monkeypatch.context() as patch:
            patch.setattr(dies_at, _die)
            with pytest.raises(Killed):
                postal.told("Complaint", message)
    assert postal.told("Complaint", message) == {"complained": 1}
    assert consents_of(postal)["marketing-email"]["own"][0] == "withdrawn"


def test_a_complaint_that_was_settled_takes_no_later_consent_back(postal: Postal) -> None:
    message = _sent(postal)
    postal.told("Complaint", message)
    with_consent = Consent("marketing-email", "granted", postal.now + 1, "counter")
    record(
        Fact("staff", Trust.VERIFIED, postal.now + 1, postal.now + 1,
             consents=(with_consent,), customer=message.customer),
        recorder(),
    )  # fmt: skip
    postal.told("Complaint", message)
    assert consents_of(postal)["marketing-email"]["own"][0] == "granted"


def test_who_says_that_it_is_no_spam_complains_of_nothing(postal: Postal) -> None:
    told = postal.told("Complaint", _sent(postal), complaintFeedbackType="not-spam")
    assert told == {"ignored": 1}
    assert consents_of(postal)["marketing-email"]["own"][0] == "granted"
    assert _again(postal) == {"sent": 1}


@pytest.mark.parametrize(
    "change",
    [{"id": "msg_01ARZ3NDEKTSV4RRFFQ69G5FAV"}, {"customer": "cus_x"}, {"id": ""}],
    ids=["unknown", "no customer", "no id"],
)
def test_an_event_of_nothing_of_ours_changes_nothing(
    postal: Postal, change: dict[str, str]
) -> None:
    message = _sent(postal).model_copy(update=change)
    before = kit.digest(kit.all_items())
    assert postal.told("Bounce", message, **_PERMANENT) == {"ignored": 1}
    assert kit.digest(kit.all_items()) == before


def test_no_log_holds_an_address(postal: Postal, monkeypatch: pytest.MonkeyPatch) -> None:
    log = kit.log_of("mailer", monkeypatch)
    message = _sent(postal)
    postal.told("Bounce", message, **_PERMANENT)
    assert '"swept"' in log.getvalue()
    assert "example.com" not in log.getvalue()
    assert "Asha" not in log.getvalue()

"""Text messages: to whom they go, with whose consent, and what is known of them afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from mteja.aws import clients
from mteja.business.load import mailing
from mteja.business.mailing import Sms
from mteja.identity.identifiers import EMAIL, PHONE, Identifier, Trust
from mteja.mail import deciding
from mteja.recording.facts import Consent, Fact
from mteja.recording.record import record, recorder
from mteja.times import DAY_MS
from tests import kit
from tests.component.postal import ADDRESS, Postal, postal

__all__ = ["postal"]

NUMBER = "+255712345678"
ORIGIN = "arn:aws:sms-voice:eu-west-1:000000000000:phone-number/phone-1"
BY_SMS, BY_MAIL = "marketing-sms", "marketing-email"


@dataclass
class Network:
    """End User Messaging. `fails`: what it raises."""

    sent: list[dict[str, Any]] = field(default_factory=list)
    fails: Exception | None = None

    def send_text_message(self, **asked: Any) -> dict[str, str]:
        if self.fails is not None:
            raise self.fails
        self.sent.append(asked)
        return {"MessageId": "sms-1"}


@pytest.fixture
def network(postal: Postal, monkeypatch: pytest.MonkeyPatch) -> Network:
    """The business has a number for text messages."""
    made, told = Network(), mailing()
    assert told.mail is not None
    with_sms = told.mail.model_copy(update={"sms": Sms(origin=ORIGIN)})
    monkeypatch.setattr(
        "mteja.mail.making.mailing", lambda: told.model_copy(update={"mail": with_sms})
    )
    monkeypatch.setattr(clients, "sms", lambda: made)
    return made


def known(
    postal: Postal,
    *identifiers: Identifier,
    agrees: Sequence[str] = (BY_SMS, BY_MAIL),
    trust: Trust = Trust.VERIFIED,
) -> str:
    """Return a customer whom a shop told of."""
    told = Fact(
        source="shopify-demo",
        trust=trust,
        observed_at=postal.now,
        received_at=postal.now,
        identifiers=(Identifier("customer@shopify-demo", "7"), *identifiers),
        consents=tuple(Consent(one, "granted", postal.now, "counter") for one in agrees),
    )
    return str(record(told, recorder()).customer)


def test_whoever_has_only_a_telephone_gets_a_text_message(postal: Postal, network: Network) -> None:
    customer = known(postal, Identifier(PHONE, NUMBER))
    postal.market(customer)

    assert postal.send() == {"sent": 1}

    (sent,) = network.sent
    assert sent["DestinationPhoneNumber"] == NUMBER
    assert sent["OriginationIdentity"] == ORIGIN
    assert sent["MessageType"] == "PROMOTIONAL"
    assert "https://api.example/" in sent["MessageBody"]
    assert postal.message().channel == "sms"
    assert postal.mails() == []


def test_an_address_goes_before_a_telephone(postal: Postal, network: Network) -> None:
    customer = known(postal, Identifier(PHONE, NUMBER), Identifier(EMAIL, ADDRESS))
    postal.market(customer)

    assert postal.send() == {"sent": 1}

    assert network.sent == []
    assert [one.to for one in postal.mails()] == [ADDRESS]


def test_a_text_message_needs_the_consent_to_text_messages(
    postal: Postal, network: Network
) -> None:
    customer = known(postal, Identifier(PHONE, NUMBER), agrees=(BY_MAIL,))
    postal.market(customer)

    assert postal.send() == {"withheld": 1}

    assert network.sent == []
    assert postal.message().reason == deciding.NO_ADDRESS


def test_what_is_no_marketing_says_so(postal: Postal, network: Network) -> None:
    customer = known(postal, Identifier(PHONE, NUMBER), agrees=())
    postal.market(customer, purpose=None)

    assert postal.send() == {"sent": 1}

    assert [one["MessageType"] for one in network.sent] == ["TRANSACTIONAL"]


def test_where_nobody_knows_whether_it_left_marketing_is_not_sent_again(
    postal: Postal, network: Network
) -> None:
    customer = known(postal, Identifier(PHONE, NUMBER))
    postal.market(customer)
    network.fails = ReadTimeoutError(endpoint_url="https://sms-voice.example")
    postal.send()
    network.fails = None
    postal.now += DAY_MS

    postal.send()

    assert network.sent == []


def test_what_the_network_can_not_take_now_waits(postal: Postal, network: Network) -> None:
    customer = known(postal, Identifier(PHONE, NUMBER))
    postal.market(customer)
    network.fails = ClientError({"Error": {"Code": "ThrottlingException"}}, "SendTextMessage")
    postal.send()
    network.fails = None
    postal.now += DAY_MS

    assert postal.send() == {"sent": 1}

    assert len(network.sent) == 1


def test_what_the_network_can_not_take_now_holds_no_mail_up(
    postal: Postal, network: Network
) -> None:
    customer = known(postal, Identifier(PHONE, NUMBER))
    for _ in range(3):
        postal.market(customer, purpose=None)
    postal.now += 1000
    postal.sign_up()
    network.fails = ClientError({"Error": {"Code": "ThrottlingException"}}, "SendTextMessage")

    assert postal.send() == {"not-now": 1, "passed-over": 2, "sent": 1}

    assert [one.to for one in postal.mails()] == [ADDRESS]


def test_without_a_number_of_the_business_no_text_message_is_sent(
    postal: Postal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never() -> None:
        raise AssertionError("a client of text messages was made")

    monkeypatch.setattr(clients, "sms", never)
    customer = known(postal, Identifier(PHONE, NUMBER))
    postal.market(customer)

    assert postal.send() == {"withheld": 1}
    assert postal.message().reason == deciding.NO_ADDRESS


def test_neither_number_nor_words_reach_a_log(
    postal: Postal, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = kit.log_of("mailer", monkeypatch)
    customer = known(postal, Identifier(PHONE, NUMBER))
    postal.market(customer)
    network.fails = ClientError(
        {"Error": {"Code": "ValidationException", "Message": f"{NUMBER} is not valid"}},
        "SendTextMessage",
    )

    postal.send()

    assert "not accepted" in log.getvalue()
    assert NUMBER.removeprefix("+") not in log.getvalue()

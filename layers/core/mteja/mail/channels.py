"""The ways to a customer: e-mail, text message, a call by staff. Each finds addresses, and sends.

Whether something left is said in three ways, since they mean different things for what may be sent
once: it did, it surely did not, nobody knows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from email.errors import MessageError
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
)

from mteja.customers.items import Hold
from mteja.customers.person import MembersIdentifier, identifiers
from mteja.customers.reading import Person
from mteja.identity.identifiers import EMAIL, PHONE
from mteja.mail.items import MessageItem
from mteja.mail.letters import Letter
from mteja.observing import logger
from mteja.troubles import trouble

if TYPE_CHECKING:
    from mypy_boto3_pinpoint_sms_voice_v2 import PinpointSMSVoiceV2Client
    from mypy_boto3_sesv2 import SESV2Client

_SERVICE = "mailer"
MAIL, SMS, CALL = "email", "sms", "call"


class Outcome(Enum):
    """What is known of an attempt. NOT_NOW and REFUSED: surely nothing left."""

    SENT = "sent"
    NOT_NOW = "not-now"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Parcel:
    """A letter, the address in clear, and the message that it is."""

    message: MessageItem
    letter: Letter
    address: str


class Channel(Protocol):
    """A way to a customer."""

    @property
    def name(self) -> str: ...

    def addresses(self, message: MessageItem, person: Person) -> Sequence[MembersIdentifier]:
        """Return where it may reach a person, the best first, sealed."""
        ...

    def send(self, parcel: Parcel) -> Outcome:
        """Send, once. Raises nothing of AWS."""
        ...


# What AWS says of a moment, and not of the message.
_NOT_NOW = frozenset(
    "AccessDeniedException AccountSuspendedException ConflictException LimitExceededException "
    "MailFromDomainNotVerifiedException NotFoundException SendingPausedException "
    "ServiceQuotaExceededException ThrottlingException TooManyRequestsException "
    "UnrecognizedClientException ExpiredTokenException".split()
)


def outcome_of(error: ClientError | BotoCoreError) -> Outcome:
    """Return what an error says of whether something left."""
    if isinstance(error, (ConnectTimeoutError, EndpointConnectionError)):
        return Outcome.NOT_NOW
    if not isinstance(error, ClientError):
        return Outcome.UNKNOWN
    if error.response["Error"]["Code"] in _NOT_NOW:
        return Outcome.NOT_NOW
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
    return Outcome.REFUSED if 400 <= status < 500 else Outcome.UNKNOWN


class MailChannel:
    """E-mail, through SES. Each message carries its id, by which SES tells what became of it."""

    name = MAIL

    def __init__(self, ses: "SESV2Client", configuration_set: str) -> None:
        self._ses = ses
        self._configuration_set = configuration_set

    def addresses(self, message: MessageItem, person: Person) -> Sequence[MembersIdentifier]:
        if message.confirms is not None:
            # To whoever typed it, though the customer may be found by it no more.
            return [one for one in _everything(person) if one.held.index == message.to]
        held = [one for one in identifiers(person) if one.held.kind == EMAIL]
        if message.to is not None:
            return [one for one in held if one.held.index == message.to]
        return _verified(held)

    def send(self, parcel: Parcel) -> Outcome:
        message = parcel.message
        try:
            mime = parcel.letter.mime(parcel.address)
        except (ValueError, IndexError, MessageError):
            return Outcome.REFUSED  # no address that a header takes
        try:
            self._ses.send_email(
                # Without the name, which SES wants in ASCII: it stands in the mail itself.
                FromEmailAddress=parcel.letter.sender.addr_spec,
                Destination={"ToAddresses": [parcel.address]},
                Content={"Raw": {"Data": mime}},
                ConfigurationSetName=self._configuration_set,
                EmailTags=[
                    {"Name": "message", "Value": message.id},
                    {"Name": "customer", "Value": message.customer},
                ],
            )
        except (ClientError, BotoCoreError) as error:
            logger(_SERVICE).warning("not accepted", **trouble(error))
            return outcome_of(error)
        return Outcome.SENT


class SmsChannel:
    """Text messages, through AWS End User Messaging: off unless the owner's file has a number."""

    name = SMS

    def __init__(self, sms: "PinpointSMSVoiceV2Client", origin: str) -> None:
        self._sms = sms
        self._origin = origin

    def addresses(self, message: MessageItem, person: Person) -> Sequence[MembersIdentifier]:
        if message.to is not None:
            return ()  # it is about one e-mail address
        return _verified([one for one in identifiers(person) if one.held.kind == PHONE])

    def send(self, parcel: Parcel) -> Outcome:
        marketing = parcel.message.purpose is not None
        try:
            self._sms.send_text_message(
                DestinationPhoneNumber=parcel.address,
                OriginationIdentity=self._origin,
                MessageBody=parcel.letter.sms,
                MessageType="PROMOTIONAL" if marketing else "TRANSACTIONAL",
            )
        except (ClientError, BotoCoreError) as error:
            logger(_SERVICE).warning("not accepted", **trouble(error))
            return outcome_of(error)
        return Outcome.SENT


def _everything(person: Person) -> list[MembersIdentifier]:
    """Return the e-mail addresses that stand with a person, hints too."""
    return [
        MembersIdentifier(member.id, held)
        for member in person.members
        for held in member.profile.identifiers
        if held.kind == EMAIL
    ]


def _verified(held: list[MembersIdentifier]) -> list[MembersIdentifier]:
    """Return those that a verified fact gave, the latest first."""
    sure = [one for one in held if one.held.hold is Hold.VERIFIED]
    return sorted(sure, key=lambda one: (-one.held.at, one.held.index))

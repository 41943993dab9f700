"""What the owner's file says of messages to customers."""

import re
from datetime import time
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from mteja.business.declared import Declared
from mteja.business.sources import Slug

_ADDRESS = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"
# One printable line: it becomes part of a header.
_Line = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]+$", max_length=200)]
_Address = Annotated[str, StringConstraints(pattern=_ADDRESS, max_length=254)]
_Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class QuietHours(Declared):
    """When no marketing is sent, by the clock of the business's time zone."""

    begin: Annotated[_Clock, Field(alias="from")] = "21:00"
    end: Annotated[_Clock, Field(alias="to")] = "08:00"

    model_config = ConfigDict(populate_by_name=True)

    @model_validator(mode="after")
    def _there_is_time_left(self) -> Self:
        if self.begin == self.end:
            raise ValueError("from and to are the same time")
        return self

    @property
    def begins(self) -> time:
        return time.fromisoformat(self.begin)

    @property
    def ends(self) -> time:
        return time.fromisoformat(self.end)


class Cap(Declared):
    """How much marketing one person gets: at most so many messages in any so many days."""

    messages: Annotated[int, Field(ge=1, le=100)] = 2
    days: Annotated[int, Field(ge=1, le=90)] = 7


class Sms(Declared):
    """Text messages, for customers who have a telephone and no e-mail."""

    origin: Annotated[
        str,
        Field(
            pattern=r"^arn:aws[a-z-]*:sms-voice:[a-z0-9-]+:[0-9]{12}:(phone-number|sender-id|pool)/[A-Za-z0-9/_-]+$",
            description="ARN of the number, sender ID or pool in AWS End User Messaging",
        ),
    ]
    purpose: Annotated[Slug, Field(description="which allows marketing by SMS")] = "marketing-sms"


class Mail(Declared):
    """Who writes to customers, and how much."""

    sender: Annotated[_Address, Field(description="an address, or of a domain, verified in SES")]
    sender_name: Annotated[_Line | None, Field(description="else the business's name")] = None
    identity: Annotated[
        _Line | None, Field(description="what is verified in SES: else the sender's domain")
    ] = None
    reply_to: _Address | None = None
    postal_address: Annotated[
        _Line, Field(description="at the foot of every message, as the law asks for in many places")
    ]
    quiet_hours: QuietHours = QuietHours()
    cap: Cap = Cap()
    sms: Annotated[Sms | None, Field(description="without it no text message is sent")] = None

    @property
    def ses_identity(self) -> str:
        """Return the name of the verified identity."""
        return self.identity or re.sub("^.*@", "", self.sender)


class Mailing(Declared):
    """Messages to customers. Without `mail` none is written."""

    mail: Mail | None = None

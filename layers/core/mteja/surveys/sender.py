"""Who answered a survey, and how the answer came in."""

from dataclasses import dataclass

from mteja.customers.reading import Person
from mteja.identity.identifiers import Trust
from mteja.surveys.rider import UsedToken

WEB = "web"
CHANNELS = ("web", "email", "sms", "phone", "staff", "kiosk")


@dataclass(frozen=True)
class Sender:
    """How an answer came in. `response`: which answer it is, where an invitation or a page says so;
    `person`: whose it is, where that is sure; `token`: the anonymous invitation that it uses up.
    `keep_until` (epoch ms): how long it must be known that it was given. `by` and `location`: which
    member of staff, and where; `key`: the sender's Idempotency-Key. `address`: from where on the
    net, which is not kept: it tells two who think the same from one who pressed twice. `reads`: the
    language of whoever answered, where that is known."""

    mode: str
    language: str
    received_at: int
    channel: str
    invited: bool = False
    response: str | None = None
    person: Person | None = None
    token: UsedToken | None = None
    keep_until: int = 0
    by: str | None = None
    location: str | None = None
    key: str | None = None
    address: str | None = None
    reads: str | None = None

    @property
    def trust(self) -> Trust:
        return Trust.CLAIMED if self.mode == WEB and not self.invited else Trust.VERIFIED

"""What a message is, before it is written: a template, for whom, when, and why it may be sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mteja.ids import derived_ulid, ulid
from mteja.mail.items import ConfirmedItem, MessageItem
from mteja.pages.catalogues import marked
from mteja.store import keys
from mteja.store.keys import Key
from mteja.times import DAY_MS

PENDING, CLAIMED, SENT, WITHHELD, FAILED = "pending", "claimed", "sent", "withheld", "failed"
DELIVERED, BOUNCED, COMPLAINED = "delivered", "bounced", "complained"
NOT_RECEIVED = frozenset({WITHHELD, FAILED, BOUNCED})

STILL_RIGHT = "still-right"

# Every template, and what it is for.
TEMPLATES: dict[str, str] = {
    "confirm": marked("Confirm a sign-up"),
    "survey": marked("Invitation to a survey"),
    "profile": marked("A customer's own link"),
    "address": marked("Whether an address is still right"),
    "request": marked("A privacy request was received"),
    "win-back": marked("We have not seen you for a while"),
    "offer": marked("An offer for whom we have not seen for a while"),
    "card": marked("A customer's card of points and stamps"),
    STILL_RIGHT: marked("Whether all is still right"),
}

MARKETING = frozenset({"survey", "win-back", "offer", STILL_RIGHT})
WITHOUT_LINK = frozenset({"request", "win-back", "offer"})

# Long enough for every rule that looks back: a cap, or when somebody was last invited, of which
# rules ask for a year at most (mteja.business.surveys).
KEPT_DAYS = 100
INVITATIONS_KEPT_DAYS = 380


@dataclass(frozen=True)
class Message:
    """A message to be written. `purpose` makes it marketing: it is sent where that purpose is
    allowed, at most once, outside of quiet hours and below the cap. Without, it is transactional:
    asked for by the person, sent at least once. `language`: of the page that it answers; None for
    the one that the person reads by the time it is sent. `due` and `not_after` are epoch ms.
    `about` are ids for its links, `to` is the blind index of the one e-mail address it is for
    (None: the best that is known). `call`: where no other channel reaches the person, staff get a
    task to call.
    """

    id: str
    template: str
    language: str | None
    due: int
    not_after: int
    purpose: str | None = None
    about: Mapping[str, str] = field(default_factory=dict, hash=False)
    to: str | None = None
    confirms: ConfirmedItem | None = None
    call: bool = False

    def item(self, customer: str) -> MessageItem:
        """Return its item in the outbox."""
        key = keys.outbox(customer, self.due, self.id)
        return MessageItem(
            pk=key.pk,
            sk=key.sk,
            id=self.id,
            customer=customer,
            template=self.template,
            language=self.language,
            purpose=self.purpose,
            about=dict(self.about),
            to=self.to,
            confirms=self.confirms,
            call=self.call,
            due=self.due,
            not_after=self.not_after,
        )


def new_id(at_ms: int) -> str:
    return f"msg_{ulid(at_ms)}"


def derived_id(at_ms: int, *parts: str) -> str:
    """Return the id of a message that is the same for the same parts: written twice, it is one."""
    return f"msg_{derived_ulid(at_ms, *parts)}"


def key_of(item: MessageItem) -> Key:
    return Key(item.pk, item.sk)


def tried(item: MessageItem, at_ms: int, status: str, **changes: object) -> MessageItem:
    """Return the message as it stands in its customer's partition, with what became of it."""
    key = keys.message(item.customer, item.id)
    known = {"pk": key.pk, "sk": key.sk, "status": status, "at": at_ms, "leased_until": None}
    invited = item.template == "survey" and status not in NOT_RECEIVED
    days = INVITATIONS_KEPT_DAYS if invited else KEPT_DAYS
    expires_at = (at_ms + days * DAY_MS) // 1000
    return item.model_copy(update=known | {"expires_at": expires_at} | changes)

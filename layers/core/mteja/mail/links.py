"""Where the links of messages lead: signed, for one customer, until a day."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mteja import links
from mteja.links import Link
from mteja.mail import messages
from mteja.mail.items import MessageItem
from mteja.times import DAY_MS
from mteja.vault.index import BlindIndex

CONFIRM, UNSUBSCRIBE = "confirm", "unsubscribe"

_UNSUBSCRIBE_DAYS = 730  # a mail may be kept for long; what it lets do harms nobody
_PROFILE_DAYS = 30


@dataclass(frozen=True)
class Links:
    """What a letter leads to. None where there is nothing to lead to."""

    link: str | None
    unsubscribe: str | None


@dataclass(frozen=True)
class LinkMaker:
    """Makes the links of messages. `root` is the public address of the API; `survey_days`: for how
    many days an invitation to each survey holds."""

    root: str
    index: BlindIndex
    survey_days: Mapping[str, int] = field(default_factory=dict, hash=False)

    def links(self, message: MessageItem, now_ms: int) -> Links:
        """Return a message's links. A confirmation ends 72 hours after it was asked for."""
        unsubscribe = None
        if message.purpose is not None:
            subject = joined(message.customer, message.purpose)
            token = self._token(UNSUBSCRIBE, subject, now_ms + _UNSUBSCRIBE_DAYS * DAY_MS)
            unsubscribe = f"{self.root}/unsubscribe/{token}"
        return Links(self._link(message, now_ms), unsubscribe)

    def _link(self, message: MessageItem, now_ms: int) -> str | None:
        language = message.language
        match message.template:
            case "confirm":
                subject = joined(message.customer, message.id)
                token = self._token(CONFIRM, subject, message.not_after)
                return f"{self.root}/confirm/{token}?lang={language}"
            case "survey":
                survey = message.about["survey"]
                until = now_ms + self.survey_days[survey] * DAY_MS
                kind = links.invited_kind(survey)
                # The message is what tells invitations apart: it opens one answer.
                link = Link(kind, message.customer, until, message.id)
                token = links.make(link, self.index)
                return f"{self.root}/surveys/{survey}?t={token}&lang={language}"
            case "profile" | "address":
                until = now_ms + _PROFILE_DAYS * DAY_MS
                token = self._token(links.PROFILE_LINK, message.customer, until)
                form = message.about["form"]
                return f"{self.root}/forms/{form}?t={token}&lang={language}"
            case "card":
                kind, days = links.WALLET_LINK, links.WALLET_DAYS
                link = links.new_link(kind, message.customer, now_ms, days, message.about["card"])
                token = links.make(link, self.index)
                return f"{self.root}/rewards?t={token}&lang={language}"
            case messages.STILL_RIGHT:
                until = now_ms + _PROFILE_DAYS * DAY_MS
                token = self._token(links.PROFILE_LINK, message.customer, until)
                return f"{self.root}/still-right?t={token}&lang={language}"
        return None

    def _token(self, kind: str, subject: str, expires_at: int) -> str:
        return links.make(Link(kind, subject, expires_at), self.index)


def joined(*parts: str) -> str:
    """Return what a link is about: ids, none of which has a dot."""
    return ".".join(parts)


def parted(subject: str) -> list[str]:
    """Return the ids of what a link is about."""
    return subject.split(".")

"""Whether a message may be sent to a person now, and where to. Nothing is opened here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from mteja.business.mailing import Mail
from mteja.business.model import Business
from mteja.consent.gate import allowed
from mteja.customers.person import MembersIdentifier
from mteja.customers.reading import Person
from mteja.mail.causes import Cause
from mteja.mail.channels import Channel
from mteja.mail.items import MessageItem
from mteja.mail.messages import FAILED, WITHHELD
from mteja.mail.rules import cap_until, quiet_until

NO_CONSENT, NO_ADDRESS, SUSPECT, TOO_LATE = "consent", "no-address", "suspect", "too-late"
QUIET, CAPPED = "quiet-hours", "cap"


@dataclass(frozen=True)
class Way:
    """By which channel, to which address; without one, staff find it."""

    channel: Channel
    address: MembersIdentifier


@dataclass(frozen=True)
class Later:
    at: int


@dataclass(frozen=True)
class Withhold:
    why: str


@dataclass(frozen=True)
class Rules:
    """What decides beside the message and the person. `channels`: the first that reaches is taken;
    `purposes`: of a channel that has a purpose of its own; `causes`: by template, of those that
    hang on something."""

    business: Business
    mail: Mail
    channels: Sequence[Channel]
    purposes: dict[str, str]
    suspects: Callable[[Sequence[MembersIdentifier]], set[str]]
    causes: Mapping[str, Cause]

    def cause(self, message: MessageItem) -> Cause:
        """Return what causes a message."""
        return self.causes.get(message.template, _NOTHING)


_NOTHING = Cause()


def decide(
    message: MessageItem, person: Person, rules: Rules, now_ms: int
) -> Way | Later | Withhold:
    """Return where a message goes, or when, or why it does not.

    Raises Misconfigured for a purpose that the owner's file does not declare.
    """
    if now_ms > message.not_after:
        return Withhold(TOO_LATE)
    why_not = rules.cause(message).why_not(message, person, now_ms)
    if why_not is not None:
        return Withhold(why_not)
    if not _is_allowed(message.purpose, person, rules):
        return Withhold(NO_CONSENT)
    way = _way(message, person, rules)
    if isinstance(way, Withhold):
        return way
    if message.purpose is None:
        return way
    for why, until in (
        (QUIET, quiet_until(now_ms, rules.mail.quiet_hours, rules.business.time_zone)),
        (CAPPED, cap_until(_sent(person), now_ms, rules.mail.cap)),
    ):
        if until is not None:
            return Later(until) if until <= message.not_after else Withhold(why)
    return way


def _is_allowed(purpose: str | None, person: Person, rules: Rules) -> bool:
    stated = [member.profile.consents for member in person.members]
    return purpose is None or allowed(purpose, stated, rules.business)


def _way(message: MessageItem, person: Person, rules: Rules) -> Way | Withhold:
    found = [
        (channel, address)
        for channel in rules.channels
        if message.purpose is None or _is_allowed(rules.purposes.get(channel.name), person, rules)
        for address in channel.addresses(message, person)
    ]
    if not found:
        return Withhold(NO_ADDRESS)
    suspects = rules.suspects([address for _, address in found])
    for channel, address in found:
        if address.held.index not in suspects:
            return Way(channel, address)
    return Withhold(SUSPECT)


def _sent(person: Person) -> list[int]:
    """Return when the person got marketing, or may have got it."""
    return [
        one.at
        for member in person.members
        for one in member.messages
        if one.purpose is not None and one.at is not None and one.status not in {WITHHELD, FAILED}
    ]

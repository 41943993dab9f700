"""What customers are invited after, and the messages that invite them. Pure rules over the owner's
file (docs/decisions/0022).
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mteja.business.inviting import After, Invite, Inviting, InvitingSurvey
from mteja.times import DAY_MS

if TYPE_CHECKING:
    from mteja.mail.messages import Message

TEMPLATE = "survey"
YEAR_MS = 365 * DAY_MS
WITHIN_MS = 14 * DAY_MS
"""So long after it was due an invitation may still be sent: for the cap, quiet hours, a mailer that
stood still. Who is asked later than that has forgotten what it is about."""
_SURVEY, _RULE, _SOURCE, _ORDER, _CALL = "survey", "rule", "source", "order", "call"


@dataclass(frozen=True)
class Occasion:
    """What somebody is invited after, at `at` (epoch ms). `about` are ids: what it is told from
    others by, and looked at again when the invitation is due."""

    after: After
    at: int
    about: Mapping[str, str] = field(default_factory=dict, hash=False)


def of_order(source: str, order_id: str, placed_at: int) -> Occasion:
    return Occasion("order", placed_at, {_SOURCE: source, _ORDER: order_id})


def of_call(call: str, at: int) -> Occasion:
    return Occasion("call", at, {_CALL: call})


def of_year(at: int) -> Occasion:
    return Occasion("year", at)


def anniversary(first_heard: int, scheduled: int | None, now_ms: int) -> int | None:
    """Return the next anniversary (each after 365 days) of when we first heard of a customer; None
    where it is scheduled."""
    if scheduled is not None and scheduled > now_ms:
        return None
    return now_ms + YEAR_MS - (now_ms - first_heard) % YEAR_MS


def invitations(
    rules: Inviting, occasion: Occasion, customer: str, now_ms: int
) -> Iterator["Message"]:
    """Yield the messages by which a customer is invited after something, those of whom the sample
    takes. Nothing where it is so long ago that none would be sent any more. The same occasion gives
    the same messages, with the same ids, however often it is told."""
    from mteja.mail.messages import Message, derived_id

    for survey in rules.surveys:
        rule = survey.rule(occasion.after)
        if rule is None or not drawn(survey, rule, occasion, customer):
            continue
        due = occasion.at + rule.days * DAY_MS
        if due + WITHIN_MS <= now_ms:
            continue
        yield Message(
            id=derived_id(due, *_named(survey, occasion), customer),
            template=TEMPLATE,
            language=None,
            due=due,
            not_after=due + WITHIN_MS,
            purpose=survey.consent or survey.purpose,
            about={_SURVEY: survey.id, _RULE: occasion.after, **occasion.about},
            call=True,
        )


def drawn(survey: InvitingSurvey, rule: Invite, occasion: Occasion, customer: str) -> bool:
    """Whether the sample takes it: drawn by a hash, so that what is told again is not drawn
    again."""
    of_whom = [] if occasion.about else [customer]
    text = "\x1f".join([*_named(survey, occasion), *of_whom])
    digest = hashlib.blake2s(text.encode(errors="surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest) % 100 < rule.per_cent


def declared(rules: Inviting, about: Mapping[str, str]) -> tuple[InvitingSurvey, Invite] | None:
    """Return the survey of a message and the rule by which it was written; None where the owner's
    file has them no more."""
    survey = next((one for one in rules.surveys if one.id == about[_SURVEY]), None)
    rule = None if survey is None else survey.rule(about.get(_RULE, ""))
    return None if survey is None or rule is None else (survey, rule)


def order_of(about: Mapping[str, str]) -> tuple[str, str] | None:
    """Return source and id of the order after which a message invites."""
    return (about[_SOURCE], about[_ORDER]) if _ORDER in about else None


def _named(survey: InvitingSurvey, occasion: Occasion) -> list[str]:
    ids = [occasion.about[name] for name in sorted(occasion.about)]
    return [survey.id, occasion.after, *(ids or [str(occasion.at)])]

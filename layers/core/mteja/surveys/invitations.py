"""Invitations: signed links that open one survey once. Nothing is stored until one is used.

A person's link names the customer and is told from others by a number of its own; what it answers
may be changed for some days. An anonymous one names nobody: it says that it is one of a set, all of
which end at the same moment, and whose it is nobody noted.
"""

import hashlib
import os
import random
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from mteja import links
from mteja.errors import InvalidInput, LinkUsed
from mteja.ids import derived_id
from mteja.links import Link
from mteja.store import survey_keys
from mteja.store.table import Table
from mteja.surveys.definition import Definition
from mteja.surveys.rider import UsedToken
from mteja.surveys.standing import page_days
from mteja.times import DAY_MS, business_day, day_begins
from mteja.vault.index import BlindIndex

LEAST_TOKENS, MOST_TOKENS = 10, 500
"""Of fewer anonymous links than ten, somebody could tell too well whose an answer is."""
_ANONYMOUS, _RESPONSE = "anonymous:", "response:"
_ONCE_BYTES = 12


@dataclass(frozen=True)
class Invitation:
    """What a link opens. `customer` and `response` are None of an anonymous one, `token` of a
    person's."""

    expires_at: int
    customer: str | None = None
    response: str | None = None
    token: UsedToken | None = None


def invite(survey: Definition, customer: str, now: int, index: BlindIndex) -> tuple[str, Link]:
    """Return the token of a new invitation of a customer, and what it says. Raises InvalidInput for
    an anonymous survey."""
    if survey.anonymous:
        raise InvalidInput("survey", "is anonymous: its links are made for many at once")
    until = now + survey.survey.link_days * DAY_MS
    link = Link(links.invited_kind(survey.id), customer, until, _once())
    return links.make(link, index), link


def anonymous_set(
    survey: Definition, count: int, now: int, zone: str, index: BlindIndex
) -> tuple[list[str], int]:
    """Return so many tokens of anonymous invitations, in an order of chance, and when all of them
    end: at the end of a week. Raises InvalidInput."""
    if not survey.anonymous:
        raise InvalidInput("survey", "is not anonymous: its links are made for one customer each")
    if not LEAST_TOKENS <= count <= MOST_TOKENS:
        raise InvalidInput("count", f"{LEAST_TOKENS} to {MOST_TOKENS}")
    last = business_day(now + survey.survey.link_days * DAY_MS, zone)
    ends = day_begins(last + timedelta(days=7 - last.weekday()), zone)
    made = [
        links.make(Link(f"{_ANONYMOUS}{survey.id}", _once(), ends), index) for _ in range(count)
    ]
    random.SystemRandom().shuffle(made)
    return made, ends


def open_invitation(survey: Definition, token: str, now: int, index: BlindIndex) -> Invitation:
    """Return what a token opens. Raises BadSignature, LinkExpired."""
    kind = f"{_ANONYMOUS}{survey.id}" if survey.anonymous else links.invited_kind(survey.id)
    link = links.open_link(token, kind, now, index)
    if survey.anonymous:
        digest = hashlib.sha256(link.customer.encode()).digest()
        used = UsedToken(_text(digest[:18]), link.expires_at // 1000 + DAY_MS // 1000)
        return Invitation(link.expires_at, token=used)
    response = derived_id("rsp", survey.id, link.customer, link.once)
    return Invitation(link.expires_at, link.customer, response)


def check_unused(invitation: Invitation, table: Table) -> None:
    """Raise LinkUsed for an anonymous invitation that was used."""
    token = invitation.token
    if token is not None and table.get(survey_keys.token(token.digest)) is not None:
        raise LinkUsed


def response_token(survey: Definition, response: str, now: int, index: BlindIndex) -> str:
    """Return the token by which a page goes on with the answer that it began."""
    link = links.new_link(f"{_RESPONSE}{survey.id}", response, now, page_days(survey))
    return links.make(link, index)


def open_response(survey: Definition, token: str, now: int, index: BlindIndex) -> str:
    """Return the id of the answer that a page goes on with. Raises BadSignature, LinkExpired."""
    return links.open_link(token, f"{_RESPONSE}{survey.id}", now, index).customer


def path(survey: Definition, token: str) -> str:
    """Return the address of an invitation, from the API's root."""
    return f"/surveys/{survey.id}?t={token}"


def paths(survey: Definition, tokens: Sequence[str]) -> list[str]:
    return [path(survey, one) for one in tokens]


def _once() -> str:
    return _text(os.urandom(_ONCE_BYTES))


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()

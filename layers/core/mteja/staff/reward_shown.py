"""Points and stamps in the words of the contract ("Rewards and offers")."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from mteja.business.forms import text_in
from mteja.business.rewards import UNITS, Rewards
from mteja.customers.entries import points_entry
from mteja.customers.opening import Opener
from mteja.customers.reading import Person
from mteja.rewards import shown
from mteja.rewards.items import PointsItem
from mteja.rewards.ledger import Lot, Standing
from mteja.rewards.reading import Ledger
from mteja.rewards.spans import EXPIRED
from mteja.times import day_begins, rfc3339

MOST = 1_000
"""Entries, and lots, of one answer: Lambda answers at most 6 MB."""


@dataclass(frozen=True)
class _Found:
    """A line of the ledger before it is opened."""

    at: int
    id: str
    unit: str
    amount: int
    make: Callable[[], dict[str, Any]]


def whole(
    person: Person,
    told: Ledger,
    rewards: Rewards,
    opener: Opener,
    language: str,
    zone: str,
    most: int,
) -> dict[str, Any]:
    """Return what a person has and how it came to that, newest first: of entries the `most` newest,
    what those before them add up to, and of lots as many, of which those go first that have
    something left. Only what is shown is opened."""
    lots = [
        _lot(unit, lot, stands)
        for unit, stands in told.stands.items()
        for lot in stands.lots
        if lot.amount or lot.left
    ]
    lots.sort(key=lambda one: (one["left"] > 0, one["earned_on"], one["id"]), reverse=True)
    lots = sorted(lots[:most], key=lambda one: (one["earned_on"], one["id"]), reverse=True)
    found = [*_entered(person, opener), *_due(told, zone)]
    found.sort(key=lambda one: (one.at, one.id), reverse=True)
    earlier: dict[str, int] = dict.fromkeys(UNITS, 0)
    for one in found[most:]:
        earlier[one.unit] += one.amount
    reached = shown.tier(rewards, told)
    return shown.brief(person, told) | {
        "earned_in_a_year": shown.earned_in_a_year(told),
        "tier": None
        if reached is None
        else {"id": reached.id, "title": text_in(reached.title, language)},
        "gifts": shown.gifts(rewards, told, language),
        "lots": lots,
        "entries": [one.make() for one in found[:most]],
        "earlier": earlier,
    }


def _lot(unit: str, lot: Lot, stands: Standing) -> dict[str, Any]:
    ends = lot.span.expires_on
    return {
        "id": lot.id,
        "customer": lot.member,
        "unit": unit,
        "rule": lot.rule,
        "amount": lot.amount,
        "left": lot.left,
        "expired": lot.expired,
        "status": _status(lot, stands),
        "earned_on": lot.span.earned_on.isoformat(),
        "active_from": lot.span.active_from.isoformat(),
        "expires_on": None if ends is None else ends.isoformat(),
    }


def _status(lot: Lot, stands: Standing) -> str:
    if lot.left:
        return "active" if lot.is_active(stands.today) else "pending"
    return "expired" if lot.expired else "spent"


def _entered(person: Person, opener: Opener) -> Iterator[_Found]:
    for member in person.members:
        for item in member.points:
            make = partial(_entry, member.id, item, opener)
            yield _Found(item.at, item.id, item.unit, item.amount, make)


def _entry(member: str, item: PointsItem, opener: Opener) -> dict[str, Any]:
    told = points_entry(member, item, opener)
    shown = {"id": told.id, "customer": told.customer, "at": rfc3339(told.at), "lot": item.lot}
    return shown | {"source": told.source, "trust": told.trust} | told.data


def _due(told: Ledger, zone: str) -> Iterator[_Found]:
    """Yield what has expired and the daily job has not entered yet, so that what is shown adds
    up."""
    for unit, lot, amount in told.due():
        ends = lot.span.expires_on or told.stands[unit].today
        at = day_begins(ends, zone)
        entry = {
            "id": f"due-{lot.id}",
            "customer": lot.member,
            "at": rfc3339(at),
            "source": "mteja",
            "trust": "verified",
            "unit": unit,
            "kind": EXPIRED,
            "amount": -amount,
            "rule": lot.rule,
            "gift": None,
            "about": None,
            "expires_on": ends.isoformat(),
            "by": None,
            "reason": None,
            "lot": lot.id,
        }
        yield _Found(at, f"due-{lot.id}", unit, -amount, partial(dict, entry))

"""Points and stamps in the words of the contract ("Rewards and offers")."""

from collections.abc import Iterator
from typing import Any

from mteja.business.forms import text_in
from mteja.business.rewards import Rewards
from mteja.customers.entries import Entry, points_entry
from mteja.customers.opening import Opener
from mteja.customers.reading import Person
from mteja.rewards import shown
from mteja.rewards.ledger import Lot, Standing, due_expiry
from mteja.rewards.reading import Ledger
from mteja.rewards.spans import EXPIRED
from mteja.times import day_begins, rfc3339


def whole(
    person: Person, told: Ledger, rewards: Rewards, opener: Opener, language: str, zone: str
) -> dict[str, Any]:
    """Return all that a person has and ever had, newest first."""
    lots = [
        _lot(unit, lot, stands)
        for unit, stands in told.stands.items()
        for lot in stands.lots
        if lot.amount or lot.left
    ]
    lots.sort(key=lambda one: (one["earned_on"], one["id"]), reverse=True)
    entries = [
        _entry(points_entry(member.id, item, opener)) | {"lot": item.lot}
        for member in person.members
        for item in member.points
    ]
    entries += _due(told, zone)
    entries.sort(key=lambda one: (one["at"], one["id"]), reverse=True)
    reached = shown.tier(rewards, told)
    return shown.brief(person, told) | {
        "earned_in_a_year": shown.earned_in_a_year(told),
        "tier": None
        if reached is None
        else {"id": reached.id, "title": text_in(reached.title, language)},
        "gifts": shown.gifts(rewards, told, language),
        "lots": lots,
        "entries": entries,
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


def _entry(told: Entry) -> dict[str, Any]:
    shown = {"id": told.id, "customer": told.customer, "at": rfc3339(told.at)}
    return shown | {"source": told.source, "trust": told.trust} | told.data


def _due(told: Ledger, zone: str) -> Iterator[dict[str, Any]]:
    """Yield what has expired and the daily job has not entered yet, so that what is shown adds
    up."""
    for unit, stands in told.stands.items():
        lots = {(lot.member, lot.id): lot for lot in stands.lots}
        for (member, lot), amount in due_expiry(told.of(unit), stands).items():
            ends = lots[member, lot].span.expires_on or stands.today
            yield {
                "id": f"due-{lot}",
                "customer": member,
                "at": rfc3339(day_begins(ends, zone)),
                "source": "mteja",
                "trust": "verified",
                "unit": unit,
                "kind": EXPIRED,
                "amount": -amount,
                "rule": lots[member, lot].rule,
                "gift": None,
                "about": None,
                "expires_on": ends.isoformat(),
                "by": None,
                "reason": None,
                "lot": lot,
            }

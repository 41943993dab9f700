"""Points and stamps as people see them, whoever they are: customers on their card, and staff."""

from datetime import date
from typing import Any

from mteja.business.forms import text_in
from mteja.business.rewards import UNITS, Gift, Rewards, Tier
from mteja.customers.reading import Person
from mteja.pages.catalogues import marked
from mteja.rewards import rules
from mteja.rewards.ledger import Standing
from mteja.rewards.reading import Ledger

CHANGES = {
    "earned": marked("Earned"),
    "reversed": marked("Taken back: an order was changed or given back"),
    "spent": marked("Spent"),
    "adjusted": marked("Put right by the shop"),
    "expired": marked("Expired"),
}
"""Of entries of the ledger."""
_NOTHING = {"active": 0, "pending": 0, "debt": 0}


def brief(person: Person, told: Ledger) -> dict[str, Any]:
    """Return whose it is, the number of the card, and what there is of each unit."""
    units = {unit: totals(told.stands[unit]) for unit in UNITS if unit in told.stands}
    return {"customer": person.id, "loyalty": number(person)} | {
        unit: units.get(unit, _NOTHING) for unit in UNITS
    }


def number(person: Person) -> str | None:
    """Return the number that we gave, the oldest member's first."""
    whose = numbered(person)
    return None if whose is None else whose[1]


def numbered(person: Person) -> tuple[str, str] | None:
    """Return the oldest member to whom we gave a number, and the number."""
    numbers = ((member.id, member.profile.loyalty_number) for member in person.members)
    return next(((whose, one) for whose, one in numbers if one is not None), None)


def totals(stands: Standing) -> dict[str, int]:
    return {"active": stands.active, "pending": stands.pending, "debt": stands.debt}


def gifts(rewards: Rewards, told: Ledger, language: str) -> list[dict[str, Any]]:
    """Return what can be had, and how much is missing for each."""
    return [_gift(one, told, language) for one in rewards.gifts]


def _gift(one: Gift, told: Ledger, language: str) -> dict[str, Any]:
    stands = told.stands.get(one.unit)
    # What is owed is earned again first.
    has = 0 if stands is None else stands.active - stands.debt
    return {
        "id": one.id,
        "title": text_in(one.title, language),
        "unit": one.unit,
        "cost": one.cost,
        "product": one.product,
        "missing": max(0, one.cost - has),
    }


def earned_in_a_year(told: Ledger) -> int:
    """Return the points that count for tiers."""
    points = told.stands.get("points")
    return 0 if points is None else points.earned_since(rules.year_before(points.today))


def tier(rewards: Rewards, told: Ledger) -> Tier | None:
    return rules.tier(rewards.tiers, earned_in_a_year(told))


def next_loss(stands: Standing) -> tuple[int, date] | None:
    """Return how much expires next, and when; None where nothing ever does."""
    ends = [
        (lot.span.expires_on, lot.left)
        for lot in stands.lots
        if lot.left and lot.span.expires_on is not None
    ]
    if not ends:
        return None
    first = min(day for day, _ in ends)
    return sum(left for day, left in ends if day == first), first


def card(rewards: Rewards, told: Ledger, unit: str) -> dict[str, Any]:
    """Return one unit as a card shows it. `full`: how many fill a card of stamps, None where there
    is no gift for any."""
    stands = told.stands[unit]
    loss = next_loss(stands)
    return totals(stands) | {
        "unit": unit,
        "full": min((one.cost for one in rewards.gifts if one.unit == unit), default=None),
        "loses": None if loss is None else {"amount": loss[0], "on": loss[1].isoformat()},
    }


def held(person: Person, told: Ledger, rewards: Rewards) -> dict[str, Any]:
    """Return what a person has, in short. `tier` is its title in all languages, `gifts` all of
    theirs by id: entries name them."""
    reached = tier(rewards, told)
    return {
        "loyalty": number(person),
        "cards": [card(rewards, told, unit) for unit in rewards.units],
        "tier": None if reached is None else reached.title,
        "gifts": {one.id: one.title for one in rewards.gifts},
    }

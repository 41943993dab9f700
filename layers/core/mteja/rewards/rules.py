"""What is earned by which rule. Pure rules over the owner's file (docs/decisions/0025)."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from mteja.business.rewards import EarnRule, Rewards, Tier
from mteja.orders.items import EarnedEntry
from mteja.rewards.spans import Span

if TYPE_CHECKING:
    from mteja.rewards.ledger import Entry

_YEAR = timedelta(days=365)


def span(rewards: Rewards, unit: str, earned_on: date, *, returnable: bool) -> Span:
    """Return when what is earned on a day can be spent, and when it expires. `returnable`: only
    after the return window."""
    waits = rewards.return_window_days if returnable else 0
    lasting = rewards.lasting(unit)
    lasts = lasting.expire_after_days if lasting is not None else None
    ends = None if lasts is None else earned_on + timedelta(days=lasts)
    return Span(earned_on, earned_on + timedelta(days=waits), ends)


def terms(rule: EarnRule, currency: str) -> EarnedEntry | None:
    """Return what a rule gives for orders in a currency; None where it gives nothing."""
    if rule.each is not None and currency not in rule.each:
        return None
    if rule.at_least is not None and currency not in rule.at_least:
        return None
    return EarnedEntry(
        unit=rule.unit,
        currency=currency,
        amount=rule.amount,
        each=None if rule.each is None else rule.each[currency],
        at_least=None if rule.at_least is None else rule.at_least[currency],
        most=rule.most,
        most_a_day=rule.most_a_day,
    )


def of_order(by: EarnedEntry, net: int) -> int:
    """Return what an order gives that brought so many minor units, after refunds. Parts of an
    `each` give nothing."""
    if net <= 0 or net < (by.at_least or 0):
        return 0
    earned = by.amount if by.each is None else by.amount * net // by.each
    return earned if by.most is None else min(earned, by.most)


class Told(NamedTuple):
    """What a lot of a day would hold without a limit, and the limit of a day by its own terms."""

    day: date
    amount: int
    most_a_day: int


def limited(told: Mapping[str, Told]) -> dict[str, int]:
    """Return what lots may hold under the limits of their days; the order in which they came is
    irrelevant. Where the limit has changed within a day, each has its own: then the day gives at
    least what the earlier one let it give."""
    given: dict[date, int] = {}
    allowed: dict[str, int] = {}
    for lot, (day, amount, most_a_day) in sorted(told.items()):
        so_far = given.get(day, 0)
        allowed[lot] = max(0, min(amount, most_a_day - so_far))
        given[day] = so_far + allowed[lot]
    return allowed


def earned_by(rule: str, entries: Iterable["Entry"]) -> list["Entry"]:
    """Return the entries by which a rule gave something."""
    return [one for one in entries if one.rule == rule and one.amount > 0]


def room_of_day(rule: EarnRule, entries: Iterable["Entry"], today: date) -> int | None:
    """Return how much a rule may still give today; None where it has no limit. What was taken back
    by staff makes no room again."""
    if rule.most_a_day is None:
        return None
    given = sum(one.amount for one in earned_by(rule.id, entries) if one.day == today)
    return max(0, rule.most_a_day - given)


def tier(tiers: Iterable[Tier], earned: int) -> Tier | None:
    """Return the highest tier that is reached by what was earned within a year."""
    reached = [one for one in tiers if one.points <= earned]
    return reached[-1] if reached else None


def year_before(today: date) -> date:
    """Return the first of the days whose points count for tiers."""
    return today - _YEAR + timedelta(days=1)

"""Due dates: the earliest day on which some rule would act on a customer (design, section 8)."""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from mteja.store import index_keys
from mteja.times import business_day

if TYPE_CHECKING:
    from mteja.business.winning_back import Watching, WinBackRule
    from mteja.customers.items import ProfileItem, WatchedRule

_VERIFIED = "verified"


def moves(before: "ProfileItem | None", after: "ProfileItem") -> bool:
    """Whether something changed on which a due date hangs. `before`: None of a new customer."""
    return _hangs_on(before) != _hangs_on(after)


def _hangs_on(profile: "ProfileItem | None") -> tuple[object, ...]:
    if profile is None:
        return None, None, None, "claimed"
    return profile.orders.last, profile.last_login_at, profile.lots_expire_on, profile.trust


def due_keys(
    days: Iterable[date], now_ms: int, *, zone: str, customer: str, spread_days: int = 1
) -> dict[str, str | None]:
    """Return the changes of PROFILE by which a customer stands in the index `due` on the day that
    `next_due` says, or leaves it."""
    day = next_due(days, now_ms, zone=zone, customer=customer, spread_days=spread_days)
    if day is None:
        return {"due_pk": None, "due_sk": None}
    return {"due_pk": index_keys.due(day, customer), "due_sk": customer}


def next_due(
    days: Iterable[date], now_ms: int, *, zone: str, customer: str, spread_days: int = 1
) -> date | None:
    """Return the earliest of the days on which something is to be done, in the business's time
    zone; None where there is none.

    Never earlier than the next run, which is tomorrow's: today's may be over. What would be overdue
    is spread evenly over `spread_days` from then on, so that an import is no burst of messages.
    """
    due = min(days, default=None)
    if due is None:
        return None
    next_run = business_day(now_ms, zone) + timedelta(days=1)
    if due >= next_run:
        return due
    return next_run + timedelta(days=zlib.crc32(customer.encode()) % spread_days)


def due_days(
    profile: "ProfileItem", watching: "Watching", zone: str, told: Mapping[str, int]
) -> Iterator[date]:
    """Yield the days on which a customer is to be looked at, by each kind of rule: never too late.
    `told`: since when its verified fields are known (mteja.customers.traits.told)."""
    yield from rule_days(profile, watching.rules, zone)
    yield from lots_days(profile)
    if profile.trust == _VERIFIED and told and watching.fresh_days:
        from mteja.freshness.when import look_on

        day = look_on(profile, told, watching.fresh_days, zone)
        if day is not None:
            yield day


def lots_days(profile: "ProfileItem") -> Iterator[date]:
    """Yield the day on which points or stamps expire next."""
    if profile.lots_expire_on is not None:
        yield date.fromisoformat(profile.lots_expire_on)


def rule_days(profile: "ProfileItem", rules: Iterable["WinBackRule"], zone: str) -> Iterator[date]:
    """Yield of each rule that will act the day on which its next step is due, be it past.

    When a customer lapses is not known before somebody looked into its timeline: such a rule is due
    for that look at its floor, the earliest day that is possible.
    """
    for rule in rules:
        since = silent_since(profile, rule)
        if since is None:
            continue
        known = watched(profile, rule, since, zone)
        done = known.done if known is not None else 0
        if done < len(rule.steps):
            yield step_day(profile, rule, since, known, zone)


def silent_since(profile: "ProfileItem", rule: "WinBackRule") -> int | None:
    """Return when the silence of a rule began: the last log-in or purchase, epoch ms."""
    return profile.last_login_at if rule.after == "login" else profile.orders.last


def watched(
    profile: "ProfileItem", rule: "WinBackRule", since: int, zone: str
) -> "WatchedRule | None":
    """Return how far a rule is in the silence that began so; None at its begin.

    A silence may turn out to have begun at another time: an order is cancelled, one comes late, or
    two customers are found to be one person. Steps of days that lie in it stay done.

    A ladder may be another one since its last step, too: what it has for days of silence that were
    passed then is behind, so that a step that is put before others brings nobody these again.
    """
    known = (profile.watched or {}).get(rule.id)
    if known is None:
        return None
    if known.days is not None:
        passed = sum(1 for one in rule.steps if one.days <= known.days)
        known = known.model_copy(update={"done": max(known.done, passed)})
    if known.cycle == since:
        return known
    if known.on is None or date.fromisoformat(known.on) <= business_day(since, zone):
        return None
    return known.model_copy(update={"cycle": since, "lapse": None})


def step_day(
    profile: "ProfileItem",
    rule: "WinBackRule",
    since: int,
    known: "WatchedRule | None",
    zone: str,
) -> date:
    """Return the day of the next step: so long after the silence began or the customer lapsed, not
    before the rule's floor, and as far from the step before as the ladder says."""
    done = known.done if known is not None else 0
    began = business_day(since, zone)
    if rule.after != "lapse":
        day = began + timedelta(days=rule.steps[done].days)
    elif known is not None and known.lapse is not None:
        day = date.fromisoformat(known.lapse) + timedelta(days=rule.steps[done].days)
    else:
        day = began
    if profile.orders.last is not None:
        floor = business_day(profile.orders.last, zone) + timedelta(days=rule.floor_days)
        day = max(day, floor)
    if known is not None and known.on is not None and done > 0:
        before = rule.steps[done - 1].days if known.days is None else known.days
        apart = rule.steps[done].days - before
        day = max(day, date.fromisoformat(known.on) + timedelta(days=apart))
    return day

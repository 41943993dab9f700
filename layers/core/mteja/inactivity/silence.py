"""How far the rules are in a person's silence, computed over its members.

Whoever bought as one member is not quiet as another, and a step that was done for one is done for
all. So the latest purchase and log-in count, and of steps whatever any member shows: its PROFILE,
or the offers that it got in this silence.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from mteja.business.winning_back import WinBackRule
from mteja.customers import person as rules_of_persons
from mteja.customers.items import ProfileItem, WatchedRule
from mteja.customers.reading import Person
from mteja.due import silent_since, watched
from mteja.times import business_day


def as_one(
    person: Person, mine: ProfileItem, rules: Sequence[WinBackRule], zone: str
) -> ProfileItem:
    """Return a member's PROFILE with the purchases, log-ins and steps of all members."""
    together = mine.model_copy(
        update={
            "orders": rules_of_persons.orders(person),
            "last_login_at": rules_of_persons.last_login(person),
        }
    )
    found = {rule.id: _progress(person, together, rule, zone) for rule in rules}
    known = {name: one for name, one in found.items() if one is not None}
    return together.model_copy(update={"watched": known or None})


def _progress(
    person: Person, together: ProfileItem, rule: WinBackRule, zone: str
) -> WatchedRule | None:
    since = silent_since(together, rule)
    if since is None:
        return None
    found = [*_noted(person, rule, since, zone), *_offered(person, rule, since, zone)]
    if not found:
        return None
    return WatchedRule(
        cycle=since,
        done=max(one.done for one in found),
        on=max((one.on for one in found if one.on is not None), default=None),
        days=max((one.days for one in found if one.days is not None), default=None),
        lapse=next((one.lapse for one in found if one.lapse is not None), None),
    )


def _noted(person: Person, rule: WinBackRule, since: int, zone: str) -> Iterator[WatchedRule]:
    for member in person.members:
        known = watched(member.profile, rule, since, zone)
        if known is not None:
            yield known


def _offered(person: Person, rule: WinBackRule, since: int, zone: str) -> Iterator[WatchedRule]:
    for member in person.members:
        for one in member.offers:
            if one.rule == rule.id and (one.cycle == since or one.at > since):
                on = business_day(one.at, zone).isoformat()
                yield WatchedRule(cycle=since, done=one.step + 1, on=on)


def offered_on(person: Person, day: date, zone: str) -> bool:
    """Whether any member got an offer on a day, or was held out of one."""
    return any(business_day(at, zone) == day for at in offered_at(person))


def offered_at(person: Person) -> Iterable[int]:
    """Yield when the person got offers or was held out of them, so that both get equally many;
    not those that were stopped before they left."""
    return (
        one.at for member in person.members for one in member.offers if one.standing != "stopped"
    )

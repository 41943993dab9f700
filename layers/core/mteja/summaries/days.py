"""What one shard holds of one day of one site: what summaries are made of."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from mteja.business.sites import Site
from mteja.tracking.calendar import Calendar
from mteja.tracking.packed import Batch, Event
from mteja.tracking.sessions import PAGE, Session, Told, View, all_sessions, is_late, once


@dataclass(frozen=True, slots=True)
class ShardDay:
    """One day of one site, of the visitors of one shard.

    `sessions` began on the day. `views` and `events` happened on it (those of a session that went
    on past midnight stand on the next day); `events` are all, page views and closings too, each
    with its session's batch. `bots` counts robots' page views by why they count as such, `late` the
    events that came on this day after the last summary of their own, and `refused` what was refused
    on it, by reason.
    """

    site: str
    day: date
    sessions: list[Session] = field(default_factory=list)
    views: list[tuple[Session, View]] = field(default_factory=list)
    events: list[Told] = field(default_factory=list)
    bots: Counter[str] = field(default_factory=Counter)
    late: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)


def split(
    batches: Sequence[Batch], days: Iterable[date], sites: Sequence[Site], calendar: Calendar
) -> Mapping[tuple[str, date], ShardDay]:
    """Return each of the days of each site, also those on which nothing happened.

    The batches are a shard's that came from the day before the first of the days (a session may
    have begun then) to the third day after the last (until then its sessions' events come).
    """
    found = {(site.id, day): ShardDay(site.id, day) for day in days for site in sites}
    _count_apart(batches, found, calendar)
    for session in all_sessions(batches, calendar, sites):
        begun = found.get((session.site, calendar.day_of(session.start)))
        if begun is not None:
            begun.sessions.append(session)
        for view in session.views:
            there = found.get((session.site, calendar.day_of(view.at)))
            if there is not None:
                there.views.append((session, view))
        for told in session.events:
            there = found.get((session.site, calendar.day_of(told.at)))
            if there is not None:
                there.events.append(told)
    return found


def _count_apart(
    batches: Iterable[Batch], found: Mapping[tuple[str, date], ShardDay], calendar: Calendar
) -> None:
    """Count what is in no session: robots, what came too late, and what was refused."""
    seen: set[tuple[str, str, str]] = set()
    for batch in sorted(once(batches), key=lambda one: (one.received_at, one.id)):
        came_on = found.get((batch.site, calendar.day_of(batch.received_at)))
        if came_on is not None:
            came_on.refused.update(batch.refused)
        for event in batch.events:
            message = (batch.site, batch.visitor, event.id)
            if message not in seen:
                seen.add(message)
                _count_event(event, batch, came_on, found, calendar)


def _count_event(
    event: Event,
    batch: Batch,
    came_on: ShardDay | None,
    found: Mapping[tuple[str, date], ShardDay],
    calendar: Calendar,
) -> None:
    at = min(event.at, batch.received_at)
    if is_late(at, batch.received_at, calendar):
        if came_on is not None:
            came_on.late[event.type] += 1
    elif batch.bot is not None and event.type == PAGE:
        there = found.get((batch.site, calendar.day_of(at)))
        if there is not None:
            there.bots[batch.bot] += 1

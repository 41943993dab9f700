"""Sessions: what one visitor did without a pause of more than half an hour. Pure functions.

Events are put right by the clock of whoever sent them, taken once by their message id, and put in
order: the same events in any order, in any batches, sent any number of times make the same sessions
(docs/decisions/0015).

- A session goes on while the next event comes within 30 minutes (30:00 is within, 30:01 is not). It
  is cut neither at the hour nor at midnight, and belongs to the day on which it begins.
- Closing a page ends the time on it; it goes on with a session and never begins one, since a tab
  may be closed hours after it was looked at.
- A session is of one person: where a server names another customer, the next one begins.
- Who did not agree to an id has another hash each day. In the first half hour of a day batches say
  the hash of the day before too, and the two are one visitor.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from mteja.business.sites import Goal, Site
from mteja.tracking.calendar import Calendar
from mteja.tracking.packed import Batch, Event
from mteja.tracking.referrers import classify

GAP_MS = 30 * 60 * 1000
# An event counts where it came on its own day or on one of the two after it: the three days that
# are summarised again each night.
LATEST_DAYS = 2
PAGE, LEAVE, EVENT = "page", "leave", "event"
_RANK = {PAGE: 0, EVENT: 1, LEAVE: 2}


@dataclass(frozen=True, slots=True)
class Told:
    """One event, who did it, and who says so. `at` is epoch ms, never after it came. `visitor` is
    the visitor's name on that day."""

    event: Event
    at: int
    visitor: str
    batch: Batch


@dataclass(slots=True)
class View:
    """One view of a page. `active_ms` is None where nobody told how long it was used."""

    at: int
    path: str
    event: Event
    load: Mapping[str, int] | None = None
    active_ms: int | None = None


@dataclass(slots=True)
class Session:
    """One session; a *visit* where it has a page view. Times are epoch ms.

    `channel` is by which way it came (mteja.tracking.referrers), `goals` the ids of what the owner
    wants and it reached, `customer` whose it is where a server said so: one at most.
    """

    site: str
    visitor: str
    start: int
    end: int
    views: list[View] = field(default_factory=list)
    events: list[Told] = field(default_factory=list)
    goals: frozenset[str] = frozenset()
    channel: str = "direct"
    known: bool = False
    consent: str = "none"
    customer: str | None = None

    @property
    def is_visit(self) -> bool:
        return bool(self.views)

    @property
    def bounced(self) -> bool:
        """One page, even if it was loaded again, and nothing done on it that was told."""
        return len(self.path) == 1 and not any(one.event.type == EVENT for one in self.events)

    @property
    def path(self) -> list[str]:
        """The pages in order; one that was loaded again stands once."""
        pages: list[str] = []
        for view in self.views:
            if not pages or pages[-1] != view.path:
                pages.append(view.path)
        return pages

    @property
    def active_ms(self) -> int:
        return sum(view.active_ms or 0 for view in self.views)


def is_late(at: int, received_at: int, calendar: Calendar) -> bool:
    """Whether an event came after the last summary of its day."""
    waited = calendar.day_of(received_at) - calendar.day_of(at)
    return waited.days > LATEST_DAYS


def once(batches: Iterable[Batch]) -> list[Batch]:
    """Return batches, each once."""
    return list({(one.site, one.visitor, one.id): one for one in batches}.values())


def visitors(batches: Iterable[Batch]) -> Iterator[list[Batch]]:
    """Yield the batches of one visitor of one site at a time, visitors in the order of their names.

    A batch that comes twice is one. Who has another hash since midnight is one visitor.
    """
    unique = once(batches)
    groups = _Groups()
    for one in unique:
        groups.join((one.site, one.visitor), (one.site, one.before or one.visitor))
    by_visitor: dict[tuple[str, str], list[Batch]] = defaultdict(list)
    for one in unique:
        by_visitor[groups.of((one.site, one.visitor))].append(one)
    for name in sorted(by_visitor):
        yield by_visitor[name]


class _Groups:
    """Which names mean one visitor. A group is called by its smallest name."""

    def __init__(self) -> None:
        self._above: dict[tuple[str, str], tuple[str, str]] = {}

    def of(self, name: tuple[str, str]) -> tuple[str, str]:
        while (above := self._above.get(name, name)) != name:
            name = above
        return name

    def join(self, one: tuple[str, str], two: tuple[str, str]) -> None:
        one, two = self.of(one), self.of(two)
        if one != two:
            self._above[max(one, two)] = min(one, two)


def history(batches: Iterable[Batch], calendar: Calendar) -> list[Told]:
    """Return the events of one visitor's batches, each once, in order of time."""
    told: dict[str, Told] = {}
    for batch in batches:
        for event in batch.events:
            one = _told(event, batch, calendar)
            known = told.get(event.id)
            if known is None or _place(one) < _place(known):
                told[event.id] = one
    return sorted(told.values(), key=_place)


def _told(event: Event, batch: Batch, calendar: Calendar) -> Told:
    """What came after midnight of before it was done under the name of the day before."""
    at = min(event.at, batch.received_at)
    visitor = batch.visitor
    if batch.before and calendar.day_of(at) < calendar.day_of(batch.received_at):
        visitor = batch.before
    return Told(event, at, visitor, batch)


def _place(told: Told) -> tuple[int, int, str, int, str]:
    rank = _RANK.get(told.event.type, len(_RANK))
    return told.at, rank, told.event.id, told.batch.received_at, told.batch.id


def sessions(
    told: Sequence[Told], goals: Sequence[Goal] = (), origins: Collection[str] = ()
) -> list[Session]:
    """Return the sessions of one visitor's events, which are in order of time. `origins`: hosts of
    the website."""
    made: list[Session] = []
    for one in told:
        kind = one.event.type
        last = made[-1] if made else None
        within = last is not None and one.at - last.end <= GAP_MS
        if kind == LEAVE:
            if last is not None:
                _leave(last, one, within=within)
        elif kind in (PAGE, EVENT):
            if last is None or not within or _is_anothers(last, one):
                last = Session(one.batch.site, one.visitor, one.at, one.at)
                made.append(last)
            _go_on(last, one)
    for session in made:
        _sum_up(session, goals, origins)
    return made


def _is_anothers(session: Session, one: Told) -> bool:
    return None not in (session.customer, one.batch.customer) and (
        session.customer != one.batch.customer
    )


def _go_on(session: Session, one: Told) -> None:
    session.end = one.at
    session.customer = session.customer or one.batch.customer
    session.events.append(one)
    if one.event.type == PAGE and one.event.path:
        session.views.append(View(one.at, one.event.path, one.event, one.event.load))


def _leave(session: Session, one: Told, *, within: bool) -> None:
    """Note how long a page was used: the latest of that path. A page may say so more than once,
    each time of all the time until then."""
    if within:
        session.end = one.at
        session.events.append(one)
    for view in reversed(session.views):
        if one.event.path in (None, view.path):
            if one.event.active_ms is not None:
                view.active_ms = max(view.active_ms or 0, one.event.active_ms)
            view.load = view.load or one.event.load
            return


def _sum_up(session: Session, goals: Sequence[Goal], origins: Collection[str]) -> None:
    session.goals = frozenset(goal.id for goal in goals if _reached(session, goal))
    first = session.views[0].event if session.views else session.events[0].event
    session.channel = classify(first.referrer, first.campaign, first.host, origins)
    session.known = any(one.batch.known for one in session.events)
    session.consent = max(
        (one.batch.consent for one in session.events), key=("none", "essential", "full").index
    )


def _reached(session: Session, goal: Goal) -> bool:
    if goal.event is not None and any(
        one.event.type == EVENT and one.event.name == goal.event for one in session.events
    ):
        return True
    if goal.path is None:
        return False
    if goal.path.endswith("*"):
        return any(view.path.startswith(goal.path[:-1]) for view in session.views)
    return any(view.path == goal.path for view in session.views)


def all_sessions(
    batches: Iterable[Batch], calendar: Calendar, sites: Sequence[Site]
) -> Iterator[Session]:
    """Return the sessions of everybody in some batches, robots' apart: those are left out, and so
    is what came too late."""
    goals = {site.id: site.goals for site in sites}
    origins = {site.id: frozenset(map(_host, site.origins or ())) for site in sites}
    people = (one for one in batches if one.bot is None)
    return chain.from_iterable(
        sessions(
            [
                one
                for one in history(group, calendar)
                if not is_late(one.at, one.batch.received_at, calendar)
            ],
            goals.get(group[0].site, ()),
            origins.get(group[0].site, ()),
        )
        for group in visitors(people)
    )


def _host(origin: str) -> str:
    """Return the host of `https://www.shop.example:8443`."""
    return origin.rpartition("/")[2].partition(":")[0]

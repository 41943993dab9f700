"""Sessions in the timelines of known customers, and when they last logged in.

An entry is a summary of events, like a report: made from them as a whole, made again each night,
and so put as it is and not recorded as a fact (docs/decisions/0015). Made again of the same events
it is not written again; where events came late its entry is replaced. An entry is written together
with a check of PROFILE, so that nothing is written to a customer who is being erased.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import batched

from mteja.business.load import business, watching
from mteja.customers.items import InteractionItem, ProfileItem
from mteja.customers.present import profile_of, still, told_of
from mteja.due import due_days, due_keys
from mteja.identity.identifiers import Trust
from mteja.ids import derived_id
from mteja.social.codes import code_of_visit
from mteja.store import index_keys, keys, people_keys
from mteja.store.attempts import Each, until_it_holds
from mteja.store.keys import Key
from mteja.store.table import Delete, Put, Table, Write
from mteja.times import now_ms, rfc3339
from mteja.tracking.known import Done, Known
from mteja.tracking.sessions import EVENT, Session

KIND = "session"
# Events that tell of a log-in: the names that Segment's specifications use, and the tracker's.
LOG_INS = frozenset({"Logged In", "Signed In", "User Logged In", "User Signed In", "Login"})
MAX_STEPS = 20
_IN_ONE = 90  # of a transaction's 100


@dataclass(frozen=True)
class Owned:
    """A session, whose it is, how far it is trusted, who else had the same browser or claimed it
    (theirs it may have been taken for before), and whether a server says whose it is."""

    session: Session
    customer: str
    trust: str
    others: frozenset[str] = frozenset()
    by_server: bool = False


@dataclass(frozen=True)
class Span:
    """What a worker is responsible for: the visitors of one shard (`3of8`), from `first` to before
    `end` (epoch ms)."""

    shard: str
    first: int
    end: int


def owned(sessions: Iterable[Session], known: Known) -> list[Owned]:
    """Return the sessions of known customers: of visitors whom a server named, or who have said who
    they are. A session is whose the browser was when it began; what somebody did before saying who
    they are is theirs too."""
    found: list[Owned] = []
    for one in sessions:
        named = known.of_session(one)
        if named is not None:
            others = known.everybody(one.visitor) - {named.customer}
            found.append(Owned(one, named.customer, named.trust, others, named.by_server))
    return found


def note(sessions: Iterable[Owned], span: Span, table: Table, done: Iterable[Done] = ()) -> int:
    """Bring the timelines of some customers in step with their sessions, and of those for whose
    they may have been taken before, and the last log-ins with what was done; return how many
    entries changed. Raises what prevented some of them, when the others are in step: Conflict for a
    customer who is too busy."""
    by_customer: dict[str, list[Owned]] = defaultdict(list)
    for one in sessions:
        by_customer[one.customer].append(one)
        for customer in one.others:
            by_customer[customer] += ()
    log_ins = last_log_ins(done)
    each = Each[int]()
    for customer in sorted(by_customer.keys() | log_ins.keys()):
        mine = by_customer.get(customer, [])
        wanted = {_key(one): entry(one, span.shard) for one in mine if one.session.is_visit}
        step = partial(_try, customer, wanted, log_ins.get(customer), span, table)
        each.do(partial(until_it_holds, step))
    return sum(each.ended())


def _try(
    customer: str,
    wanted: Mapping[Key, InteractionItem],
    login: int | None,
    span: Span,
    table: Table,
) -> int:
    profile = profile_of(table, customer)
    if profile is None:
        return 0
    standing = dict(_standing(customer, span, table))
    changes: list[Write] = [
        Put(item.model_dump(exclude_none=True))
        for key, item in wanted.items()
        if standing.get(key) != item
    ]
    changes += [Delete(key) for key in standing if key not in wanted]
    for some in batched(changes, _IN_ONE, strict=False):
        table.transact([*some, still(profile)])
    if login is not None and login > (profile.last_login_at or 0):
        changed = profile.model_copy(update={"v": profile.v + 1, "last_login_at": login})
        moved = changed.model_copy(update=_due(changed, customer, table))
        table.transact([Put(moved.model_dump(exclude_none=True), profile.v)])
    return len(changes)


def _due(profile: ProfileItem, customer: str, table: Table) -> dict[str, str | None]:
    """Return when a rule acts next on a customer whose last log-in is new."""
    zone = business().time_zone
    days = due_days(profile, watching(), zone, told_of(table, profile))
    return due_keys(days, now_ms(), zone=zone, customer=customer)


def _standing(customer: str, span: Span, table: Table) -> Iterator[tuple[Key, InteractionItem]]:
    """Yield the entries that a worker before has put, of the same shard and days."""
    between = (keys.interaction_sk(span.first, ""), keys.interaction_sk(span.end, ""))
    for raw in table.query(keys.customer_partition(customer), between=between):
        item = InteractionItem.model_validate(raw)
        if item.kind == KIND and item.data["shard"] == span.shard:
            yield Key(item.pk, item.sk), item


def _key(one: Owned) -> Key:
    return keys.interaction(one.customer, one.session.start, _entry_id(one.session))


def _entry_id(session: Session) -> str:
    return derived_id("ses", session.site, session.visitor, str(session.start))


def entry(one: Owned, shard: str) -> InteractionItem:
    """Return the timeline entry of a visit. `shard` says which worker may take it away again."""
    key, session = _key(one), one.session
    path = session.path
    data: dict[str, object] = {
        "site": session.site,
        "shard": shard,
        "entry": path[0],
        "path": path[:MAX_STEPS],
        "last_page": path[-1],
        "pages": len(session.views),
        "duration_s": (session.end - session.start) // 1000,
        "ended_at": rfc3339(session.end),
        "active_ms": session.active_ms,
        "source": session.channel,
        "goals": sorted(session.goals),
    }
    entry_id = _entry_id(session)
    # By whose link they came; it counts where a server says whose visit it was.
    code = code_of_visit(view.event.campaign for view in session.views)
    counts = code is not None and one.by_server
    if code is not None:
        data["ref"] = code
    return InteractionItem(
        pk=key.pk,
        sk=key.sk,
        id=entry_id,
        kind=KIND,
        at=session.start,
        source=session.site,
        trust=one.trust,
        data=data,
        log_pk=people_keys.referral_log(entry_id) if counts else None,
        log_sk=index_keys.log_position(session.start, session.site, entry_id) if counts else None,
    )


def last_log_ins(done: Iterable[Done]) -> dict[str, int]:
    """Return when each customer logged in last (epoch ms), as far as a server says so: a browser's
    word opens nothing."""
    last: dict[str, int] = {}
    for one in done:
        event = one.told.event
        is_log_in = event.type == EVENT and event.name in LOG_INS
        if is_log_in and one.customer is not None and one.trust == Trust.VERIFIED:
            last[one.customer] = max(one.told.at, last.get(one.customer, 0))
    return last

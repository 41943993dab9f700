"""Sessions in the timelines of known customers, and when they last logged in.

An entry is a summary of events, like a report: made from them as a whole, made again each night,
and so put as it is and not recorded as a fact (docs/decisions/0015). Made again of the same events
it is not written again; where events came late its entry is replaced. An entry is written together
with a check of PROFILE, so that nothing is written to a customer who is being erased.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import batched

from mteja.business.load import business, win_back
from mteja.customers.items import InteractionItem, ProfileItem
from mteja.customers.present import profile_of, still
from mteja.due import due_keys
from mteja.identity.identifiers import Trust
from mteja.ids import derived_id
from mteja.social.codes import code_of_visit
from mteja.store import keys, people_keys
from mteja.store.apart import TableApart
from mteja.store.attempts import until_it_holds
from mteja.store.keys import Key
from mteja.store.table import Delete, Put, Table, Write
from mteja.times import now_ms, rfc3339
from mteja.tracking.items import VisitorItem
from mteja.tracking.sessions import EVENT, Session

KIND = "session"
# Events that tell of a log-in: the names that Segment's specifications use, and the tracker's.
LOG_INS = frozenset({"Logged In", "Signed In", "User Logged In", "User Signed In", "Login"})
MAX_STEPS = 20
_IN_ONE = 90  # of a transaction's 100


@dataclass(frozen=True)
class Owned:
    """A session, whose it is, who says so, and whose it was taken for before."""

    session: Session
    customer: str
    trust: str
    former: tuple[str, ...] = ()


@dataclass(frozen=True)
class Span:
    """What a worker is responsible for: the visitors of one shard (`3of8`), from `first` to before
    `end` (epoch ms)."""

    shard: str
    first: int
    end: int


def owned(sessions: Sequence[Session], events: TableApart) -> list[Owned]:
    """Return the sessions of known customers: of visitors whom a server named, or who have said who
    they are. What they did before they said so is theirs too."""
    known = {one.visitor for one in sessions if one.known}
    found = events.get_many(keys.visitor(name) for name in sorted(known))
    owners = {key: VisitorItem.model_validate(raw) for key, raw in found.items()}
    named: list[Owned] = []
    for one in sessions:
        owner = owners.get(keys.visitor(one.visitor))
        former = () if owner is None else owner.former
        if one.customer is not None:
            named.append(Owned(one, one.customer, Trust.VERIFIED.value, former))
        elif owner is not None:
            named.append(Owned(one, owner.customer, owner.trust, former))
    return named


def note(sessions: Iterable[Owned], span: Span, table: Table) -> int:
    """Bring the timelines of some customers in step with their sessions, and of those for whose
    they were taken before; return how many entries changed. Raises Conflict for a customer who is
    too busy."""
    by_customer: dict[str, list[Owned]] = defaultdict(list)
    for one in sessions:
        by_customer[one.customer].append(one)
        for customer in one.former:
            by_customer[customer] += ()
    return sum(_note_of(customer, by_customer[customer], span, table)
               for customer in sorted(by_customer))  # fmt: skip


def _note_of(customer: str, sessions: Sequence[Owned], span: Span, table: Table) -> int:
    wanted = {_key(one): entry(one, span.shard) for one in sessions if one.session.is_visit}
    login = max((at for one in sessions for at in _log_ins(one)), default=None)
    return until_it_holds(partial(_try, customer, wanted, login, span, table))


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
        moved = changed.model_copy(update=_due(changed, customer))
        table.transact([Put(moved.model_dump(exclude_none=True), profile.v)])
    return len(changes)


def _due(profile: ProfileItem, customer: str) -> dict[str, str | None]:
    """Return when a rule acts next on a customer whose last log-in is new."""
    return due_keys(
        profile, win_back().rules, now_ms(), zone=business().time_zone, customer=customer
    )


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
    counts = code is not None and one.trust == Trust.VERIFIED
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
        log_sk=keys.log_position(session.start, session.site, entry_id) if counts else None,
    )


def _log_ins(one: Owned) -> Iterator[int]:
    """Yield when a customer logged in, as far as a server says so: a browser's word opens
    nothing."""
    if one.trust != Trust.VERIFIED:
        return
    for told in one.session.events:
        verified = told.batch.trust == Trust.VERIFIED
        if verified and told.event.type == EVENT and told.event.name in LOG_INS:
            yield told.at

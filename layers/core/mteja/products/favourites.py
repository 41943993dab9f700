"""Favourites, ratings and looks of customers and of browsers, as they are kept.

Worked out from the events of some days, each night anew, and joined with what is there: an event
that comes late or twice, and a run that is begun again, change nothing of what is right. What a
browser saved or rated before it was known whose it is goes over to the customer, each product in
one transaction. Written together with a check of PROFILE, so that nothing is written to somebody
who is being erased.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from itertools import batched

from mteja.customers.present import profile_of, still
from mteja.identity.identifiers import Trust
from mteja.products.interest import NONE, Interest, interests, join
from mteja.products.items import InterestItem
from mteja.products.signals import Signal, signal_of
from mteja.store import keys, product_keys
from mteja.store.attempts import Each, until_it_holds
from mteja.store.keys import Key
from mteja.store.table import MAX_WRITES, Delete, Put, State, Table, Write
from mteja.times import day_begins
from mteja.tracking.known import Done

# What an unknown browser saved is kept as long as its events are.
BROWSER_DAYS = 90
# Products that a customer only looked at are kept up to so many: reports and suggestions need no
# more, and a robot that logs in fills no partition.
MAX_LOOKED_AT = 200
# Products that are saved or rated, by who says so: what anybody may send fills nobody's partition,
# and makes few items of a beacon.
MAX_SAVED = {Trust.VERIFIED.value: 500, Trust.CLAIMED.value: 100}
MAX_SAVED_BY_A_BROWSER = 20
_NO_CONSENT = "none"


@dataclass
class Owner:
    """Whose interests: a customer's, with the browsers that are known to be theirs, or those of a
    browser. `trust`: by whom that is known."""

    partition: str
    customer: str | None
    trust: str
    signals: list[Signal] = field(default_factory=list)
    browsers: set[str] = field(default_factory=set)


def owners(done: Iterable[Done], first: Mapping[str, str]) -> list[Owner]:
    """Return whose interests it is that what was done tells of. `first`: whose known browsers were
    first; what these saved before goes over to them. Who did not agree to an id is nobody tomorrow:
    nothing is kept of them."""
    found: dict[tuple[str, str], Owner] = {}
    agreed: set[str] = set()
    for one in done:
        told, customer = one.told, one.customer
        if told.batch.consent != _NO_CONSENT:
            agreed.add(told.visitor)
        elif customer is None:
            continue
        signal = signal_of(told.event)
        if signal is not None:
            _owner(found, told.visitor, customer, one.trust).signals.append(signal)
    for visitor, customer in first.items():
        if visitor in agreed:
            _owner(found, visitor, customer, Trust.CLAIMED.value).browsers.add(visitor)
    return [found[name] for name in sorted(found)]


def _owner(
    found: dict[tuple[str, str], Owner], visitor: str, customer: str | None, trust: str
) -> Owner:
    if customer is None:
        partition, trust = keys.visitor_partition(visitor), Trust.CLAIMED.value
    else:
        partition = keys.customer_partition(customer)
    return found.setdefault((partition, trust), Owner(partition, customer, trust))


def note(several: Iterable[Owner], *, table: Table, zone: str) -> int:
    """Bring what is kept in step with what was done; return how many items changed. Raises what
    prevented some of it, when the rest is in step: Conflict for somebody who is too busy."""
    each = Each[int]()
    for owner in several:
        each.do(partial(_note_of, owner, table, zone))
    return sum(each.ended())


def forget_browser(visitor: str, table: Table) -> int:
    """Remove what a browser saved and rated; return how many items."""
    found = _of_browser(visitor, table)
    for item in found:
        table.transact([Delete(Key(item.pk, item.sk))])
    return len(found)


def _note_of(owner: Owner, table: Table, zone: str) -> int:
    said = interests(owner.signals, zone)
    if owner.customer is None:
        # Who only looks is counted in the day's summary.
        said = {product: one for product, one in said.items() if one.saved or one.stars}
    if not said and not owner.browsers:
        return 0
    return until_it_holds(partial(_try, owner, said, table, zone))


def _try(owner: Owner, said: Mapping[str, Interest], table: Table, zone: str) -> int:
    guard: list[Write] = []
    if owner.customer is not None:
        profile = profile_of(table, owner.customer)
        if profile is None:
            return 0
        guard = [still(profile)]
    before = [item for browser in sorted(owner.browsers) for item in _of_browser(browser, table)]
    wanted = dict(said)
    for item in before:
        wanted[item.product] = join(wanted.get(item.product, NONE), item.interest)
    stored = _stored(owner, table)
    by_product: dict[str, list[Write]] = {}
    for product in sorted(wanted, key=lambda product: (_since(wanted[product]), product)):
        by_product[product] = [*_change(owner, product, wanted[product], stored, zone)]
    changed = sum(map(len, by_product.values()))
    for item in before:
        by_product[item.product].append(Delete(Key(item.pk, item.sk), item.v))
    for writes in _transactions(by_product.values(), MAX_WRITES - len(guard)):
        table.transact([*writes, *guard])
    return changed


def _transactions(groups: Iterable[Sequence[Write]], most: int) -> Iterator[Sequence[Write]]:
    """Yield writes, at most so many at a time, those of a product together where they fit.

    Where they don't, the first holds what is put: what of browsers is then not removed yet is
    joined once more when the run begins again, which changes nothing."""
    some: list[Write] = []
    for writes in groups:
        if len(some) + len(writes) > most:
            yield from batched(some, most, strict=False)
            some = []
        some += writes
    yield from batched(some, most, strict=False)


def _stored(owner: Owner, table: Table) -> dict[str, InterestItem]:
    """Return what is kept by product, of the same trust."""
    prefix = product_keys.interest(owner.partition, "", owner.trust).sk
    found = (InterestItem.model_validate(raw)
             for raw in table.query(owner.partition, prefix=prefix))  # fmt: skip
    return {item.product: item for item in found}


def _of_browser(visitor: str, table: Table) -> list[InterestItem]:
    partition = keys.visitor_partition(visitor)
    found = table.query(partition, prefix=product_keys.INTEREST_PREFIX)
    return [InterestItem.model_validate(raw) for raw in found]


def _change(
    owner: Owner, product: str, said: Interest, stored: dict[str, InterestItem], zone: str
) -> Sequence[Write]:
    known = stored.get(product)
    now = said if known is None else join(known.interest, said)
    if known is not None and now == known.interest:
        return ()
    if _says(now) and not (known and _says(known.interest)) and _is_full(owner, stored):
        now = Interest(days=now.days)
        if now == (NONE if known is None else known.interest):
            return ()
    if known is None and not _says(now) and len(stored) >= MAX_LOOKED_AT:
        return ()
    item = _item(owner, product, now, 1 if known is None else known.v + 1, zone)
    stored[product] = item
    when = State.ABSENT if known is None else known.v
    return (Put(item.model_dump(exclude_none=True), when),)


def _says(one: Interest) -> bool:
    """Whether it was saved, taken off the list or rated, and not only looked at."""
    return one.saved is not None or one.stars is not None


def _since(one: Interest) -> int:
    """Return when something was said (epoch ms): who says more than is kept is heard first come,
    first served."""
    return min((told[0] for told in (one.saved, one.stars) if told is not None), default=0)


def _is_full(owner: Owner, stored: Mapping[str, InterestItem]) -> bool:
    most = MAX_SAVED_BY_A_BROWSER if owner.customer is None else MAX_SAVED[owner.trust]
    return sum(_says(item.interest) for item in stored.values()) >= most


def _item(owner: Owner, product: str, interest: Interest, v: int, zone: str) -> InterestItem:
    key = product_keys.interest(owner.partition, product, owner.trust)
    return InterestItem(
        pk=key.pk,
        sk=key.sk,
        v=v,
        product=product,
        trust=owner.trust,
        saved=interest.saved,
        stars=interest.stars,
        days=tuple(str(day) for day in sorted(interest.days)),
        lookup_pk=None if owner.customer is None else product_keys.interested(product),
        log_pk=product_keys.interest_log(owner.partition),
        log_sk=f"{key.pk}#{product}",
        expires_at=None if owner.customer is not None else _expires(interest, zone),
    )


def _expires(interest: Interest, zone: str) -> int:
    """Return when a browser's item goes, counted from the last that was said."""
    told = [one[0] for one in (interest.saved, interest.stars) if one is not None]
    days: set[date] = set(interest.days)
    latest = max([*told, *(day_begins(day, zone) for day in days)])
    return latest // 1000 + int(timedelta(days=BROWSER_DAYS).total_seconds())

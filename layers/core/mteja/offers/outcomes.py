"""What became of single offers: whether the message left, who redeemed it, and what its person
bought within the window, whatever the reason. Whoever is held out is looked at in the same way."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import batched

from mteja.customers.items import LinkItem
from mteja.customers.reading import linked_to
from mteja.mail.messages import FAILED, PENDING, WITHHELD
from mteja.offers.items import OfferItem, Standing
from mteja.offers.standing import redeemed
from mteja.orders.items import OrderItem
from mteja.store import index_keys, keys, offer_keys
from mteja.store.keys import Key
from mteja.store.table import Table
from mteja.store.wire import Item
from mteja.times import DAY_MS

WINDOW_DAYS = 30
"""So long after it was made an offer is looked at for what its person buys."""
_LEFT_NOT = frozenset({PENDING, WITHHELD, FAILED})
_BOUGHT = frozenset({"order", "sale"})
_IN_ONE_READ = 100


@dataclass(frozen=True)
class Outcome:
    """What became of one offer. `net`: by currency, minor units of what counts of the purchases of
    the window, after refunds; empty where nothing was bought."""

    rule: str
    step: int
    first: bool
    held_out: bool
    sent: bool = False
    stopped: bool = False
    redeemed: bool = False
    handed_on: bool = False
    net: Mapping[str, int] = field(default_factory=dict, hash=False)


def offers_of(table: Table, day: date) -> Iterator[OfferItem]:
    """Yield the offers that were made, or held back, on a day."""
    for shard in range(index_keys.LOG_SHARDS):
        pointers = table.query(offer_keys.offers_log_shard(day, shard), index="log")
        for some in batched(pointers, _IN_ONE_READ, strict=False):
            wanted = [Key(str(one["pk"]), str(one["sk"])) for one in some]
            stored = table.get_many(wanted)
            for key in wanted:
                if key in stored:  # else it was erased, and the index lags
                    yield OfferItem.model_validate(stored[key])


def outcome(table: Table, offer: OfferItem) -> Outcome:
    """Return what became of an offer by now. One Query a member of its person; of one that was
    redeemed by an order, that order."""
    found = _person_since(table, offer)
    items = [item for mine in found.values() for item in mine]
    use = redeemed(offer)
    return Outcome(
        rule=offer.rule,
        step=offer.step,
        first=offer.first,
        held_out=offer.standing is Standing.HELD_OUT,
        sent=_has_left(offer, items),
        stopped=offer.standing is Standing.STOPPED,
        redeemed=use is not None,
        handed_on=use is not None
        and _is_anothers(table, keys.order(use.source, use.id), set(found)),
        net=_bought(items, offer.at, offer.at + WINDOW_DAYS * DAY_MS),
    )


def _person_since(table: Table, offer: OfferItem) -> dict[str, list[Item]]:
    """Return by member what each did since an offer was made, with its links and messages."""
    found: dict[str, list[Item]] = {}
    waiting = [offer.customer]
    while waiting:
        customer = waiting.pop()
        if customer not in found:
            partition = keys.customer_partition(customer)
            found[customer] = list(table.query(partition, between=offer_keys.since(offer.at)))
            waiting += linked_to(_links(found[customer]))
    return found


def _links(items: Iterable[Item]) -> Sequence[LinkItem]:
    return [
        LinkItem.model_validate(one) for one in items if str(one["sk"]).startswith(keys.LINK_PREFIX)
    ]


def _has_left(offer: OfferItem, items: Iterable[Item]) -> bool:
    """Whether the message left, or may have: one that is claimed."""
    if offer.message is None:
        return False
    mine = keys.message(offer.customer, offer.message)
    return any((one["pk"], one["sk"]) == mine and one["status"] not in _LEFT_NOT for one in items)


def _bought(items: Iterable[Item], since: int, until: int) -> dict[str, int]:
    net: Counter[str] = Counter()
    for one in items:
        told = one.get("data")
        if one.get("kind") not in _BOUGHT or not isinstance(told, dict) or not told.get("counts"):
            continue
        if since <= int(str(one["at"])) < until:
            net[str(told["currency"])] += int(str(told.get("net", 0)))
    return dict(net)


def _is_anothers(table: Table, key: Key, members: set[str]) -> bool:
    raw = table.get(key)
    customer = None if raw is None else OrderItem.model_validate(raw).customer
    return customer is not None and customer not in members

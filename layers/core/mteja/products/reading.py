"""Reading what products are made of: the orders and sales of days, and what people think."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import batched

from mteja.customers.entries import order_lines
from mteja.customers.items import InteractionItem
from mteja.identity.identifiers import Trust
from mteja.products.days import Sale, SoldLine
from mteja.products.interest import NONE, Interest, joined, over_claims
from mteja.products.items import InterestItem
from mteja.products.signals import product_of_line
from mteja.products.standing import Opinion
from mteja.store import index_keys, keys, product_keys
from mteja.store.keys import Key
from mteja.store.table import Table

_KINDS = ("order", "sale")
_IN_ONE_GET = 100


def sales_of(table: Table, days: Iterable[date]) -> Iterator[Sale]:
    """Yield the orders and sales of some days that count, with their lines. The index lags behind
    by moments; the orders themselves are read strongly consistent."""
    for day in days:
        pointers = (
            Key(str(one["pk"]), str(one["sk"]))
            for kind in _KINDS
            for shard in range(index_keys.LOG_SHARDS)
            for one in table.query(index_keys.log_shard(kind, day, shard), index="log")
        )
        for some in batched(pointers, _IN_ONE_GET, strict=False):
            yield from _sales(table, some)


def _sales(table: Table, pointers: Sequence[Key]) -> Iterator[Sale]:
    stored = table.get_many(pointers)
    for key in pointers:
        if key in stored:
            sale = sale_of(InteractionItem.model_validate(stored[key]), table)
            if sale is not None:
                yield sale


def sale_of(entry: InteractionItem, table: Table) -> Sale | None:
    """Return what was sold by an order's entry in a timeline, None where it does not count."""
    if entry.kind not in _KINDS or not entry.data.get("counts"):
        return None
    lines: list[SoldLine] = []
    for line in order_lines(entry, table):
        named = product_of_line(line)
        if named is not None:
            quantity, total = int(line.get("quantity") or 0), int(line.get("total") or 0)
            lines.append(SoldLine(*named, quantity, total))
    return Sale(
        id=entry.id,
        buyer=keys.customer_of(entry.pk),
        at=entry.at,
        currency=str(entry.data.get("currency") or ""),
        total=int(str(entry.data.get("total") or 0)),
        refunded=int(str(entry.data.get("refunded") or 0)),
        lines=tuple(lines),
        codes=_codes(entry),
    )


def _codes(entry: InteractionItem) -> tuple[str, ...]:
    codes = entry.data.get("discount_codes")
    return tuple(map(str, codes)) if isinstance(codes, list) else ()


@dataclass(frozen=True)
class Thought:
    """What stands of one customer or browser and one product, over what is verified and claimed."""

    interest: Interest
    verified: bool


def thoughts(items: Iterable[InterestItem]) -> dict[str, Thought]:
    """Return by product what a customer thinks, or a person of several. A rating is verified where
    it is one's own word by a verified source; of several members of one person the latest
    counts."""
    by_product: dict[str, dict[str, list[Interest]]] = {}
    for item in items:
        by_product.setdefault(item.product, {}).setdefault(item.trust, []).append(item.interest)
    found: dict[str, Thought] = {}
    for product, by_trust in by_product.items():
        verified = joined(by_trust.get(Trust.VERIFIED.value, ()))
        claimed = joined(by_trust.get(Trust.CLAIMED.value, ()))
        stands = verified if claimed == NONE else over_claims(verified, claimed)
        found[product] = Thought(stands, verified.stars is not None)
    return found


def opinions(table: Table) -> Iterator[Opinion]:
    """Yield what every customer thinks of every product, and every browser that is nobody's."""
    by_owner: dict[str, list[InterestItem]] = {}
    for shard in range(index_keys.LOG_SHARDS):
        pointers = table.query(product_keys.interest_log_shard(shard), index="log")
        for some in batched(pointers, _IN_ONE_GET, strict=False):
            stored = table.get_many(Key(str(one["pk"]), str(one["sk"])) for one in some)
            for raw in stored.values():
                item = InterestItem.model_validate(raw)
                by_owner.setdefault(item.pk, []).append(item)
        yield from _opinions(by_owner)
        by_owner.clear()


def _opinions(by_owner: dict[str, list[InterestItem]]) -> Iterator[Opinion]:
    for owner in sorted(by_owner):
        for product, thought in thoughts(by_owner[owner]).items():
            who = keys.customer_of(owner) or owner
            yield Opinion(who, product, thought.interest, thought.verified)

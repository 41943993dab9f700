"""Offers that orders redeem: a discount code of an order that is a code of ours is used by it, in
the order's own transaction. Functions load no more than this for an order without codes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from mteja.identity.identifiers import Trust
from mteja.recording.draft import Draft
from mteja.recording.facts import Fact, Json
from mteja.recording.orders import merge, order_entry_key
from mteja.recording.reading import Stored
from mteja.store import offer_keys
from mteja.store.keys import Key
from mteja.store.table import Table

MOST_CODES = 10
"""Shops let an order have a few. What comes after them is not looked up."""


def with_offers(fact: Fact, table: Table) -> Fact:
    """Return a fact with the offers that its order redeems: an order of a source that is sure. Any
    other fact stays as it is, and an order without discount codes reads and writes nothing more."""
    if fact.order is None or fact.order.attached or fact.trust is not Trust.VERIFIED:
        return fact
    return replace(fact, riders=(*fact.riders, OfferRider(fact, table)))


@dataclass(frozen=True)
class OfferRider:
    """Uses the codes of one order, and gives back those that it used and does so no more: since it
    was cancelled, deleted, is a test, is unpaid, or has other codes now. A shop's order has
    happened and is noted as it is; a sale that staff enter is refused with a code that can't be
    redeemed."""

    fact: Fact
    table: Table

    def reads(self) -> Iterable[Key]:
        news = self.fact.order
        state = None if news is None else news.state
        return [] if state is None else _keys(state.discount_codes)

    def ride(
        self,
        stored: Stored,
        customer: str | None,
        draft: Draft,
    ) -> Mapping[str, Json]:
        """Add what becomes of the codes. Raises AlreadyTaken, InvalidInput at a till."""
        news, source = self.fact.order, self.fact.source
        if news is None:
            return {}
        before = stored.order(source, news.order_id)
        had = _codes_before(stored, source, news.order_id)
        has: Sequence[str] = () if news.state is None else news.state.discount_codes
        if not had and not has:
            return {}
        merged = merge(before, source, news, customer)
        has = has if merged.fresh else had
        uses = set(_keys(has)) if merged.after.counts else set()
        from mteja.offers.using import check_at_the_till, uses_code

        use = (source, news.order_id, merged.after.placed_at)
        for key in dict.fromkeys([*_keys(had), *_keys(has)]):
            code = self._item(stored, key)
            if news.at_the_till and key in uses:
                check_at_the_till(code, self.fact.received_at)
            draft.add(*uses_code(code, use, used=key in uses))
        return {}

    def let_go(self) -> None:
        """Nothing was taken."""

    def _item(self, stored: Stored, key: Key) -> Mapping[str, object] | None:
        """Return a code. Those of an earlier version alone are read only here."""
        known = key in set(self.reads())
        return stored.items.get(key) if known else self.table.get(key)


def _codes_before(stored: Stored, source: str, order_id: str) -> list[str]:
    before = stored.order(source, order_id)
    entry = None if before is None else stored.entry(order_entry_key(before, source, order_id))
    told = [] if entry is None else entry.data.get("discount_codes", [])
    return [str(one) for one in told] if isinstance(told, list) else []


def _keys(codes: Iterable[str]) -> list[Key]:
    """Return where codes of ours would stand, each once."""
    codes = list(codes)
    if not codes:
        return []
    from mteja.offers.codes import typed

    plain = dict.fromkeys(one for code in codes if (one := typed(code)) is not None)
    return [offer_keys.code(one) for one in list(plain)[:MOST_CODES]]

"""Warranty cards: a serial number is registered once, passed on, and found by its range.

Whether a warranty holds is worked out when somebody looks, from the day of purchase and the months
that the owner's file gives the product.
"""

import calendar
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from mteja.business.forms import Product
from mteja.customers.items import InteractionItem, ProfileItem
from mteja.errors import AlreadyTaken, InvalidInput
from mteja.forms.items import OwnsItem, WarrantyItem
from mteja.identity.identifiers import EMAIL
from mteja.ids import derived_id
from mteja.pages.catalogues import marked
from mteja.recording.draft import Draft
from mteja.recording.facts import Json
from mteja.recording.reading import Stored
from mteja.sources import own
from mteja.store import keys, product_keys
from mteja.store.keys import Key
from mteja.store.table import Check, Delete, Put, State, Table
from mteja.store.wire import Item

REGISTERED = marked("is registered already; if you bought it from somebody, ask them or us")
NO_HOLDER = marked("needed, so that the card has a holder")


def ends_on(bought_on: date, months: int) -> date:
    """Return the last day of a warranty: the same day so many months later, or that month's end."""
    month = bought_on.month - 1 + months
    year, month = bought_on.year + month // 12, month % 12 + 1
    return date(year, month, min(bought_on.day, calendar.monthrange(year, month)[1]))


@dataclass(frozen=True)
class Standing:
    """A registered piece as it stands on a day."""

    product: str
    serial: str
    bought_on: date
    ends_on: date | None
    valid: bool


def standing(item: WarrantyItem | OwnsItem, products: Iterable[Product], today: date) -> Standing:
    """Return how a piece stands; a product that has no warranty (any more) has no end."""
    product = item.product if isinstance(item, OwnsItem) else item.pk.partition("#")[2]
    months = {one.id: one.warranty_months for one in products}.get(product)
    bought = date.fromisoformat(item.bought_on)
    end = None if months is None else ends_on(bought, months)
    return Standing(product, item.serial, bought, end, end is not None and today <= end)


class WarrantyRider:
    """Registers a serial number. `holder`: who may pass it on to whom the fact is about."""

    def __init__(
        self,
        product: str,
        serial: str,
        bought_on: date,
        at_ms: int,
        trust: str,
        holder: str | None = None,
    ) -> None:
        self._product = product
        self._serial = serial
        self._bought_on = bought_on.isoformat()
        self._at = at_ms
        self._trust = trust
        self._holder = holder

    def reads(self) -> Iterable[Key]:
        yield product_keys.warranty(self._product, self._serial)
        if self._holder is not None:
            yield keys.profile(self._holder)

    def ride(self, stored: Stored, customer: str | None, draft: Draft) -> Mapping[str, Json]:
        """Register the number for the customer. Raises AlreadyTaken, saying nothing of by whom, and
        InvalidInput where nobody is named."""
        if customer is None:
            raise InvalidInput(EMAIL, NO_HOLDER)
        key = product_keys.warranty(self._product, self._serial)
        known = stored.item(WarrantyItem, key)
        bought_on = self._bought_on
        if known is not None:
            if known.customer != self._holder or known.customer == customer:
                raise AlreadyTaken("serial", REGISTERED)
            bought_on = known.bought_on  # the warranty goes on, it does not begin again
            self._pass_on(known, stored, draft)
        item = WarrantyItem(
            pk=key.pk,
            sk=key.sk,
            v=known.v + 1 if known else 1,
            customer=customer,
            serial=self._serial,
            bought_on=bought_on,
            at=self._at,
            trust=self._trust,
        )
        draft.add(Put(item.model_dump(), known.v if known else State.ABSENT))
        mine = product_keys.owns(customer, self._product, self._serial)
        owns = OwnsItem(
            pk=mine.pk,
            sk=mine.sk,
            product=self._product,
            serial=self._serial,
            bought_on=bought_on,
            at=self._at,
        )
        draft.add(Put(owns.model_dump()))
        return {}

    def let_go(self) -> None:
        """Nothing was taken."""

    def _pass_on(self, known: WarrantyItem, stored: Stored, draft: Draft) -> None:
        """Take the piece from its holder, whose timeline says so."""
        draft.add(Delete(product_keys.owns(known.customer, self._product, self._serial)))
        profile = stored.item(ProfileItem, keys.profile(known.customer))
        if profile is None or profile.erased_at is not None:
            return
        draft.add(Check(keys.profile(known.customer), profile.v))
        entry_id = derived_id("wty", known.customer, self._product, self._serial, str(self._at))
        key = keys.interaction(known.customer, self._at, entry_id)
        entry = InteractionItem(
            pk=key.pk,
            sk=key.sk,
            id=entry_id,
            kind="form",
            at=self._at,
            source=own.WARRANTY,
            trust=self._trust,
            data={"action": "passed-on", "product": self._product, "serial": self._serial},
        )
        draft.add(Put(entry.model_dump(exclude_none=True)))


def in_range(
    product: str, first: str, last: str, table: Table, after: str | None, limit: int
) -> Iterator[WarrantyItem]:
    """Yield registered pieces whose serial numbers are from `first` to `last`, in their order,
    after a serial number: one Query."""
    partition = product_keys.warranty(product, first).pk
    bounds = product_keys.warranty_range(first, last)
    start: Item | None = None
    if after is not None:
        start = {"pk": partition, "sk": product_keys.warranty_position(after)}
    for raw in table.query(partition, between=bounds, start=start, limit=limit):
        yield WarrantyItem.model_validate(raw)

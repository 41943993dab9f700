"""From the rows of one order to one fact, with the ids that webhooks use.

A row of an export is a poorer copy of what a webhook tells, so its version loses against every
version of a platform: `!` sorts before all that begins with a letter or digit. Between two imports
the later state wins.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from mteja.business.sources import Source
from mteja.identity.identifiers import Trust
from mteja.imports.cells import Refused, Row
from mteja.imports.layout import OWN_STATUSES, Layout
from mteja.imports.people import consents, person
from mteja.orders import counting
from mteja.orders.model import IMPORTED_REFUND, Line, Order, OrderNews, Refund
from mteja.recording.facts import Fact, Json

VERSION_PREFIX = "!"
_PROGRESS = {"pending": 0, "authorised": 1, "paid": 2, "cancelled": 3}
_MAX_LINES = 5_000
_MAX_ID = 100
_MAX_PACKED = 1_000_000
_TILL = frozenset({"pos", "till"})
_PHONE = frozenset({"shopify_draft_order", "phone"})


def order_fact(
    rows: Sequence[Row],
    layout: Layout,
    source: Source,
    *,
    region: str,
    received_at: int,
    spread_days: int,
) -> Fact:
    """Return the fact in an order's rows. Raises Refused, with the field of the first fault.

    Traits are observed when the order last changed by the row's own times, not at the import.
    """
    head = rows[0]
    order_id = _id(head)
    currency = head.currency("currency")
    status = _status(head, layout)
    placed_at = head.moment("placed_at")
    if placed_at is None:
        raise Refused("placed_at", "missing")
    later = [head.moment(one) for one in ("paid_at", "fulfilled_at", "cancelled_at", "updated_at")]
    at = max([placed_at, *(one for one in later if one is not None)])
    lines = tuple(line for row in rows for line in _lines(row, currency))
    if len(lines) > _MAX_LINES:
        raise Refused("line_title", f"more than {_MAX_LINES} lines")
    state: dict[str, object] = {
        "number": head.text("number") or order_id,
        "placed_at": placed_at,
        "updated_at": at,
        "payment": {"pending": "unpaid", "cancelled": "paid"}.get(status, status),
        "cancelled": status == "cancelled",
        "test": head.says_yes("test"),
        "channel": _channel(head),
        "currency": currency,
        "total": _not_below_zero(head, "total", currency),
        "tax": head.rounded("tax", currency),
        "shipping": head.rounded("shipping", currency),
        "discount": abs(head.rounded("discount", currency)),
        "discount_codes": _codes(head),
        "lines": lines,
    }
    refunded = abs(head.amount("refunded", currency) or 0)
    who = person(head).identifiers(source.id, region)
    told = person(head).traits(region)
    agreed = consents(head, placed_at)
    content = [
        state | {"lines": [asdict(line) for line in lines]},
        refunded,
        [[one.kind, one.value] for one in who],
        told,
        [one.purpose for one in agreed],
    ]
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).digest()
    ahead = f"{at:014d}.{_PROGRESS[status]}.{refunded:014d}"
    version = f"{VERSION_PREFIX}{ahead}.{digest[:4].hex()}"
    return Fact(
        source=source.id,
        trust=Trust.VERIFIED,
        observed_at=at,
        received_at=received_at,
        identifiers=who,
        traits=told,
        consents=agreed,
        order=OrderNews(
            order_id,
            digest[:8],
            Order(version=version, **state),  # type: ignore[arg-type]
            _refunds(refunded, currency, at),
            attached=source.role == "payments",
        ),
        spread_days=spread_days,
    )


def _refunds(refunded: int, currency: str, at: int) -> tuple[Refund, ...]:
    """An export tells how much was given back in all, not when and in how many parts."""
    if not refunded:
        return ()
    return (Refund(IMPORTED_REFUND, at, refunded, currency, as_of=at),)


def _id(head: Row) -> str:
    order_id = head.required("id")
    if len(order_id) > _MAX_ID or not order_id.isprintable() or "#" in order_id:
        raise Refused("id", "not an order's id")
    return order_id


def _status(head: Row, layout: Layout) -> str:
    said = head.text("status").lower().removeprefix("wc-")
    status = (layout.statuses or OWN_STATUSES).get(said)
    if status is None:
        raise Refused("status", "missing" if not said else "a status that is not known here")
    return "cancelled" if head.text("cancelled_at") else status


def _channel(head: Row) -> str:
    said = head.text("channel").lower()
    if said in _TILL:
        return "till"
    return "phone" if said in _PHONE else "web"


def _codes(head: Row) -> tuple[str, ...]:
    return tuple(code for one in head.text("discount_codes").split(",") if (code := one.strip()))


def _not_below_zero(head: Row, field: str, currency: str) -> int:
    amount = head.amount(field, currency)
    if amount is None:
        raise Refused(field, "missing")
    if amount < 0:
        raise Refused(field, "below zero")
    return amount


def _lines(row: Row, currency: str) -> list[Line]:
    packed = row.text("line_items", _MAX_PACKED)
    if packed:
        parts = [part for part in packed.split(";") if part.strip()]
        return [_line(_unpacked(row, part), currency) for part in parts]
    return [_line(row, currency)] if row.text("line_title") or row.text("line_sku") else []


def _line(row: Row, currency: str) -> Line:
    quantity = row.whole("line_quantity")
    quantity = 1 if quantity is None else quantity
    if row.text("line_total"):
        total = row.rounded("line_total", currency)
    else:
        price = row.rounded("line_price", currency)
        total = price * quantity - abs(row.rounded("line_discount", currency))
    return Line(
        product_id=row.text("line_product_id") or None,
        sku=row.text("line_sku") or None,
        title=(row.text("line_title") or row.text("line_sku"))[:200],
        quantity=quantity,
        total=max(0, total),
    )


_PACKED: Mapping[str, str] = {
    "name": "line_title",
    "product_id": "line_product_id",
    "sku": "line_sku",
    "quantity": "line_quantity",
    "total": "line_total",
}


def _unpacked(row: Row, part: str) -> Row:
    """`name:Lamp|product_id:7|sku:L-1|quantity:2|total:30.00`, as two exports of WooCommerce write
    the lines of an order in one cell."""
    cells: dict[str, str] = {}
    for pair in part.split("|"):
        name, colon, value = pair.partition(":")
        field = _PACKED.get(name.strip().lower())
        if colon and field is not None:
            cells[field] = value.strip()
    return Row(row.line, cells, row.reading)


def summary(fact: Fact) -> Mapping[str, Json]:
    """Return what a trial run shows of an order: nothing personal."""
    state = fact.order.state if fact.order is not None else None
    if state is None:
        return {}
    refunded = sum(one.total for one in fact.order.refunds) if fact.order else 0
    counts = counting.counts(state)
    return {
        "currency": state.currency,
        "net": max(0, state.total - refunded) if counts else 0,
        "counts": counts,
        "at": state.placed_at,
    }

"""Orders among the calls: `Order Completed`, `Order Updated`, `Order Refunded`, `Order Cancelled`
(Segment: "Spec: V2 Ecommerce Events"), of a server that has the secret key.

Segment's amounts are decimal numbers. They are read as written, never as floats. Its orders have no
version: of two calls the one that the server said later is newer.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation, localcontext
from typing import Any

from mteja.identity import identifiers
from mteja.identity.identifiers import Identifier
from mteja.money import exponent, minor_units
from mteja.orders.model import Line, Order, OrderNews, Refund
from mteja.recording.facts import Fact
from mteja.segment.door import Sender
from mteja.segment.messages import Message, text_of
from mteja.segment.people import of_traits
from mteja.segment.properties import impersonal
from mteja.times import DAY_MS
from mteja.tracking.events import Refused

# v1 of Segment's specification wrote it the other way round.
_MEANING = {
    "order completed": "completed",
    "completed order": "completed",
    "order updated": "updated",
    "updated order": "updated",
    "order refunded": "refunded",
    "refunded order": "refunded",
    "order cancelled": "cancelled",
    "cancelled order": "cancelled",
    "order canceled": "cancelled",
}
_PROGRESS = {"completed": 0, "updated": 1, "cancelled": 2}
_MOST_LINES = 1_000
_MOST_OF_ONE = 10**9
_LARGEST = Decimal(10) ** 13
# How far from a whole minor unit an amount may be that a sender added up in floats.
_NOISE = Decimal("0.000001")


def meaning(sent: Message) -> str | None:
    """Return what a call says of an order: completed, updated, refunded or cancelled; None where it
    is about none."""
    name = sent.content.get("event")
    if sent.type != "track" or not isinstance(name, str):
        return None
    return _MEANING.get(" ".join(name.lower().split()))


def fact(sent: Message, sender: Sender, *, region: str, received_at: int) -> Fact:
    """Return what a call says of an order. Raises Refused for one that can't be right."""
    if sent.said_at > received_at + DAY_MS:
        raise Refused("in-the-future")
    told = sent.part("properties")
    what = meaning(sent)
    order_id = text_of(told.get("order_id"))
    if order_id is None or not order_id.isascii() or " " in order_id:
        raise Refused("order:no order_id")
    currency = _currency(told)
    digest = bytes.fromhex(sent.digest)[:8]
    if what == "refunded":
        news = OrderNews(order_id, digest, refunds=(_refund(sent, told, currency),))
    else:
        news = OrderNews(order_id, digest, state=_state(sent, told, str(what), order_id, currency))
    traits = {**_given(sent.context.get("traits")), **told}
    who = of_traits(traits | {"name": None}, sent.user_id, region)
    named = who.identifiers(sender.source, region)
    visitor = None if sent.anonymous_id is None else identifiers.visitor(sent.anonymous_id)
    if isinstance(visitor, Identifier) and named:
        named = (*named, visitor)
    return Fact(
        source=sender.source,
        trust=sender.trust,
        observed_at=sent.said_at,
        received_at=received_at,
        identifiers=named,
        traits={} if not named else who.traits(region),
        order=news,
        language=text_of(sent.context.get("locale"), 20) if named else None,
    )


def _state(
    sent: Message, told: Mapping[str, Any], what: str, order_id: str, currency: str
) -> Order:
    amounts = {
        name: _amount(told.get(name), currency, f"order:{name}")
        for name in ("total", "subtotal", "revenue", "shipping", "tax", "discount")
    }
    coupon = impersonal(told.get("coupon"))
    return Order(
        version=f"{sent.said_at:015d}.{_PROGRESS[what]}.{sent.digest[:8]}",
        number=order_id,
        placed_at=sent.said_at,
        updated_at=sent.said_at,
        placed_by_then=True,
        payment="paid",
        cancelled=what == "cancelled",
        test=False,
        channel="web",
        currency=currency,
        total=_total(amounts),
        tax=amounts["tax"] or 0,
        shipping=amounts["shipping"] or 0,
        discount=amounts["discount"] or 0,
        discount_codes=() if coupon is None else (coupon,),
        lines=tuple(_lines(told.get("products"), currency)),
    )


def _total(amounts: Mapping[str, int | None]) -> int:
    """Return what the customer owes: the total, or what it is made of. Segment's subtotal is after
    discounts, its revenue before; both are without shipping and tax."""
    if (total := amounts["total"]) is not None:
        return total
    more = (amounts["shipping"] or 0) + (amounts["tax"] or 0)
    if (subtotal := amounts["subtotal"]) is not None:
        return subtotal + more
    if (revenue := amounts["revenue"]) is not None:
        return max(0, revenue + more - (amounts["discount"] or 0))
    raise Refused("order:no total")


def _refund(sent: Message, told: Mapping[str, Any], currency: str) -> Refund:
    """A refund has no id of its own: it is the call's."""
    total = _amount(told.get("total"), currency, "order:total")
    if total is None:
        total = _amount(told.get("revenue"), currency, "order:revenue")
    if total is None:
        raise Refused("order:no total")
    return Refund(sent.id, sent.said_at, total, currency, as_of=sent.said_at)


def _lines(products: object, currency: str) -> Iterator[Line]:
    for one in products[:_MOST_LINES] if isinstance(products, list) else ():
        if not isinstance(one, dict):
            raise Refused("order:products")
        quantity = _quantity(one.get("quantity", 1))
        price = _amount(one.get("price"), currency, "order:price") or 0
        yield Line(
            text_of(one.get("product_id") or one.get("id")),
            text_of(one.get("sku")),
            impersonal(one.get("name"), 200) or "",
            quantity,
            price * quantity,
        )


def _quantity(given: object) -> int:
    """Raises Refused for what is no count of things."""
    if isinstance(given, bool) or not isinstance(given, int | Decimal):
        raise Refused("order:quantity")
    # The range first: 1e999999999 written out as an int would fill the memory.
    if not 0 <= given < _MOST_OF_ONE or given != int(given):
        raise Refused("order:quantity")
    return int(given)


def _currency(told: Mapping[str, Any]) -> str:
    """Money without a currency is not guessed."""
    given = text_of(told.get("currency"), 10)
    try:
        currency = (given or "").upper()
        exponent(currency)
    except ValueError:
        raise Refused("order:no currency") from None
    return currency


def _amount(raw: object, currency: str, reason: str) -> int | None:
    """Return an amount in minor units, None where there is none. Raises Refused for what is no
    amount of money.

    A sum that was made of floats may be off by a hair, such as 30.299999999999997; more is no sum.
    """
    if raw is None or raw == "":
        return None
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal | str):
        raise Refused(reason)
    try:
        value = Decimal(raw)
        if not value.is_finite() or not 0 <= value < _LARGEST:
            raise Refused(reason)
        with localcontext() as exact:
            exact.prec = 60
            whole = round(value, exponent(currency))
            if abs(value - whole).scaleb(exponent(currency)) > _NOISE:
                raise Refused(reason)
        return minor_units(whole, currency)
    except (InvalidOperation, ValueError):
        raise Refused(reason) from None


def _given(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}

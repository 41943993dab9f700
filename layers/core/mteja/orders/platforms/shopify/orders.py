"""Shopify's orders and refunds, in our own words."""

from mteja.errors import Unreadable
from mteja.money import minor_units
from mteja.orders.model import Line, Order, Refund
from mteja.orders.platforms.shopify import models as bodies
from mteja.times import to_ms

_UNPAID = frozenset({None, "pending", "voided", "expired"})
_PROGRESS = {"unpaid": 0, "authorised": 1, "paid": 2}


def order(body: bodies.OrderBody, digest: bytes, at: int) -> Order:
    currency = body.currency
    status = body.financial_status
    payment = "unpaid" if status in _UNPAID else "paid"
    if status == "authorized":
        payment = "authorised"
    cancelled = body.cancelled_at is not None
    # Shopify's clock has whole seconds: of two states of one second, the further one is the later,
    # and between equals the digest decides, so that every order of arrival ends the same.
    progress = 3 if cancelled else _PROGRESS[payment]
    version = f"{at:014d}.{progress}.{len(body.refunds):03d}.{digest[:4].hex()}"
    if body.total_shipping_price_set is not None:
        shipping = _money(body.total_shipping_price_set.shop_money.amount, currency, "shipping")
    else:
        shipping = sum(_money(one.price, currency, "shipping") for one in body.shipping_lines)
    presentment = None
    if body.total_price_set and body.presentment_currency not in {None, currency}:
        shown = body.total_price_set.presentment_money
        presentment = (
            shown.currency_code,
            _money(shown.amount, shown.currency_code, "presentment"),
        )
    return Order(
        version=version,
        number=body.name,
        placed_at=to_ms(body.processed_at or body.created_at),
        updated_at=at,
        payment=payment,
        cancelled=cancelled,
        test=body.test,
        channel=_channel(body.source_name),
        currency=currency,
        total=_money(body.total_price, currency, "total_price"),
        tax=_money(body.total_tax or "0", currency, "total_tax"),
        shipping=shipping,
        discount=_money(body.total_discounts or "0", currency, "total_discounts"),
        presentment=presentment,
        discount_codes=tuple(one.code for one in body.discount_codes),
        lines=tuple(_line(one, currency) for one in body.line_items),
    )


def _line(item: bodies.LineItem, currency: str) -> Line:
    full = _money(item.price, currency, "line price") * item.quantity
    if item.discount_allocations:
        discount = sum(_money(one.amount, currency, "line") for one in item.discount_allocations)
    else:
        discount = _money(item.total_discount or "0", currency, "line discount")
    return Line(item.product_id, item.sku, item.title[:200], item.quantity, max(0, full - discount))


def _channel(source_name: str | None) -> str:
    if source_name == "pos":
        return "till"
    return "phone" if source_name == "shopify_draft_order" else "web"


def refund_currency(body: bodies.RefundBody) -> str:
    sets = [line.subtotal_set for line in body.refund_line_items]
    sets += [adjustment.amount_set for adjustment in body.order_adjustments]
    for one in sets:
        if one is not None:
            return one.shop_money.currency_code
    for transaction in body.transactions:
        if transaction.currency is not None:
            return transaction.currency
    raise Unreadable("refund:no currency")


def refund(body: bodies.RefundBody, currency: str, *, as_of: int) -> Refund:
    """The money that went back: successful refund transactions, in the shop's currency.

    Checked against Shopify's own `total_unsettled` in its sample: 598.94 - 209.00 - 41.94 = 348.00.
    """
    total = 0
    for one in body.transactions:
        if one.kind != "refund" or one.status != "success":
            continue
        if one.currency not in {None, currency}:
            total = _refund_in_shop_currency(body, currency)
            break
        total += _money(one.amount, currency, "refund")
    at = to_ms(body.processed_at or body.created_at)
    return Refund(body.id, at, total, currency, as_of)


def _refund_in_shop_currency(body: bodies.RefundBody, currency: str) -> int:
    """Paid back in the buyer's currency: Shopify's own conversion stands beside each line."""
    sets = [line.subtotal_set for line in body.refund_line_items]
    sets += [line.total_tax_set for line in body.refund_line_items]
    total = sum(_money(one.shop_money.amount, currency, "refund") for one in sets if one)
    for adjustment in body.order_adjustments:
        for part in (adjustment.amount_set, adjustment.tax_amount_set):
            if part is not None:  # adjustments that give money back are negative
                total -= _money(part.shop_money.amount, currency, "refund")
    if total <= 0:
        raise Unreadable("refund:no amount in the shop's currency")
    return total


def _money(amount: str, currency: str, what: str) -> int:
    try:
        return minor_units(amount, currency)
    except ValueError:
        raise Unreadable(f"money:{what}") from None

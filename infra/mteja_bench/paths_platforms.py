"""What every platform but Shopify tells of an order: by somebody new, by somebody known, given
back, cancelled, and told twice.
"""

from collections.abc import Iterator
from functools import partial

from mteja_bench.bodies import shopify, square, standard, stripe, woocommerce
from mteja_bench.bodies.base import Sent, Shopper
from mteja_bench.path import KNOWN, NEW, Path, delivered

BY_ITS_ORDER = "Stripe beside a shop: payment of nobody, by its order's"


def paths() -> Iterator[Path]:
    yield from _woocommerce()
    yield from _stripe_alone()
    yield from _stripe_beside_a_shop()
    yield from _square()
    yield from _standard()


def _told(
    name: str, first: Sent, again: Sent, refunded: Sent, cancelled: tuple[Sent, Sent],
    budgets: tuple[float, float, float, float],
) -> Iterator[Path]:  # fmt: skip
    """Yield the paths that all platforms have. `again` is a known customer's next order."""
    new, known, back, off = budgets
    yield Path(f"{name}: order, new customer", delivered(first), new)
    yield Path(f"{name}: same delivery again", delivered(first), 0, (), "duplicate")
    yield Path(f"{name}: refund, part", delivered(refunded), back)
    yield Path(f"{name}: order, known customer", delivered(again), known)
    yield Path(f"{name}: cancelled", delivered(cancelled[1]), off, delivered(cancelled[0]))


def _woocommerce() -> Iterator[Path]:
    one, two = Shopper(201), Shopper(202)
    yield from _told(
        "WooCommerce",
        woocommerce.order(201, one),
        woocommerce.order(1201, one, days=40),
        woocommerce.refunded(201, one),
        (woocommerce.order(202, two), woocommerce.cancelled(202, two)),
        (NEW, KNOWN, 9, 8),
    )


def _stripe_alone() -> Iterator[Path]:
    one, two, three = Shopper(301).subscribed(), Shopper(302), Shopper(303)
    session, intent, charge = (
        partial(told, stripe.ALONE) for told in (stripe.session, stripe.intent, stripe.charge)
    )
    yield from _told(
        "Stripe",
        session(301, one),
        session(1301, one, days=40),
        stripe.refunded(stripe.ALONE, 301, one),
        (stripe.held(stripe.ALONE, 302, two), stripe.cancelled(stripe.ALONE, 302, two)),
        (NEW, KNOWN, 13, 8),
    )
    yield Path("Stripe: charge, new customer, card too", delivered(charge(303, three)), NEW)
    events = delivered(
        intent(1303, three, days=40), charge(1303, three, days=40), session(1303, three, days=40)
    )
    yield Path("Stripe: intent, charge and session, known", events, 20)


def _stripe_beside_a_shop() -> Iterator[Path]:
    known, new = Shopper(351), Shopper(352)
    session = partial(stripe.session, stripe.BESIDE)
    yield Path("Stripe beside a shop: payment, new customer", delivered(session(352, new)), NEW)
    yield Path(
        "Stripe beside a shop: payment, known from shop",
        delivered(session(351, known)),
        KNOWN,
        delivered(shopify.order(351, known)),
    )
    again = session(1352, new, days=40)
    yield Path("Stripe beside a shop: payment, known", delivered(again), 8)
    for number, order in ((353, "5000000351"), (354, "#1351")):
        told = delivered(stripe.of_order(number, known, order))
        by = "number" if order.startswith("#") else "id"
        yield Path(f"{BY_ITS_ORDER} {by}", told, 8)
    told = delivered(stripe.of_order(355, known, "#9999"))
    yield Path("Stripe beside a shop: payment of nobody, waits", told, 8)
    back = stripe.refunded(stripe.BESIDE, 352, new)
    yield Path("Stripe beside a shop: refund, part", delivered(back), 11)


def _square() -> Iterator[Path]:
    one, two = Shopper(401), Shopper(402)
    yield from _told(
        "Square",
        square.order(401, one),
        square.order(1401, one, days=40),
        square.refunded(401, one),
        (square.order(402, two, status="APPROVED"), square.cancelled(402, two)),
        (NEW, KNOWN, 9, 8),
    )
    yield Path("Square: refund's own event", delivered(square.refund(401)), 2)


def _standard() -> Iterator[Path]:
    one, two = Shopper(501).subscribed(), Shopper(502)
    yield from _told(
        "Standard",
        standard.order(501, one),
        standard.order(1501, one, days=40),
        standard.refunded(501, one),
        (standard.order(502, two), standard.cancelled(502, two)),
        (NEW, KNOWN, 9, 8),
    )

"""All that Shopify tells."""

from collections.abc import Iterator

from mteja_bench.bodies.base import Shopper
from mteja_bench.bodies.shopify import cancelled, order, person, refund, unreadable
from mteja_bench.path import KNOWN, NEW, Path, delivered


def paths() -> Iterator[Path]:
    """A known customer's order comes 40 days after the one before, so that its due date moves."""
    yield from _orders()
    yield from _changes()
    yield from _people()
    yield Path("quarantine", delivered(unreadable(17)), 5, delivered(unreadable(16)), "quarantined")


def _orders() -> Iterator[Path]:
    yield Path("order, new customer", delivered(order(1, Shopper(1))), NEW)
    agreed = order(2, Shopper(2).subscribed())
    yield Path("order, new customer, consent", delivered(agreed), NEW)
    known = Shopper(3).subscribed()
    yield Path(
        "order, known customer",
        delivered(order(1003, known, days=40)),
        KNOWN,
        delivered(order(3, known)),
    )
    asked = Shopper(4)
    yield Path(
        "order, known customer, consent new",
        delivered(order(1004, asked.subscribed(), days=40)),
        KNOWN,
        delivered(order(4, asked)),
    )
    mover = Shopper(5)
    yield Path(
        "order, known customer, address new",
        delivered(order(1005, mover.moved_to("Arusha"), days=40)),
        KNOWN,
        delivered(order(5, mover)),
    )
    yield Path("order of nobody", delivered(order(10, None)), 6)


def _changes() -> Iterator[Path]:
    paid = Shopper(6)
    pending = order(6, paid, financial_status="pending")
    yield Path("order, paid later", delivered(order(6, paid, minutes=90)), 7, delivered(pending))
    buyer = Shopper(7)
    yield Path(
        "order, newer version", delivered(order(7, buyer, minutes=90)), 6,
        delivered(order(7, buyer)),
    )  # fmt: skip
    late = Shopper(8)
    yield Path(
        "order, older version", delivered(order(8, late)), 4, delivered(order(8, late, minutes=90))
    )
    again = delivered(order(9, Shopper(9)))
    yield Path("order, same delivery again", again, 0, again, "duplicate")
    yield Path("refund, part", delivered(refund(11)), 9, delivered(order(11, Shopper(11))))
    yield Path("refund before its order", delivered(refund(12)), 2)
    sorry = Shopper(18)
    yield Path("cancelled", delivered(cancelled(18, sorry)), 7, delivered(order(18, sorry)))


def _people() -> Iterator[Path]:
    met, moved = Shopper(13), Shopper(14)
    yield Path(
        "customer, nothing new",
        delivered(person(met, "customers/update")),
        5,
        delivered(order(13, met)),
    )
    yield Path(
        "customer, address new",
        delivered(person(moved.moved_to("Arusha"), "customers/update")),
        9,
        delivered(order(14, moved)),
    )
    yield Path("customer, new", delivered(person(Shopper(15), "customers/create")), 16)

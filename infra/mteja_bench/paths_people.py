"""What staff, the operator and privacy do to persons."""

from collections.abc import Callable, Iterator

from mteja.audit import Viewer
from mteja.imports.cells import Reading, Row
from mteja.imports.customers import customer_fact
from mteja.imports.exports.shopify import ORDERS_EXPORT
from mteja.imports.orders import order_fact
from mteja.privacy import jobs
from mteja.recording.facts import Fact
from mteja.recording.record import record
from mteja.staff.changes import Changes
from mteja.staff.customers import Answer, Desk
from mteja_bench.bodies import shopify
from mteja_bench.bodies.base import Sent, Shopper
from mteja_bench.ground import Ground
from mteja_bench.path import KNOWN, NEW, Path, Step, deliver

_ZONE = "Africa/Dar_es_Salaam"
_NOW = 1_795_600_000_000
_VIEWER = Viewer("member-of-staff", None)


class Known:
    """Customers whom deliveries made: a step that remembers their ids."""

    def __init__(self, *deliveries: Sent) -> None:
        self._deliveries = deliveries
        self.ids: list[str] = []

    def __call__(self, ground: Ground) -> str:
        told = [deliver(ground, one) for one in self._deliveries]
        self.ids = [customer for _, customer in told if customer is not None]
        return "recorded"


def paths() -> Iterator[Path]:
    yield from _imports()
    yield from _staff()
    yield from _links()
    yield from _erasure()


def _imports() -> Iterator[Path]:
    person, other = Shopper(601), Shopper(602)
    yield Path("import: order, new customer", (_recorded(_order_row(601, person)),), NEW)
    again = _order_row(1601, person, month=12)
    yield Path("import: order, known customer", (_recorded(again),), KNOWN)
    yield Path(
        "import: same order again", (_recorded(_order_row(601, person)),), 0, (), "duplicate"
    )
    yield Path("import: customer, new", (_recorded(_person_row(other)),), 15)


def _staff() -> Iterator[Path]:
    shopper = Shopper(651).subscribed()
    known = Known(shopify.order(651, shopper), shopify.order(1651, shopper, days=40))
    yield Path("staff: find by e-mail",
               (_seen(lambda desk: desk.find({"email": shopper.email})),), 2, (known,))  # fmt: skip
    yield Path("staff: read a person", (_seen(lambda desk: desk.read(known.ids[0])),), 2)
    yield Path("staff: timeline of 3 entries",
               (_seen(lambda desk: desk.timeline(known.ids[0], {})),), 2)  # fmt: skip


def _links() -> Iterator[Path]:
    two = Known(shopify.order(671, Shopper(671)), shopify.order(672, Shopper(672)))

    link = _changed(lambda by: by.link(two.ids[0], two.ids[1]))
    unlink = _changed(lambda by: by.unlink(two.ids[0], two.ids[1]))
    yield Path("staff: link", (link,), 10, (two,))
    yield Path("staff: page of two linked members",
               (_seen(lambda desk: desk.read(two.ids[0])),), 2)  # fmt: skip
    yield Path("staff: unlink", (unlink,), 10)


def _erasure() -> Iterator[Path]:
    known = Known(shopify.order(691, Shopper(691)))
    asked: list[str] = []

    def ask(ground: Ground) -> str:
        asked.append(str(_changes(ground).erase(known.ids[0])["job"]))
        return "recorded"

    def work(ground: Ground) -> str:
        within = ground.recorder()
        job = jobs.find(within.table, asked[0])
        return jobs.work(job, table=within.table, vault=within.vault, now_ms=_NOW).status

    yield Path("staff: ask for erasure", (ask,), 5, (known,))
    yield Path("erase a customer with one order", (work,), 29, (), "done")


def _recorded(fact: Callable[[Ground], Fact]) -> Step:
    return lambda ground: record(fact(ground), ground.recorder()).result


def _seen(answer: Callable[[Desk], Answer]) -> Step:
    def step(ground: Ground) -> str:
        seen = answer(Desk(_VIEWER, ground.recorder(), _NOW))
        return "unreadable" if seen.unreadable else "recorded"

    return step


def _changed(change: Callable[[Changes], object]) -> Step:
    def step(ground: Ground) -> str:
        change(_changes(ground))
        return "recorded"

    return step


def _changes(ground: Ground) -> Changes:
    return Changes(_VIEWER, ground.recorder(), _NOW, lambda _: None)


def _order_row(number: int, shopper: Shopper, month: int = 11) -> Callable[[Ground], Fact]:
    cells = {
        "id": str(5_500_000_000 + number),
        "number": f"#{5000 + number}",
        "placed_at": f"2026-{month}-01 09:58:12 +0000",
        "paid_at": f"2026-{month}-01 10:00:00 +0000",
        "status": "paid",
        "currency": "USD",
        "total": "277.70",
        "channel": "web",
        "country": shopper.country,
        "phone": shopper.phone,
        "email": shopper.email,
        "name": shopper.name,
        "line1": shopper.street,
        "city": shopper.city,
        "line_title": "IPod Touch 8GB",
        "line_sku": "IPOD2009BLACK",
        "line_quantity": "1",
        "line_price": "277.70",
    }
    row = Row(2, cells, Reading(_ZONE))
    return lambda ground: order_fact(
        [row], ORDERS_EXPORT, ground.source(shopify.SOURCE), region="TZ", received_at=_NOW,
        spread_days=30,
    )  # fmt: skip


def _person_row(shopper: Shopper) -> Callable[[Ground], Fact]:
    cells = {
        "customer_id": str(7_000_000_000 + shopper.number),
        "email": shopper.email,
        "phone": shopper.phone,
        "first_name": shopper.first_name,
        "last_name": shopper.last_name,
        "line1": shopper.street,
        "city": shopper.city,
        "country": shopper.country,
    }
    row = Row(2, cells, Reading(_ZONE))
    return lambda ground: customer_fact(
        row, ground.source(shopify.SOURCE), region="TZ", as_of=_NOW, received_at=_NOW,
        spread_days=30,
    )  # fmt: skip

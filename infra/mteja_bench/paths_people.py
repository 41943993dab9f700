"""What staff, the operator and privacy do to persons."""

from collections.abc import Callable, Iterator

from mteja.audit import Viewer
from mteja.business.load import sites
from mteja.customers.person import version
from mteja.customers.reading import read_person
from mteja.imports.cells import Reading, Row
from mteja.imports.customers import customer_fact
from mteja.imports.exports.shopify import ORDERS_EXPORT
from mteja.imports.orders import order_fact
from mteja.privacy import jobs
from mteja.privacy.tracks import Tracks
from mteja.recording.facts import Fact
from mteja.recording.record import record
from mteja.staff.bodies import Call, CallOfSomebody, Note, Sale, Traits
from mteja.staff.changes import Changes
from mteja.staff.clerk import Clerk
from mteja.staff.customers import Answer, Desk
from mteja.staff.parsing import from_fields
from mteja.staff.tasks import Tasks
from mteja.store.apart import TableApart
from mteja_bench.bodies import shopify
from mteja_bench.bodies.base import Sent, Shopper
from mteja_bench.ground import Ground
from mteja_bench.path import KNOWN, NEW, Path, Step, deliver

_ZONE = "Africa/Dar_es_Salaam"
_NOW = 1_795_600_000_000
_VIEWER = Viewer("member-of-staff", None)
_NOTE = {"text": "Prefers to be called in the evening"}
SALE = 12
"""Units of a sale that staff enter."""
_SALE = {
    "currency": "USD",
    "total": 2500,
    "lines": [{"product_id": "lamp", "title": "Lamp", "quantity": 1, "total": 2500}],
}


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
    yield from _written()
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
    yield Path("import: customer, new", (_recorded(_person_row(other)),), 17)


def _staff() -> Iterator[Path]:
    shopper = Shopper(651).subscribed()
    known = Known(shopify.order(651, shopper), shopify.order(1651, shopper, days=40))
    yield Path("staff: find by e-mail",
               (_seen(lambda desk: desk.find({"email": shopper.email})),), 2, (known,))  # fmt: skip
    yield Path("staff: read a person", (_seen(lambda desk: desk.read(known.ids[0])),), 2)
    yield Path("staff: page of a person", (_seen(lambda desk: desk.open(known.ids[0], {})),), 2)
    yield Path("staff: timeline of 3 entries",
               (_seen(lambda desk: desk.timeline(known.ids[0], {})),), 2)  # fmt: skip


def _written() -> Iterator[Path]:
    """What staff write down, audit entry included. Each attempt has a key, as a page sends it."""
    shopper, caller = Shopper(661), Shopper(662)
    known = Known(shopify.order(661, shopper))
    who = {"email": caller.email, "phone": caller.phone, "name": caller.name}
    said = {"who": caller.name, "why": "The lamp flickers", "kind": "complaint"}
    call = from_fields(Call, said)
    follow_up = from_fields(Call, said | {"follow_up_on": "2026-12-01"})
    unknown = from_fields(CallOfSomebody, said | who)
    note, sale = from_fields(Note, _NOTE), from_fields(Sale, _SALE)
    tasks: list[str] = []

    def followed_up(ground: Ground) -> str:
        tasks.append(_clerk(ground).call(known.ids[0], follow_up, "follow-up")["task"])
        return "recorded"

    def done(ground: Ground) -> str:
        return str(_tasks(ground).done(tasks[0])["status"])

    of_known = _told(lambda by: by.call(known.ids[0], call, "call"))
    of_unknown = _told(lambda by: by.call_of_somebody(unknown, "call"))
    noted = _told(lambda by: by.note(known.ids[0], note, "note"))
    sold = _told(lambda by: by.sale(known.ids[0], sale, "sale"))
    yield Path("staff: call, known customer", (of_known,), 9, (known,))
    yield Path("staff: the same call sent again", (of_known,), 2)
    yield Path("staff: call with a follow-up", (followed_up,), 12)
    yield Path("staff: call, caller made a customer", (of_unknown,), 19)
    yield Path("staff: note", (noted,), 8)
    yield Path("staff: sale of one line", (sold,), SALE)
    yield Path("staff: change of a person, telephone new", (_told(_change(known)),), 12)
    yield Path("staff: page of tasks, one open", (_looked(lambda by: by.open({})),), 2)
    yield Path("staff: task done", (done,), 7, (), "done")


def _change(known: Known) -> Callable[[Clerk], object]:
    told = from_fields(Traits, {"phone": Shopper(663).phone})

    def change(by: Clerk) -> object:
        person = read_person(by.within.table, known.ids[0])
        return by.change(known.ids[0], told, version(person))

    return change


def _links() -> Iterator[Path]:
    two = Known(shopify.order(671, Shopper(671)), shopify.order(672, Shopper(672)))

    link = _changed(lambda by: by.link(two.ids[0], two.ids[1]))
    unlink = _changed(lambda by: by.unlink(two.ids[0], two.ids[1]))
    yield Path("staff: link", (link,), 12, (two,))
    yield Path("staff: page of two linked members",
               (_seen(lambda desk: desk.read(two.ids[0])),), 2)  # fmt: skip
    yield Path("staff: unlink", (unlink,), 11)


def _erasure() -> Iterator[Path]:
    known = Known(shopify.order(691, Shopper(691)))
    asked: list[str] = []

    def ask(ground: Ground) -> str:
        asked.append(str(_changes(ground).erase(known.ids[0])["job"]))
        return "recorded"

    def work(ground: Ground) -> str:
        within = ground.recorder()
        job = jobs.find(within.table, asked[0])
        events = TableApart(ground.clients("dynamodb"), ground.events)
        tracks = Tracks.of(events, sites(), within.business.time_zone)
        table, vault = within.table, within.vault
        return jobs.work(job, table=table, vault=vault, tracks=tracks, now_ms=_NOW).status

    yield Path("staff: ask for erasure", (ask,), 5, (known,))
    yield Path("erase a customer with one order", (work,), 29, (), "done")


def _recorded(fact: Callable[[Ground], Fact]) -> Step:
    return lambda ground: record(fact(ground), ground.recorder()).result


def _seen(answer: Callable[[Desk], Answer]) -> Step:
    return lambda ground: _opened(answer(Desk(_VIEWER, ground.recorder(), _NOW)))


def _opened(seen: Answer) -> str:
    return "unreadable" if seen.unreadable else "recorded"


def _changed(change: Callable[[Changes], object]) -> Step:
    def step(ground: Ground) -> str:
        change(_changes(ground))
        return "recorded"

    return step


def _looked(answer: Callable[[Tasks], Answer]) -> Step:
    return lambda ground: _opened(answer(_tasks(ground)))


def _told(write: Callable[[Clerk], object]) -> Step:
    def step(ground: Ground) -> str:
        write(_clerk(ground))
        return "recorded"

    return step


def _clerk(ground: Ground) -> Clerk:
    return Clerk(_VIEWER, ground.recorder(), _NOW)


def _tasks(ground: Ground) -> Tasks:
    return Tasks(_VIEWER, ground.recorder(), _NOW)


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

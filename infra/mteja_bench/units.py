"""Write units of every path of the orders function, through the code that the function runs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mteja.orders.intake import take_authentic
from mteja.quarantine.quarantine import Delivery
from mteja_bench.bodies import Sent, Shopper, order, person, refund, unreadable
from mteja_bench.capacity import Meter, Spent
from mteja_bench.ground import SOURCE, Ground
from mteja_bench.report import Result, table
from mteja_local.errors import LocalError

_KNOWN, _NEW = 14, 24  # design, section 12: consent and the index `log` included
_SHOWN = {"order, new customer, consent", "order, known customer", "refund, part"}


@dataclass(frozen=True)
class Path:
    """One delivery whose cost is of interest, after those that come `before` it.

    `bar` is the design's, or the budget that the path was given when it was built.
    """

    name: str
    sent: Sent
    bar: float
    before: tuple[Sent, ...] = ()
    result: str = "recorded"


def paths() -> Iterator[Path]:
    """Yield the ways in which the orders function writes. A known customer's order comes 40 days
    after the one before, so that its due date moves."""
    yield Path("order, new customer", order(1, Shopper(1)), _NEW)
    yield Path("order, new customer, consent", order(2, Shopper(2).subscribed()), _NEW)
    known = Shopper(3).subscribed()
    yield Path("order, known customer", order(1003, known, days=40), _KNOWN, (order(3, known),))
    asked = Shopper(4)
    yield Path(
        "order, known customer, consent new",
        order(1004, asked.subscribed(), days=40),
        _KNOWN,
        (order(4, asked),),
    )
    mover = Shopper(5)
    yield Path(
        "order, known customer, address new",
        order(1005, mover.moved_to("Arusha"), days=40),
        _KNOWN,
        (order(5, mover),),
    )
    paid = Shopper(6)
    yield Path("order, paid later", order(6, paid, minutes=90), 9,
               (order(6, paid, financial_status="pending"),))  # fmt: skip
    sent = Shopper(7)
    yield Path("order, newer version", order(7, sent, minutes=90), 8, (order(7, sent),))
    late = Shopper(8)
    yield Path("order, older version", order(8, late), 4, (order(8, late, minutes=90),))
    again = order(9, Shopper(9))
    yield Path("order, same delivery again", again, 0, (again,), "duplicate")
    yield Path("order of nobody", order(10, None), 6)
    yield Path("refund, part", refund(11, "24.50"), 9, (order(11, Shopper(11)),))
    yield Path("refund before its order", refund(12, "24.50"), 2)
    met = Shopper(13)
    yield Path("customer, nothing new", person(met, "customers/update"), 6, (order(13, met),))
    moved = Shopper(14)
    yield Path(
        "customer, address new",
        person(moved.moved_to("Arusha"), "customers/update"),
        8,
        (order(14, moved),),
    )
    yield Path("customer, new", person(Shopper(15), "customers/create"), 15)
    yield Path("quarantine", unreadable(17), 5, (unreadable(16),), "quarantined")


def measure(ground: Ground) -> tuple[list[Result], dict[str, Spent]]:
    """Return the write units of each path, and what was spent. Raises LocalError where a path does
    not end as it should."""
    meter = Meter(ground.clients)
    results, all_spent = [], {}
    for path in paths():
        for earlier in path.before:
            _deliver(ground, earlier)
        with meter.measured() as spent:
            result = _deliver(ground, path.sent)
        if result != path.result:
            raise LocalError(f"{path.name}: {result} instead of {path.result}")
        spent.check()
        results.append(Result(path.name, spent.write_units, path.bar, "WU", _note(spent)))
        all_spent[path.name] = spent
    return results, all_spent


def show_items(all_spent: Mapping[str, Spent], *, everything: bool) -> None:
    """Print where the units go: of the paths with a bar of the design, or of all."""
    for name, spent in all_spent.items():
        if spent.items and (everything or name in _SHOWN):
            rows = [
                [item.kind, f"{item.size} B", str(item.units), _listed(item.index_units)]
                for item in sorted(spent.items, key=lambda one: -one.units)
            ]
            table(f"Where the units of '{name}' go", ["", "size", "table", "indexes"], rows)


def _deliver(ground: Ground, sent: Sent) -> str:
    delivery = Delivery(SOURCE, sent.topic, "wh-1", sent.body, sent.at_ms)
    return take_authentic(delivery, ground.recorder()).result


def _note(spent: Spent) -> str:
    parts = [f"table {spent.table_units:.0f}", _listed(spent.index_units)]
    parts += [f"{spent.read_units} read units", f"{spent.kms_calls} KMS calls"]
    return "; ".join(part for part in parts if part)


def _listed(units: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {cost:.0f}" for name, cost in sorted(units.items()))

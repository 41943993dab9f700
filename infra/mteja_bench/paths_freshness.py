"""How fresh what is known is: what a customer says, what the night notes, what a report reads."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from mteja.business import asking
from mteja.forms.definition import definition
from mteja.forms.intake import take
from mteja.forms.sender import WEB, Confirmed, Sender
from mteja.freshness.nightly import look
from mteja.freshness.storing import read_sums
from mteja.identity.identifiers import Trust
from mteja.recording.facts import Fact, Json
from mteja.recording.record import record
from mteja.times import business_day
from mteja_bench.bodies import shopify
from mteja_bench.bodies.base import Sent, Shopper
from mteja_bench.ground import Ground
from mteja_bench.path import KNOWN, NEW, Path, delivered
from mteja_bench.paths_people import Known

_NOW = 1_795_600_000_000
# A night of its own, on which nothing else was told.
_NIGHT = _NOW + 400 * 86_400_000
_PERSONS = 30


def paths() -> Iterator[Path]:
    known = Known(shopify.order(731, Shopper(731)))

    def confirm(ground: Ground) -> str:
        """Two fields are still right, over the customer's own link."""
        form = definition("profile", asking(), WEB).only([])
        said = Confirmed(("email", "address"), {"email": _NOW, "address": _NOW})
        sender = Sender(WEB, "en", _NOW, customer=known.ids[0], confirmed=said)
        return take(form, {}, sender, asking=asking(), within=ground.recorder()).result

    yield from _late_orders()
    yield Path("still right, two fields over a link", (confirm,), 7, (known,))
    yield Path("night: nobody was told of", (_look,), 1, (_look,))
    yield Path("night: thirty persons, each new", (_look,), 149, (_tell,))
    yield Path("night: the same, nothing new", (_look,), 1)
    yield Path("report on freshness", (_report,), 0)


def _late_orders() -> Iterator[Path]:
    """Orders that a shop tells days after they were placed: the customer stands in the log."""
    shopper = Shopper(732).subscribed()
    first = _late(shopify.order(732, shopper), 5)
    yield Path("order told late, new customer, consent", delivered(first), NEW)
    again = _late(shopify.order(1732, shopper, days=40), 5)
    yield Path("order told late, known customer", delivered(again), KNOWN)
    moved = _late(shopify.order(2732, shopper.moved_to("Arusha"), days=80), 5)
    yield Path("order told late, known customer, address new", delivered(moved), KNOWN + 1)


def _late(sent: Sent, days: int) -> Sent:
    return replace(sent, at_ms=sent.at_ms + days * 86_400_000)


def _tell(ground: Ground) -> str:
    """Have a server tell of thirty persons on the day of the night."""
    within = ground.recorder()
    for number in range(_PERSONS):
        shopper = Shopper(740 + number)
        traits: dict[str, Json] = {"email": shopper.email, "name": {"full": shopper.name}}
        fact = Fact(
            "standard-demo", Trust.VERIFIED, _NIGHT, _NIGHT, traits=traits,
            makes=f"cus_{number:026d}",
        )  # fmt: skip
        record(fact, within)
    return "recorded"


def _look(ground: Ground) -> str:
    within = ground.recorder()
    zone = within.business.time_zone
    today: date = business_day(_NIGHT, zone)
    look(within.table, zone, _NIGHT, today)
    return "recorded"


def _report(ground: Ground) -> str:
    sums, _ = read_sums(ground.recorder().table)
    return "recorded" if sums.persons >= _PERSONS else "too few"

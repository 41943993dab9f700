"""What visitors' beacons cost."""

from collections.abc import Iterator

from mteja.times import now_ms
from mteja.tracking.collect import Collector, read
from mteja.tracking.sites import website
from mteja.tracking.store import EventStore
from mteja.tracking.visitors import Sender
from mteja_bench.bodies import beacons
from mteja_bench.ground import Ground
from mteja_bench.path import Path, Step

_SENDER = Sender("192.0.2.1", beacons.CHROME, gpc=False)
# Design, section 12: of a beacon of up to 1 KB, with which 3.5 events come 1.3 times a page view.
_BEACON = 1


def paths() -> Iterator[Path]:
    yield Path("beacon: page view and its end", (_sent(1, 2),), _BEACON)
    yield Path("beacon: ten events", (_sent(2, 10),), _BEACON)
    yield Path(
        "beacon: without consent, the day's first (makes the salt)",
        (_sent(3, 2, consent="none"),),
        2 * _BEACON,
    )
    yield Path(
        "beacon: without consent, of a new process (reads the salt)",
        (_sent(4, 2, consent="none"),),
        _BEACON,
    )
    # DynamoDB charges a condition that does not hold as the write that it keeps away.
    yield Path("beacon sent again", (_sent(1, 2),), _BEACON, result="duplicate")


def _sent(number: int, events: int, *, consent: str = "full") -> Step:
    def step(ground: Ground) -> str:
        collector = Collector(EventStore(ground.clients("dynamodb"), ground.events, ground.salts))
        beacon = read(beacons.body(number, events, consent=consent))
        taken = collector.take(beacon, _SENDER, website(beacons.KEY), now_ms())
        return "recorded" if taken.new else "duplicate"

    return step

"""What calls of Segment's libraries cost, with a site's secret key."""

from collections.abc import Iterator
from typing import Any

from mteja.business import asking
from mteja.business.load import sites
from mteja.identity.identifiers import Trust
from mteja.segment.door import Sender
from mteja.segment.intake import Call, Intake, Service
from mteja.store.apart import TableApart
from mteja.times import now_ms
from mteja.tracking.store import EventStore
from mteja.tracking.visitors import Sender as Browser
from mteja_bench.bodies.base import Shopper
from mteja_bench.ground import Ground
from mteja_bench.path import Path, Step

_SERVER = Browser("192.0.2.1", "analytics-node-next/latest", gpc=False)
_BROWSER = "0190f3c2-7b1e-7c44-9d1a-5f0e2b6c8d11"
_TRACKS = 10


def paths() -> Iterator[Path]:
    shopper, other = Shopper(701), Shopper(702)
    new = _identify(shopper, 1, anonymousId=_BROWSER)
    yield Path("segment: identify, new customer", (_taken(new),), 26)
    again = _identify(shopper, 2, anonymousId=_BROWSER)
    yield Path("segment: identify, known customer, nothing new", (_taken(again),), 4)
    yield Path("segment: the same identify sent again", (_taken(again),), 0)
    yield Path("segment: identify, new customer, no browser", (_taken(_identify(other, 3)),), 20)
    yield Path("segment: batch of ten tracks of one user", (_taken(*_tracks(0)),), 1)
    yield Path("segment: the same batch sent again", (_taken(*_tracks(0)),), 1)


def _identify(shopper: Shopper, number: int, **more: str) -> dict[str, Any]:
    traits = {"email": shopper.email, "phone": shopper.phone, "name": shopper.name}
    told = {"type": "identify", "userId": f"u-{shopper.email}", "messageId": f"identify-{number}"}
    return told | {"traits": traits} | more


def _tracks(first: int) -> Iterator[dict[str, Any]]:
    for number in range(first, first + _TRACKS):
        yield {
            "type": "track",
            "userId": "u-of-tracks",
            "messageId": f"node-next-1795600000000-0190f3c2-{number:04d}",
            "event": "Product Viewed",
            "properties": {"product_id": f"lamp-{number}", "category": "lamps", "currency": "USD"},
        }


def _taken(*calls: dict[str, Any]) -> Step:
    def step(ground: Ground) -> str:
        service = Service(
            ground.recorder(),
            sites(),
            asking,
            ground.secrets(),
            EventStore(ground.clients("dynamodb"), ground.events, ground.salts),
            TableApart(ground.clients("dynamodb"), ground.events),
        )
        sender = Sender(sites().sites[0], Trust.VERIFIED)
        told = [Call(one, sender) for one in calls]
        taken = Intake(service, _SERVER, now_ms()).take(told, None, {})
        return "recorded" if taken.recorded.total() == len(calls) else "refused"

    return step

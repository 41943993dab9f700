"""What staff ask of what comes next and of whom customers reach."""

from collections.abc import Callable, Iterator

from mteja.audit import Viewer
from mteja.predictions import nightly, storing
from mteja.products.storing import Shelf
from mteja.staff.bodies import Followers
from mteja.staff.parsing import from_fields
from mteja.staff.predictions import Next
from mteja.staff.social import Social
from mteja.store.apart import TableApart
from mteja_bench.bodies import shopify
from mteja_bench.bodies.base import Shopper
from mteja_bench.ground import Ground
from mteja_bench.path import Path, Step
from mteja_bench.paths_people import Known
from mteja_bench.predicting import made_up

_VIEWER = Viewer("member-of-staff", None)
_NOW = 1_795_600_000_000
_PEOPLE = 200


def paths() -> Iterator[Path]:
    shopper = Shopper(681).subscribed()
    known = Known(shopify.order(681, shopper), shopify.order(1681, shopper, days=40))
    followers = from_fields(Followers, {"network": "instagram", "followers": 12_400})
    first = _social(lambda by: by.followers(known.ids[0], followers))
    yield Path("staff: what a person does next", (_predicted(known),), 2, (known, _night))
    yield Path("staff: followers noted", (first,), 8)
    yield Path("staff: the same followers again", (first,), 2)
    yield Path("staff: personal code", (_social(lambda by: by.code(known.ids[0])),), 8)
    yield Path("staff: the same code again", (_social(lambda by: by.code(known.ids[0])),), 2)
    yield Path("staff: whom a person reaches", (_social(lambda by: by.reach(known.ids[0])),), 2)


def _night(ground: Ground) -> str:
    """Put what a night makes of others."""
    purchases, today = made_up(_PEOPLE)
    shelf = Shelf(_summaries(ground), _NOW)
    shelf.put(storing.shop_item(nightly.shop(purchases, today)))
    shelf.put(storing.months_item(nightly.months(purchases, {}, today)))
    return "recorded"


def _predicted(known: Known) -> Step:
    def step(ground: Ground) -> str:
        by = Next(_VIEWER, ground.recorder(), _NOW, _summaries(ground))
        told = by.prediction(known.ids[0]).body
        return "recorded" if told["model"] is not None else "nothing"

    return step


def _social(use: Callable[[Social], object]) -> Step:
    def step(ground: Ground) -> str:
        use(Social(_VIEWER, ground.recorder(), _NOW, _summaries(ground)))
        return "recorded"

    return step


def _summaries(ground: Ground) -> TableApart:
    return TableApart(ground.clients("dynamodb"), ground.summaries)

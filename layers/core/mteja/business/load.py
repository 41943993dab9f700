"""The owner's file as the functions see it: JSON from the business layer, whose shape is checked
again on loading. What each platform needs was checked when it was built.
"""

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from pydantic import BaseModel, ValidationError

from mteja.business.model import Business
from mteja.business.sources import Source
from mteja.errors import Misconfigured, NotFound

if TYPE_CHECKING:
    from mteja.business.forms import Asking
    from mteja.business.inviting import Inviting
    from mteja.business.mailing import Mailing
    from mteja.business.rewards import Rewards
    from mteja.business.sites import Sites
    from mteja.business.surveys import Surveying
    from mteja.business.winning_back import Watching, WinBack


@cache
def business() -> Business:
    """Return what every function knows of the business. Raises Misconfigured where the layer is
    missing or out of date."""
    return _part("business.json", Business)


@cache
def asking() -> "Asking":
    """Return what the business asks of customers. Raises Misconfigured."""
    from mteja.business.forms import Asking

    return _part("asking.json", Asking)


@cache
def surveying() -> "Surveying":
    """Return the surveys of the business. Raises Misconfigured."""
    from mteja.business.surveys import Surveying

    return _part("surveying.json", Surveying)


@cache
def inviting() -> "Inviting":
    """Return the rules by which customers are invited to surveys. Raises Misconfigured."""
    from mteja.business.inviting import Inviting

    return _part("inviting.json", Inviting)


@cache
def sites() -> "Sites":
    """Return the websites of the business. Raises Misconfigured."""
    from mteja.business.sites import Sites

    return _part("sites.json", Sites)


@cache
def mailing() -> "Mailing":
    """Return what the business says of messages to customers. Raises Misconfigured."""
    from mteja.business.mailing import Mailing

    return _part("mailing.json", Mailing)


@cache
def win_back() -> "WinBack":
    """Return the rules by which quiet customers are won back. Raises Misconfigured."""
    from mteja.business.winning_back import WinningBack

    return _part("winning_back.json", WinningBack).win_back


@cache
def watching() -> "Watching":
    """Return by what rules customers become due. Raises Misconfigured."""
    from mteja.business.winning_back import Watching

    return _part("watching.json", Watching)


@cache
def rewards() -> "Rewards | None":
    """Return how points and stamps are earned; None for a business that has none, and then nothing
    more is imported. Raises Misconfigured."""
    if _raw("rewarding.json") == b"{}":
        return None
    from mteja.business.rewards import Rewarding

    return _part("rewarding.json", Rewarding).rewards


def _raw(name: str) -> bytes:
    try:
        return files("mteja_business").joinpath(name).read_bytes()
    except (ModuleNotFoundError, FileNotFoundError):
        raise Misconfigured("the business layer is missing") from None


def _part[T: BaseModel](name: str, kind: type[T]) -> T:
    raw = _raw(name)
    try:
        return kind.model_validate_json(raw)
    except ValidationError as error:
        raise Misconfigured(f"{name} does not fit this version: {error}") from None


def source(source_id: str) -> Source:
    """Return a declared source. Raises NotFound."""
    for declared in business().sources:
        if declared.id == source_id:
            return declared
    raise NotFound("source")


def default_region(declared: Source) -> str:
    """Return the ISO country in which a source's national telephone numbers are dialled."""
    return declared.country or business().country

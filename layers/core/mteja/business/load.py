"""The owner's file as the functions see it: JSON from the business layer, whose shape is checked
again on loading. What each platform needs was checked when it was built.
"""

from functools import cache
from importlib.resources import files

from pydantic import ValidationError

from mteja.business.model import Business
from mteja.business.sources import Source
from mteja.errors import Misconfigured, NotFound


@cache
def business() -> Business:
    """Return the owner's file. Raises Misconfigured where the layer is missing or out of date."""
    try:
        raw = files("mteja_business").joinpath("business.json").read_bytes()
    except (ModuleNotFoundError, FileNotFoundError):
        raise Misconfigured("the business layer is missing") from None
    try:
        return Business.model_validate_json(raw)
    except ValidationError as error:
        raise Misconfigured(f"business.json does not fit this version: {error}") from None


def source(source_id: str) -> Source:
    """Return a declared source. Raises NotFound."""
    for declared in business().sources:
        if declared.id == source_id:
            return declared
    raise NotFound("source")


def default_region(declared: Source) -> str:
    """Return the ISO country in which a source's national telephone numbers are dialled."""
    return declared.country or business().country

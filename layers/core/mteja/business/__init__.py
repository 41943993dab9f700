"""The owner's file: what a business declares about itself, its shops and its purposes."""

from mteja.business.load import asking, business, default_region, source, surveying
from mteja.business.model import Business, Purpose
from mteja.business.sources import Source

__all__ = [
    "Business",
    "Purpose",
    "Source",
    "asking",
    "business",
    "default_region",
    "source",
    "surveying",
]

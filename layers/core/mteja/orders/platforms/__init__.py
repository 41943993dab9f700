"""Shop platforms. Each is one module with the same three parts:

`verify` raises BadSignature unless the delivery is the platform's; `identify` says what the
delivery calls itself; `normalise` turns its body into facts. Adding a platform adds a module, a
line here and its name in `mteja.business.model.Source`.
"""

from functools import cache
from importlib import import_module

from mteja.orders.platforms.base import Platform

PLATFORMS = {
    "shopify": "mteja.orders.platforms.shopify",
    "woocommerce": "mteja.orders.platforms.woocommerce",
    "stripe": "mteja.orders.platforms.stripe",
    "square": "mteja.orders.platforms.square",
    "standard": "mteja.orders.platforms.standard",
}


@cache
def platform(name: str) -> Platform:
    """Return a platform. Its module is imported when it is first needed: a business has one or two
    of them, and every cold start would pay for all. Raises KeyError for an unknown one."""
    found: Platform = import_module(PLATFORMS[name]).PLATFORM
    return found

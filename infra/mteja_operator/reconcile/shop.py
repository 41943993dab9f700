"""What reconciling needs to know of a platform."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from mteja.business.sources import Source
from mteja_operator.reconcile.client import ShopClient


@dataclass(frozen=True)
class Shop:
    """How a platform's shops are asked for their orders.

    `topic`: of the webhook that would have told of an order. `credentials`: what the operator is
    asked for. `address`: where the API is, as far as the owner's file says. `pages`: yields the
    orders that changed since a time (epoch ms), oldest change first, and raises ShopError.
    """

    topic: str
    credentials: tuple[str, ...]
    address: Callable[[Source], str | None]
    client: Callable[[str, list[str]], ShopClient]
    pages: Callable[[ShopClient, int], Iterator[list[dict[str, Any]]]]

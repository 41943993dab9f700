"""Shops that list their orders, by platform: a module of this folder has SHOP."""

from mteja import discovery
from mteja_operator.reconcile.shop import Shop


def shops() -> dict[str, Shop]:
    return discovery.members(__name__, "SHOP")


def shop_of(platform: str) -> Shop | None:
    """Return how a platform's shops are asked for orders, None where they are not."""
    return shops().get(platform)

"""Square."""

from mteja.orders.platforms.square.webhooks import PLATFORM

__all__ = ["PLATFORM"]

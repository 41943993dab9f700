"""Standard Webhooks, for every shop or till without a platform of its own."""

from mteja.orders.platforms.standard.webhooks import PLATFORM

__all__ = ["PLATFORM"]

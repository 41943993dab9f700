"""Shopify."""

from mteja.orders.platforms.shopify.webhooks import PLATFORM

__all__ = ["PLATFORM"]

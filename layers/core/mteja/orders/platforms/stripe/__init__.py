"""Stripe."""

from mteja.orders.platforms.stripe.webhooks import PLATFORM

__all__ = ["PLATFORM"]

"""WooCommerce."""

from mteja.orders.platforms.woocommerce.webhooks import PLATFORM

__all__ = ["PLATFORM"]

"""A real order of Shopify's, its refund, and what is stored once they came."""

from typing import Any

from mteja.customers.items import ProfileItem
from mteja.orders.items import OrderItem
from tests import kit, reading
from tests.component.conftest import Orders

ORDER = kit.sample("shopify/order_fulfilled")
REFUND = kit.sample("shopify/refund_create")


def order_item(orders: Orders, order_id: int | None = None) -> OrderItem:
    return reading.order(orders.recorder, str(order_id or ORDER["id"]))


def only_profile(orders: Orders) -> ProfileItem:
    (profile,) = reading.profiles(orders.recorder).values()
    return profile


def entry(orders: Orders) -> dict[str, Any]:
    (one,) = reading.entries(orders.recorder, "order")
    return one.data

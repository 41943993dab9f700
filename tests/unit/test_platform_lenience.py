"""What senders write in more than one way means the same."""

from typing import Any

import pytest

from mteja.orders.platforms import platform
from mteja.orders.platforms.base import Webhook
from mteja.orders.platforms.message import Message, Named
from mteja.orders.platforms.standard.models import OrderData
from mteja.orders.platforms.woocommerce.models import OrderBody
from tests import kit, platforms
from tests.purchases import CHARGE, own, square_payment

ORDER = {
    "id": "1",
    "version": 1,
    "placed_at": "2026-11-22T10:00:00Z",
    "updated_at": "2026-11-22T10:00:00Z",
    "status": "paid",
    "currency": "TZS",
    "total": 100,
}


def test_null_is_the_same_as_left_out() -> None:
    absent = dict.fromkeys(["tax", "shipping", "discount", "lines", "refunds", "discount_codes"])
    assert OrderData.model_validate(ORDER | absent) == OrderData.model_validate(ORDER)


def test_woocommerces_own_sample_spells_refunds_in_the_singular() -> None:
    body = kit.sample("woocommerce/order_list_0_727")
    body.pop("refunds", None)
    told = body | {"refund": [{"id": 9, "reason": "", "total": "-10.00"}]}
    assert [one.total for one in OrderBody.model_validate(told).refunds] == ["-10.00"]
    assert OrderBody.model_validate(body).refunds == []


@pytest.mark.parametrize(
    ("name", "body"),
    [("stripe", CHARGE[0]), ("square", square_payment("p1", 16)[0]), ("standard", own(3)[0])],
    ids=["stripe", "square", "standard"],
)
def test_what_was_read_to_name_a_delivery_is_read_once_and_says_the_same(
    business_layer: object, name: str, body: dict[str, Any]
) -> None:
    module, source, raw = platform(name), platforms.source(name), kit.raw(body)
    named = module.identify(Webhook({}, raw, kit.NOW_MS))
    again = Message(raw, Named(named.topic, named.delivery), source, kit.NOW_MS, "US")
    read = Message(raw, named, source, kit.NOW_MS, "US")
    assert module.normalise(again) == module.normalise(read) is not None
    unread = Message(b"not read", named, source, kit.NOW_MS, "US")
    assert module.normalise(unread) is not None

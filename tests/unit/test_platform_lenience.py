"""What senders write in more than one way means the same."""

from mteja.orders.platforms.standard.models import OrderData
from mteja.orders.platforms.woocommerce.models import OrderBody
from tests import kit

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

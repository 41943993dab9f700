"""Signed bodies with anything anywhere: answered 200, recorded or kept, and never by surprise."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mteja.quarantine.quarantine import listed
from tests import kit, platforms
from tests.component.conftest import Orders
from tests.fakes.memory import memory_recorder
from tests.purchases import square_payment

BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("woocommerce", "order.updated"): kit.sample("woocommerce/order_batch_delete_0_723"),
    ("woocommerce", "customer.updated"): kit.sample("woocommerce/customer_updated"),
    ("woocommerce", "order.deleted"): {"id": 727},
    ("stripe", "charge"): kit.sample("stripe/charge_refunded"),
    ("stripe", "session"): kit.sample("stripe/checkout_session_completed"),
    ("stripe", "intent"): kit.sample("stripe/payment_intent_succeeded"),
    ("stripe", "invoice"): kit.sample("stripe/invoice_paid"),
    ("stripe", "dispute"): kit.sample("stripe/charge_dispute_created"),
    ("stripe", "customer"): kit.sample("stripe/customer_created"),
    ("square", "payment"): square_payment("p1", 16)[0],
    ("square", "refund"): kit.sample("square/refund_created"),
    ("square", "customer"): kit.sample("square/customer_created"),
    ("standard", "order"): platforms.standard_order(),
    ("standard", "customer"): platforms.standard_order(type="customer.updated"),
}

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["", "0", "-1", "1e400", "NaN", "9999-12-31T23:59:59-12:00", "x" * 600]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=4,
)


def places(body: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of every value in a body."""
    inner: Any = ()
    if isinstance(body, dict):
        inner = body.items()
    elif isinstance(body, list):
        inner = enumerate(body)
    for name, value in inner:
        yield (*path, name)
        yield from places(value, (*path, name))


@pytest.mark.parametrize(("platform", "topic"), BODIES, ids=lambda one: str(one))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_whatever_stands_in_a_signed_body_is_answered_200(
    orders: Orders, platform: str, topic: str, data: st.DataObject
) -> None:
    orders.ssm.secrets = [platforms.SECRETS[f"{platform}-demo"]]
    recorder = memory_recorder(orders.recorder.business, orders.recorder.vault)
    orders.app.__dict__["RECORDER"] = recorder
    body = copy.deepcopy(BODIES[platform, topic])
    *outer, last = data.draw(st.sampled_from(sorted(places(body), key=str)))
    inner: Any = body
    for step in outer:
        inner = inner[step]
    inner[last] = data.draw(ANYTHING)
    result = platforms.deliver(orders.app, platform, body, topic)
    assert result in {"recorded", "ignored", "quarantined"}
    for waiting in listed(recorder.table):
        assert not waiting.reason.startswith("unexpected"), waiting.reason

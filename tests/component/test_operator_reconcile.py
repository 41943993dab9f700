"""`mteja reconcile` against shops' APIs on this machine."""

from collections.abc import Iterator
from typing import Any

import pytest

from mteja.orders.intake import take_authentic
from mteja.orders.items import OrderItem
from mteja.quarantine.quarantine import Delivery
from mteja.recording.record import Recorder
from mteja.store import keys
from mteja_operator.reconcile import client as http
from tests import kit, operator, shops
from tests.operator import Mteja


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waited: list[float] = []
    made = http.ShopClient.__init__

    def patient(self: http.ShopClient, base: str, headers: Any) -> None:
        made(self, base, headers, waited.append)

    monkeypatch.setattr(http.ShopClient, "__init__", patient)
    return waited


@pytest.fixture
def mteja(recorder: Recorder, monkeypatch: pytest.MonkeyPatch, waits: list[float]) -> Mteja:
    return operator.stand_in(monkeypatch, {})


def shopify_order(number: int, **changes: Any) -> dict[str, Any]:
    body = kit.sample("shopify/order_fulfilled")
    at = f"2026-11-{number:02d}T10:00:00-05:00"
    return kit.changed(body, id=5000 + number, name=f"#{number}", updated_at=at, **changes)


@pytest.fixture
def shopify() -> Iterator[shops.Shop]:
    with shops.serving(shops.Shop([shopify_order(number) for number in range(1, 6)])) as shop:
        yield shop


def reconcile(mteja: Mteja, shop: shops.Shop, typed: str = f"{shops.TOKEN}\n") -> Any:
    return mteja(
        *("reconcile", "shopify-demo", "--since", "2026-11-01", "--shop-url", shop.url),
        typed=typed,
    )


def test_what_is_missing_is_recorded_and_what_is_known_left_alone(
    mteja: Mteja, recorder: Recorder, shopify: shops.Shop, waits: list[float]
) -> None:
    known = Delivery("shopify-demo", "orders/updated", "wh", kit.raw(shopify.orders[1]), kit.NOW_MS)
    take_authentic(known, recorder)
    shopify.busy = 1
    result = reconcile(mteja, shopify)
    assert result.exit_code == 0, result.output
    assert "4 recorded, 1 known already" in result.output
    assert shops.TOKEN not in result.output
    assert shopify.asked[0] == shopify.asked[1]
    assert shopify.asked[0]["updated_at_min"] == "2026-10-31T21:00:00.000Z"
    assert (shopify.asked[0]["status"], shopify.asked[0]["limit"]) == ("any", "250")
    assert set(shopify.asked[2]) == {"limit", "page_info"}
    assert waits == [2.0, 0.5, 0.5]
    before = kit.digest(kit.all_items())
    assert "0 recorded, 5 known already" in reconcile(mteja, shopify).output
    assert kit.digest(kit.all_items()) == before


def test_an_order_that_changed_in_the_shop_is_brought_up_to_date(
    mteja: Mteja, recorder: Recorder, shopify: shops.Shop
) -> None:
    reconcile(mteja, shopify)
    shopify.orders[2] = shopify_order(3, cancelled_at="2026-11-20T10:00:00-05:00") | {
        "updated_at": "2026-11-20T10:00:00-05:00"
    }
    assert "1 recorded, 4 known already" in reconcile(mteja, shopify).output
    raw = recorder.table.get(keys.order("shopify-demo", "5003"))
    assert raw is not None
    assert OrderItem.model_validate(raw).status == "cancelled"


def test_what_is_not_understood_goes_to_quarantine(mteja: Mteja, shopify: shops.Shop) -> None:
    shopify.orders[0]["total_price"] = None
    result = reconcile(mteja, shopify)
    assert result.exit_code == 1
    assert "4 recorded" in result.output
    assert "1 not understood" in result.output


@pytest.mark.parametrize(
    ("changes", "typed", "said"),
    [
        ({}, "wrong\n", "answers 401: are the credentials right"),
        ({"busy": 99}, f"{shops.TOKEN}\n", "answers 429"),
        ({"foreign_next": "https://elsewhere.example"}, f"{shops.TOKEN}\n", "another address"),
    ],
)
def test_a_shop_that_does_not_answer_as_it_should(
    mteja: Mteja, shopify: shops.Shop, changes: dict[str, Any], typed: str, said: str
) -> None:
    for name, value in changes.items():
        setattr(shopify, name, value)
    result = reconcile(mteja, shopify, typed)
    assert result.exit_code == 1
    assert said in result.output


def test_credentials_go_over_https_only(mteja: Mteja) -> None:
    result = mteja(
        *(
            "reconcile",
            "shopify-demo",
            "--since",
            "2026-11-01",
            "--shop-url",
            "http://shop.example",
        ),
        typed="t\n",
    )
    assert result.exit_code == 1
    assert "https://" in result.output


def test_only_platforms_that_list_orders(mteja: Mteja) -> None:
    result = mteja("reconcile", "stripe-demo", "--since", "2026-11-01")
    assert result.exit_code == 1
    assert "stripe" in result.output
    assert mteja("reconcile", "shopify-demo", "--since", "yesterday").exit_code == 2


def test_woocommerce_page_by_page(mteja: Mteja, recorder: Recorder) -> None:
    body = kit.sample("woocommerce/order_updated_completed")
    orders = [
        kit.changed(
            body,
            id=700 + number,
            number=str(700 + number),
            date_modified_gmt=f"2026-11-{number:02d}T10:00:00",
        )
        for number in range(1, 6)
    ]
    with shops.serving(shops.Shop(orders)) as shop:
        mteja("secrets", "api", "woocommerce-demo", typed=f"{shops.KEY}\n{shops.KEY_SECRET}\n")
        arguments = ("reconcile", "woocommerce-demo", "--since", "2026-11-01T00:00:00Z")
        result = mteja(*arguments, "--shop-url", shop.url)
        assert result.exit_code == 0, result.output
        assert "5 recorded" in result.output
        assert shop.asked[0]["dates_are_gmt"] == "true"
        assert "0 recorded" in mteja(*arguments, "--shop-url", shop.url).output
    for number in range(1, 6):
        assert recorder.table.get(keys.order("woocommerce-demo", str(700 + number))) is not None

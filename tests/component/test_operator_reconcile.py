"""`mteja reconcile` against shops' APIs on this machine."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from mteja.orders.intake import take_authentic
from mteja.orders.items import OrderItem
from mteja.quarantine.quarantine import Delivery
from mteja.recording.record import Recorder
from mteja.store import keys
from mteja_operator.reconcile import client as http
from mteja_operator.reconcile.shops import shop_of
from mteja_operator.reconcile.shops import shops as listing
from tests import kit, operator, platforms, shops
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


def woocommerce_order(number: int, modified: str) -> dict[str, Any]:
    body = kit.sample("woocommerce/order_updated_completed")
    return kit.changed(
        body, id=700 + number, number=str(700 + number), date_modified_gmt=f"2026-11-{modified}"
    )


WOOCOMMERCE = ("reconcile", "woocommerce-demo", "--since", "2026-11-01T00:00:00Z")


@pytest.fixture
def woocommerce(mteja: Mteja) -> Iterator[shops.Shop]:
    mteja("secrets", "api", "woocommerce-demo", typed=f"{shops.KEY}\n{shops.KEY_SECRET}\n")
    orders = [woocommerce_order(number, f"{number:02d}T10:00:00") for number in range(1, 6)]
    with shops.serving(shops.Shop(orders)) as shop:
        yield shop


def recorded(recorder: Recorder) -> list[int]:
    wanted = [keys.order("woocommerce-demo", str(700 + number)) for number in range(1, 10)]
    found = recorder.table.get_many(wanted)
    return [number for number, key in enumerate(wanted, 1) if key in found]


def test_woocommerce_page_by_page(
    mteja: Mteja, recorder: Recorder, woocommerce: shops.Shop, waits: list[float]
) -> None:
    woocommerce.busy = 1
    result = mteja(*WOOCOMMERCE, "--shop-url", woocommerce.url)
    assert result.exit_code == 0, result.output
    assert "5 recorded" in result.output
    assert waits == [2.0]
    assert woocommerce.asked[0]["dates_are_gmt"] == "true"
    assert "0 recorded" in mteja(*WOOCOMMERCE, "--shop-url", woocommerce.url).output
    assert recorded(recorder) == [1, 2, 3, 4, 5]


def test_an_order_that_changes_between_two_pages_hides_none(
    mteja: Mteja, recorder: Recorder, woocommerce: shops.Shop
) -> None:
    def change() -> None:
        woocommerce.orders[0]["date_modified_gmt"] = "2026-11-20T10:00:00"

    woocommerce.meanwhile = [change]
    result = mteja(*WOOCOMMERCE, "--shop-url", woocommerce.url)
    assert result.exit_code == 0, result.output
    assert recorded(recorder) == [1, 2, 3, 4, 5]


def test_many_orders_of_one_second_are_all_listed(
    mteja: Mteja, recorder: Recorder, woocommerce: shops.Shop
) -> None:
    for order in woocommerce.orders:
        order["date_modified_gmt"] = "2026-11-20T10:00:00"
    woocommerce.orders.append(woocommerce_order(6, "20T10:00:01"))
    result = mteja(*WOOCOMMERCE, "--shop-url", woocommerce.url)
    assert result.exit_code == 0, result.output
    assert recorded(recorder) == [1, 2, 3, 4, 5, 6]


def test_a_shop_that_can_not_be_reached_is_tried_again_ever_more_slowly(
    mteja: Mteja, woocommerce: shops.Shop, waits: list[float]
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    result = mteja(*WOOCOMMERCE, "--shop-url", url)
    assert result.exit_code == 1
    assert "can't be reached" in result.output
    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]


def test_where_a_shop_is_stands_in_the_owners_file_or_is_asked_for(mteja: Mteja) -> None:
    told = mteja(*WOOCOMMERCE, typed="ck\ncs\n")
    assert (told.exit_code, "say --shop-url" in told.output) == (2, True)
    url = "https://shop.example/store"
    assert {
        name: shop.address(platforms.source(name, **own))
        for name, own in (("shopify", {}), ("woocommerce", {"shop_url": url}))
        if (shop := shop_of(name)) is not None
    } == {"shopify": "https://demo.myshopify.com", "woocommerce": url}
    assert list(listing()) == ["shopify", "woocommerce"]

"""Nothing that is not the shop's gets in, whatever it looks like."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest

from mteja.business.sources import Source
from mteja.errors import BadSignature
from mteja.orders.platforms.base import Webhook
from mteja.orders.platforms.shopify import PLATFORM
from tests import kit
from tests.component.conftest import Orders

ORDER = kit.sample("shopify/order_fulfilled")
BODY = kit.raw(ORDER)
VECTORS = [
    one
    for one in json.loads(kit.SAMPLES.joinpath("signature-vectors.json").read_bytes())
    if one["platform"] == "shopify"
]


def vector_source(headers: dict[str, str]) -> Source:
    return Source.model_construct(
        id="vector", platform="shopify", secrets="", shop_domain=headers["X-Shopify-Shop-Domain"]
    )


@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: str(one["expect"])[:40])
def test_shopifys_own_vectors(vector: dict[str, Any]) -> None:
    headers = {name.lower(): value for name, value in vector["headers"].items()}
    webhook = Webhook(headers, vector["raw_body"].encode(), kit.NOW_MS)
    source = vector_source(vector["headers"])
    if str(vector["expect"]).startswith("valid"):
        PLATFORM.verify(webhook, source, [vector["secret"]])
    else:
        with pytest.raises(BadSignature):
            PLATFORM.verify(webhook, source, [vector["secret"]])


def test_there_are_vectors_of_shopify() -> None:
    assert any(str(one["expect"]).startswith("valid") for one in VECTORS)


def test_a_signed_order_is_recorded(orders: Orders) -> None:
    assert orders.post(ORDER, "orders/create") == "recorded"
    assert orders.post(ORDER, "orders/create") == "duplicate"


def test_a_base64_body_is_verified_over_its_own_bytes(orders: Orders) -> None:
    body = kit.changed(ORDER, customer__first_name="Zoë ✓")
    assert orders.post(body, "orders/create", base64_body=True) == "recorded"
    assert orders.post(body, "orders/create", base64_body=False) == "duplicate"


@pytest.mark.parametrize("spell", [str.lower, str.upper, str.title])
@pytest.mark.parametrize("family", ["X-Shopify-", "Shopify-"])
def test_header_case_and_family_do_not_matter(orders: Orders, spell: Any, family: str) -> None:
    event = kit.webhook_event(ORDER, "orders/create")
    named = kit.shopify_headers(BODY, "orders/create")
    event["headers"] = {
        spell(name.replace("X-Shopify-", family)): value for name, value in named.items()
    }
    assert orders.invoke(event) == (200, {"result": "recorded"})


@pytest.mark.parametrize("secret", ["an-older-secret", kit.SECRET])
def test_during_a_rotation_both_secrets_are_good(orders: Orders, secret: str) -> None:
    assert orders.post(ORDER, "orders/create", secret=secret) == "recorded"


def test_a_new_secret_is_good_at_once_and_the_old_one_no_longer(orders: Orders) -> None:
    assert orders.post(ORDER, "orders/create") == "recorded"
    orders.ssm.secrets = ["brand-new"]
    orders.now_s[0] += 21
    assert orders.post(ORDER, "orders/create", secret="brand-new") == "duplicate"
    status, _ = orders.invoke(kit.webhook_event(ORDER, "orders/create"))
    assert status == 401


def test_wrong_signatures_do_not_hammer_the_secret_store(orders: Orders) -> None:
    for _ in range(50):
        assert orders.invoke(kit.webhook_event(ORDER, "orders/create", secret="wrong"))[0] == 401
    assert orders.ssm.reads <= 2


def test_secrets_are_remembered_for_five_minutes(orders: Orders) -> None:
    for _ in range(5):
        orders.post(ORDER, "orders/create")
    assert orders.ssm.reads == 1
    orders.now_s[0] += 301
    orders.post(ORDER, "orders/create")
    assert orders.ssm.reads == 2


GOOD = kit.shopify_headers(BODY, "orders/create")["X-Shopify-Hmac-Sha256"]
HEX = hmac.digest(kit.SECRET.encode(), BODY, "sha256").hex()
MALFORMED = {
    "empty": "",
    "space": " ",
    "not base64": "not base64 at all!",
    "hex": HEX,
    "cut": GOOD[:20],
    "one byte short": base64.b64encode(base64.b64decode(GOOD)[:-1]).decode(),
    "one byte long": base64.b64encode(base64.b64decode(GOOD) + b"\0").decode(),
    "without padding": GOOD.rstrip("="),
    "url-safe": base64.urlsafe_b64encode(b"\xff" * 32).decode(),
    "not ascii": "é" * 44,
    "emoji": "🔑" * 11,
    "null bytes": "\0" * 44,
    "list": f"{GOOD},{GOOD}",
    "prefixed": f"sha256={GOOD}",
    "of an empty body": base64.b64encode(hmac.digest(kit.SECRET.encode(), b"", "sha256")).decode(),
    "sha1": base64.b64encode(hmac.digest(kit.SECRET.encode(), BODY, hashlib.sha1)).decode(),
    "very long": "A" * 100_000,
}


@pytest.mark.parametrize("signature", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_signature_is_401_and_stores_nothing(orders: Orders, signature: str) -> None:
    event = kit.webhook_event(ORDER, "orders/create")
    event["headers"]["x-shopify-hmac-sha256"] = signature
    status, answer = orders.invoke(event)
    assert (status, answer["type"]) == (401, "/problems/bad-signature")
    assert orders.nothing_is_stored


@pytest.mark.parametrize("left", [{}, {"content-type": "application/json"}, None])
def test_a_missing_signature_is_401_and_stores_nothing(
    orders: Orders, left: dict[str, str] | None
) -> None:
    event = kit.webhook_event(ORDER, "orders/create")
    event["headers"] = left
    assert orders.invoke(event)[0] == 401
    assert orders.nothing_is_stored


@pytest.mark.parametrize(
    "changed", [BODY + b" ", BODY.replace(b"199.00", b"199.01"), BODY[:-1], b"", b"{}"]
)
def test_a_changed_body_is_401_and_stores_nothing(orders: Orders, changed: bytes) -> None:
    event = kit.webhook_event(BODY, "orders/create")
    event["body"] = changed.decode()
    assert orders.invoke(event)[0] == 401
    assert orders.nothing_is_stored


@pytest.mark.parametrize(
    "shop", ["other.myshopify.com", "demo.myshopify.com.evil.example", "demo", "*", "démo"]
)
def test_a_delivery_of_another_shop_is_401_and_stores_nothing(orders: Orders, shop: str) -> None:
    assert orders.invoke(kit.webhook_event(ORDER, "orders/create", shop=shop))[0] == 401
    assert orders.nothing_is_stored


def test_the_shops_domain_is_compared_without_letter_case(orders: Orders) -> None:
    assert orders.post(ORDER, "orders/create", shop="Demo.MyShopify.com") == "recorded"


@pytest.mark.parametrize("source", ["nobody", "", "shopify-demo#x", "SHOPIFY-DEMO", "../x", "é"])
def test_an_undeclared_source_is_404(orders: Orders, source: str) -> None:
    status, answer = orders.invoke(kit.webhook_event(ORDER, "orders/create", source=source))
    assert (status, answer["type"]) == (404, "/problems/unknown-source")
    assert orders.nothing_is_stored


def test_a_request_without_path_parameters_is_404(orders: Orders) -> None:
    event = kit.webhook_event(ORDER, "orders/create") | {"pathParameters": None}
    assert orders.invoke(event)[0] == 404


@pytest.mark.parametrize("base64_body", [False, True])
def test_a_body_over_one_megabyte_is_413(orders: Orders, base64_body: bool) -> None:
    body = kit.raw(kit.changed(ORDER, note="x" * 1_000_000))
    event = kit.webhook_event(body, "orders/create", base64_body=base64_body)
    status, answer = orders.invoke(event)
    assert (status, answer["type"]) == (413, "/problems/too-large")
    assert orders.nothing_is_stored


@pytest.mark.parametrize("base64_body", [False, True])
def test_a_body_of_exactly_one_megabyte_is_taken(orders: Orders, base64_body: bool) -> None:
    empty = len(kit.raw(kit.changed(ORDER, note="")))
    body = kit.raw(kit.changed(ORDER, note="x" * (1_000_000 - empty)))
    assert len(body) == 1_000_000
    assert orders.post(body, "orders/create", base64_body=base64_body) == "recorded"


@pytest.mark.parametrize(
    ("body", "is_base64"), [("%%%", True), ("abc", True), ("é", True), ("\ud800", False)]
)
def test_a_body_that_is_not_what_the_event_says_is_a_4xx(
    orders: Orders, body: str, is_base64: bool
) -> None:
    event = kit.webhook_event(ORDER, "orders/create")
    status, _ = orders.invoke(event | {"body": body, "isBase64Encoded": is_base64})
    assert status in {400, 401}
    assert orders.nothing_is_stored


def test_an_event_without_body_is_401(orders: Orders) -> None:
    event = kit.webhook_event(ORDER, "orders/create") | {"body": None}
    assert orders.invoke(event)[0] == 401

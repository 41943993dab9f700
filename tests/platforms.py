"""Deliveries as each platform makes them: its signature, its headers, its real bodies."""

import base64
import hmac
import json
from typing import Any

from mteja.aws import clients
from mteja.business.sources import Source
from mteja.orders.platforms.base import Webhook
from mteja.times import now_ms
from tests import kit

URL = "https://shop.example/v1/webhooks/square-demo"
KEY = base64.b64encode(b"a key of thirty-two bytes, made up").decode()
SECRETS = {
    "shopify-demo": kit.SECRET,
    "woocommerce-demo": "wc & <secret>",
    "stripe-demo": "whsec_of_the_tests",
    "square-demo": "square-signature-key",
    "standard-demo": f"whsec_{KEY}",
}


def source(platform: str, **changes: Any) -> Source:
    """Return a source of a platform as an owner would declare it."""
    own = {"square": {"notification_url": URL}, "shopify": {"shop_domain": "demo.myshopify.com"}}
    return bare_source(platform, **own.get(platform, {}) | changes)


def bare_source(platform: str, **own: Any) -> Source:
    """Return a source with what all have, and nothing that its platform needs."""
    declared = {
        "id": f"{platform}-demo",
        "platform": platform,
        "secrets": f"sources/{platform}-demo/secrets",
    }
    return Source.model_validate(declared | own)


def _base64_hmac(secret: bytes, content: bytes) -> str:
    return base64.b64encode(hmac.digest(secret, content, "sha256")).decode()


def headers(
    platform: str,
    body: bytes,
    topic: str = "",
    *,
    secret: str | None = None,
    at_ms: int | None = None,
    delivery: str = "delivery-1",
) -> dict[str, str]:
    """Return the headers with which a platform delivers these bytes."""
    key = SECRETS[f"{platform}-demo"] if secret is None else secret
    seconds = str((now_ms() if at_ms is None else at_ms) // 1000)
    if platform == "shopify":
        return kit.shopify_headers(body, topic, secret=key, webhook_id=delivery)
    if platform == "woocommerce":
        return {
            "X-WC-Webhook-Signature": _base64_hmac(key.encode(), body),
            "X-WC-Webhook-Topic": topic,
            "X-WC-Webhook-Delivery-ID": delivery,
            "X-WC-Webhook-Source": "https://shop.example/",
        }
    if platform == "stripe":
        signed = hmac.new(key.encode(), f"{seconds}.".encode() + body, "sha256").hexdigest()
        return {"Stripe-Signature": f"t={seconds},v1={signed},v0=of-another-scheme"}
    if platform == "square":
        return {"x-square-hmacsha256-signature": _base64_hmac(key.encode(), URL.encode() + body)}
    raw = base64.b64decode(key.removeprefix("whsec_"))
    content = f"{delivery}.{seconds}.".encode() + body
    return {
        "webhook-id": delivery,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{_base64_hmac(raw, content)}",
    }


def webhook(given: dict[str, str], body: bytes, at_ms: int = kit.NOW_MS) -> Webhook:
    return Webhook({name.lower(): value for name, value in given.items()}, body, at_ms)


def event(platform: str, body: dict[str, Any] | bytes, topic: str = "", **how: Any) -> Any:
    """Return the HTTP event of a signed delivery to a platform's demonstration source."""
    content = body if isinstance(body, bytes) else kit.raw(body)
    return kit.http_event(
        "POST",
        f"/v1/webhooks/{platform}-demo",
        body=content,
        headers=headers(platform, content, topic, **how),
        path_parameters={"source": f"{platform}-demo"},
    )


def deliver(
    function: Any, platform: str, body: dict[str, Any] | bytes, topic: str = "", **how: Any
) -> str:
    """Deliver to the real handler; return its result."""
    answer = function.lambda_handler(event(platform, body, topic, **how), None)
    assert answer["statusCode"] == 200, answer
    return str(json.loads(answer["body"])["result"])


def make_secrets() -> None:
    """Make the secrets of all demonstration sources in the mocked AWS."""
    for source_id, secret in SECRETS.items():
        clients.ssm().put_parameter(
            Name=f"/mteja/test/sources/{source_id}/secrets",
            Type="SecureString",
            Value=f"{_older(source_id)}\n{secret}\n",
            Overwrite=True,
        )


def _older(source_id: str) -> str:
    """A secret that is being replaced, and still valid."""
    return f"whsec_{base64.b64encode(b'x' * 24).decode()}" if "standard" in source_id else "older"


def standard_order(**changes: Any) -> dict[str, Any]:
    """An order in the contract's own shape. `data__total=5` reaches inside."""
    body = {
        "type": "order.created",
        "timestamp": "2026-11-22T06:00:00Z",
        "data": {
            "id": "T-1",
            "number": "INV-1",
            "version": 3,
            "placed_at": "2026-11-21T18:00:00Z",
            "updated_at": "2026-11-21T18:05:00Z",
            "status": "paid",
            "channel": "till",
            "currency": "TZS",
            "total": 1_250_000,
            "tax": 190_678,
            "shipping": 0,
            "discount": 50_000,
            "test": False,
            "lines": [
                {
                    "product_id": "p-1",
                    "sku": "LAMP",
                    "title": "Lamp",
                    "quantity": 2,
                    "total": 1_250_000,
                }
            ],
            "refunds": [],
            "discount_codes": ["KARIBU"],
            "customer": {
                "id": "c-9",
                "email": "Asha@example.com",
                "phone": "+255712345678",
                "first_name": "Asha",
                "last_name": "Mushi",
                "address": {
                    "line1": "Uhuru Street 5",
                    "line2": "",
                    "city": "Dar es Salaam",
                    "region": "DS",
                    "postal_code": "11101",
                    "country": "TZ",
                },
                "accepts_marketing": True,
            },
        },
    }
    return kit.changed(body, **changes)

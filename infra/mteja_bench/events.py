"""Signed deliveries as the HTTP API hands them to the orders function."""

import base64
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mteja_bench.bodies import shopify, square, standard, stripe, woocommerce
from mteja_bench.bodies.base import Sent, Shopper
from mteja_bench.ground import SECRET, Ground
from mteja_local.signing import shopify_headers


@dataclass(frozen=True)
class Shop:
    """A platform by the order that it tells: `order(number, shopper, days)`."""

    name: str
    order: Callable[[int, Shopper, int], Sent]


SHOPS = (
    Shop("Shopify", lambda number, shopper, days: shopify.order(number, shopper, days=days)),
    Shop(
        "WooCommerce", lambda number, shopper, days: woocommerce.order(number, shopper, days=days)
    ),
    Shop(
        "Stripe",
        lambda number, shopper, days: stripe.session(stripe.BESIDE, number, shopper, days=days),
    ),
    Shop("Square", lambda number, shopper, days: square.order(number, shopper, days=days)),
    Shop("Standard", lambda number, shopper, days: standard.order(number, shopper, days=days)),
)


def event(ground: Ground, sent: Sent) -> dict[str, Any]:
    """Return the event of a delivery, signed now: some platforms sign the time."""
    return _posted("webhooks", "source", sent.source, _headers(ground, sent), sent.body)


def form_event(form: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return the event of a form that a program fills in on the web."""
    headers = {"Content-Type": "application/json"}
    return _posted("forms", "form", form, headers, json.dumps(values).encode())


def desk_event(form: str, values: dict[str, Any], mode: str) -> dict[str, Any]:
    """Return the event of a form that staff fill in, or a customer at the shop's tablet: `mode` is
    staff or kiosk."""
    made = form_event(form, values)
    path = f"/v1/staff/forms/{form}"
    claims = {"sub": "member-of-staff", "cognito:groups": "[staff]"}
    context = made["requestContext"] | {"stage": "$default"}
    http = context["http"] | {"path": path}
    return made | {
        "routeKey": "POST /v1/staff/forms/{form}",
        "rawPath": path,
        "queryStringParameters": {"mode": mode},
        "requestContext": context | {"http": http, "authorizer": {"jwt": {"claims": claims}}},
    }


def page_event(form: str) -> dict[str, Any]:
    """Return the event of a browser that opens a form's page."""
    path = f"/forms/{form}"
    return {
        "version": "2.0",
        "routeKey": "GET /forms/{form}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"accept": "text/html", "accept-language": "en"},
        "pathParameters": {"form": form},
        "requestContext": {
            "http": {"method": "GET", "path": path, "sourceIp": "192.0.2.1"},
            "requestId": "bench",
        },
        "isBase64Encoded": False,
    }


def _posted(
    where: str, parameter: str, named: str, headers: Mapping[str, str], body: bytes
) -> dict[str, Any]:
    path = f"/v1/{where}/{named}"
    http = {"method": "POST", "path": path, "sourceIp": "192.0.2.1"}
    return {
        "version": "2.0",
        "routeKey": f"POST /v1/{where}/{{{parameter}}}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {name.lower(): value for name, value in headers.items()},
        "pathParameters": {parameter: named},
        "requestContext": {"http": http, "requestId": "bench"},
        "body": body.decode(),
        "isBase64Encoded": False,
    }


def _headers(ground: Ground, sent: Sent) -> dict[str, str]:
    source = ground.source(sent.source)
    seconds = str(int(time.time()))
    match source.platform:
        case "shopify":
            shop = source.own("shop_domain") or ""
            return shopify_headers(sent.body, secret=SECRET, topic=sent.topic, shop_domain=shop)
        case "woocommerce":
            signature = _base64_hmac(SECRET.encode(), sent.body)
            return {"X-WC-Webhook-Signature": signature, "X-WC-Webhook-Topic": sent.topic}
        case "stripe":
            content = seconds.encode() + b"." + sent.body
            signature = hmac.new(SECRET.encode(), content, "sha256").hexdigest()
            return {"Stripe-Signature": f"t={seconds},v1={signature}"}
        case "square":
            content = (source.own("notification_url") or "").encode() + sent.body
            return {"x-square-hmacsha256-signature": _base64_hmac(SECRET.encode(), content)}
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    signature = _base64_hmac(key, f"message-1.{seconds}.".encode() + sent.body)
    return {
        "webhook-id": "message-1",
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{signature}",
    }


def _base64_hmac(key: bytes, content: bytes) -> str:
    return base64.b64encode(hmac.digest(key, content, "sha256")).decode()

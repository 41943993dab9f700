"""`make demo`: a shop's orders arrive, and the customers stand there."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from mteja.money import exponent
from mteja_local.calls import call
from mteja_local.errors import LocalError
from mteja_local.place import ROOT
from mteja_local.signing import shopify_headers

_SAMPLES = ROOT / "tests/samples/webhooks/shopify"
_SOURCE = "shopify-demo"

_DELIVERIES = (
    ("customers/create", "customer_create.json"),
    ("orders/create", "order_create_partially_refunded.json"),
    ("orders/paid", "order_fulfilled.json"),
    ("orders/create", "order_partially_paid_minimal_customer.json"),
    ("orders/create", "order_phone_and_email.json"),
    ("orders/create", "order_guest_empty_email_no_customer.json"),
    ("orders/create", "order_fulfilled.json"),
)
"""Topic and body, in the order of sending. The last one is an order that came before."""


def play(stack: Mapping[str, Any], token: str) -> Iterator[str]:
    """Send the deliveries, then look the customers up; yield lines to print. Raises LocalError."""
    emails: list[str] = []
    yield f"POST /v1/webhooks/{_SOURCE}"
    for topic, name in _DELIVERIES:
        body = _SAMPLES.joinpath(name).read_bytes()
        yield f"  {topic:<17} {name:<46} {_deliver(stack, topic, body)}"
        email = json.loads(body).get("email")
        if email and email not in emails:
            emails.append(email)
    yield ""
    yield "GET /v1/customers"
    rows: list[tuple[str, ...]] = [("id", "name", "e-mail", "telephone", "city", "orders", "net")]
    for email in emails:
        found = _read(stack, token, f"/v1/customers?email={quote(email)}")["items"]
        rows += [_row(_read(stack, token, f"/v1/customers/{item['id']}")) for item in found]
    yield from _table(rows)


def _deliver(stack: Mapping[str, Any], topic: str, body: bytes) -> str:
    source = stack["sources"][_SOURCE]
    headers = shopify_headers(
        body, secret=source["secrets"][0], topic=topic, shop_domain=source["shop_domain"]
    )
    answer = call(stack, "POST", f"/v1/webhooks/{_SOURCE}", body=body, headers=headers)
    if answer.status != HTTPStatus.OK:
        raise LocalError(f"the webhook answered {answer.status}: {answer.body.decode()}")
    return str(answer.json()["result"])


def _read(stack: Mapping[str, Any], token: str, path: str) -> Any:
    answer = call(stack, "GET", path, headers={"Authorization": f"Bearer {token}"})
    if answer.status != HTTPStatus.OK:
        raise LocalError(f"GET {path.partition('?')[0]} answered {answer.status}")
    return answer.json()


def _row(customer: Mapping[str, Any]) -> tuple[str, ...]:
    traits = customer["traits"]

    def value(name: str) -> Any:
        return traits.get(name, {}).get("value")

    orders = customer["orders"]
    net = ", ".join(_money(amount, currency) for currency, amount in orders["net"].items())
    return (
        customer["id"],
        (value("name") or {}).get("full") or "",
        value("email") or "",
        value("phone") or "",
        (value("address") or {}).get("city") or "",
        str(orders["count"]),
        net,
    )


def _money(amount: int, currency: str) -> str:
    """`19990`, `USD` is `199.90 USD`"""
    digits = exponent(currency)
    return f"{Decimal(amount).scaleb(-digits):,.{digits}f} {currency}"


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        yield f"  {'  '.join(cells)}".rstrip()

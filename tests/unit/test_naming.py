"""Which quarantined deliveries name a person: whole values, in the source that gave them."""

import json
from pathlib import Path
from typing import Any

import pytest

from mteja.identity.identifiers import Identifier
from mteja.privacy.naming import names_person
from mteja.quarantine.quarantine import Delivery

ANNA = {
    Identifier("email", "anna@example.com"),
    Identifier("phone", "+15024592181"),
    Identifier("customer@shopify-demo", "1"),
}


def names(body: bytes, source: str = "shopify-demo", topic: str | None = "orders/create") -> bool:
    return names_person(Delivery(source, topic, None, body, 0), ANNA)


@pytest.mark.parametrize(
    ("body", "source", "expected"),
    [
        ({"email": "Anna@Example.com"}, "shopify-demo", True),
        ({"billing": {"phone": "+1(502)-459-2181"}}, "shopify-demo", True),
        ({"billing": {"phone": "(502) 459-2181"}}, "shopify-demo", True),
        ({"customer": {"id": 1}}, "shopify-demo", True),
        ({"customer_id": 1}, "shopify-demo", True),
        ({"note": "or mail to anna@example.com, please."}, "shopify-demo", True),
        ({"id": 1}, "shopify-demo", False),
        ({"customer": {"id": 1}}, "shopify-market", False),
        ({"customer": {"id": 11}, "line_items": [{"id": 1, "quantity": 1}]}, "shopify-demo", False),
        ({"email": "joanna@example.com"}, "shopify-demo", False),
        ({"note": "anna@example.communication"}, "shopify-demo", False),
        ({"id": 77, "total": "1"}, "shopify-demo", False),
    ],
)
def test_json(body: dict[str, Any], source: str, expected: bool, business_layer: Path) -> None:
    assert names(json.dumps(body).encode(), source) is expected


def test_escaped_text_is_read_as_what_it_says(business_layer: Path) -> None:
    assert names(b'{"phone": "\\u002b15024592181"}')


def test_what_is_no_json_is_read_word_by_word(business_layer: Path) -> None:
    assert names(b"email=anna@example.com&x=1")
    assert not names(b"id=1&customer=1")


def test_a_source_that_is_gone_is_read_too(business_layer: Path) -> None:
    assert names(b'{"email": "anna@example.com"}', "closed-shop")


def test_the_id_of_a_customers_own_body_is_the_customers(business_layer: Path) -> None:
    assert names(b'{"id": 1}', topic="customers/update")


def test_a_body_of_a_thousand_brackets_is_read_as_text(business_layer: Path) -> None:
    assert names(b"[" * 100_000 + b'"anna@example.com"' + b"]" * 100_000)

"""The counter of a shop in tests: deliveries go in at one handler, staff ask at the other."""

import importlib
import json
import sys
from dataclasses import dataclass
from typing import Any

from mteja.aws import clients
from mteja.customers.items import InteractionItem
from mteja.store.wire import item_from_wire
from tests import kit, openapi

FULFILLED = "shopify/order_fulfilled"
PART_REFUNDED = "shopify/order_create_partially_refunded"
SUB = "0f4b8e0a-5a6e-4a35-9f0e-2f6f1c0d7a11"
NOBODY = "cus_01JZZZZZZZZZZZZZZZZZZZZZZZ"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: dict[str, Any]


class Counter:
    """Both handlers, freshly imported as Lambda does it, over the mocked AWS of the test."""

    def __init__(self) -> None:
        self._orders = _fresh("functions.orders.app")
        self._staff = _fresh("functions.staff.app")

    def deliver(self, body: dict[str, Any], topic: str = "orders/create", **how: Any) -> None:
        """Deliver a signed Shopify body, which must be recorded."""
        response = self._orders.lambda_handler(kit.webhook_event(body, topic, **how), None)
        assert json.loads(response["body"]) == {"result": "recorded"}

    def ask(
        self,
        path: str,
        query: dict[str, str] | None = None,
        *,
        claims: dict[str, Any] | None = None,
        **parameters: str,
    ) -> Answer:
        """Ask the staff API, as a member of the group `staff` unless `claims` say otherwise.

        Whatever it answers must be as docs/openapi.json says.
        """
        event = kit.http_event(
            "GET",
            path,
            query=(query or {}) | parameters or None,
            claims=claims_of("[staff]") if claims is None else claims,
        )
        response = self._staff.lambda_handler(event, None)
        answer = Answer(response["statusCode"], response["headers"], json.loads(response["body"]))
        assert openapi.misfits("GET", path, answer.status, answer.headers, answer.body) == []
        return answer

    def answer(self, event: dict[str, Any]) -> dict[str, Any]:
        """Hand an event to the staff's function; return its answer as it is."""
        answered: dict[str, Any] = self._staff.lambda_handler(event, None)
        return answered

    def find(self, **parameters: str) -> list[dict[str, Any]]:
        answer = self.ask("/v1/customers", parameters)
        assert answer.status == 200, answer.body
        items: list[dict[str, Any]] = answer.body["items"]
        return items

    def find_one(self, **parameters: str) -> str:
        """Return the id of the only person found."""
        (item,) = self.find(**parameters)
        return str(item["id"])

    def person(self, customer: str) -> dict[str, Any]:
        answer = self.ask(f"/v1/customers/{customer}")
        assert answer.status == 200, answer.body
        return answer.body

    def timeline(self, customer: str, **parameters: str) -> dict[str, Any]:
        answer = self.ask(f"/v1/customers/{customer}/timeline", parameters)
        assert answer.status == 200, answer.body
        return answer.body

    def link_two(self) -> tuple[str, str]:
        """Make a person of two members: one by platform id and e-mail, one by e-mail, and an order
        that names the id of the one with the e-mail of the other. Return them, smaller id first."""
        self.deliver(order(id=1, email="a@example.com", person=7, minute=1))
        self.deliver(order(id=2, email="b@example.com", minute=2, total="20.00"))
        one, two = self.find_one(email="a@example.com"), self.find_one(email="b@example.com")
        assert one != two
        self.deliver(order(id=3, email="b@example.com", person=7, minute=3, total="40.00"))
        return min(one, two), max(one, two)


def claims_of(groups: Any, **others: Any) -> dict[str, Any]:
    """Return the claims of a verified token as an HTTP API hands them on: all of them text."""
    return {"sub": SUB, "username": SUB, "cognito:groups": groups, "token_use": "access"} | others


def order(
    *,
    id: int,  # noqa: A002
    email: str,
    person: int | None = None,
    minute: int = 0,
    total: str = "10.00",
    phone: str | None = None,
    lines: int = 1,
) -> dict[str, Any]:
    """Return an order of a few values, in the shape of a real body."""
    body = kit.sample(FULFILLED)
    at = f"2026-03-01T10:{minute:02d}:00Z"
    line = body["line_items"][0]
    return kit.changed(
        body,
        id=id,
        name=f"#{9000 + id}",
        email=email,
        contact_email=email or None,
        phone=phone,
        total_price=total,
        created_at=at,
        updated_at=at,
        processed_at=at,
        customer=None if person is None else body["customer"] | {"id": person, "email": email},
        line_items=[line | {"id": number, "title": f"Lamp {number}"} for number in range(lines)],
    )


def stored(prefix: str) -> list[dict[str, Any]]:
    """Return the items whose sort key begins so, as plain values."""
    items = [item_from_wire(raw) for raw in kit.all_items()]
    return [item for item in items if str(item["sk"]).startswith(prefix)]


def entries(customer: str) -> list[InteractionItem]:
    return [
        InteractionItem.model_validate(item)
        for item in stored("AT#")
        if item["pk"] == f"CUSTOMER#{customer}"
    ]


def _fresh(name: str) -> Any:
    sys.modules.pop(name, None)
    return importlib.import_module(name)


def tamper(customer: str, field: str) -> None:
    """Change one bit of a sealed trait."""
    dynamodb = clients.dynamodb()
    key = {"pk": {"S": f"CUSTOMER#{customer}"}, "sk": {"S": "TRAITS"}}
    item = dynamodb.get_item(TableName="customers", Key=key)["Item"]
    entry = item["fields"]["M"][field]["M"]
    sealed = bytearray(entry["sealed"]["B"])
    sealed[-1] ^= 1
    entry["sealed"] = {"B": bytes(sealed)}
    dynamodb.put_item(TableName="customers", Item=item)

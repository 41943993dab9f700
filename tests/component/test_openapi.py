"""What the real handlers answer fits docs/openapi.json: every route, every kind of entry, refusals.

The GET routes are held to it in every other test as well, by `Counter.ask`.
"""

import json
from typing import Any

import pytest

from mteja.staff import examples
from tests import kit, openapi
from tests.component.counter import FULFILLED, NOBODY, Answer, order
from tests.component.front import ANALYST, OWNER, Front, work

PHONE = "+14155550123"


class Watched(Front):
    """Keeps which operations and statuses were answered, and holds each answer to the document."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[tuple[str, int]] = set()

    def ask(self, path: str, *args: Any, **how: Any) -> Answer:
        return self._kept("GET", path, super().ask(path, *args, **how))

    def _send(self, method: str, path: str, *args: Any) -> Answer:
        return self._kept(method, path, super()._send(method, path, *args))

    def write(self, method: str, path: str, body: Any, **how: Any) -> Answer:
        return (
            self.patch(path, body, 1, **how) if method == "PATCH" else self.post(path, body, **how)
        )

    def tell(self, event: dict[str, Any]) -> int:
        """Hand an event to the webhooks' function; return the status."""
        response = self._orders.lambda_handler(event, None)
        answer = Answer(response["statusCode"], response["headers"], json.loads(response["body"]))
        return self._kept("POST", event["rawPath"], answer).status

    def _kept(self, method: str, path: str, answer: Answer) -> Answer:
        misfits = openapi.misfits(method, path, answer.status, answer.headers, answer.body)
        assert misfits == []
        operation = openapi.operation_of(method, path)
        assert operation is not None, path
        self.seen.add((operation["operationId"], answer.status))
        return answer


@pytest.fixture
def watched(aws: dict[str, str]) -> Watched:
    return Watched()


@pytest.fixture
def two(watched: Watched) -> tuple[str, str]:
    """A customer with every kind of entry, and another one with the same telephone."""
    first = order(id=1, email="a@example.com", person=7, phone=PHONE, minute=1)
    watched.deliver(first | {"buyer_accepts_marketing": True})
    watched.deliver(order(id=2, email="b@example.com", person=7, minute=2))
    refund = kit.sample("shopify/refund_create")
    watched.deliver(kit.changed(refund, id=900, order_id=1), "refunds/create")
    asked = kit.sample("shopify/privacy_customers_data_request")
    named = {"id": 7, "email": "b@example.com", "phone": PHONE}
    watched.deliver(
        asked | {"shop_domain": "demo.myshopify.com", "customer": named}, "customers/data_request"
    )
    watched.deliver({"id": 7}, "customers/delete")
    watched.deliver(order(id=3, email="c@example.com", phone=PHONE, minute=3))
    return watched.find_one(email="b@example.com"), watched.find_one(email="c@example.com")


def test_every_route_answers_as_it_says(
    watched: Watched, two: tuple[str, str], aws: dict[str, str]
) -> None:
    one, other = two
    assert watched.tell(kit.webhook_event(kit.sample(FULFILLED), "orders/create")) == 200
    assert len(watched.find(phone=PHONE)) == 2
    assert watched.person(one)["candidates"]
    assert watched.duplicates()["items"]
    _write_down(watched, one)
    watched.link(one, other)
    kinds = {entry["kind"] for entry in watched.timeline(one)["items"]}
    watched.unlink(one, other)
    job = watched.erase(other)
    assert watched.ask(f"/v1/jobs/{job}").body["status"] == "waiting"
    work(aws)
    assert watched.ask(f"/v1/jobs/{job}").body["receipt"]["removed"]

    by_kind = openapi.committed()["components"]["schemas"]["Entry"]["discriminator"]["mapping"]
    assert {by_kind[kind] for kind in kinds} == set(by_kind.values())
    assert {name for name, status in watched.seen if status < 300} == {
        operation["operationId"] for _, _, operation in openapi.operations()
    }


def _write_down(watched: Watched, customer: str) -> None:
    """Post and change all that staff can write down."""
    path = f"/v1/customers/{customer}"
    watched.told("/v1/customers", examples.TRAITS)
    watched.told(f"{path}/calls", examples.CALL)
    watched.told(f"{path}/sales", examples.SALE)
    watched.told(f"{path}/notes", examples.NOTE)
    called = watched.told("/v1/calls", examples.CALL | {"phone": PHONE, "name": "Asha"})
    version = watched.person(customer)["version"]
    assert watched.patch(path, {"address": "Market Street 1"}, version).status == 200
    assert len(watched.ask("/v1/tasks").body["items"]) == 2
    assert watched.post(f"/v1/tasks/{called['task']}/done").status == 200


def test_refusals_of_staff_are_as_they_say(watched: Watched, two: tuple[str, str]) -> None:
    one, other = two
    link = f"/v1/customers/{one}/link"
    for path, operation in (
        (it, its) for method, it, its in openapi.operations() if method == "GET"
    ):
        asked = path.replace("{id}", one).replace("{job}", "job_none")
        assert watched.ask(asked, claims=ANALYST).status == 403
        if "404" in operation["responses"]:
            assert watched.ask(path.replace("{id}", NOBODY).replace("{job}", "x")).status == 404
    assert watched.ask("/v1/customers").status == 422
    assert watched.post(link, b"{").status == 400
    assert watched.post(link, b" " * 1_000_001).status == 413
    assert watched.post(link, {"customer": "x"}).status == 422
    assert watched.post(link, {"customer": NOBODY}).status == 404
    assert watched.post(link, {"customer": other}, claims=ANALYST).status == 403
    assert watched.post(f"/v1/customers/{NOBODY}/erase", {}, claims=OWNER).status == 404


def test_refusals_of_what_is_written_down_are_as_they_say(
    watched: Watched, two: tuple[str, str]
) -> None:
    for method, path, operation in openapi.operations():
        if method == "GET" or operation["tags"] != ["Customers"]:
            continue
        asked = path.replace("{id}", two[0])
        assert watched.write(method, asked, {}, claims=ANALYST).status == 403
        if "400" in operation["responses"]:
            assert watched.write(method, asked, b"{").status == 400
            assert watched.write(method, asked, b" " * 1_000_001).status == 413
            assert watched.write(method, asked, {"no_such": 1}).status == 422
    assert watched.post("/v1/customers", {"name": "A"}, key="\n").status == 422
    assert watched.patch(f"/v1/customers/{two[0]}", {"name": "A"}).status == 422
    assert watched.patch(f"/v1/customers/{two[0]}", {"name": "A"}, 1_000).status == 409
    assert watched.patch(f"/v1/customers/{NOBODY}", {"name": "A"}, 1).status == 404
    assert watched.post("/v1/tasks/tsk_none/done").status == 404


def test_refusals_of_webhooks_are_as_they_say(watched: Watched) -> None:
    body = kit.sample(FULFILLED)
    told = kit.webhook_event(body, "orders/create", base64_body=True)

    assert watched.tell(kit.webhook_event(body, "orders/create", secret="another")) == 401
    assert watched.tell(kit.webhook_event(body, "orders/create", source="nobody")) == 404
    assert watched.tell(kit.webhook_event(b" " * 1_000_001, "orders/create")) == 413
    assert watched.tell(told | {"body": "%"}) == 400


def test_a_fault_of_ours_is_as_it_says(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, two: tuple[str, str]
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("mteja.audit.note", fail)

    assert watched.ask(f"/v1/customers/{two[0]}").status == 500

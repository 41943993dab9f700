"""The counter of a shop with everything that staff may change, and the worker behind it."""

import hmac
import importlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any
from urllib.parse import parse_qsl

import pytest
from moto import mock_aws

from mteja.aws import clients
from mteja.vault.index import BlindIndex
from tests import conftest, kit, openapi
from tests.component.counter import Answer, Counter, claims_of

_KEY = "Idempotency-Key"
STAFF, OWNER, ANALYST = (claims_of(f"[{group}]") for group in ("staff", "owner", "analyst"))


class Front(Counter):
    """Staff who change something, on top of staff who look."""

    def post(
        self,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        claims: dict[str, Any] | None = None,
    ) -> Answer:
        """Post JSON, or bytes as they are, as a member of the group `staff`. `key` names the
        attempt.

        Whatever it answers must be as docs/openapi.json says.
        """
        return self._send("POST", path, body, {} if key is None else {_KEY: key}, claims)

    def patch(
        self,
        path: str,
        body: Any,
        version: object = None,
        *,
        claims: dict[str, Any] | None = None,
    ) -> Answer:
        """Change what was read at a version, in the same way."""
        headers = {} if version is None else {"If-Match": str(version)}
        return self._send("PATCH", path, body, headers, claims)

    def _send(
        self,
        method: str,
        path: str,
        body: Any,
        headers: dict[str, str],
        claims: dict[str, Any] | None,
    ) -> Answer:
        path, _, query = path.partition("?")
        event = kit.http_event(
            method,
            path,
            body=body if isinstance(body, bytes) else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"} | headers,
            query=dict(parse_qsl(query)) or None,
            claims=STAFF if claims is None else claims,
        )
        response = self._staff.lambda_handler(event, None)
        answer = Answer(response["statusCode"], response["headers"], json.loads(response["body"]))
        assert openapi.misfits(method, path, answer.status, answer.headers, answer.body) == []
        return answer

    def told(self, path: str, body: Any, **how: Any) -> dict[str, Any]:
        """Return the answer to what must be written down."""
        answer = self.post(path, body, **how)
        assert answer.status == 201, answer.body
        return answer.body

    def have_quarantined(self, body: bytes) -> None:
        """Deliver a signed Shopify body that is not understood."""
        event = kit.webhook_event(body, "orders/create", base64_body=True)
        response = self._orders.lambda_handler(event, None)
        assert json.loads(response["body"]) == {"result": "quarantined"}

    def freeze(self, patch: pytest.MonkeyPatch) -> None:
        """Let it be the same moment for both handlers until the patch is undone."""
        patch.setattr(self._orders, "now_ms", lambda: kit.NOW_MS)
        patch.setattr("mteja.staff.responding.now_ms", lambda: kit.NOW_MS)

    def link(self, one: str, two: str) -> dict[str, Any]:
        answer = self.post(f"/v1/customers/{one}/link", {"customer": two})
        assert answer.status == 200, answer.body
        return answer.body

    def unlink(self, one: str, two: str) -> dict[str, Any]:
        answer = self.post(f"/v1/customers/{one}/unlink", {"customer": two})
        assert answer.status == 200, answer.body
        return answer.body

    def duplicates(self, **parameters: str) -> dict[str, Any]:
        answer = self.ask("/v1/duplicates", parameters)
        assert answer.status == 200, answer.body
        return answer.body

    def erase(self, customer: str) -> str:
        """Ask for erasure as the owner; return the job."""
        answer = self.post(f"/v1/customers/{customer}/erase", {}, claims=OWNER)
        assert answer.status == 202, answer.body
        return str(answer.body["job"])


def work(environment: dict[str, str]) -> list[dict[str, Any]]:
    """Hand what waits in the queue of erasures to the worker; return the messages' bodies.

    As Lambda does: what the worker did not call failed is deleted.
    """
    queue = environment["ERASURES_QUEUE_URL"]
    sys.modules.pop("functions.erasure.app", None)
    worker = importlib.import_module("functions.erasure.app")
    received = clients.sqs().receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
    messages = received.get("Messages", [])
    records = [{"messageId": one["MessageId"], "body": one["Body"]} for one in messages]
    answer = worker.lambda_handler({"Records": records}, None)
    failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
    for one in messages:
        if one["MessageId"] not in failed:
            clients.sqs().delete_message(QueueUrl=queue, ReceiptHandle=one["ReceiptHandle"])
    assert not failed
    return [json.loads(one["Body"]) for one in messages]


@contextmanager
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[Front]:
    """A mocked account of its own whose ids, blind indexes and clock are always the same."""
    numbers = count(1)
    conftest.forget()
    with mock_aws(), monkeypatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", kit.REGION)
        for name, value in kit.make_aws().items():
            patch.setenv(name, value)
        patch.setattr(BlindIndex, "_mac", _same_mac)
        patch.setattr(
            "mteja.recording.record.new_customer_id", lambda _: f"cus_{next(numbers):026d}"
        )
        front = Front()
        front.freeze(patch)
        yield front
    conftest.forget()


def _same_mac(_: BlindIndex, message: str) -> bytes:
    return hmac.digest(b"the same in every world", message.encode(), "sha256")

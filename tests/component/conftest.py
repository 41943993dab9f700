"""The functions `orders` and `forms` with their tables, keys and secrets in memory."""

import importlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from mteja.aws.secrets import Secrets
from mteja.business.model import Business
from mteja.forms.visitors import Service
from mteja.http.limits import Limit
from mteja.recording.record import Recorder
from mteja.store.wire import Item
from tests import blanks, conftest, kit, openapi
from tests.component.browser import Browser
from tests.component.front import Front
from tests.component.signed_in import Office, office
from tests.fakes.memory import memory_recorder, memory_vault, table_of

_VAULT = memory_vault()


class MemorySsm:
    """SSM with one value for every parameter: a secret a line."""

    class exceptions:  # noqa: N801 - as botocore calls it
        class ParameterNotFound(Exception):
            pass

    def __init__(self) -> None:
        self.secrets = ["an-older-secret", kit.SECRET]
        self.reads = 0

    def get_parameter(self, **asked: Any) -> dict[str, Any]:
        self.reads += 1
        if "missing" in asked["Name"]:
            raise self.exceptions.ParameterNotFound
        return {"Parameter": {"Value": "\n".join(self.secrets)}}


@dataclass
class Orders:
    """The function as a shop sees it, and what it stored."""

    app: ModuleType
    recorder: Recorder
    ssm: MemorySsm
    now_s: list[float] = field(default_factory=lambda: [0.0])

    def invoke(self, event: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        response = self.app.lambda_handler(event, None)
        return response["statusCode"], json.loads(response["body"])

    def post(self, body: dict[str, Any] | bytes, topic: str, **how: Any) -> str:
        """Deliver what is signed; return the result of the 200."""
        status, answer = self.invoke(kit.webhook_event(body, topic, **how))
        assert status == 200, answer
        return str(answer["result"])

    @property
    def items(self) -> list[Item]:
        return table_of(self.recorder).items()

    @property
    def nothing_is_stored(self) -> bool:
        return not self.items and not table_of(self.recorder).items("keys")


@pytest.fixture(scope="session")
def orders_app(business_layer: Path) -> ModuleType:
    return _imported("orders")


@pytest.fixture(scope="session")
def forms_app(business_layer: Path) -> ModuleType:
    return _imported("forms")


@pytest.fixture(scope="session")
def surveys_app(business_layer: Path) -> ModuleType:
    return _imported("surveys")


def _imported(function: str) -> ModuleType:
    """Import a function, once. Its clients are made and never called."""
    with pytest.MonkeyPatch.context() as patch:
        for name in (
            *("CUSTOMERS_TABLE", "KEYS_TABLE", "WRAPPING_KEY_ARN", "INDEX_KEY_ARN"),
            *("SECRETS_PREFIX", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
        ):
            patch.setenv(name, "test")
        patch.setenv("FORM_REQUESTS_PER_MINUTE", "60")
        patch.setenv("CONFIRMATIONS_PER_HOUR", "20")
        patch.setenv("AWS_DEFAULT_REGION", kit.REGION)
        conftest.forget()
        app = importlib.import_module(f"functions.{function}.app")
    conftest.forget()
    return app


@pytest.fixture
def orders(
    orders_app: ModuleType, the_business: Business, monkeypatch: pytest.MonkeyPatch
) -> Orders:
    ssm = MemorySsm()
    made = Orders(orders_app, memory_recorder(the_business, _VAULT), ssm)
    monkeypatch.setattr(orders_app, "RECORDER", made.recorder)
    secrets = Secrets(lambda: ssm, "/mteja/test", lambda: made.now_s[0])  # type: ignore[arg-type, return-value]
    monkeypatch.setattr(orders_app, "SECRETS", secrets)
    return made


@dataclass(frozen=True)
class Answer:
    """What a form's caller gets. `body` is the JSON of an answer that is JSON, else None."""

    status: int
    headers: dict[str, str]
    text: str
    body: Any

    @property
    def faults(self) -> dict[str, str]:
        """What is wrong, by field."""
        return {one["field"]: one["message"] for one in self.body["errors"]}

    @property
    def problem(self) -> str:
        assert self.headers["content-type"] == "application/problem+json"
        return str(self.body["type"]).removeprefix("/problems/")


@dataclass
class Forms:
    """The function as visitors see it, and what it stored. No time passes by itself."""

    app: ModuleType
    recorder: Recorder
    now_ms: int = kit.NOW_MS

    def ask(
        self, path: str, query: dict[str, str] | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        return self._invoke("GET", path, query=query, headers=headers)

    def post(
        self,
        form: str,
        body: bytes,
        headers: dict[str, str],
        query: dict[str, str] | None = None,
        *,
        base64_body: bool = False,
        address: str = "192.0.2.1",
    ) -> Answer:
        return self._invoke(
            "POST",
            f"/v1/forms/{form}",
            body=body,
            headers=headers,
            query=query,
            base64_body=base64_body,
            address=address,
        )

    def fill_in(
        self,
        form: str,
        values: Mapping[str, Any],
        *,
        query: dict[str, str] | None = None,
        address: str = "192.0.2.1",
        **headers: str,
    ) -> Answer:
        """Send a form as a program does: JSON. `idempotency_key="x"` is a header."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"content-type": "application/json"} | named
        return self.post(form, json.dumps(dict(values)).encode(), sent, query, address=address)

    def taken(self, form: str, values: Mapping[str, Any], **how: Any) -> dict[str, Any]:
        """Send a form that must be taken; return what is told."""
        answer = self.fill_in(form, values, **how)
        assert answer.status == 202, answer
        told: dict[str, Any] = answer.body
        return told

    def browse(
        self,
        form: str,
        values: list[tuple[str, str]],
        kind: str = blanks.URLENCODED,
        **headers: str,
    ) -> Answer:
        """Send a form as a browser does."""
        urlencoded = kind == blanks.URLENCODED
        body = blanks.urlencoded(values) if urlencoded else blanks.multipart(values)
        accepts = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
        return self.post(form, body, {"content-type": kind} | accepts | headers)

    def _invoke(self, method: str, path: str, *, address: str = "192.0.2.1", **how: Any) -> Answer:
        last = path.removesuffix("/thanks").rpartition("/")[2]
        event = kit.http_event(method, path, path_parameters={"form": last, "file": last}, **how)
        event["requestContext"]["http"]["sourceIp"] = address
        response = self.app.lambda_handler(event, None)
        headers = response["headers"]
        body = json.loads(response["body"]) if "json" in headers.get("content-type", "") else None
        answer = Answer(response["statusCode"], headers, response["body"], body)
        if body is not None:
            assert openapi.misfits(method, path, answer.status, headers, body) == []
        return answer

    @property
    def items(self) -> list[Item]:
        return table_of(self.recorder).items()

    @property
    def everything(self) -> tuple[list[Item], list[Item]]:
        """All that is stored, in both tables."""
        return table_of(self.recorder).items(), table_of(self.recorder).items("keys")


@pytest.fixture
def forms(forms_app: ModuleType, orders: Orders, monkeypatch: pytest.MonkeyPatch) -> Forms:
    """Forms of a shop whose orders come in at `orders`."""
    made = Forms(forms_app, orders.recorder)
    service = Service(orders.recorder, blanks.ASKING, orders.app.SECRETS)
    monkeypatch.setattr(forms_app, "FORMS", service)
    monkeypatch.setattr(forms_app, "LIMIT", Limit(1_000_000))
    monkeypatch.setattr(forms_app, "FLOOR_S", 0.0)
    monkeypatch.setattr(forms_app, "now_ms", lambda: made.now_ms)
    return made


@pytest.fixture
def surveys(surveys_app: ModuleType, orders: Orders, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Surveys of a shop whose orders come in at `orders`."""
    from tests.component.asked import surveys_of

    return surveys_of(surveys_app, orders.recorder, monkeypatch)


@pytest.fixture
def front(aws: dict[str, str]) -> Front:
    return Front()


@pytest.fixture
def desk(front: Front, monkeypatch: pytest.MonkeyPatch) -> Office:
    return office(monkeypatch)


@pytest.fixture
def browser(desk: Office) -> Browser:
    return desk.signed_in("staff")

"""The `orders` function with its tables, keys and secrets in memory."""

import importlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from mteja.aws.secrets import Secrets
from mteja.business.model import Business
from mteja.recording.record import Recorder
from mteja.store.wire import Item
from tests import conftest, kit
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
    """`functions/orders/app.py`, imported once. Its clients are made and never called."""
    with pytest.MonkeyPatch.context() as patch:
        for name in (
            *("CUSTOMERS_TABLE", "KEYS_TABLE", "WRAPPING_KEY_ARN", "INDEX_KEY_ARN"),
            *("SECRETS_PREFIX", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
        ):
            patch.setenv(name, "test")
        patch.setenv("AWS_DEFAULT_REGION", kit.REGION)
        conftest.forget()
        app = importlib.import_module("functions.orders.app")
    conftest.forget()
    return app


@pytest.fixture
def orders(
    orders_app: ModuleType, the_business: Business, monkeypatch: pytest.MonkeyPatch
) -> Orders:
    ssm = MemorySsm()
    made = Orders(orders_app, memory_recorder(the_business, _VAULT), ssm)
    monkeypatch.setattr(orders_app, "RECORDER", made.recorder)
    secrets = Secrets(ssm, "/mteja/test", lambda: made.now_s[0])  # type: ignore[arg-type]
    monkeypatch.setattr(orders_app, "SECRETS", secrets)
    return made

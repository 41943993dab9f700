"""What all tests share. moto is imported first, so that clients made anywhere are mocked."""

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws
from xdist.scheduler.loadscope import LoadScopeScheduling

from mteja.aws import clients
from mteja.business import load
from mteja.business.compile import compile_to, read
from mteja.business.model import Business
from mteja.config import settings
from mteja.recording import record
from mteja.recording.record import Recorder
from mteja.staff.pages import accounts, door, tokens
from mteja.store import apart, table
from mteja.vault import vault
from tests import kit
from tests.fakes import faster_moto

faster_moto.install()


class OneStack(LoadScopeScheduling):  # type: ignore[misc]
    """Tests on the stack share it, so that they run in one of several processes (`make test`).

    xdist's own groups don't work with pytest 9.2, which keeps no name that could be changed.
    """

    def _split_scope(self, nodeid: str) -> str:
        return "stack" if nodeid.startswith("tests/e2e/") else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneStack:
    return OneStack(config, log)


@pytest.fixture(scope="session", autouse=True)
def business_layer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The owner's file, compiled as the build does it and importable as in Lambda."""
    folder = tmp_path_factory.mktemp("business")
    compile_to(kit.ROOT / "layers/business/business.yaml", folder / "mteja_business")
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))


@pytest.fixture(scope="session")
def the_business() -> Business:
    return read(kit.ROOT / "layers/business/business.yaml")


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch, business_layer: Path) -> Iterator[None]:
    """A mocked AWS account with nothing in it."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", kit.REGION)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    forget()
    _forget_clients_of_others()
    with mock_aws():
        yield
    forget()


@pytest.fixture
def aws(account: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A mocked AWS account with our tables, keys and secrets, and the environment of a function."""
    environment = kit.make_aws()
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return environment


@pytest.fixture
def recorder(aws: dict[str, str], the_business: Business) -> Recorder:
    return kit.make_recorder(aws, the_business)


@cache
def _forget_clients_of_others() -> None:
    """Drop clients that were made before the first mocked account. Those made in one serve in the
    next as well: making them is half of what an account costs."""
    clients.forget()


def forget() -> None:
    """Drop what a process remembers between invocations, but for its clients."""
    for remembered in (
        settings,
        load.business,
        load.asking,
        load.surveying,
        load.sites,
        load.mailing,
        load.rewards,
        vault.vault,
        record.recorder,
        table.customers_table,
        apart.events_table,
        apart.salts_table,
        apart.summaries_table,
        accounts.accounts,
        tokens.verifier,
        door.tries,
    ):
        remembered.cache_clear()

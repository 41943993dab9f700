"""A stack of the tests' own: deployed once per run, on a free port, in a temporary folder.

These tests never skip: a stack that does not start is a failure.
"""

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright
from pytest_socket import enable_socket

from mteja_local import emulator
from mteja_local.clients import Clients
from mteja_local.demonstration import staff_token as make_staff_token
from mteja_local.place import Place
from mteja_local.up import bring_up
from tests.e2e.marked import Staff
from tests.e2e.shopfront import Shopfront
from tests.e2e.windows import Window, launch, window

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - where Linux has memory that looks like a disk
MEMORY_NAME = "mteja-tests-"
MEMORY_BYTES = 8_000_000_000


@pytest.fixture(scope="session")
def memory() -> Iterator[Path | None]:
    """A folder in memory for what the emulator unpacks: some 4,000 files for each process of a
    function, which a disk takes minutes to write and to remove. None where there is little."""
    if not SHARED_MEMORY.is_dir() or shutil.disk_usage(SHARED_MEMORY).free < MEMORY_BYTES:
        yield None
        return
    for left in SHARED_MEMORY.glob(f"{MEMORY_NAME}*"):  # by a run that was killed
        if not Path("/proc", left.name.removeprefix(MEMORY_NAME)).exists():
            shutil.rmtree(left, ignore_errors=True)
    folder = SHARED_MEMORY / f"{MEMORY_NAME}{os.getpid()}"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory, memory: Path | None) -> Place:
    """Where the stack lives; not the developer's `.local`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return Place(tmp_path_factory.mktemp("stack"), port, memory)


@pytest.fixture(scope="session")
def stack(place: Place) -> Iterator[dict[str, Any]]:
    """The running stack, as its stack.json says."""
    enable_socket()
    try:
        yield bring_up(place)
    finally:
        emulator.stop(place)


@pytest.fixture(scope="session")
def clients(stack: dict[str, Any]) -> Clients:
    """Clients of the stack's account as its root: `clients("dynamodb")`."""
    return Clients(stack["aws"]["endpoint"])


@pytest.fixture(scope="session")
def shopfront(
    stack: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shopfront]:
    """A website with the tracker in its pages."""
    folder = tmp_path_factory.mktemp("shopfront")
    made = Shopfront(folder, stack["api"]["path_url"], stack["write_keys"]["public"])
    yield made
    made.stop()


@pytest.fixture(scope="session")
def staff_token(clients: Clients, stack: dict[str, Any]) -> str:
    """A bearer token of the group owner."""
    return make_staff_token(clients, stack)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver of every browser: a second one in the same process is refused."""
    enable_socket()
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(stack: dict[str, Any], playwright: Playwright) -> Iterator[Browser]:
    """The machine's Chromium. Where there is none, its tests fail.

    It ends before the stack does, which waits for connections that a browser keeps open.
    """
    launched = launch(playwright)
    yield launched
    launched.close()


@pytest.fixture
def staff(stack: dict[str, Any], staff_token: str) -> Staff:
    return Staff(stack, staff_token)


@pytest.fixture(scope="session")
def signed_in(browser: Browser, stack: dict[str, Any]) -> Any:
    """The cookies of somebody who has signed in, for tests that begin behind the door."""
    with window(browser, stack["api"]["url"]) as opened:
        opened.sign_in_as_staff(stack)
        return opened.page.context.storage_state()


@pytest.fixture
def desk(browser: Browser, stack: dict[str, Any], signed_in: Any) -> Iterator[Window]:
    """A tab of somebody who has signed in."""
    with window(browser, stack["api"]["url"], storage_state=signed_in) as opened:
        yield opened


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def tab(
    request: pytest.FixtureRequest, browser: Browser, stack: dict[str, Any]
) -> Iterator[Window]:
    """A customer's tab, with scripts and without."""
    how = {"java_script_enabled": request.param}
    with window(browser, stack["api"]["url"], **how) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _sockets() -> None:
    """Let these tests talk to the stack, whatever an earlier suite forbade."""
    enable_socket()

"""Firefox and WebKit, each driven as its makers test it: by the commands of W3C WebDriver.

Firefox takes them over a socket (Marionette: https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html),
WebKitGTK's own driver over HTTP (https://www.w3.org/TR/webdriver2/). Playwright drives neither as
Debian ships them.
"""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

import urllib3

_START_S, _ANSWER_S, _END_S = 30, 30, 10
_MINI_BROWSER = "webkit2gtk-4.1/MiniBrowser"
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # how WebDriver names an element's member
Told = dict[str, Any]
_PLACES = {
    "NewSession": ("POST", ""),
    "DeleteSession": ("DELETE", ""),
    "GetWindowHandles": ("GET", "/window/handles"),
    "NewWindow": ("POST", "/window/new"),
    "SwitchToWindow": ("POST", "/window"),
    "CloseWindow": ("DELETE", "/window"),
    "Navigate": ("POST", "/url"),
    "ExecuteScript": ("POST", "/execute/sync"),
    "FindElement": ("POST", "/element"),
    "ElementClick": ("POST", "/element/{id}/click"),
    "GetCookies": ("GET", "/cookie"),
    "DeleteAllCookies": ("DELETE", "/cookie"),
}


class Driver(Protocol):
    """One session. Raises AssertionError with what the browser says is wrong."""

    def command(self, name: str, given: Told | None = None) -> Any: ...


class Engine:
    """One browser with one visitor, who opens one tab after another. `opens`: as which kind of
    window, so that it is seen."""

    def __init__(self, name: str, driver: Driver, *, opens: str) -> None:
        self.name = name
        self._opens = opens
        self._driver = driver
        (self._first,) = driver.command("GetWindowHandles")
        self.at = self._first

    def open(self) -> None:
        """Open a tab, and look at it."""
        self.look(self._driver.command("NewWindow", {"type": self._opens})["handle"], focus=True)

    def look(self, tab: str, *, focus: bool = False) -> None:
        """Have the next commands go to this tab; with `focus`, bring it to the front as well."""
        self.at = tab
        self._driver.command("SwitchToWindow", {"handle": tab, "focus": focus})

    def close(self) -> None:
        """Close the tab as a person does."""
        self._driver.command("CloseWindow")
        self.look(self._first)

    def go(self, url: str) -> None:
        self._driver.command("Navigate", {"url": url})

    def run(self, script: str) -> Any:
        """Run the body of a function in the page; return what it returns, or promises."""
        return self._driver.command("ExecuteScript", {"script": script, "args": []})

    def click(self, selector: str) -> None:
        how = {"using": "css selector", "value": selector}
        found = self._driver.command("FindElement", how)
        self._driver.command("ElementClick", {"id": found[_ELEMENT]})

    def cookies(self) -> list[Told]:
        """Return those that the page at hand would send."""
        found: list[Told] = self._driver.command("GetCookies")
        return found

    def forget(self) -> None:
        """Be a new visitor: keep nothing of the page's site."""
        self.run("localStorage.clear(); sessionStorage.clear()")
        self._driver.command("DeleteAllCookies")


@contextmanager
def firefox(
    folder: Path, proxy: int, preferences: dict[str, bool] | None = None
) -> Iterator[Engine]:
    """Start the machine's Firefox with the proxy at this port, and with more preferences."""
    port = _free_port()
    asked: Told = {
        "marionette.port": port,
        "network.proxy.type": 1,
        "network.proxy.ssl": "127.0.0.1",
        "network.proxy.ssl_port": proxy,
        "app.update.enabled": False,
        "datareporting.policy.dataSubmissionEnabled": False,
        "network.captive-portal-service.enabled": False,
        "network.connectivity-service.enabled": False,
    } | (preferences or {})
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(one)});" for name, one in asked.items()]
    (folder / "user.js").write_text("\n".join(lines), encoding="utf-8")
    arguments = [_program("firefox-esr", "firefox"), "--headless", "--marionette", "--no-remote"]
    with _running([*arguments, "--profile", str(folder)], {"HOME": str(folder)}):
        driver = _Marionette(_connected(port))
        driver.command("NewSession", {"acceptInsecureCerts": True})
        yield Engine("firefox", driver, opens="tab")


@contextmanager
def webkit(folder: Path, proxy: int) -> Iterator[Engine]:
    """Start the machine's WebKitGTK on a screen of its own, with the proxy at this port."""
    browsers = sorted(Path("/usr/lib").glob(f"*/{_MINI_BROWSER}"))
    assert browsers, "there is no WebKitGTK: apt-get install webkit2gtk-driver"
    options = {"binary": str(browsers[0]), "args": ["--automation"]}
    wanted = {
        "acceptInsecureCerts": True,
        "webkitgtk:browserOptions": options,
    }
    port = _free_port()
    arguments = [_program("WebKitWebDriver"), "--host=127.0.0.1", f"--port={port}"]
    environment = {
        "HOME": str(folder),
        "LANGUAGE": "en_US",
        "LANG": "en_US.UTF-8",
        "https_proxy": f"http://127.0.0.1:{proxy}",
    }
    with _screen() as display, _running(arguments, environment | {"DISPLAY": display}):
        _connected(port).close()
        driver = _WebDriver(f"http://127.0.0.1:{port}/session")
        driver.command("NewSession", {"capabilities": {"alwaysMatch": wanted}})
        try:
            # A tab is opened behind the one that is seen.
            yield Engine("webkit", driver, opens="window")
        finally:
            driver.command("DeleteSession")


class _Marionette:
    """Lengths and JSON over a socket: `[0, number, command, given]` asked, `[1, number, error,
    answer]` told."""

    def __init__(self, connection: socket.socket) -> None:
        connection.settimeout(_ANSWER_S)
        self._stream = connection.makefile("rwb")
        self._number = 0
        self._read()  # it greets

    def command(self, name: str, given: Told | None = None) -> Any:
        self._number += 1
        asked = json.dumps([0, self._number, f"WebDriver:{name}", given or {}]).encode()
        self._stream.write(b"%d:%s" % (len(asked), asked))
        self._stream.flush()
        _, _, error, told = self._read()
        assert error is None, (name, error)
        return told["value"] if isinstance(told, dict) and set(told) == {"value"} else told

    def _read(self) -> Any:
        length = b""
        while (character := self._stream.read(1)) != b":":
            assert character, "Firefox has gone"
            length += character
        return json.loads(self._stream.read(int(length)))


class _WebDriver:
    def __init__(self, url: str) -> None:
        self._url = url
        self._pool = urllib3.PoolManager(timeout=_ANSWER_S, retries=False)

    def command(self, name: str, given: Told | None = None) -> Any:
        method, path = _PLACES[name]
        body = (given or {}) if method == "POST" else None
        answer = self._pool.request(method, self._url + path.format(**given or {}), json=body)
        told = answer.json()["value"]
        assert answer.status < 400, (name, told)
        if name == "NewSession":
            self._url += f"/{told['sessionId']}"
        return told


@contextmanager
def _screen() -> Iterator[str]:
    """Run a screen that nobody sees; yield its name."""
    read, write = os.pipe()
    arguments = [_program("Xvfb"), "-displayfd", str(write), "-screen", "0", "1280x1024x24"]
    with _running([*arguments, "-nolisten", "tcp"], {}, write), os.fdopen(read) as told:
        os.close(write)
        yield f":{told.readline().strip()}"


@contextmanager
def _running(
    arguments: list[str], environment: dict[str, str], keep: int | None = None
) -> Iterator[None]:
    process = subprocess.Popen(  # noqa: S603 - the browsers
        arguments,
        env=os.environ | environment,
        pass_fds=() if keep is None else (keep,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _program(*names: str) -> str:
    path = next((found for name in names if (found := shutil.which(name))), None)
    assert path, f"there is no {names[0]}: see .ci/run for what to install"
    return path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _connected(port: int) -> socket.socket:
    """Return a connection to what is being started."""
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        with suppress(OSError):
            return socket.create_connection(("127.0.0.1", port), timeout=_ANSWER_S)
        time.sleep(0.05)
    raise AssertionError("the browser does not start")

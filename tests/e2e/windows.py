"""A real browser at the stack's pages, which notices what it should not have to."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    expect,
)

# What answers that are meant to be no success leave in the console.
_EXPECTED = "Failed to load resource: the server responded with a status of 4"
FIND = "/staff/find"


def launch(playwright: Playwright, *more: str) -> Browser:
    """Start the machine's Chromium, with more arguments. Raises where there is none: these tests
    never skip."""
    path = next((found for name in ("chromium", "chromium-browser", "google-chrome")
                 if (found := shutil.which(name))), None)  # fmt: skip
    if path is None:
        raise AssertionError("there is no Chromium: apt-get install chromium")
    # As root, and in a container with little shared memory, as machines of CI are.
    arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", *more]
    # To a browser the stack is in the local network, which a site on the internet may not ask.
    arguments += ["--disable-features=LocalNetworkAccessChecks"]
    return playwright.chromium.launch(executable_path=path, args=arguments)


@dataclass
class Window:
    """One tab. `wrong` collects errors of scripts, breaches of the policy, and requests to others;
    the fixture asserts that there are none."""

    page: Page
    url: str
    wrong: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on("request", self._asked)

    def go(self, path: str) -> None:
        self.page.goto(self.url + path)

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def sign_in(self, email: str, password: str) -> None:
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    def find(self, text: str) -> None:
        self.go(FIND)
        self.page.locator("#f-q").fill(text)
        self.page.locator("main").get_by_role("button", name="Find").click()

    def sign_in_as_staff(self, stack: dict[str, Any]) -> None:
        """Sign in as the stack's owner, from the first page on."""
        self.go("/staff")
        self.sign_in(stack["staff"]["email"], stack["staff"]["password"])
        expect(self.page.get_by_role("button", name="Sign out")).to_be_visible()

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(_EXPECTED):
            self.wrong.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self.url}/", "data:")):
            self.wrong.append(f"asked elsewhere: {urlsplit(request.url).netloc}")


@contextmanager
def window(browser: Browser, url: str, **how: Any) -> Iterator[Window]:
    """Yield a tab of a new context. `how` as Playwright's `new_context` takes it."""
    context: BrowserContext = browser.new_context(**how)
    try:
        made = Window(context.new_page(), url)
        made.watch()
        yield made
        assert made.wrong == []
    finally:
        context.close()


def narrow_targets(page: Page) -> list[str]:
    """Return what can be pressed and is lower than 44 pixels. Links inside a text may be."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll(
            'button, select, textarea, summary, label.tick, nav a, .button, .cards h3 a, '
            + 'input:not([type=hidden], [type=checkbox], [type=radio])')]
          .filter((it) => it.offsetParent && it.getBoundingClientRect().height < 43.5
                          && !it.closest('.trap'))
          .map((it) => `${it.tagName} ${it.className} ${it.getBoundingClientRect().height}`)"""
    )
    return found


def overflows(page: Page) -> bool:
    """Whether a page is wider than its window."""
    wide: bool = page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    return wide


def screenshot(page: Page, folder: Path, name: str) -> None:
    page.screenshot(path=folder / f"{name}.png", full_page=True)

"""What the tracker tells a server that only listens: consent in several tabs, slow pages, links."""

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from tests import kit
from tests.e2e.windows import launch

_TRACKER = kit.ROOT / "layers/core/mteja/tracking/tracker/mteja.min.js"
_LINE = '<script defer src="/mteja.js" data-key="ours"></script>'
_PAGES = {
    # As payment pages have them: a script of somebody else's with a key of its own.
    "/paying": f'<script src="/pay.js" data-key="theirs"></script>{_LINE}',
    "/slow": f'{_LINE}<img src="/slow.gif" alt="">',
}


class Listener:
    """A website that notes what its pages tell."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.root = f"http://127.0.0.1:{self._server.server_port}"

    def until(self, holds: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """Return the first beacon that is as it should be, once it came."""
        deadline = time.monotonic() + 10
        while not (found := [one for one in self.told if holds(one)]):
            assert time.monotonic() < deadline, self.told
            time.sleep(0.05)
        return found[0]

    def event(self, name: str) -> dict[str, Any]:
        """Return the beacon that tells of an event, once it came."""
        return self.until(lambda one: any(it.get("name") == name for it in one["events"]))

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(listener: Listener) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == "/slow.gif":
                time.sleep(1.5)
            body = _TRACKER.read_bytes() if path == "/mteja.js" else b""
            kind = "text/javascript" if path.endswith(".js") else "image/gif"
            if "." not in path:
                kind = "text/html"
                body = f"<!doctype html><title>Shop</title>{_PAGES.get(path, _LINE)}".encode()
            self.answer(200, kind, body)

        def do_POST(self) -> None:
            listener.told.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.answer(204, "text/plain", b"")

        def answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    launched = launch(playwright)
    yield launched
    launched.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.stop()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    made = chromium.new_context()
    yield made
    made.close()


def go(context: BrowserContext, listener: Listener, path: str, page: Page | None = None) -> Page:
    shown = context.new_page() if page is None else page
    shown.goto(listener.root + path)
    shown.wait_for_function("window.mteja")
    return shown


def tell(page: Page, name: str) -> None:
    """Have an event told at once."""
    page.evaluate("name => { mteja.event(name); dispatchEvent(new Event('online')) }", name)


def _agree(context: BrowserContext, listener: Listener) -> tuple[Page, str]:
    """Agree to everything, and get the cookie that a server on the same site would set."""
    page = go(context, listener, "/")
    page.evaluate("mteja.consent('full')")
    visitor = str(page.evaluate("localStorage.mteja.split(' ')[0]"))
    context.add_cookies([{"name": "mteja", "value": visitor, "url": listener.root}])
    return page, visitor


def _wait_for_storage(one: Page, other: Page) -> None:
    """Wait until a tab knows what another one stored: each has a process of its own, which is told
    of it a moment later."""
    deadline = time.monotonic() + 10
    while other.evaluate("localStorage.mteja") != one.evaluate("localStorage.mteja"):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_servers_cookie_outlives_what_a_script_stored(
    context: BrowserContext, listener: Listener
) -> None:
    page, visitor = _agree(context, listener)
    page.evaluate("localStorage.clear()")  # as Safari does after seven days
    go(context, listener, "/again", page)
    tell(page, "Seen")
    beacon = listener.event("Seen")
    assert (beacon["consent"], beacon["visitor"]) == ("full", visitor)


def test_what_was_taken_back_stays_so_while_the_cookie_is_still_there(
    context: BrowserContext, listener: Listener
) -> None:
    page, _ = _agree(context, listener)
    page.evaluate("mteja.consent('none')")
    go(context, listener, "/again", page)
    assert page.evaluate("document.cookie").startswith("mteja=")  # no server ended it here
    tell(page, "Seen")
    beacon = listener.event("Seen")
    assert (beacon["consent"], beacon["visitor"]) == ("none", None)


def test_what_is_taken_back_in_one_tab_is_taken_back_in_all(
    context: BrowserContext, listener: Listener
) -> None:
    one, _ = _agree(context, listener)
    other = go(context, listener, "/other")
    tell(other, "Before")
    assert listener.event("Before")["consent"] == "full"
    one.evaluate("mteja.consent('none')")
    _wait_for_storage(one, other)
    tell(other, "After")
    beacon = listener.event("After")
    assert (beacon["consent"], beacon["visitor"]) == ("none", None)


def test_who_agrees_anew_in_one_tab_is_one_visitor_in_all(
    context: BrowserContext, listener: Listener
) -> None:
    one = go(context, listener, "/")
    one.evaluate("mteja.consent('full')")
    other = go(context, listener, "/other")
    one.evaluate("mteja.consent('none'); mteja.consent('full')")
    agreed = one.evaluate("localStorage.mteja")
    _wait_for_storage(one, other)
    tell(other, "After")
    beacon = listener.event("After")
    assert (beacon["consent"], beacon["visitor"]) == ("full", agreed)


def test_how_long_a_slow_page_took_is_told_though_the_page_was_told_of_before(
    context: BrowserContext, listener: Listener
) -> None:
    page = context.new_page()
    page.goto(f"{listener.root}/slow", wait_until="commit")
    page.wait_for_function("window.mteja")
    tell(page, "Waiting")
    page.wait_for_load_state("load")
    page.wait_for_timeout(1_100)
    page.close(run_before_unload=True)
    first = listener.event("Waiting")["events"][0]
    assert (first["type"], "load" in first) == ("page", False)
    ended = listener.until(lambda one: one["events"][-1]["type"] == "leave")["events"][-1]
    assert ended["load"]["load"] > 1_400
    assert ended["active_ms"] > 1_000


def test_a_script_of_somebody_else_with_a_key_is_not_ours(
    context: BrowserContext, listener: Listener
) -> None:
    page = go(context, listener, "/paying")
    tell(page, "Seen")
    assert listener.event("Seen")["key"] == "ours"


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("s=red+shoes+John&post_type=product&utm_source=x", "?utm_source=x"),
        ("s=t-shirt", ""),
        ("s=xylophone&ref=a", "?ref=a"),
        ("s=whatsapp&x=1", "?s=whatsapp"),
        ("q=1&s=t", "?s=t"),
    ],
)
def test_of_a_search_nothing_is_told_and_a_shared_links_network_is(
    context: BrowserContext, listener: Listener, query: str, kept: str
) -> None:
    page = go(context, listener, f"/?{query}")
    tell(page, "Seen")
    assert listener.event("Seen")["events"][0]["url"] == f"{listener.root}/{kept}"


SHARING = [
    "https://www.facebook.com/sharer/sharer.php?u=x",
    "https://www.facebook.com/sharer.php?u=x",
    "https://www.facebook.com/dialog/share?app_id=1",
    "https://twitter.com/intent/tweet?text=x",
    "https://x.com/intent/post?text=x",
    "https://twitter.com/share?url=x",
    "https://www.linkedin.com/sharing/share-offsite/?url=x",
    "https://www.linkedin.com/shareArticle?mini=true",
    "https://api.whatsapp.com/send?text=x",
    "whatsapp://send?text=x",
    "https://wa.me/?text=x",
    "https://t.me/share/url?url=x",
    "https://pinterest.com/pin/create/button/?url=x",
    "https://www.reddit.com/submit?url=x",
    "https://bsky.app/intent/compose?text=x",
    "https://vk.com/share.php?url=x",
    "https://social-plugins.line.me/lineit/share?url=x",
    "mailto:?body=x",
]
NOT_SHARING = [
    "https://api.whatsapp.com/send?phone=255712345678",
    "https://api.whatsapp.com/send/?phone=255712345678&text=hello",
    "https://api.whatsapp.com/send?text=hello&phone=255712345678",
    "whatsapp://send?phone=255712345678",
    "https://wa.me/255712345678?text=hello",
    "https://twitter.com/intent/follow?screen_name=shop",
    "https://twitter.com/intent/user?screen_name=shop",
    "https://x.com/sharma_lamps",
    "https://t.me/shop",
    "https://www.facebook.com/shop",
    "mailto:shop@shop.example",
]


def test_links_that_share_are_told_and_links_to_talk_to_the_shop_are_not(
    context: BrowserContext, listener: Listener
) -> None:
    page = go(context, listener, "/")
    page.evaluate(
        """addresses => {
          addEventListener("click", (event) => event.preventDefault());
          for (const href of addresses) {
            const link = document.createElement("a");
            link.href = href;
            document.body.append(link);
            mteja.event(href);
            link.click();
          }
        }""",
        [*SHARING, *NOT_SHARING],
    )
    tell(page, "Done")
    listener.event("Done")
    place = {address: number for number, address in enumerate([*SHARING, *NOT_SHARING])}
    # Batches that left at once may come in any order.
    told = sorted(
        (one["events"] for one in listener.told),
        key=lambda events: min(place.get(it.get("name"), len(place)) for it in events),
    )
    shared = {
        before["name"]
        for before, event in itertools.pairwise(event for events in told for event in events)
        if event.get("name") == "Page Shared"
    }
    assert [one for one in SHARING if one not in shared] == []
    assert [one for one in NOT_SHARING if one in shared] == []

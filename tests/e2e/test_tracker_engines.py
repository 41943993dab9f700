"""The tracker in the two other engines: Firefox's, and WebKit's, which Safari has.

The page and the stack of test_tracker.py, and what could differ between engines.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mteja_local.clients import Clients
from tests.e2e.engines import Engine, firefox, webkit
from tests.e2e.shopfront import SHOP, Shopfront
from tests.e2e.told import Told, named, of_type

# Notes what goes wrong in the page, and lets links that lead away be clicked without going.
_BEFORE = """<script>
  var wrong = [];
  addEventListener("error", (event) => wrong.push(event.message));
  addEventListener("unhandledrejection", (event) => wrong.push(String(event.reason)));
  addEventListener("click", (event) => event.target.closest("a") && event.preventDefault());
  {more}
</script>
"""
_STORED = "return JSON.stringify({...localStorage, ...sessionStorage}) + document.cookie"


@pytest.fixture(scope="module", params=["firefox", "webkit"])
def engine(
    request: pytest.FixtureRequest, shopfront: Shopfront, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    start = {"firefox": firefox, "webkit": webkit}[request.param]
    with start(tmp_path_factory.mktemp(request.param), shopfront.gate) as started:
        yield started


class Visit(Told):
    """A visitor who comes with this engine for the first time."""

    def __init__(self, engine: Engine, shopfront: Shopfront, clients: Clients, table: str) -> None:
        super().__init__(clients, table)
        self.engine = engine
        self.shopfront = shopfront
        self.wrong: list[str] = []

    def go(self, path: str) -> None:
        self.expect(path)
        self.engine.go(SHOP + path)
        self.wait("window.mteja && navigator.onLine")  # a browser that just started may not know

    def run(self, script: str) -> Any:
        return self.engine.run(script)

    def before(self, script: str) -> None:
        """Have the page run a script before the tracker's."""
        self.shopfront.before = _BEFORE.replace("{more}", script)

    def hide(self) -> None:
        """Look at another tab. WebKit's are windows, which all are seen: there the page is told
        so."""
        here = self.engine.at
        self.engine.open()
        self.engine.look(here)
        self.run(
            """if (document.hidden) return;
               Object.defineProperty(document, "hidden", {value: true});
               document.dispatchEvent(new Event("visibilitychange", {bubbles: true}))"""
        )

    def wait(self, expression: str) -> None:
        deadline = time.monotonic() + 10
        while not self.run(f"return !!({expression})"):
            assert time.monotonic() < deadline, expression
            time.sleep(0.05)

    def notice(self) -> None:
        """Note what went wrong in the page at hand."""
        self.wrong += self.run("return window.wrong || []")

    def close(self) -> None:
        """Leave the page, then close its tab: a process that ends with its tab may take the last
        beacon along (that a tab is closed at once is seen in test_tracker.py)."""
        self.notice()
        self.engine.go("about:blank")
        self.engine.close()


@pytest.fixture
def visit(
    engine: Engine, shopfront: Shopfront, clients: Clients, stack: dict[str, Any]
) -> Iterator[Visit]:
    shopfront.consent = None
    shopfront.before = _BEFORE.replace("{more}", "")
    shopfront.asked.clear()
    engine.open()
    try:
        made = Visit(engine, shopfront, clients, stack["tables"]["events"])
        yield made
        made.before("")
        engine.open()
        engine.go(f"{SHOP}/afterwards")
        made.wait("window.mteja")
        made.run("mteja.consent('none')")
        made.wait("!document.cookie")  # no answer that is under way sets it again
        engine.forget()
        engine.close()
    finally:
        shopfront.before = ""
    assert made.wrong == []


def test_a_page_is_told_with_its_load_times_and_what_it_was_read_for(visit: Visit) -> None:
    visit.go("/lamps-e?utm_source=letter&email=jo@shop.example&s=wa#top")
    paints: list[str] = visit.run("return [...PerformanceObserver.supportedEntryTypes]")
    time.sleep(1.2)
    visit.run("dispatchEvent(new Event('scroll'))")
    visit.close()
    events = visit.until(lambda found: of_type(found, "leave"))
    (page,), (leave,) = of_type(events, "page"), of_type(events, "leave")
    assert (page.path, page.host, page.title) == ("/lamps-e", "shop.example", "Lamps-E")
    assert page.campaign == {"source": "letter", "share": "whatsapp"}
    assert page.load is not None
    assert set(page.load) - {"ttfb"} <= {"dom", "load", "lcp"}
    assert set(page.load) >= {"dom", "load"}
    if "largest-contentful-paint" not in paints:
        assert "lcp" not in page.load, "what a browser can not measure is left out"
    assert (page.screen, page.language) in {("l", "en-US"), ("m", "en-US")}
    assert leave.active_ms is not None
    assert 1_000 <= leave.active_ms < 15_000
    assert len(visit.batches()) == 1, "a page that is soon left is one beacon"


def test_a_page_that_leads_to_another_is_left(visit: Visit) -> None:
    visit.go("/first-e")
    time.sleep(1.1)
    visit.notice()
    visit.go("/then-e")
    (leave,) = of_type(visit.until(lambda found: of_type(found, "leave")), "leave")
    assert leave.path == "/first-e"
    assert leave.active_ms is not None
    assert leave.active_ms >= 1_000


def test_what_is_hidden_is_told_at_once_and_idle_time_does_not_count(visit: Visit) -> None:
    visit.go("/shades-e")
    time.sleep(1.2)
    visit.hide()
    (leave,) = of_type(visit.until(lambda found: of_type(found, "leave")), "leave")
    time.sleep(1.2)
    visit.close()
    time.sleep(0.5)
    assert of_type(visit.events(), "leave") == [leave]


def test_a_page_of_an_application_is_a_page(visit: Visit) -> None:
    visit.go("/app-e")
    visit.run("history.pushState({}, '', '/app-e/basket?session=secret')")
    visit.run("history.replaceState({}, '', '/app-e/basket?session=other')")
    visit.run("history.back()")
    visit.wait("location.pathname == '/app-e'")
    visit.close()
    pages = of_type(visit.until(lambda found: len(of_type(found, "page")) >= 3), "page")
    assert [page.path for page in pages] == ["/app-e", "/app-e/basket", "/app-e"]
    assert [page.referrer for page in pages] == [None, "shop.example", "shop.example"]
    assert [page.load is not None for page in pages] == [True, False, False]


def test_what_is_clicked_or_copied_is_told(visit: Visit) -> None:
    visit.go("/clicks-e")
    visit.engine.click("#save")
    visit.run("document.querySelector('#save').setAttribute('aria-pressed', 'true')")
    for selector in ("#save", "#rate", "#tell", "#file"):
        visit.engine.click(selector)
    visit.run("return navigator.clipboard.writeText(location.href).catch(() => 0)")
    visit.run(
        """const [it, chosen] = [document.querySelector("h1"), getSelection()];
           it.textContent = location.href; chosen.selectAllChildren(it);
           document.dispatchEvent(new ClipboardEvent("copy"))"""
    )
    visit.engine.click("#out")
    visit.close()
    events = visit.until(lambda found: named(found, "Outbound Link Clicked"))
    assert [(event.name, event.properties) for event in of_type(events, "event")] == [
        ("Product Added to Wishlist", {"product_id": "demo-lamp"}),
        ("Product Removed from Wishlist", {"product_id": "demo-lamp"}),
        ("Product Reviewed", {"product_id": "demo-lamp", "rating": 5}),
        ("Page Shared", {"share_via": "facebook"}),
        ("File Downloaded", {"host": "shop.example", "path": "/catalogue.pdf"}),
        ("Page Shared", {"share_via": "copy"}),
        ("Page Shared", {"share_via": "copy"}),
        ("Outbound Link Clicked", {"host": "elsewhere.example"}),
    ]


def test_without_consent_nothing_is_on_the_device(visit: Visit) -> None:
    visit.go("/quiet-e")
    visit.run("mteja.identify({email: 'jo@shop.example'}); mteja.event('Seen')")
    assert visit.run(_STORED) == "{}"
    visit.close()
    visit.until(lambda found: named(found, "Seen"))
    assert {(batch.consent, batch.known) for batch in visit.batches()} == {("none", False)}
    assert "/v1/identify" not in visit.shopfront.asked


def test_with_full_consent_a_visitor_is_known_again_and_can_take_it_back(visit: Visit) -> None:
    visit.go("/agreed-e")
    visit.run("mteja.consent('full')")
    visit.wait("document.cookie")
    (cookie,) = visit.engine.cookies()
    assert (cookie["name"], cookie["domain"], cookie["secure"]) == ("mteja", ".shop.example", True)
    visit.run("localStorage.clear()")  # as Safari does after seven days
    visit.notice()
    visit.go("/agreed-e/again")
    visit.wait("localStorage.length")  # the cookie says what was agreed to
    assert cookie["value"] in visit.run(_STORED)
    visit.run("mteja.event('Seen'); dispatchEvent(new Event('pagehide'))")
    visit.until(lambda found: named(found, "Seen"))
    visit.run("mteja.consent('none')")
    visit.until(lambda found: named(found, "none"))
    visit.wait("!document.cookie")
    assert visit.run(_STORED) == '{"mteja":""}', "that it was taken back, and no id"
    full = [batch for batch in visit.batches() if batch.consent == "full"]
    assert {batch.visitor for batch in full} == {cookie["value"]}


def test_essential_consent_lasts_as_long_as_the_tab(visit: Visit) -> None:
    visit.shopfront.consent = "essential"
    visit.go("/tab-e/one")
    visit.notice()
    visit.go("/tab-e/two")
    assert visit.run("return localStorage.length + document.cookie.length") == 0
    visit.close()
    visit.engine.open()
    visit.go("/tab-e/three")
    visit.close()
    visit.until(lambda found: len(of_type(found, "page")) == 3)
    of_tab = {
        event.path: batch.visitor
        for batch in visit.batches()
        for event in of_type(list(batch.events), "page")
    }
    assert of_tab["/tab-e/one"] == of_tab["/tab-e/two"] != of_tab["/tab-e/three"]
    assert {batch.consent for batch in visit.batches()} == {"essential"}


@pytest.mark.parametrize("sends", ["undefined", "() => false"])
def test_without_send_beacon_it_is_fetched(visit: Visit, sends: str) -> None:
    visit.before(f"Object.defineProperty(navigator, 'sendBeacon', {{value: {sends}}})")
    path = f"/fetched-e/{len(sends)}"
    visit.go(path)
    visit.run("mteja.event('Seen')")
    visit.close()
    visit.until(lambda found: named(found, "Seen"))


def test_a_browser_that_lacks_what_is_measured_or_overheard_tells_the_rest(visit: Visit) -> None:
    visit.before(
        """delete window.PerformanceObserver; delete Navigator.prototype.clipboard;
           delete Navigator.prototype.share;
           performance.getEntriesByType = () => []"""
    )
    visit.go("/bare-e")
    visit.run("mteja.event('Seen')")
    visit.close()
    events = visit.until(lambda found: named(found, "Seen"))
    (page,) = of_type(events, "page")
    assert page.load is None


def test_a_device_that_keeps_nothing_is_told_of_without_an_id(visit: Visit) -> None:
    visit.shopfront.consent = "full"
    visit.before(
        """for (const name of ["localStorage", "sessionStorage"])
             Object.defineProperty(
               window, name, {get() { throw new DOMException("", "SecurityError") }})"""
    )
    visit.go("/shut-e")
    visit.run("mteja.event('Seen')")
    visit.close()
    visit.until(lambda found: named(found, "Seen"))
    assert {batch.consent for batch in visit.batches()} == {"none"}


def test_the_page_does_not_notice_when_the_api_is_down(visit: Visit) -> None:
    visit.go("/steady-e")
    visit.shopfront.down = True
    try:
        visit.run("for (let n = 0; n < 25; n++) mteja.event('Lost', {n})")
        visit.run("mteja.event(); mteja.rate(); mteja.share(); mteja.consent()")
        visit.run("Object.defineProperty(navigator, 'sendBeacon', {value: undefined})")
        visit.run("for (let n = 0; n < 25; n++) mteja.event('Lost', {n})")
        time.sleep(0.5)
        visit.close()
    finally:
        visit.shopfront.down = False


def test_what_was_done_offline_is_told_when_there_is_a_network_again(visit: Visit) -> None:
    visit.go("/train-e")
    online = "Object.defineProperty(navigator, 'onLine', {value: %s, configurable: true});"
    visit.run(online % "false" + "for (let n = 0; n < 12; n++) mteja.event('Waited', {n})")
    assert visit.events() == []
    visit.run(online % "true" + "dispatchEvent(new Event('online'))")
    events = visit.until(lambda found: len(named(found, "Waited")) == 12)
    assert sorted(len(batch.events) for batch in visit.batches()) == [3, 10]
    assert len({event.id for event in events}) == len(events)


def test_global_privacy_control_goes_before_consent(visit: Visit) -> None:
    visit.before("Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})")
    _asks_for_privacy(visit, "/private-e")
    assert {batch.consent for batch in visit.batches()} == {"none"}


def test_firefoxs_own_global_privacy_control_is_honoured(
    shopfront: Shopfront, clients: Clients, stack: dict[str, Any], tmp_path: Path
) -> None:
    shopfront.before = _BEFORE.replace("{more}", "")
    switched_on = {"privacy.globalprivacycontrol.enabled": True}
    try:
        with firefox(tmp_path, shopfront.gate, switched_on) as started:
            started.open()
            visit = Visit(started, shopfront, clients, stack["tables"]["events"])
            _asks_for_privacy(visit, "/signalled-e")
    finally:
        shopfront.before = ""
    assert {batch.consent for batch in visit.batches()} == {"none"}
    assert visit.wrong == []


def _asks_for_privacy(visit: Visit, path: str) -> None:
    visit.shopfront.consent = "full"
    visit.go(path)
    visit.run("mteja.consent('full'); mteja.event('Seen')")
    assert visit.run(_STORED) == "{}"
    visit.close()
    visit.until(lambda found: named(found, "Seen"))

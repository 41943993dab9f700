"""The tracker in a real browser, on a page of another origin, through the stack to the table."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright

from mteja_local.clients import Clients
from tests.e2e.shopfront import API, SHOP, Shopfront
from tests.e2e.told import Told, named, of_type
from tests.e2e.windows import launch

_UA = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36"
)
_STORED = "() => JSON.stringify({...localStorage, ...sessionStorage}) + document.cookie"


@pytest.fixture(scope="module")
def chromium(shopfront: Shopfront, playwright: Playwright) -> Iterator[Browser]:
    """A Chromium that finds the shopfront and nothing else."""
    launched = launch(playwright, *shopfront.arguments)
    yield launched
    launched.close()


class Visit(Told):
    """One visitor's browser, and what the table holds of it since it came."""

    def __init__(
        self, browser: Browser, shopfront: Shopfront, clients: Clients, table: str
    ) -> None:
        super().__init__(clients, table)
        self.shopfront = shopfront
        self.wrong: list[str] = []
        self.context = browser.new_context(user_agent=_UA)
        self.page = self.open()

    def open(self) -> Page:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", self._said)
        return page

    def _said(self, message: ConsoleMessage) -> None:
        # Whether an identity is taken is for another function to say.
        if message.type == "error" and not message.location["url"].endswith("/v1/identify"):
            self.wrong.append(message.text)

    def go(self, path: str) -> None:
        self.expect(path)
        self.page.goto(SHOP + path)
        self.page.wait_for_function("window.mteja")

    def close(self) -> None:
        """Close the tab as a person does."""
        self.page.close(run_before_unload=True)

    def hide(self) -> None:
        """Look at another tab. Headless browsers show all their tabs, so the page is told so."""
        self.page.evaluate(
            """() => {
              Object.defineProperty(document, "hidden", {value: true, configurable: true});
              document.dispatchEvent(new Event("visibilitychange", {bubbles: true}));
            }"""
        )

    def stored(self) -> str:
        kept: str = self.page.evaluate(_STORED)
        return kept


@pytest.fixture
def visit(
    chromium: Browser, shopfront: Shopfront, clients: Clients, stack: dict[str, Any]
) -> Iterator[Visit]:
    shopfront.consent = None
    shopfront.asked.clear()
    made = Visit(chromium, shopfront, clients, stack["tables"]["events"])
    yield made
    made.context.close()
    assert made.wrong == []


def test_a_page_is_told_with_its_load_times_and_what_it_was_read_for(visit: Visit) -> None:
    visit.go("/lamps?utm_source=letter&email=jo@shop.example&s=wa#top")
    visit.page.wait_for_timeout(1_200)
    visit.page.mouse.wheel(0, 200)
    visit.close()
    events = visit.until(lambda found: of_type(found, "leave"))
    (page,), (leave,) = of_type(events, "page"), of_type(events, "leave")
    assert (page.path, page.host, page.title) == ("/lamps", "shop.example", "Lamps")
    assert page.campaign == {"source": "letter", "share": "whatsapp"}
    assert page.load is not None
    assert {"ttfb", "dom", "load", "lcp"} >= set(page.load) >= {"dom", "load"}
    assert (page.screen, page.language) == ("l", "en-US")
    assert leave.path == "/lamps"
    assert leave.active_ms is not None
    assert 1_000 <= leave.active_ms < 15_000
    assert len(visit.batches()) == 1, "a page that is soon left is one beacon"


def test_what_is_hidden_is_told_at_once_and_idle_time_does_not_count(visit: Visit) -> None:
    visit.go("/shades")
    visit.page.wait_for_timeout(1_500)
    visit.hide()
    (leave,) = of_type(visit.until(lambda found: of_type(found, "leave")), "leave")
    visit.page.wait_for_timeout(1_500)
    visit.close()
    time.sleep(1)
    assert of_type(visit.events(), "leave") == [leave]


def test_a_page_of_an_application_is_a_page(visit: Visit) -> None:
    visit.go("/app")
    visit.page.wait_for_timeout(1_100)
    visit.page.evaluate("history.pushState({}, '', '/app/basket?session=secret')")
    visit.page.evaluate("document.title = 'Basket'")
    visit.page.evaluate("history.replaceState({}, '', '/app/basket?session=other')")
    visit.page.evaluate("history.pushState({}, '', '/app/basket#line-2')")
    visit.page.go_back()
    visit.page.go_back()
    visit.page.evaluate("document.title = 'App'")
    visit.close()
    pages = of_type(visit.until(lambda found: len(of_type(found, "page")) >= 3), "page")
    assert [page.path for page in pages] == ["/app", "/app/basket", "/app"]
    assert [page.referrer for page in pages] == [None, "shop.example", "shop.example"]
    assert [page.load is not None for page in pages] == [True, False, False]
    assert [page.title for page in pages] == ["App", "Basket", "App"]


def test_a_script_module_of_the_page_may_use_it(visit: Visit) -> None:
    visit.go("/module")
    visit.page.evaluate(
        """() => { const it = document.createElement("script"); it.type = "module";
                   it.textContent = 'mteja.event("Called", {sku: "L-1"})';
                   document.head.append(it) }"""
    )
    visit.close()
    (called,) = named(visit.until(lambda found: named(found, "Called")), "Called")
    assert called.properties == {"sku": "L-1"}


def test_what_is_clicked_is_told(visit: Visit) -> None:
    visit.page.route("https://elsewhere.example/**", lambda route: route.fulfill(body="there"))
    visit.context.route("https://www.facebook.com/**", lambda route: route.fulfill(body="shared"))
    visit.go("/clicks")
    visit.page.locator("#save").click()
    visit.page.evaluate("document.querySelector('#save').ariaPressed = 'true'")
    visit.page.locator("#save").click()
    visit.page.locator("#rate").click()
    visit.page.locator("#tell").click()
    with visit.page.expect_download():
        visit.page.locator("#file").click()
    visit.page.evaluate("navigator.clipboard.writeText(location.href).catch(() => 0)")
    visit.page.locator("#out").click()
    events = visit.until(lambda found: named(found, "Outbound Link Clicked"))
    told = [(event.name, event.properties) for event in of_type(events, "event")]
    assert told == [
        ("Product Added to Wishlist", {"product_id": "demo-lamp"}),
        ("Product Removed from Wishlist", {"product_id": "demo-lamp"}),
        ("Product Reviewed", {"product_id": "demo-lamp", "rating": 5}),
        ("Page Shared", {"share_via": "facebook"}),
        ("File Downloaded", {"host": "shop.example", "path": "/catalogue.pdf"}),
        ("Page Shared", {"share_via": "copy"}),
        ("Outbound Link Clicked", {"host": "elsewhere.example"}),
    ]


@pytest.mark.parametrize("consent", [None, "none", "nonsense"])
def test_without_consent_nothing_is_on_the_device(visit: Visit, consent: str | None) -> None:
    visit.shopfront.consent = consent
    visit.go("/quiet")
    visit.page.evaluate("mteja.identify({email: 'jo@shop.example'})")
    visit.page.evaluate("mteja.event('Seen')")
    assert visit.stored() == "{}"
    visit.close()
    visit.until(lambda found: named(found, "Seen"))
    assert visit.context.cookies() == []
    assert {(batch.consent, batch.known) for batch in visit.batches()} == {("none", False)}
    assert "/v1/identify" not in visit.shopfront.asked


def test_with_full_consent_a_visitor_is_known_again_and_can_take_it_back(visit: Visit) -> None:
    visit.go("/first")
    visit.page.evaluate("mteja.consent('full')")
    visit.until(lambda found: of_type(found, "consent"))
    visit.page.wait_for_function("document.cookie")  # the answer comes after the event is kept
    (cookie,) = visit.context.cookies()
    assert (cookie["name"], cookie["domain"], cookie["secure"]) == ("mteja", ".shop.example", True)
    assert cookie["expires"] > time.time() + 390 * 86_400
    visit.page.evaluate("localStorage.clear()")  # as Safari does after seven days
    visit.go("/second")
    visit.page.evaluate("mteja.identify({email: 'jo@shop.example'})")
    visit.page.evaluate("mteja.event('Seen')")
    assert cookie["value"] in visit.stored()
    visit.hide()
    visit.until(lambda found: named(found, "Seen"))
    visit.page.evaluate("mteja.consent('none')")
    visit.until(lambda found: named(found, "none"))
    visit.page.wait_for_function("!document.cookie")
    assert visit.stored() == '{"mteja":""}', "that it was taken back, and no id"
    assert visit.context.cookies() == []
    full = [batch for batch in visit.batches() if batch.consent == "full"]
    assert {batch.visitor for batch in full} == {cookie["value"]}
    assert any(batch.known for batch in full)
    assert "/v1/identify" in visit.shopfront.asked


def test_essential_consent_lasts_as_long_as_the_tab(visit: Visit) -> None:
    visit.shopfront.consent = "essential"
    visit.go("/one")
    visit.go("/two")
    assert visit.page.evaluate("localStorage.length + document.cookie.length") == 0
    visit.close()
    visit.page = visit.open()
    visit.go("/three")
    visit.close()
    visit.until(lambda found: {"/one", "/two", "/three"} <= {event.path for event in found})
    of_tab = {
        event.path: batch.visitor
        for batch in visit.batches()
        for event in of_type(list(batch.events), "page")
    }
    assert of_tab["/one"] == of_tab["/two"] != of_tab["/three"]
    assert {batch.consent for batch in visit.batches()} == {"essential"}


def test_global_privacy_control_goes_before_consent(visit: Visit) -> None:
    visit.context.add_init_script(
        "Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})"
    )
    visit.shopfront.consent = "full"
    visit.go("/private")
    visit.page.evaluate("mteja.consent('full')")
    visit.page.evaluate("mteja.event('Seen')")
    assert visit.stored() == "{}"
    visit.close()
    visit.until(lambda found: named(found, "Seen"))
    assert {batch.consent for batch in visit.batches()} == {"none"}
    assert visit.context.cookies() == []


def test_a_driven_browser_counts_as_a_robot(visit: Visit) -> None:
    visit.go("/driven")
    visit.close()
    visit.until(bool)
    assert {batch.bot for batch in visit.batches()} == {"webdriver"}


def test_the_page_does_not_notice_when_the_api_is_down(visit: Visit) -> None:
    visit.go("/steady")
    visit.shopfront.down = True
    try:
        visit.page.evaluate("for (let n = 0; n < 25; n++) mteja.event('Lost', {n})")
        visit.page.evaluate("mteja.event(); mteja.rate(); mteja.share(); mteja.consent()")
        visit.page.wait_for_timeout(500)
        visit.wrong = [text for text in visit.wrong if "net::ERR_" not in text]
        visit.page.goto(f"{SHOP}/still-there")
        visit.page.wait_for_timeout(500)
        assert visit.page.title() == "Still-There"
    finally:
        visit.shopfront.down = False
    visit.wrong = [text for text in visit.wrong if "net::ERR_" not in text]
    assert visit.wrong == []


def test_what_was_done_offline_is_told_when_there_is_a_network_again(visit: Visit) -> None:
    visit.go("/train")
    visit.context.set_offline(True)
    visit.page.evaluate("for (let n = 0; n < 12; n++) mteja.event('Waited', {n})")
    visit.context.set_offline(False)
    events = visit.until(lambda found: len(named(found, "Waited")) == 12)
    assert len({event.id for event in events}) == len(events)
    assert sorted(len(batch.events) for batch in visit.batches()) == [3, 10]


def test_the_line_of_html_is_the_api_s_own(shopfront: Shopfront) -> None:
    assert shopfront.script.startswith(f'<script defer src="{API}/mteja.js" data-key="')


def test_no_global_but_one(visit: Visit) -> None:
    visit.go("/globals")
    fresh: list[str] = visit.page.evaluate(
        """() => { const frame = document.createElement("iframe"); document.body.append(frame);
                   const plain = new Set(Object.getOwnPropertyNames(frame.contentWindow));
                   return Object.getOwnPropertyNames(window)
                     .filter((name) => !plain.has(name) && isNaN(name)) }"""
    )
    elements = {"next", "file", "out", "tell", "save", "rate"}
    assert set(fresh) - elements <= {"mteja"}

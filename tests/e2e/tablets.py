"""The shop's tablet in a real browser: handed over, and without a network."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, expect

from tests.e2e.windows import Window

_PAGE_IS_KEPT = "async () => (await (await caches.open('mteja-kiosk')).keys()).length > 3"
NONE_HELD = """() => new Promise((done) => {
  const opening = indexedDB.open("mteja-kiosk", 1);
  opening.onsuccess = () => {
    const counting = opening.result.transaction("waiting").objectStore("waiting").count();
    counting.onsuccess = () => done(counting.result === 0);
  };
})"""


def hand_over(tab: Window, form: str = "in-store", location: str = "market-stall") -> None:
    tab.go("/staff/forms")
    tab.page.locator("select[name=form]").select_option(form)
    tab.page.locator("select[name=location]").select_option(location)
    tab.page.get_by_role("button", name="Start").click()
    assert tab.path == f"/staff/kiosk/{form}"
    tab.page.wait_for_load_state()  # its script has run


def press(page: Page, name: str = "Send") -> None:
    page.get_by_role("button", name=name, exact=True).click()


def thanked(page: Page) -> None:
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


@contextmanager
def without_network(tab: Window) -> Iterator[None]:
    """Take the network away once the tablet's page is kept."""
    tab.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    tab.page.reload()
    until(tab.page, _PAGE_IS_KEPT)
    tab.page.context.set_offline(True)
    yield
    # What was said of the network is what the test did to it.
    tab.wrong[:] = [one for one in tab.wrong if "ERR_INTERNET_DISCONNECTED" not in one]


def reconnect(tab: Window) -> None:
    tab.page.context.set_offline(False)
    tab.page.evaluate("dispatchEvent(new Event('online'))")


def until(page: Page, holds: str) -> None:
    """Wait until an asynchronous function of the page says true."""
    for _ in range(100):
        if page.evaluate(holds):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"it never held: {holds}")

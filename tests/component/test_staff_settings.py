"""Settings: the line for each website, and whether websites and shops are heard from."""

import re
from datetime import timedelta
from typing import Any

import pytest

from mteja.aws import clients
from mteja.business.load import business, sites
from mteja.business.sites import Sites
from mteja.recording.record import Recorder, record
from mteja.tracking import hearing
from tests.component.browser import HOST, Browser
from tests.component.signed_in import Office, office
from tests.component.test_summaries import Night, store
from tests.component.test_watch import order_at
from tests.visits import DAY, SITE, batch, moment, page

NEXT = DAY + timedelta(days=1)
SETTINGS = "/staff/settings"
HOUR = 3_600_000


@pytest.fixture
def desk(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Office:
    opened = office(monkeypatch)
    at(monkeypatch, moment("12:00", NEXT))
    return opened


@pytest.fixture
def browser(desk: Office) -> Browser:
    return desk.signed_in("owner")


def at(patch: pytest.MonkeyPatch, now: int) -> None:
    patch.setattr("mteja.staff.pages.settings.now_ms", lambda: now)


def test_settings_are_the_owners(desk: Office) -> None:
    for groups in (["staff"], ["analyst"], ["staff", "analyst"], []):
        shown = desk.signed_in(*groups).get(SETTINGS)
        assert shown.status == 403
        assert "data-key" not in shown.html
        assert "Settings" not in shown.html
    assert desk.signed_in("owner").get(SETTINGS).status == 200


def test_each_website_has_its_line_and_what_goes_beside_it(browser: Browser) -> None:
    shown = browser.get(SETTINGS)
    (site,) = sites().sites
    line = f'<script defer src="https://{HOST}/mteja.js" data-key="{site.write_key}"></script>'
    assert line in shown.text
    assert f'<img src="https://{HOST}/v1/pixel.gif?key={site.write_key}&amp;path=/"' in shown.text
    for origin in site.origins:
        assert origin in shown.text
    copied = {one["data-copies"] for one in shown.tags("button") if "data-copies" in one}
    texts = {one["id"] for one in shown.tags("code") if "id" in one}
    assert copied == texts == {"snippet-1", "pixel-1"}
    # Without scripts there is no button that does nothing.
    assert all("hidden" in one for one in shown.tags("button") if "data-copies" in one)


def test_a_site_without_origins_takes_the_businesss(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mteja.staff.pages.settings.sites", lambda: Sites(sites=(SITE,)))
    assert business().allowed_origins[0] in browser.get(SETTINGS).text


def test_no_secret_and_no_place_of_one_is_shown(browser: Browser) -> None:
    shown = browser.get(SETTINGS)
    for told in [*sites().sites, *business().sources]:
        place = getattr(told, "secret", None) or getattr(told, "secrets", "")
        assert place
        assert place not in shown.html


def test_an_api_on_this_machine_is_addressed_without_tls(browser: Browser) -> None:
    browser.headers["host"] = "abc.execute-api.localhost:4566"
    assert 'src="http://abc.execute-api.localhost:4566/mteja.js"' in browser.get(SETTINGS).text


def test_a_website_that_was_never_heard_of_is_told(browser: Browser) -> None:
    shown = browser.get(SETTINGS)
    assert "Not heard from in the last 14 days" in shown.text
    assert "Put the line below into every page" in shown.text


def test_a_website_is_heard_from_today(browser: Browser) -> None:
    store(batch(page(moment("09:00", NEXT)), "v1"))
    assert "Heard from today" in browser.get(SETTINGS).text


def test_a_website_was_last_heard_from_on_a_day(
    browser: Browser, aws: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    store(batch(page(moment("09:00")), "v1"))
    assert "Last heard from on Nov 20, 2026" in browser.get(SETTINGS).text
    Night(aws, monkeypatch).run()
    at(monkeypatch, moment("12:00", DAY + timedelta(days=13)))
    assert "Last heard from on Nov 20, 2026" in browser.get(SETTINGS).text
    at(monkeypatch, moment("12:00", DAY + timedelta(days=14)))
    assert "Not heard from" in browser.get(SETTINGS).text


def test_a_robot_shows_that_the_line_is_there(browser: Browser) -> None:
    store(batch(page(moment("09:00", NEXT)), "v1", bot="list:Googlebot/"))
    assert "Heard from today" in browser.get(SETTINGS).text


def test_another_website_is_not_this_one(browser: Browser) -> None:
    store(batch(page(moment("09:00", NEXT)), "v1", site="another"))
    assert "Not heard from" in browser.get(SETTINGS).text


def test_looking_is_bounded(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy day costs no more than a few items of each shard."""
    monkeypatch.setattr(hearing, "A_FEW", 2)
    store(*(batch(page(moment("09:00", NEXT) + n), f"v{n}", site="another") for n in range(60)))
    read: list[int] = []

    def counted(parsed: dict[str, Any], **_: object) -> None:
        read.append(parsed.get("ScannedCount", 0))

    events = clients.dynamodb().meta.events
    events.register("after-call.dynamodb.Query", counted)
    try:
        browser.get(SETTINGS)
    finally:
        events.unregister("after-call.dynamodb.Query", counted)
    assert sum(read) <= 2 * 8


def test_shops_say_when_they_were_heard_and_which_is_silent(
    browser: Browser, recorder: Recorder
) -> None:
    now = moment("12:00", NEXT)
    for number in range(8):
        record(order_at(number, now - 3 * 24 * HOUR - number * HOUR), recorder)
    shown = browser.get(SETTINGS)
    cards = dict(re.findall(r"<h3>([a-z-]+)</h3>(.*?)</li>", shown.html, re.DOTALL))
    assert set(cards) == {one.id for one in business().sources}
    assert "Silent for unusually long" in cards["shopify-demo"]
    assert "mteja reconcile shopify-demo" in cards["shopify-demo"]
    assert "Not heard from in the last two weeks" in cards["square-demo"]
    assert f"https://{HOST}/v1/webhooks/square-demo" in cards["square-demo"]
    record(order_at(99, now - HOUR), recorder)
    shown = browser.get(SETTINGS)
    assert "Silent for unusually long" not in shown.text
    assert "Last heard from on Nov 21, 2026, 11:00" in shown.text

"""Offers at the pages: a code at the till, the lists, what came of it, and codes put in."""

import re
from collections import Counter
from copy import deepcopy
from datetime import timedelta

import pytest

from mteja.business.winning_back import WinBack
from mteja.inactivity import queue, runs
from mteja.inactivity.watching import ACTED
from mteja.offers.items import Standing
from mteja.recording.record import recorder
from mteja.staff.api_offers import REPORTS
from mteja.staff.winback import WinbackReports
from mteja.times import DAY_MS, business_day
from tests import kit
from tests.component.browser import Browser
from tests.component.signed_in import Office, office
from tests.component.test_staff_pages import page_of
from tests.component.test_winback_report import HELD
from tests.component.winning import LADDER, TENTH, Winning, shop

__all__ = ["shop"]

OFFERS, CODES, REPORT = "/staff/offers", "/staff/codes", "/staff/reports/winback"
LOOK_UP, REDEEM = f"{OFFERS}/look-up", f"{OFFERS}/redeem"
LIST = "shopify-ten"
RULES = WinBack(rules=(TENTH.model_copy(update={"codes": LIST}),), low_codes=2)
HOSTILE = "<script>alert(1)</script>'\"{{7*7}}"


@pytest.fixture
def desk(shop: Winning, monkeypatch: pytest.MonkeyPatch) -> Office:
    for module in ("asking", "tasks", "reports"):
        monkeypatch.setattr(f"mteja.staff.pages.{module}.now_ms", lambda: shop.now)
    return office(monkeypatch)


@pytest.fixture
def browser(desk: Office) -> Browser:
    return desk.signed_in("staff")


def look_up(browser: Browser, code: str) -> tuple[int, str]:
    shown = browser.fill_in(browser.get(OFFERS), LOOK_UP, code=code)
    assert "<script>alert" not in shown.html
    return shown.status, " ".join(shown.text.split())


def test_a_code_is_looked_up_and_redeemed_once(shop: Winning, browser: Browser) -> None:
    offer = shop.sent(shop.gone_quiet())
    looked = browser.fill_in(browser.get(OFFERS), LOOK_UP, code=str(offer.code).lower())
    assert "10% off" in " ".join(looked.text.split())
    assert shop.offer().standing is Standing.OPEN
    done = browser.fill_in(looked, REDEEM)
    assert (done.status, done.path) == (200, OFFERS)
    assert "The offer is redeemed." in done.text
    assert str(offer.code) not in "".join(done.ways)
    assert shop.offer().standing is Standing.REDEEMED
    again = browser.fill_in(looked, REDEEM)  # the same attempt, sent twice
    assert again.status == 200
    status, text = look_up(browser, str(offer.code))
    assert (status, "This code was redeemed before." in text) == (409, True)
    assert "at the till" in text


def test_a_code_that_is_none_or_has_ended_says_so(shop: Winning, browser: Browser) -> None:
    offer = shop.sent(shop.gone_quiet())
    for code in ("7K3F-9QXZ-41CD", "", HOSTILE, "x" * 500):
        status, text = look_up(browser, code)
        assert (status, "Nobody was given this code." in text) == (404, True)
    shop.now = offer.ends + 1
    status, text = look_up(browser, str(offer.code))
    assert (status, "This offer has ended." in text) == (422, True)


def test_each_list_shows_its_offers(shop: Winning, browser: Browser) -> None:
    customer = shop.gone_quiet()
    shop.sent(customer, LADDER)
    shown = browser.get(OFFERS)
    links = [one["href"] for one in shown.tags("a")]
    assert any(customer in one for one in links)
    assert "Reminder" in shown.text
    for status in ("redeemed", "expired", "stopped", "held-out"):
        assert "No offers here." in browser.get(f"{OFFERS}?status={status}").text
    assert browser.get(f"{OFFERS}?status=nothing").status == 422


def test_a_customers_page_tells_of_offers(shop: Winning, browser: Browser) -> None:
    offer = shop.sent(shop.gone_quiet())
    shop.ordered_with(str(offer.code))
    text = " ".join(browser.get(page_of(offer.customer)).text.split())
    assert str(offer.code) in text
    assert text.count("10% off: Redeemed") == 1
    assert text.count("10% off: Offered") == 1  # what came of it has an entry of its own


def test_hostile_codes_of_an_order_are_only_text(shop: Winning, browser: Browser) -> None:
    shop.gone_quiet()
    assert shop.ordered_with(HOSTILE, "CODE#x", "\x00", "💐" * 60) == "recorded"
    shown = browser.get(page_of(shop.customer()))
    assert "<script>alert" not in shown.html
    assert not [one for one in kit.all_keys() if one.startswith("CODE")]


def test_the_owner_puts_codes_in_and_staff_see_them(
    shop: Winning, desk: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mteja.staff.pages.offers.win_back", lambda: RULES)
    owner = desk.signed_in("owner")
    codes = f"TEN-1\r\nTEN-2\r\nten1\r\n{HOSTILE}\r\n{'x' * 300}\r\n"
    told = owner.fill_in(owner.get(CODES), f"{CODES}/{LIST}", codes=codes)
    assert told.status == 200
    text = " ".join(told.text.split())
    assert "3 codes were added." in text
    assert "Line 3: it stood further up" in text
    assert "Line 5: nobody can type it" in text
    assert "3 codes are left" in text
    assert "<script>alert" not in told.html
    empty = owner.fill_in(owner.get(CODES), f"{CODES}/{LIST}", codes="")
    assert empty.status == 422
    (fields,) = [one["fields"] for one in empty.forms() if one["action"].endswith(LIST)]
    assert owner.post(f"{CODES}/nothing", fields | {"codes": "TEN-3"}).status == 404
    assert CODES.rpartition("/")[2] in owner.get(OFFERS).html


def test_staff_see_lists_and_put_nothing_in(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mteja.staff.pages.offers.win_back", lambda: RULES)
    shown = browser.get(CODES)
    assert "0 codes are left" in " ".join(shown.text.split())
    assert "Put in" not in shown.text
    fields = shown.forms()[0]["fields"] | {"codes": "TEN-1"}
    assert browser.post(f"{CODES}/{LIST}", fields).status == 403
    assert not [one for one in kit.all_keys() if one.startswith("CODE")]


def test_few_codes_are_among_the_tasks(
    shop: Winning, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mteja.staff.tasks.win_back", lambda: RULES)
    shop.make(shop.act(shop.gone_quiet(), RULES.rules[0]))
    shown = browser.get("/staff/tasks")
    assert f"Few codes are left in the list {LIST}" in shown.text
    assert "Nothing is to be done." not in shown.text


def test_analysts_see_what_came_of_offers_and_no_offers(shop: Winning, desk: Office) -> None:
    shop.sent(shop.gone_quiet())
    analyst = desk.signed_in("analyst")
    assert analyst.get(OFFERS).status == 403
    assert analyst.get(CODES).status == 403
    assert analyst.get(REPORT).status == 200


@pytest.mark.parametrize("language", ["en", "sw", "ca"])
def test_the_report_tells_in_words_what_is_known(
    shop: Winning, browser: Browser, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    nights = kit.handler("winback")
    monkeypatch.setattr("mteja.offers.reckoning.AT_ONCE", 1)  # moto does not bear several threads
    monkeypatch.setattr(nights, "now_ms", lambda: shop.now)
    browser.headers["accept-language"] = language
    empty = browser.get(REPORT)
    assert empty.status == 200
    offer = shop.sent(shop.gone_quiet())
    shop.now = offer.at + 32 * DAY_MS
    day = business_day(offer.at, recorder().business.time_zone)
    nights.lambda_handler({"from": str(day)}, None)
    few = browser.get(REPORT)
    assert few.status == 200
    monkeypatch.setattr("mteja.offers.effects.LEAST_PEOPLE", 0)
    monkeypatch.setattr("mteja.offers.effects.LEAST_BUYERS", 0)
    many = browser.get(REPORT)
    assert many.status == 200
    assert len({" ".join(one.text.split()) for one in (empty, few, many)}) == 3
    if language == "en":
        assert "Nothing was offered on these days" in empty.text
        assert "Too few to tell." in few.text
        assert "It may be chance." in " ".join(many.text.split())
    for shown in (few, many):
        assert not re.search(r"\w[.%][A-Z]", shown.text)  # each sentence stands apart
    sheet = browser.get(f"{REPORT}.csv")
    assert sheet.headers["content-type"].startswith("text/csv")
    assert "quiet" in sheet.html


def test_offers_that_cost_more_than_they_brought_are_told_without_a_word_of_more(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    (report,) = REPORTS
    made = deepcopy(report.success.example)
    (money,) = made["items"][0]["compared"]["money"]
    spent = {"offers": 1_000, "held_out": 1_500, "difference": -500, "interval": [-900, -100]}
    incremental = {"net": -50_000, "interval": [-90_000, -10_000]}
    money |= {"currency": "USD", "per_customer": spent, "incremental": incremental}
    monkeypatch.setattr(WinbackReports, "whole", lambda *_: made | {"steps": []})
    text = " ".join(browser.get(REPORT).text.split())
    assert "spent $10.00 on average, one who was not $15.00." in text
    assert "The difference is in all likelihood between -$9.00 and -$1.00." in text
    assert "it is -$500.00: between -$900.00 and -$100.00." in text
    assert not re.search(r"\w[.%][A-Z]", text)  # each sentence stands apart


@pytest.mark.parametrize("language", ["en", "sw", "ca"])
def test_the_pages_are_shown_in_every_language(
    shop: Winning, browser: Browser, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mteja.staff.pages.offers.win_back", lambda: RULES)
    customer = shop.gone_quiet()
    offer = shop.sent(customer)
    shop.ordered_with(str(offer.code))
    shop.now += DAY_MS
    shop.make(shop.act(customer, HELD))
    browser.headers["accept-language"] = language
    for path in (OFFERS, f"{OFFERS}?status=redeemed", f"{OFFERS}?status=held-out", CODES):
        shown = browser.get(path)
        assert shown.status == 200
        assert f'lang="{language}"' in shown.html


def test_the_report_tells_what_the_daily_job_did(shop: Winning, browser: Browser) -> None:
    zone = recorder().business.time_zone
    today = business_day(shop.now, zone)
    runs.note_run(shop.table, today, today, 24, shop.now)
    part = runs.Part(Counter({runs.FOUND: 7, ACTED: 3}), Counter({"no-codes": 2, "consent": 1}))
    runs.note_part(shop.table, queue.Bucket(today, today, 0), "attempt", part, shop.now)
    text = " ".join(browser.get(REPORT).text.split())
    assert "What the daily job did" in text
    assert "there is no consent: 1" in text
    assert "no code was left: 2" in text
    assert "a part is missing:" in text  # of 24 messages one was worked, and not to its end
    for shard in range(24):
        bucket = queue.Bucket(today, today - timedelta(days=shard // 8), shard % 8)
        runs.note_part(shop.table, bucket, "again", runs.Part(ended=True), shop.now)
    assert "a part is missing:" not in browser.get(REPORT).text

"""The customer's card over its link, and the till's page."""

import re
from datetime import date, timedelta
from functools import cache
from html import unescape
from typing import Any

import pytest

from mteja import links
from mteja.business.load import rewards as declared_rewards
from mteja.business.mailing import Mailing
from mteja.business.rewards import Rewards
from mteja.errors import BadSignature
from mteja.pages.catalogues import catalogue
from mteja.pages.formats import Formats
from mteja.recording.record import recorder
from mteja.rewards.numbers import as_number, new_number
from mteja.rewards.qr import svg
from mteja.times import DAY_MS, now_ms
from tests import kit
from tests.component.browser import Browser, Shown
from tests.component.counter import stored
from tests.component.front import Front
from tests.component.postal import ADDRESS, Postal, postal
from tests.component.signed_in import Office, office
from tests.component.web import Web

__all__ = ["postal"]

ASHA = {"email": "asha@example.com", "name": "Asha Example", "phone": "+12025550123"}
TILL = "/staff/rewards"


@pytest.fixture
def web(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Browser:
    monkeypatch.setenv("FORM_REQUESTS_PER_MINUTE", "100000")
    return Browser(kit.handler("forms"))


@pytest.fixture
def browser(front: Front, monkeypatch: pytest.MonkeyPatch) -> Browser:
    return office(monkeypatch).signed_in("staff")


@pytest.fixture
def asha(front: Front) -> str:
    return str(front.told("/v1/customers", ASHA)["id"])


def joined(front: Front, customer: str) -> dict[str, Any]:
    return front.told("/v1/rewards/join", {"customer": customer})


def stamped(front: Front, customer: str, amount: int = 1) -> None:
    body = {"customer": customer, "amount": amount, "unit": "stamps", "reason": "An old card"}
    front.told("/v1/rewards/adjust", body)


def test_a_card_shows_the_number_and_what_there_is_and_nobody(
    front: Front, web: Browser, asha: str
) -> None:
    card = joined(front, asha)
    stamped(front, asha, 7)
    shown = web.get(card["path"])
    assert shown.status == 200
    assert card["loyalty"] in shown.text
    assert "7 stamps" in shown.text
    assert shown.html.count('<li class="full">') == 7
    assert "3 stamps to go" in shown.text
    assert 'class="qr"' in shown.html
    assert shown.tags("script") == []
    assert shown.headers["x-robots-tag"] == "noindex"
    assert shown.headers["cache-control"] == "no-store"
    for personal in ("Asha", "asha@", "5550123", "An old card", asha):
        assert personal not in shown.html


@pytest.mark.parametrize("language", ["en", "sw", "ca"])
def test_a_card_is_in_the_language_that_is_asked_for(
    language: str, front: Front, web: Browser, asha: str
) -> None:
    shown = web.get(f"{joined(front, asha)['path']}&lang={language}")
    assert f'lang="{language}"' in shown.html
    title = catalogue(language).gettext("Your card")
    assert shown.title.startswith(title)
    assert (language == "en") == (title == "Your card")


def test_a_link_opens_its_card_only_and_for_its_time(front: Front, web: Browser, asha: str) -> None:
    index = recorder().vault.index
    of_forms = links.make(links.new_link(links.PROFILE_LINK, asha, now_ms(), 1), index)
    old = links.make(links.new_link(links.WALLET_LINK, asha, now_ms() - 2 * DAY_MS, 1), index)
    of_nobody = links.make(links.new_link(links.WALLET_LINK, "cus_none", now_ms(), 1), index)
    for token in (of_forms, old, of_nobody, "", "x" * 40):
        assert web.get(f"/rewards?t={token}").status == 401
    card = joined(front, asha)
    with pytest.raises(BadSignature):
        links.open_link(card["token"], links.PROFILE_LINK, now_ms(), index)
    assert web.get(card["path"]).status == 200


def test_a_card_that_was_lost_ends_with_a_new_one(
    front: Front, browser: Browser, web: Browser, asha: str
) -> None:
    lost = joined(front, asha)
    stamped(front, asha, 3)
    shown = browser.fill_in(browser.get(f"{TILL}?customer={asha}"), f"{TILL}/join")
    assert shown.query["done"] == "join"
    assert lost["loyalty"] not in shown.text
    assert web.get(lost["path"]).status == 401
    assert front.find(loyalty=lost["loyalty"]) == []
    card = joined(front, asha)
    assert front.find_one(loyalty=card["loyalty"]) == asha
    told = web.get(card["path"]).text
    assert card["loyalty"] in told
    assert "3 stamps" in told
    assert lost["loyalty"] not in repr(kit.all_items())


def test_a_new_card_of_two_linked_customers_ends_both_that_were(
    front: Front, web: Browser, asha: str
) -> None:
    juma = str(front.told("/v1/customers", {"email": "juma@example.com"})["id"])
    front.told("/v1/customers", {"email": "other@example.com", "loyalty": "1001"})
    cards = [joined(front, one) for one in (asha, juma)]
    front.link(asha, juma)
    body = {"customer": juma, "new": True}
    new = front.told("/v1/rewards/join", body, key="one")
    assert [web.get(card["path"]).status for card in cards] == [401, 401]
    assert web.get(new["path"]).status == 200
    assert front.told("/v1/rewards/join", body, key="one")["loyalty"] == new["loyalty"]
    assert front.find_one(loyalty=new["loyalty"]) == min(asha, juma)
    assert front.find_one(loyalty="1001") not in {asha, juma}


def test_a_number_that_another_holds_too_still_finds_the_other(front: Front, asha: str) -> None:
    number = joined(front, asha)["loyalty"]
    juma = str(front.told("/v1/customers", {"email": "juma@example.com", "loyalty": number})["id"])
    assert juma != asha
    front.told("/v1/rewards/join", {"customer": asha, "new": True})
    assert front.find_one(loyalty=number) == juma


def test_a_business_without_rewards_has_no_card_and_no_till(
    front: Front, web: Browser, browser: Browser, asha: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = joined(front, asha)["path"]
    for module in ("rewards.wallet", "staff.rewards", "staff.pages.rewards"):
        monkeypatch.setattr(f"mteja.{module}.declared_rewards", lambda: None)
    monkeypatch.setattr("mteja.staff.pages.asking.rewards", lambda: None)
    monkeypatch.setattr("mteja.business.load.rewards", cache(lambda: None))
    assert web.get(path).status == 404
    assert browser.get(TILL).status == 404
    assert TILL not in browser.get("/staff/find").html
    assert "<h2>Rewards</h2>" not in browser.get(f"/staff/customers/{asha}").html
    assert front.ask(f"/v1/customers/{asha}/rewards").status == 404


def look_up(browser: Browser, asked: str) -> Shown:
    return browser.fill_in(browser.get(TILL), TILL, q=asked)


@pytest.mark.parametrize("how", ["whole telephone", "its end", "card", "card in small letters"])
def test_a_customer_is_found_and_stamped(
    how: str, front: Front, browser: Browser, asha: str
) -> None:
    number = joined(front, asha)["loyalty"]
    asked = {"whole telephone": ASHA["phone"], "its end": "0123", "card": number}
    shown = look_up(browser, asked.get(how, number.lower()))
    assert shown.query == {"customer": asha}
    assert "Asha Example" in shown.text
    shown = browser.fill_in(shown, f"{TILL}/stamp")
    assert (shown.query["done"], shown.status) == ("stamp", 200)
    assert "1 stamp" in shown.text


def test_a_double_click_stamps_once(front: Front, browser: Browser, asha: str) -> None:
    shown = browser.get(f"{TILL}?customer={asha}")
    browser.fill_in(shown, f"{TILL}/stamp")
    browser.fill_in(shown, f"{TILL}/stamp")
    assert len(stored("POINTS#")) == 1


def test_what_there_is_enough_for_can_be_handed_out(
    front: Front, browser: Browser, asha: str
) -> None:
    stamped(front, asha, 9)
    shown = browser.get(f"{TILL}?customer={asha}")
    assert f"{TILL}/redeem" not in {form["action"].lstrip(".") for form in shown.forms()}
    stamped(front, asha, 1)
    shown = browser.fill_in(browser.get(f"{TILL}?customer={asha}"), f"{TILL}/redeem")
    assert shown.query["done"] == "redeem"
    assert "0 stamps" in shown.text
    assert "Spent: A coffee" in shown.text
    assert "Spent: A coffee" in browser.get(f"/staff/customers/{asha}").text


def test_a_visit_gives_what_the_owner_s_file_says(
    front: Front, browser: Browser, asha: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared = declared_rewards()
    assert declared is not None
    visit = {"id": "visit", "after": "visit", "unit": "stamps", "amount": 2}
    told = declared.model_dump(mode="json", exclude_none=True) | {"earn": [visit]}
    changed = Rewards.model_validate(told)
    for module in ("staff.rewards", "staff.pages.rewards"):
        monkeypatch.setattr(f"mteja.{module}.declared_rewards", lambda: changed)
    shown = browser.get(f"{TILL}?customer={asha}")
    assert "Give 2 stamps" in shown.text
    assert "2 stamps" in browser.fill_in(shown, f"{TILL}/stamp").text
    assert [one["amount"] for one in stored("POINTS#")] == [2]


def test_numbers_are_written_as_the_language_does(
    front: Front, browser: Browser, web: Browser, asha: str
) -> None:
    body = {"customer": asha, "amount": 12_345, "unit": "points", "reason": "A count"}
    front.told("/v1/rewards/adjust", body)
    card = joined(front, asha)["path"]
    for told in (browser.get(f"{TILL}?customer={asha}").text, web.get(card).text):
        assert "12,345 points" in told
        assert "+12,345 points" in told
    assert "+12,345 points" in browser.get(f"/staff/customers/{asha}").text
    assert "12.345 punts" in web.get(f"{card}&lang=ca").text


def test_the_last_day_is_told_on_which_it_can_be_used(
    front: Front, browser: Browser, web: Browser, asha: str
) -> None:
    stamped(front, asha)
    (item,) = stored("POINTS#")
    gone = date.fromisoformat(str(item["expires_on"]))
    last, first_without = (
        Formats("en", "UTC").day(day.isoformat()) for day in (gone - timedelta(days=1), gone)
    )
    card = joined(front, asha)["path"]
    for path, reader in ((card, web), (f"/staff/customers/{asha}", browser)):
        told = reader.get(path).text
        assert f"until {last}" in told
        assert first_without not in told


def test_a_card_says_what_has_expired_before_the_night_enters_it(
    front: Front, web: Browser, asha: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamped(front, asha, 4)
    card = joined(front, asha)["path"]
    later = now_ms() + 200 * DAY_MS
    monkeypatch.setattr("functions.forms.app.now_ms", lambda: later)
    shown = web.get(card)
    assert "0 stamps" in shown.text
    assert re.search(r"Expired\s[^+]*\N{MINUS SIGN}4 stamps", shown.text)


def test_something_is_put_right_with_its_reason(front: Front, browser: Browser, asha: str) -> None:
    shown = browser.get(f"{TILL}?customer={asha}")
    typed = {"unit": "points", "amount": "+25", "reason": "Forgotten at the market"}
    shown = browser.fill_in(shown, f"{TILL}/adjust", **typed)
    assert "25 points" in shown.text
    assert "Forgotten at the market" in shown.text
    refused = browser.fill_in(shown, f"{TILL}/adjust", **typed | {"amount": "\N{MINUS SIGN}26"})
    assert refused.status == 422
    assert "25" in refused.text
    assert "Forgotten at the market" in refused.html
    for wrong in ("", "many", "1.5", "9" * 9):
        assert browser.fill_in(shown, f"{TILL}/adjust", **typed | {"amount": wrong}).status == 422
    assert len(stored("POINTS#")) == 1


def test_the_till_shows_the_code_of_the_card_s_address(
    front: Front, browser: Browser, asha: str
) -> None:
    joined(front, asha)
    address = f"{TILL}?customer={asha}"
    assert 'class="qr"' not in browser.get(address).html
    browser.headers["referer"] = "https://api.example/below/staff/rewards"
    assert 'class="qr"' in browser.get(address).html
    browser.headers["referer"] = "https://elsewhere.example/staff/rewards"
    assert 'class="qr"' not in browser.get(address).html


def test_a_customer_s_page_says_what_there_is(front: Front, browser: Browser, asha: str) -> None:
    stamped(front, asha, 4)
    shown = browser.get(f"/staff/customers/{asha}")
    assert "4 stamps" in shown.text
    assert "An old card" in shown.text
    assert f"rewards?customer={asha}" in shown.html


def test_whoever_earned_enough_within_a_year_has_a_tier_everywhere(
    front: Front, web: Browser, browser: Browser, asha: str
) -> None:
    sale = {"currency": "USD", "total": 49_999}
    front.told(f"/v1/customers/{asha}/sales", sale)
    assert front.ask(f"/v1/customers/{asha}/rewards").body["tier"] is None
    front.told(f"/v1/customers/{asha}/sales", sale | {"total": 100})
    told = front.ask(f"/v1/customers/{asha}/rewards").body
    assert (told["earned_in_a_year"], told["tier"]["id"]) == (500, "silver")
    path = joined(front, asha)["path"]
    for language, title in (("en", "Silver"), ("sw", "Fedha"), ("ca", "Plata")):
        assert title in web.get(f"{path}&lang={language}").text
        assert title in browser.get(f"{TILL}?customer={asha}&lang={language}").text
        assert title in browser.get(f"/staff/customers/{asha}?lang={language}").text


def test_what_is_given_by_hand_makes_no_tier(front: Front, asha: str) -> None:
    body = {"customer": asha, "amount": 5_000, "unit": "points", "reason": "Opening balance"}
    front.told("/v1/rewards/adjust", body)
    assert front.ask(f"/v1/customers/{asha}/rewards").body["tier"] is None


def test_the_codes_hold_the_number_of_the_card_and_its_address(
    front: Front, web: Browser, browser: Browser, asha: str
) -> None:
    card = joined(front, asha)
    assert str(svg(card["loyalty"], "Loyalty number")) in web.get(card["path"]).html
    browser.headers["referer"] = "https://api.example/below/staff/rewards"
    shown = browser.get(f"{TILL}?customer={asha}")
    (link,) = [one["href"] for one in shown.tags("a") if "/rewards?t=" in one["href"]]
    path = unescape(link).rpartition("..")[2]
    assert str(svg(f"https://api.example/below{path}", "Address of the card")) in shown.html


def test_analysts_have_no_till(front: Front, aws: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    desk: Office = office(monkeypatch)
    browser = desk.signed_in("analyst")
    assert browser.get(TILL).status == 403
    assert TILL not in browser.get("/staff").html


@pytest.mark.parametrize("language", ["sw", "ca"])
def test_the_till_is_in_the_language_of_staff(
    language: str, front: Front, browser: Browser, asha: str
) -> None:
    joined(front, asha)
    stamped(front, asha, 12)
    browser.get(f"/staff/find?lang={language}")
    shown = browser.get(f"{TILL}?customer={asha}")
    words = re.findall(r"[A-Za-z]+", shown.text)
    for english in ("stamps", "Earned", "right", "customer", "Spent"):
        assert english not in words


def test_who_joins_by_a_form_has_a_number_and_a_welcome(
    front: Front, aws: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"email": "juma@example.com", "name": "Juma Example"}
    form = front.post("/v1/staff/forms/rewards?mode=staff", told)
    assert form.status == 201
    juma = str(form.body["customer"])
    body = front.ask(f"/v1/customers/{juma}/rewards").body
    assert body["points"] == {"active": 50, "pending": 0, "debt": 0}
    assert front.find_one(loyalty=body["loyalty"]) == juma
    again = front.post("/v1/staff/forms/rewards?mode=staff", told | {"name": "Juma E"})
    assert again.status == 201
    assert front.ask(f"/v1/customers/{juma}/rewards").body["points"]["active"] == 50


def test_a_claim_s_welcome_waits_until_the_customer_is_known(
    front: Front, aws: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Web(monkeypatch).post("rewards", email=ASHA["email"], name="Asha")[0] == 202
    asha = front.find_one(email=ASHA["email"])
    body = front.ask(f"/v1/customers/{asha}/rewards").body
    assert body["points"] == {"active": 0, "pending": 50, "debt": 0}
    number = body["loyalty"]
    front.told("/v1/customers", ASHA)
    body = front.ask(f"/v1/customers/{asha}/rewards").body
    assert body["points"] == {"active": 50, "pending": 0, "debt": 0}
    assert front.find_one(loyalty=number) == asha


def test_a_mistyped_number_is_none_of_ours() -> None:
    for _ in range(50):
        number = new_number()
        assert as_number(f" {number.lower()} ") == number
        assert as_number(f"{number[0]} {number[1:5]}-{number[5:8]} {number[8:]}") == number
        place = 1 + len(number) // 2
        other = str((int(number[place]) + 1) % 10)
        assert as_number(number[:place] + other + number[place + 1 :]) is None
    assert as_number("R1234") is None


def test_who_joins_on_the_web_is_sent_the_card_once(postal: Postal) -> None:
    joining = {"email": ADDRESS, "name": "Asha"}
    how = {"content_type": "application/json"}
    for name in ("Asha", "Asha Example"):
        sent = kit.raw(joining | {"name": name})
        answer = postal.ask("POST", "/v1/forms/rewards?lang=sw", sent, **how)
        assert answer["statusCode"] == 202
    assert postal.send() == {"sent": 1}
    (mail,) = postal.mails()
    assert mail.to == ADDRESS
    assert mail.message["Subject"] == catalogue("sw").gettext("Your card with us")
    shown = postal.ask("GET", mail.link("/rewards?t="))
    assert shown["statusCode"] == 200
    (member,) = postal.person().members
    assert str(member.profile.loyalty_number) in shown["body"]
    assert ADDRESS not in shown["body"]


def test_a_business_that_sends_no_mail_lets_join_all_the_same(
    postal: Postal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postal.forms, "mailing", lambda: Mailing())
    postal.forms.mails.cache_clear()
    sent = kit.raw({"email": ADDRESS})
    answer = postal.ask("POST", "/v1/forms/rewards", sent, content_type="application/json")
    assert answer["statusCode"] == 202
    assert postal.waiting() == []
    assert postal.person().members[0].profile.loyalty_number is not None

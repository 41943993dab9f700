"""Signing in and out, and what nobody gets who is not signed in."""

import re
from typing import Any

import pytest

from mteja.staff.pages import cookies, routes
from tests import kit
from tests.component.browser import Browser
from tests.component.counter import stored
from tests.component.signed_in import ADDRESS, SIGN_IN, Office, office
from tests.fakes.pool import CODE, PASSWORD

CUSTOMER = "cus_01JZZZZZZZZZZZZZZZZZZZZZZZ"
NEW = "Another-Password-2"
_PATHS = sorted(routes.PAGES)
_each_page = pytest.mark.parametrize("what", _PATHS)
HOME = "/staff/find"


@pytest.fixture
def desk(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Office:
    return office(monkeypatch)


@pytest.fixture
def nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail the test when a page reaches for what is stored."""

    def reached() -> None:
        raise AssertionError("a page reached for what is stored")

    monkeypatch.setattr("mteja.staff.pages.asking.recorder", reached)


def ask(browser: Browser, what: str) -> Any:
    method, path = what.split(" ")
    path = re.sub(r"\{[a-z]+\}", CUSTOMER, path)
    return browser.get(path) if method == "GET" else browser.post(path, {"customer": CUSTOMER})


@_each_page
def test_no_page_is_for_who_is_not_signed_in(
    what: str, desk: Office, nothing_is_read: None
) -> None:
    desk.pool.add(ADDRESS, "owner")
    for access in (
        None,
        "a.b.c",
        desk.pool.token(ADDRESS, exp=1),
        desk.pool.token(ADDRESS, client_id="another"),
        desk.pool.token(ADDRESS, token_use="id"),
    ):
        browser = desk.browser()
        if access is not None:
            browser.cookies[cookies.ACCESS] = access

        shown = ask(browser, what)

        assert shown.path == SIGN_IN
        assert shown.ways[0].startswith(SIGN_IN)
    assert kit.all_items() == []


def test_no_unknown_page_is_told_from_a_known_one(desk: Office, nothing_is_read: None) -> None:
    assert desk.browser().get("/staff/no/such/page").path == SIGN_IN


def test_who_signs_in_is_led_to_the_page_that_was_asked_for(desk: Office) -> None:
    desk.pool.add(ADDRESS, "staff")
    browser = desk.browser()
    asked = browser.get("/staff/tasks")
    shown = browser.fill_in(asked, SIGN_IN, email=ADDRESS, password=PASSWORD)
    assert (shown.status, shown.path) == (200, "/staff/tasks")
    assert ADDRESS in shown.text


@pytest.mark.parametrize("asked", ["/staff/", "/staff/find/", "/staff/staff/find"])
def test_a_slash_too_many_leads_to_the_page(asked: str, desk: Office) -> None:
    shown = desk.signed_in("staff").get(asked)
    assert (shown.status, shown.path) == (200, "/staff/find")
    assert desk.browser().get(asked).path == "/staff/sign-in"


@pytest.mark.parametrize(
    "to", ["https://evil.example", "//evil.example", "/v1/customers", "/staff/..", "/staff\\x", ""]
)
def test_nobody_is_led_elsewhere(to: str, desk: Office) -> None:
    desk.pool.add(ADDRESS, "staff")
    browser = desk.browser()
    shown = browser.fill_in(
        browser.get(SIGN_IN), SIGN_IN, email=ADDRESS, password=PASSWORD, next=to
    )
    assert shown.path == HOME


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (ADDRESS, "wrong"),
        ("nobody@shop.example", PASSWORD),
        ("", ""),
        (ADDRESS, ""),
        ("", "nothing"),
    ],
)
def test_a_wrong_pair_is_refused_alike(email: str, password: str, desk: Office) -> None:
    desk.pool.add(ADDRESS, "owner")
    browser = desk.browser()
    shown = desk.sign_in(browser, password, email)
    assert (shown.status, shown.path) == (401, SIGN_IN)
    assert "do not go together" in shown.text
    assert cookies.ACCESS not in browser.cookies
    assert password == "" or password not in shown.html


def test_a_first_password_must_be_changed(desk: Office) -> None:
    desk.pool.add(ADDRESS, "staff", must_change=True)
    browser = desk.browser()
    asked = desk.sign_in(browser)
    assert asked.status == 200
    assert cookies.ACCESS not in browser.cookies

    unequal = browser.fill_in(asked, SIGN_IN, new_password=NEW, new_password_again="x")
    assert unequal.status == 422
    assert "not the same" in unequal.text
    weak = browser.fill_in(unequal, SIGN_IN, new_password="short", new_password_again="short")
    assert weak.status == 422
    assert "12 characters" in weak.text
    done = browser.fill_in(weak, SIGN_IN, new_password=NEW, new_password_again=NEW)
    assert (done.status, done.path) == (200, HOME)
    assert desk.sign_in(desk.browser(), NEW).path == HOME
    assert desk.sign_in(desk.browser(), PASSWORD).status == 401


def test_a_second_factor_is_asked_for(desk: Office) -> None:
    desk.pool.add(ADDRESS, "staff", has_authenticator=True)
    browser = desk.browser()
    asked = desk.sign_in(browser)
    assert cookies.ACCESS not in browser.cookies
    wrong = browser.fill_in(asked, SIGN_IN, code="000000")
    assert wrong.status == 422
    assert cookies.ACCESS not in browser.cookies
    assert browser.fill_in(wrong, SIGN_IN, code=f"{CODE[:3]} {CODE[3:]}").path == HOME


def test_a_forgotten_password_is_changed_with_a_code_from_the_mail(desk: Office) -> None:
    desk.pool.add(ADDRESS, "staff")
    browser = desk.browser()
    asked = browser.fill_in(browser.get(f"{SIGN_IN}?step=forgotten"), SIGN_IN, email=ADDRESS)
    assert desk.pool.mailed == [ADDRESS]
    both = {"new_password": NEW, "new_password_again": NEW}
    wrong = browser.fill_in(asked, SIGN_IN, code="000000", **both)
    assert wrong.status == 422
    unequal = browser.fill_in(wrong, SIGN_IN, code=CODE, new_password=NEW, new_password_again="")
    assert unequal.status == 422
    weak = browser.fill_in(unequal, SIGN_IN, code=CODE, new_password="x", new_password_again="x")
    assert (weak.status, cookies.ACCESS in browser.cookies) == (422, False)
    assert browser.fill_in(weak, SIGN_IN, code=CODE, **both).path == HOME


def test_nobody_learns_by_a_forgotten_password_who_has_an_account(desk: Office) -> None:
    desk.pool.add(ADDRESS, "staff")
    shown = []
    for email in (ADDRESS, "nobody@shop.example"):
        browser = desk.browser()
        asked = browser.fill_in(browser.get(f"{SIGN_IN}?step=forgotten"), SIGN_IN, email=email)
        again = browser.fill_in(asked, SIGN_IN, code="1", new_password="x", new_password_again="x")
        shown += [(asked.status, asked.text, again.status, again.text)]
    assert shown[0] == shown[1]
    assert desk.pool.mailed == [ADDRESS]


def test_a_challenge_of_somebody_else_is_refused(desk: Office) -> None:
    desk.pool.add(ADDRESS, "owner", has_authenticator=True)
    browser = desk.browser()
    asked = desk.sign_in(browser)
    shown = browser.fill_in(asked, SIGN_IN, session="made up", code=CODE)
    assert shown.status == 422
    assert cookies.ACCESS not in browser.cookies


def test_a_session_is_renewed_when_its_access_has_run_out(desk: Office) -> None:
    browser = desk.signed_in("staff")
    browser.cookies[cookies.ACCESS] = desk.pool.token(ADDRESS, exp=1)
    assert browser.get(HOME).status == 200
    renewed = browser.cookies[cookies.ACCESS]
    assert browser.get(HOME).status == 200
    assert browser.cookies[cookies.ACCESS] == renewed
    assert desk.pool.calls.count("REFRESH_TOKEN_AUTH") == 1

    del browser.cookies[cookies.ACCESS]
    assert browser.fill_in(browser.get(HOME), HOME, q="1").status == 200


def test_a_session_that_the_pool_has_ended_is_over(desk: Office, nothing_is_read: None) -> None:
    browser = desk.browser()
    desk.pool.add(ADDRESS, "staff")
    browser.cookies[cookies.ACCESS] = desk.pool.token(ADDRESS, exp=1)
    browser.cookies[cookies.REFRESH] = "revoked"
    assert browser.get(HOME).path == SIGN_IN


def test_signing_out_ends_the_session_here_and_at_the_pool(desk: Office) -> None:
    browser = desk.signed_in("owner")
    kept = dict(browser.cookies)
    shown = browser.fill_in(browser.get(HOME), "/staff/sign-out")
    assert shown.path == SIGN_IN
    assert set(browser.cookies) == {cookies.FORM}
    assert desk.pool.sessions == {}

    browser.cookies = kept | {cookies.ACCESS: desk.pool.token(ADDRESS, exp=1)}
    assert browser.get(HOME).path == SIGN_IN


def test_no_form_is_taken_from_another_site(desk: Office) -> None:
    browser = desk.signed_in("owner")
    token = browser.cookies[cookies.FORM]
    sent = [what.partition(" ")[2] for what in _PATHS if what.startswith("POST")]
    assert len(sent) > 5
    for path in sent:
        for fields, headers in (
            ({}, {}),
            ({"_token": "guessed"}, {}),
            ({"_token": ""}, {}),
            ({"_token": token}, {"sec_fetch_site": "cross-site"}),
            ({"_token": token}, {"sec_fetch_site": "same-site"}),
            ({"_token": token}, {"sec_fetch_site": "none"}),
        ):
            address = re.sub(r"\{[a-z]+\}", CUSTOMER, path)
            assert browser.post(address, fields, **headers).status == 403, path
    assert kit.all_items() == []


def test_a_browser_without_fetch_metadata_is_known_by_its_origin(desk: Office) -> None:
    browser = desk.signed_in("owner")
    shown = browser.get(HOME)
    token = browser.cookies[cookies.FORM]
    event = kit.http_event(
        "POST",
        HOME,
        body=f"_token={token}&q=1".encode(),
        headers={"content-type": "application/x-www-form-urlencoded", "host": "api.example"},
        base64_body=True,
    )
    event["cookies"] = [f"{name}={value}" for name, value in browser.cookies.items()]
    for origin, status in (
        ("https://api.example", 200),
        ("https://evil.example", 403),
        ("null", 403),
        (None, 200),
    ):
        event["headers"].pop("origin", None)
        if origin is not None:
            event["headers"]["origin"] = origin
        assert desk.app.lambda_handler(event, None)["statusCode"] == status, origin
    assert shown.status == 200


@pytest.mark.parametrize("path", [SIGN_IN, "/staff/sign-out"])
def test_the_door_takes_no_form_from_another_site(path: str, desk: Office) -> None:
    browser = desk.signed_in("owner")
    assert browser.post(path, {"email": ADDRESS, "password": PASSWORD}).status == 403
    assert cookies.ACCESS in browser.cookies
    assert desk.pool.sessions != {}


def test_a_form_token_changes_when_somebody_signs_in(desk: Office) -> None:
    desk.pool.add(ADDRESS, "staff")
    browser = desk.browser()
    browser.get(SIGN_IN)
    before = browser.cookies[cookies.FORM]
    desk.sign_in(browser)
    assert browser.cookies[cookies.FORM] != before


@pytest.mark.parametrize("groups", [["analyst"], []], ids=["analyst", "no-group"])
def test_who_may_see_no_person_sees_none(groups: list[str], desk: Office) -> None:
    browser = desk.signed_in(*groups)
    shown = browser.get("/staff")
    assert shown.path == ("/staff/reports/pages" if groups else "/staff")
    assert ("You are in no group yet" in shown.text) is (not groups)
    for what in _PATHS:
        if what in {"GET /staff", "GET /staff/reports/{report}"}:
            continue
        method, path = what.split(" ")
        path = re.sub(r"\{[a-z]+\}", CUSTOMER, path)
        fields = {"_token": browser.cookies[cookies.FORM], "customer": CUSTOMER, "text": "x"}
        answer = browser.get(path) if method == "GET" else browser.post(path, fields)
        assert answer.status == 403, what
    assert stored("ACCESS#") == []


def test_guessing_is_slowed_down(desk: Office) -> None:
    desk.pool.add(ADDRESS, "owner")
    browser = desk.browser()
    statuses = [desk.sign_in(browser, "wrong").status for _ in range(40)]
    assert set(statuses) == {401, 429}
    last = desk.sign_in(browser)
    assert last.status == 429
    assert int(last.headers["retry-after"]) >= 1


def test_a_pool_that_is_asked_too_often_is_told(desk: Office) -> None:
    desk.pool.add(ADDRESS, "owner")
    desk.pool.too_often = True
    shown = desk.sign_in(desk.browser())
    assert shown.status == 429
    assert "retry-after" in shown.headers


def test_a_language_is_remembered(desk: Office) -> None:
    browser = desk.signed_in("owner")
    shown = browser.get(f"{HOME}?lang=sw")
    assert (shown.path, shown.query) == (HOME, {})
    assert 'lang="sw"' in shown.html
    assert 'lang="ca"' in browser.get(f"{HOME}?lang=ca").html
    assert '<html lang="ca">' in browser.get("/staff/tasks").html
    assert '<html lang="ca">' in browser.get(f"{HOME}?lang=xx").html


def test_every_page_is_guarded_and_kept_by_no_cache(desk: Office) -> None:
    browser = desk.signed_in("owner")
    for path in (SIGN_IN, HOME, "/staff/call", "/staff/tasks", "/staff/nothing"):
        shown = browser.get(path)
        policy = shown.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert shown.headers["cache-control"] == "no-store"


def test_files_of_the_pages_are_for_everybody(desk: Office) -> None:
    browser = desk.browser()
    shown = browser.get(SIGN_IN)
    (style,) = (one["href"] for one in shown.tags("link") if one["rel"] == "stylesheet")
    file = browser.get(f"/staff/{style.removeprefix('../staff/')}")
    assert file.headers["content-type"].startswith("text/css")
    assert browser.get("/staff/assets/nothing.css").status == 404


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"content-type": "application/json"}, b"{}", 415),
        ({"content-type": "application/x-www-form-urlencoded"}, b"\xff\xfe", 400),
        ({"content-type": "application/x-www-form-urlencoded"}, b"q=%ff", 400),
        ({"content-type": "application/x-www-form-urlencoded"}, b"q=" + b"x" * 200_000, 413),
        ({}, b"q=1", 415),
    ],
)
def test_what_is_no_form_is_refused(
    headers: dict[str, str], body: bytes, status: int, desk: Office
) -> None:
    browser = desk.signed_in("owner")
    event = kit.http_event("POST", HOME, body=body, headers=headers, base64_body=True)
    event["cookies"] = [f"{name}={value}" for name, value in browser.cookies.items()]
    response = desk.app.lambda_handler(event, None)
    assert response["statusCode"] == status
    assert response["headers"]["content-type"].startswith("text/html")

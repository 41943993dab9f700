"""Staff work at their pages in a real browser, with and without scripts."""

import json
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from mteja_local import demo
from mteja_local.calls import call
from mteja_local.clients import Clients
from tests.e2e.filling import HOSTILE
from tests.e2e.windows import FIND, Window, narrow_targets, overflows, screenshot, window

EMAIL = "bob.norman@mail.example.com"
TEMPORARY, OWN = "Temporary-Pass-1", "Another-Pass-22"
SIGN_IN = "/staff/sign-in"


@pytest.fixture(scope="session")
def demonstrated(stack: dict[str, Any], staff_token: str) -> None:
    """The demonstration's customers are there, and one who waits for a call."""
    list(demo.play(stack, staff_token))
    said = {"phone": "+255754000333", "name": "Asha Mushi", "kind": "complaint",
            "why": "The lamp flickers", "follow_up_on": "2026-11-20"}  # fmt: skip
    _told(stack, staff_token, "/v1/calls", said)


@pytest.fixture
def tab(browser: Browser, stack: dict[str, Any]) -> Iterator[Window]:
    with window(browser, stack["api"]["url"]) as opened:
        yield opened


@pytest.fixture
def desk(desk: Window, demonstrated: None) -> Window:
    return desk


def test_a_wrong_password_is_refused_and_the_right_one_opens(
    tab: Window, stack: dict[str, Any]
) -> None:
    tab.go("/staff/tasks")
    assert tab.path == SIGN_IN
    tab.sign_in(stack["staff"]["email"], "Not-The-Password-1")
    expect(tab.page.get_by_role("alert")).to_contain_text("do not go together")
    names = {cookie["name"] for cookie in tab.page.context.cookies()}
    assert "__Host-access" not in names

    tab.page.get_by_label("Password").fill(stack["staff"]["password"])
    tab.page.get_by_role("button", name="Sign in").click()
    assert tab.path == "/staff/tasks"
    for cookie in tab.page.context.cookies():
        assert cookie["name"].startswith("__Host-")
        assert (cookie["secure"], cookie["httpOnly"], cookie["path"]) == (True, True, "/")
    assert tab.page.evaluate("document.cookie") == ""


def a_new_colleague(stack: dict[str, Any], clients: Clients) -> str:
    """Return the address of one who has a first password and has never signed in."""
    email, pool = f"new-{uuid4()}@shop.example", stack["staff"]["user_pool_id"]
    cognito = clients("cognito-idp")
    cognito.admin_create_user(
        UserPoolId=pool, Username=email, MessageAction="SUPPRESS", TemporaryPassword=TEMPORARY
    )
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=email, GroupName="staff")
    return email


def one_with_a_password(
    stack: dict[str, Any], clients: Clients, called: str, group: str | None
) -> str:
    """Return the address of one of a group, or of none, whose password is TEMPORARY for good."""
    email, pool = f"{called}-{uuid4()}@shop.example", stack["staff"]["user_pool_id"]
    cognito = clients("cognito-idp")
    verified = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]
    cognito.admin_create_user(
        UserPoolId=pool, Username=email, MessageAction="SUPPRESS", UserAttributes=verified
    )
    cognito.admin_set_user_password(
        UserPoolId=pool, Username=email, Password=TEMPORARY, Permanent=True
    )
    if group is not None:
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=email, GroupName=group)
    return email


def test_a_first_password_is_changed(tab: Window, stack: dict[str, Any], clients: Clients) -> None:
    email = a_new_colleague(stack, clients)
    tab.go("/staff")
    tab.sign_in(email, TEMPORARY)
    tab.page.get_by_label("New password").fill(OWN)
    tab.page.get_by_label("The same once more").fill(OWN)
    tab.page.get_by_role("button", name="Keep this password").click()
    assert tab.path == FIND
    tab.page.get_by_role("button", name="Sign out").click()
    tab.sign_in(email, OWN)
    assert tab.path == FIND


def test_a_forgotten_password_is_changed(
    tab: Window, stack: dict[str, Any], clients: Clients
) -> None:
    email = one_with_a_password(stack, clients, "forgetful", "staff")
    tab.go("/staff")
    tab.page.get_by_role("link", name="Forgot your password?").click()
    tab.page.get_by_label("E-mail").fill(email)
    tab.page.get_by_role("button", name="Send the code").click()
    tab.page.get_by_label("Code from the mail").fill(_mailed(stack, email))
    tab.page.get_by_label("New password").fill(OWN)
    tab.page.get_by_label("The same once more").fill(OWN)
    tab.page.get_by_role("button", name="Keep this password").click()
    assert tab.path == FIND


def _mailed(stack: dict[str, Any], to: str) -> str:
    """Return the code in the mail that the emulator kept instead of sending it."""
    address = f"{stack['aws']['endpoint']}/_ministack/ses/messages"
    with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310
        kept = json.loads(answer.read())["messages"]
    (body,) = (one["BodyText"] for mails in kept.values() for one in mails if one["To"] == [to])
    (code,) = re.findall(r"\b[0-9]{6}\b", body)
    return str(code)


def test_the_keyboard_goes_through_the_door_in_order(tab: Window) -> None:
    tab.go("/staff")
    focused = "document.activeElement.id || document.activeElement.textContent.trim()"
    assert tab.page.evaluate(focused) == "f-email"
    order = []
    for _ in range(3):
        tab.page.keyboard.press("Tab")
        order.append(tab.page.evaluate(focused))
    assert order == ["f-password", "Sign in", "Forgot your password?"]
    for _ in range(7):
        tab.page.keyboard.press("Shift+Tab")
    skip = tab.page.get_by_text("Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert tab.page.evaluate(outline) == "solid"


def test_a_customer_is_found_and_shown(desk: Window) -> None:
    desk.find(EMAIL)
    assert desk.path.startswith("/staff/customers/cus_")
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Bob Norman")
    main = desk.page.locator("main")
    expect(main).to_contain_text("$389.94")
    expect(main).to_contain_text("IPod Nano")
    with desk.page.expect_navigation():
        desk.page.get_by_label("Show").select_option("refund")
    expect(desk.page.locator(".entry")).to_have_count(1)


def test_everything_works_without_scripts(
    browser: Browser, stack: dict[str, Any], signed_in: Any, demonstrated: None
) -> None:
    how = {"storage_state": signed_in, "java_script_enabled": False}
    with window(browser, stack["api"]["url"], **how) as tab:
        tab.find("1234")
        tab.page.get_by_role("link", name="Bob Norman").click()
        expect(tab.page.get_by_role("heading", level=1)).to_have_text("Bob Norman")
        tab.page.get_by_label("Show").select_option("refund")
        tab.page.get_by_role("button", name="Show").click()
        expect(tab.page.locator(".entry")).to_have_count(1)
        tab.page.get_by_role("link", name="Write down a call").click()
        tab.page.get_by_label("Why?").fill("Asks for the invoice")
        tab.page.get_by_role("button", name="Write it down").click()
        expect(tab.page.get_by_role("status")).to_have_text("The call is written down.")


def test_forms_and_tasks_work_without_scripts(
    browser: Browser, stack: dict[str, Any], signed_in: Any
) -> None:
    how = {"storage_state": signed_in, "java_script_enabled": False}
    with window(browser, stack["api"]["url"], **how) as tab:
        page, name = tab.page, f"Asha {uuid4().hex[:6]}"
        tab.go("/staff/forms")
        page.get_by_role("link", name="Welcome").click()
        page.get_by_label("E-mail address").fill("no address")
        page.get_by_label("Name").fill(name)
        page.get_by_role("button", name="Send").click()
        expect(page.locator("#e-email")).to_be_visible()
        page.get_by_label("E-mail address").fill(f"{uuid4().hex}@example.com")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("status")).to_have_text("The form is in.")
        expect(page.get_by_role("heading", level=1)).to_have_text(name)

        page.get_by_role("link", name="Write down a call").click()
        page.get_by_label("Why?").fill("Asks for the invoice")
        page.locator("summary").click()
        page.get_by_label("Follow up on").fill("2026-12-01")
        page.get_by_role("button", name="Write it down").click()
        tab.go("/staff/tasks")
        task = page.locator(".task", has_text=name)
        task.get_by_role("button", name="Done").click()
        expect(page.locator(".task", has_text=name)).to_have_count(0)


def test_a_call_is_written_down_by_keyboard_alone(desk: Window) -> None:
    page, name, phone = desk.page, f"Juma {uuid4().hex[:6]}", f"+25575{uuid4().int % 10**7:07d}"
    desk.go("/staff/call")
    expect(page.locator("#f-q")).to_be_focused()
    page.keyboard.type(phone)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The call")).to_be_visible()
    page.locator("#f-q").focus()
    typed = {"who": name, "why": "The lamp flickers", "outcome": "A new one is sent"}
    pressed = {"kind": "ArrowDown", "heard_from": "s", "summary": "Enter"}
    order = []
    focused = "document.activeElement.name || document.activeElement.localName"
    for _ in range(30):
        page.keyboard.press("Tab")
        at = page.evaluate(focused)
        if at not in order:
            order.append(at)
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
            if at in typed:
                page.keyboard.type(typed[at])
            elif at in pressed:
                page.keyboard.press(pressed[at])
        if page.evaluate("document.activeElement.textContent") == "Write it down":
            break
    asked = [at for at in order if at in {*typed, *pressed, "phone", "email", "follow_up_on"}]
    assert asked == [
        "kind", "who", "why", "outcome", "heard_from", "summary", "phone", "email", "follow_up_on",
    ]  # fmt: skip
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator("main")).to_contain_text("A new one is sent")
    expect(page.locator("main")).to_contain_text("Complaint")


def test_a_call_of_somebody_unknown_becomes_a_task(desk: Window) -> None:
    phone = f"+25575{uuid4().int % 10**7:07d}"
    desk.go("/staff/call")
    desk.page.get_by_label("Who is calling?").fill(phone)
    desk.page.get_by_role("button", name="Look up").click()
    desk.page.get_by_text("Complaint").click()
    desk.page.get_by_label("Who called?").fill(HOSTILE)
    desk.page.get_by_label("Why?").fill(HOSTILE)
    desk.page.get_by_text("Follow up, telephone, e-mail").click()
    desk.page.get_by_label("Follow up on").fill("2026-12-01")
    desk.page.get_by_role("button", name="Write it down").click()
    expect(desk.page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    desk.go("/staff/tasks")
    task = desk.page.locator(".task", has_text=phone)
    expect(task).to_contain_text(HOSTILE)
    task.get_by_role("button", name="Done").click()
    expect(desk.page.locator(".task", has_text=phone)).to_have_count(0)


def test_hostile_text_is_shown_as_text(
    desk: Window, stack: dict[str, Any], staff_token: str
) -> None:
    email = f"hostile-{uuid4()}@example.com"
    body = {"email": email, "name": HOSTILE, "address": {"line1": HOSTILE, "city": HOSTILE}}
    _told(stack, staff_token, "/v1/customers", body)
    for language in ("en", "sw", "ca"):
        desk.go(f"{FIND}?lang={language}")
        desk.page.locator("#f-q").fill(email)
        desk.page.locator("main button").click()
        expect(desk.page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
        expect(desk.page.locator("img")).to_have_count(0)


def _told(stack: dict[str, Any], token: str, path: str, body: dict[str, Any]) -> None:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    answer = call(stack, "POST", path, body=json.dumps(body).encode(), headers=headers)
    assert answer.status == 201


def test_signing_out_ends_the_session_everywhere(
    browser: Browser, tab: Window, stack: dict[str, Any]
) -> None:
    tab.go("/staff")
    tab.sign_in(stack["staff"]["email"], stack["staff"]["password"])
    kept = tab.page.context.storage_state()
    tab.page.get_by_role("button", name="Sign out").click()
    assert tab.path == SIGN_IN
    tab.go(FIND)
    assert tab.path == SIGN_IN

    kept["cookies"] = [it for it in kept["cookies"] if it["name"] != "__Host-access"]
    with window(browser, stack["api"]["url"], storage_state=kept) as stolen:
        stolen.go(FIND)
        assert stolen.path == SIGN_IN


def test_a_session_is_renewed_and_ends(
    browser: Browser, stack: dict[str, Any], tab: Window
) -> None:
    tab.go("/staff")
    tab.sign_in(stack["staff"]["email"], stack["staff"]["password"])
    tab.page.context.clear_cookies(name="__Host-access")
    tab.go(FIND)
    assert tab.path == FIND
    tab.page.context.clear_cookies(name="__Host-access")
    tab.page.context.clear_cookies(name="__Host-refresh")
    tab.go(FIND)
    assert tab.path == SIGN_IN


def test_a_form_without_the_browsers_token_is_refused(desk: Window) -> None:
    desk.go(FIND)
    send = """async (fields) => (await fetch(location.href, {
        method: "POST", body: new URLSearchParams(fields)})).status"""
    token = desk.page.locator("main input[name=_token]").get_attribute("value")
    assert desk.page.evaluate(send, {"q": "1"}) == 403
    assert desk.page.evaluate(send, {"q": "1", "_token": "guessed"}) == 403
    assert desk.page.evaluate(send, {"q": "1", "_token": token}) == 200


def test_another_site_can_not_send_our_forms(desk: Window) -> None:
    """The real thing: a page of another origin posts to ours, with whatever cookies go along."""
    desk.page.route(
        "https://evil.example/",
        lambda route: route.fulfill(
            content_type="text/html",
            body=f'<form method="post" action="{desk.url}/staff/sign-out"></form>',
        ),
    )
    desk.page.goto("https://evil.example/")
    with desk.page.expect_navigation() as sent:
        desk.page.evaluate("document.forms[0].submit()")
    assert sent.value.status in {303, 403}
    desk.wrong.clear()  # the other site was asked for on purpose
    desk.go(FIND)
    assert desk.path == FIND


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_fits_and_can_be_touched(
    width: int,
    scheme: Any,
    browser: Browser,
    stack: dict[str, Any],
    signed_in: Any,
    demonstrated: None,
    tmp_path: Path,
) -> None:
    how = {"viewport": {"width": width, "height": 844}, "color_scheme": scheme}
    url = stack["api"]["url"]
    with window(browser, url, **how) as tab:
        tab.go("/staff")
        _looked_at(tab, tmp_path, f"sign-in-{width}-{scheme}")
        tab.sign_in("nobody@shop.example", "wrong")
        _looked_at(tab, tmp_path, f"sign-in-wrong-{width}-{scheme}")
    with window(browser, url, storage_state=signed_in, **how) as tab:
        for name, path in (("find", FIND), ("call", "/staff/call"), ("tasks", "/staff/tasks")):
            tab.go(path)
            _looked_at(tab, tmp_path, f"{name}-{width}-{scheme}")
        tab.find("1234")
        _looked_at(tab, tmp_path, f"found-{width}-{scheme}")
        tab.find(EMAIL)
        _looked_at(tab, tmp_path, f"customer-{width}-{scheme}")
        tab.page.get_by_role("link", name="Write down a call").click()
        _looked_at(tab, tmp_path, f"call-of-customer-{width}-{scheme}")
        tab.go("/staff/nothing")
        _looked_at(tab, tmp_path, f"not-there-{width}-{scheme}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_step_of_signing_in_fits_and_can_be_touched(
    width: int,
    scheme: Any,
    browser: Browser,
    stack: dict[str, Any],
    clients: Clients,
    tmp_path: Path,
) -> None:
    how = {"viewport": {"width": width, "height": 844}, "color_scheme": scheme}
    url = stack["api"]["url"]
    with window(browser, url, **how) as tab:
        tab.go("/staff")
        tab.sign_in(a_new_colleague(stack, clients), TEMPORARY)
        expect(tab.page.get_by_label("New password")).to_be_visible()
        _looked_at(tab, tmp_path, f"first-password-{width}-{scheme}")
        tab.go("/staff")
        tab.page.get_by_role("link", name="Forgot your password?").click()
        _looked_at(tab, tmp_path, f"forgotten-{width}-{scheme}")
        email = one_with_a_password(stack, clients, "forgetful", "staff")
        tab.page.get_by_label("E-mail").fill(email)
        tab.page.get_by_role("button", name="Send the code").click()
        expect(tab.page.get_by_label("Code from the mail")).to_be_visible()
        _looked_at(tab, tmp_path, f"code-from-the-mail-{width}-{scheme}")
    for group in ("analyst", None):
        with window(browser, url, **how) as tab:
            tab.go("/staff")
            tab.sign_in(one_with_a_password(stack, clients, "looker", group), TEMPORARY)
            expect(tab.page.get_by_role("button", name="Sign out")).to_be_visible()
            _looked_at(tab, tmp_path, f"home-of-{group}-{width}-{scheme}")


def test_the_smallest_window_is_wide_enough(desk: Window) -> None:
    desk.page.set_viewport_size({"width": 320, "height": 568})
    for language in ("ca", "sw", "en"):
        for path in (FIND, "/staff/call", "/staff/tasks"):
            desk.go(f"{path}?lang={language}")
            assert not overflows(desk.page)
    desk.find(EMAIL)
    assert not overflows(desk.page)


def _looked_at(tab: Window, folder: Path, name: str) -> None:
    screenshot(tab.page, folder, name)
    assert not overflows(tab.page), name
    assert narrow_targets(tab.page) == [], name

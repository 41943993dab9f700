"""What staff see and do at their pages, and that what customers wrote stays text."""

import re
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from botocore.client import BaseClient

from tests import kit
from tests.component.browser import Browser, Shown
from tests.component.counter import FULFILLED, order, stored
from tests.component.front import Front
from tests.component.signed_in import ADDRESS

HOSTILE = """<script>alert("1")</script>'"><img src=x onerror=alert(1)>{{ 7919 * 7 }}%(num)s%s"""
FIND, CALL, TASKS = "/staff/find", "/staff/call", "/staff/tasks"
LOOK_UP = "/staff/call/look-up"
PHONE = "+255754000111"


def find(browser: Browser, text: str) -> Shown:
    return browser.fill_in(browser.get(FIND), FIND, q=text)


def page_of(customer: str) -> str:
    return f"/staff/customers/{customer}"


def look_up(browser: Browser, text: str) -> Shown:
    return browser.fill_in(browser.get(CALL), LOOK_UP, q=text)


@pytest.mark.parametrize("text", ["jane@example.com", "#1002", "1002", "+1 888 555 1234"])
def test_one_hit_leads_straight_to_the_customer(text: str, front: Front, browser: Browser) -> None:
    body = kit.changed(
        kit.sample(FULFILLED), email="jane@example.com", contact_email="jane@example.com"
    )
    front.deliver(kit.changed(body, name="#1002", phone="+18885551234"))
    customer = front.find_one(email="jane@example.com")
    shown = find(browser, text)
    assert (shown.status, shown.path) == (200, page_of(customer))


def test_another_language_of_a_page_that_answers_a_form_is_that_page(
    front: Front, browser: Browser
) -> None:
    front.deliver(order(id=1, email="jane@example.com"))
    customer = front.find_one(email="jane@example.com")
    forms, mine = "/staff/forms", page_of(customer)
    call_of, form_of = f"{CALL}?customer={customer}", f"{forms}/profile?customer={customer}"
    for page, action, typed, path in (
        (FIND, FIND, {"q": ""}, FIND),
        (CALL, LOOK_UP, {"q": "+255754000999"}, CALL),
        (call_of, CALL, {"follow_up_on": "x"}, call_of),
        (mine, f"{mine}/notes", {"text": ""}, mine),
        (form_of, f"{forms}/profile", {"email": "nobody"}, form_of),
        (forms, "/staff/kiosk", {"form": "nothing"}, FIND),
    ):
        shown = browser.fill_in(browser.get(page), action, **typed)
        assert shown.path == action, action
        (link,) = [one for one in shown.tags("a") if one.get("hreflang") == "sw"]
        other = browser.get(urljoin(shown.path, link["href"]))
        query = dict(parse_qsl(urlsplit(path).query))
        assert (other.status, other.path, other.query) == (200, urlsplit(path).path, query)
        assert other.headers["content-language"] == "sw"
        del browser.cookies["__Host-language"]


def test_several_are_cards_to_choose_from(front: Front, browser: Browser) -> None:
    one, two = front.link_two()
    front.deliver(order(id=4, email="c@example.com", phone="+14155550123"))
    front.deliver(order(id=5, email="d@example.com", phone="+14165550123"))
    shown = find(browser, "0123")
    assert "2 customers" in shown.text
    links = [one["href"] for one in shown.tags("a")]
    for email in ("c@example.com", "d@example.com"):
        assert email in shown.text
        assert any(link.endswith(page_of(front.find_one(email=email))) for link in links)
    assert one != two


def test_nobody_is_found_by_what_is_nothing(browser: Browser) -> None:
    assert "Nobody found" in find(browser, "nobody@example.com").text
    assert "Nobody found" in find(browser, "Asha Mushi").text
    assert find(browser, "  ").status == 422
    assert "Nobody found" in find(browser, HOSTILE).text


def test_many_with_one_ending_go_on_another_page(
    front: Front, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mteja.customers.find.ENDINGS_A_PAGE", 2)
    for number in range(3):
        front.told("/v1/customers", {"phone": f"+1416{number}550123", "name": f"Other {number}"})
    seen: set[str] = set()
    shown = find(browser, "0123")
    for _ in range(4):
        seen |= {one["href"].rpartition("/")[2] for one in shown.tags("a") if "cus_" in one["href"]}
        forms = [form for form in shown.forms() if "cursor" in form["fields"]]
        if not forms:
            break
        shown = browser.post(FIND, forms[0]["fields"])
        assert shown.status == 200
    assert len(seen) == 3


def test_a_customer_is_one_page(front: Front, browser: Browser) -> None:
    front.deliver(order(id=1, email="jane@example.com", person=7, phone=PHONE))
    customer = front.find_one(email="jane@example.com")
    shown = browser.get(page_of(customer))
    assert "jane@example.com" in shown.title
    for text in (PHONE, "#9001", "verified", "shopify-demo", "Order", "Timeline"):
        assert text in shown.text
    (noted,) = [item for item in stored("ACCESS#") if item["who"].startswith("sub-of-user")]
    assert noted["what"] == "GET /v1/customers/{id}"


def test_a_customer_is_read_with_one_query_and_one_opening(
    front: Front, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    front.deliver(order(id=1, email="jane@example.com", person=7, phone=PHONE))
    customer = front.find_one(email="jane@example.com")
    calls: list[str] = []
    count_calls(monkeypatch, calls)
    assert browser.get(page_of(customer)).status == 200
    # The key; whether mail to an address came back; what the night knows of everybody.
    assert sorted(calls) == [*["BatchGetItem"] * 3, "Decrypt", "PutItem", "Query"]


def test_two_members_cost_one_query_each(
    front: Front, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = front.link_two()
    front.link(one, two)
    calls: list[str] = []
    count_calls(monkeypatch, calls)
    shown = browser.get(page_of(two))
    assert shown.status == 200
    assert calls.count("Query") == 2
    assert calls.count("Decrypt") == 2
    assert "Linked customers" in shown.text


def count_calls(patch: pytest.MonkeyPatch, calls: list[str]) -> None:
    """Note every call of AWS."""
    client: Any = BaseClient
    plain = client._make_api_call

    def counted(self: Any, operation: str, parameters: Any) -> Any:
        calls.append(operation)
        return plain(self, operation, parameters)

    patch.setattr(client, "_make_api_call", counted)


def test_candidates_are_linked_and_unlinked(front: Front, browser: Browser) -> None:
    front.deliver(order(id=1, email="a@example.com", phone=PHONE, minute=1))
    front.deliver(order(id=2, email="b@example.com", phone=PHONE, minute=2))
    one, two = front.find_one(email="a@example.com"), front.find_one(email="b@example.com")
    person = min(one, two)
    shown = browser.get(page_of(person))
    assert "Maybe the same person" in shown.text

    linked = browser.fill_in(shown, f"{page_of(person)}/link")
    assert linked.path == page_of(person)
    assert front.person(one)["members"] == sorted([one, two])

    undone = browser.fill_in(linked, f"{page_of(person)}/unlink")
    assert undone.path == page_of(person)
    assert front.person(one)["members"] == [one]


def test_a_link_with_nobody_is_refused(front: Front, browser: Browser) -> None:
    front.deliver(order(id=1, email="a@example.com"))
    one = front.find_one(email="a@example.com")
    token = browser.cookies["__Host-form"]
    for other, status in (("cus_01JZZZZZZZZZZZZZZZZZZZZZZZ", 404), (one, 422), ("", 422)):
        shown = browser.post(f"{page_of(one)}/link", {"_token": token, "customer": other})
        assert shown.status == status


def test_the_timeline_goes_on_and_shows_one_kind(front: Front, browser: Browser) -> None:
    for number in range(30):
        front.deliver(order(id=number + 1, email="a@example.com", person=7, minute=number))
    customer = front.find_one(email="a@example.com")
    first = browser.get(page_of(customer))
    entries = [one for one in first.tags("li") if one.get("class", "").startswith("entry")]
    assert len(entries) == 25
    (older,) = [one["href"] for one in first.tags("a") if "cursor=" in one["href"]]
    second = browser.get(f"/staff/customers/{older.rpartition('/')[2]}")
    assert "Newest" in second.text
    for path, number in ((f"{page_of(customer)}?kind=refund", 0), (older, 25)):
        shown = browser.get(f"/staff/customers/{path.rpartition('/')[2]}")
        found = [one for one in shown.tags("li") if one.get("class", "").startswith("entry")]
        assert len(found) == number
    assert browser.get(f"{page_of(customer)}?cursor=made-up").status == 422
    assert browser.get(f"{page_of(customer)}?kind=nonsense").status == 422


@pytest.mark.parametrize("customer", ["cus_01JZZZZZZZZZZZZZZZZZZZZZZZ", "a@example.com", "x"])
def test_an_unknown_customer_is_not_there(customer: str, browser: Browser) -> None:
    shown = browser.get(page_of(customer))
    assert shown.status == 404
    assert ADDRESS in shown.text


def test_a_call_of_somebody_unknown_makes_a_customer_and_a_task(
    front: Front, browser: Browser
) -> None:
    asked = look_up(browser, PHONE)
    assert "Nobody is known by that yet" in asked.text
    said = {
        "kind": "complaint",
        "who": "Asha Mushi",
        "why": "The lamp is broken",
        "outcome": "We send another",
        "heard_from": "friend",
        "follow_up_on": "2026-12-01",
    }
    shown = browser.fill_in(asked, CALL, **said)
    customer = front.find_one(phone=PHONE)
    assert shown.path == page_of(customer)
    assert "The call is written down." in shown.text
    assert "Asha Mushi" in shown.title
    for text in ("Complaint", "The lamp is broken", "We send another", "A friend", "Open"):
        assert text in shown.text

    tasks = browser.get(TASKS)
    assert "The lamp is broken" in tasks.text
    (form,) = [form for form in tasks.forms() if form["action"].endswith("/done")]
    done = browser.post(f"/staff/tasks/{form['action'].partition('tasks/')[2]}", form["fields"])
    assert done.path == TASKS
    assert "Nothing is to be done" in done.text


def test_a_call_of_somebody_known_is_theirs(front: Front, browser: Browser) -> None:
    front.deliver(order(id=1, email="a@example.com", phone=PHONE))
    customer = front.find_one(email="a@example.com")
    asked = look_up(browser, PHONE)
    (link,) = [one["href"] for one in asked.tags("a") if customer in one["href"]]
    form = browser.get(f"/staff/{link.rpartition('/')[2]}")
    assert form.query == {"customer": customer}
    shown = browser.fill_in(form, CALL, why="Where is it?", kind="question")
    assert shown.path == page_of(customer)
    assert len(front.timeline(customer, kind="call")["items"]) == 1


def test_a_call_that_is_sent_twice_counts_once(front: Front, browser: Browser) -> None:
    asked = look_up(browser, PHONE)
    for _ in range(2):
        browser.fill_in(asked, CALL, who="Asha", why="Lamp", follow_up_on="2026-12-01")
    customer = front.find_one(phone=PHONE)
    assert len(front.timeline(customer, kind="call")["items"]) == 1
    assert len(front.timeline(customer, kind="task")["items"]) == 1


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"phone": "12"}, "f-phone"),
        ({"email": "no address"}, "f-email"),
        ({"phone": "", "who": ""}, "f-who"),
        ({"follow_up_on": "some day"}, "f-follow_up_on"),
        ({"follow_up_on": "0001-01-01"}, "f-follow_up_on"),
        ({"heard_from": "nowhere"}, "f-heard_from"),
        ({"kind": "nonsense"}, "f-kind"),
        ({"who": "x" * 300}, "f-who"),
        ({"why": "x" * 5000}, "f-why"),
    ],
)
def test_what_is_wrong_with_a_call_is_told_beside_its_field(
    typed: dict[str, str], field: str, front: Front, browser: Browser
) -> None:
    asked = look_up(browser, PHONE)
    shown = browser.fill_in(asked, CALL, **({"who": "Asha", "why": "Kept text"} | typed))
    assert shown.status == 422
    assert f"#{field}" in {one.get("href") for one in shown.tags("a")}
    assert "why" in typed or "Kept text" in shown.text
    assert front.find(phone=PHONE) == []


def test_a_note_stands_in_the_timeline(front: Front, browser: Browser) -> None:
    front.deliver(order(id=1, email="a@example.com"))
    customer = front.find_one(email="a@example.com")
    page = browser.get(page_of(customer))
    for _ in range(2):
        shown = browser.fill_in(page, f"{page_of(customer)}/notes", text="Likes blue")
    assert "The note is written down." in shown.text
    assert len(front.timeline(customer, kind="note")["items"]) == 1
    assert browser.fill_in(page, f"{page_of(customer)}/notes", text=" ").status == 422


@pytest.mark.parametrize("text", ["", "x" * 4001])
def test_a_note_that_can_not_be_taken_is_told_beside_its_field_and_kept(
    text: str, front: Front, browser: Browser
) -> None:
    front.deliver(order(id=1, email="a@example.com"))
    customer = front.find_one(email="a@example.com")
    shown = browser.fill_in(browser.get(page_of(customer)), f"{page_of(customer)}/notes", text=text)
    assert (shown.status, shown.path) == (422, f"{page_of(customer)}/notes")
    assert [one["id"] for one in shown.tags("p") if "e-text" in one.get("id", "")] == ["e-text"]
    assert text in shown.text
    assert "a@example.com" in shown.text


@pytest.mark.parametrize("known", [True, False])
def test_a_call_of_which_nothing_is_said_is_not_written_down(
    known: bool, front: Front, browser: Browser
) -> None:
    front.deliver(order(id=1, email="a@example.com"))
    customer = front.find_one(email="a@example.com")
    page = browser.get(f"{CALL}?customer={customer}") if known else look_up(browser, PHONE)
    shown = browser.fill_in(page, CALL)
    assert shown.status == 422
    assert "#f-why" in {one.get("href") for one in shown.tags("a")}
    assert front.timeline(customer, kind="call")["items"] == []
    assert front.find(phone=PHONE) == []


@pytest.mark.parametrize(
    ("text", "field", "kept"),
    [
        ("a@b.co", "email", "a@b.co"),
        ("+255 754 000 111", "phone", "+255 754 000 111"),
        ("00-0-111", "phone", ""),
    ],
)
def test_what_was_looked_up_stands_in_the_call(
    text: str, field: str, kept: str, browser: Browser
) -> None:
    shown = look_up(browser, text)
    (form,) = [one for one in shown.forms() if one["action"].endswith(CALL)]
    assert form["fields"][field] == kept


@pytest.mark.parametrize("known", [True, False])
def test_a_call_asks_at_most_four_fields(known: bool, front: Front, browser: Browser) -> None:
    """Its kind is chosen beforehand, and what else can be said is folded away."""
    front.deliver(order(id=1, email="a@example.com"))
    customer = front.find_one(email="a@example.com")
    page = browser.get(f"{CALL}?customer={customer}") if known else look_up(browser, PHONE)
    (call,) = re.findall(r'(?s)<form[^>]*action="[^"]*/call".*?</form>', page.html)
    asked = Shown(200, CALL, {}, {}, re.sub(r"(?s)<details>.*?</details>", "", call))
    open_to_answer = {
        one["name"]
        for tag in ("input", "select", "textarea")
        for one in asked.tags(tag)
        if one.get("type") not in {"hidden", "radio"}
    }
    assert open_to_answer == {"who", "why", "outcome", "heard_from"}
    kinds = [one for one in asked.tags("input") if one["type"] == "radio"]
    assert {one["name"] for one in kinds} == {"kind"}
    assert [one["value"] for one in kinds if "checked" in one] == ["question"]


@pytest.mark.parametrize(
    ("typed", "opened"),
    [
        ({}, False),
        ({"phone": "12", "why": "Lamp"}, True),
        ({"follow_up_on": "2026-12-01", "kind": "no"}, True),
    ],
    ids=["nothing", "a fault in it", "something typed in it"],
)
def test_what_is_folded_away_of_a_call_is_shown_where_it_holds_something(
    typed: dict[str, str], opened: bool, browser: Browser
) -> None:
    asked = look_up(browser, PHONE)
    shown = browser.fill_in(asked, CALL, **typed)
    assert shown.status == 422
    (details,) = shown.tags("details")
    assert ("open" in details) is opened


def test_hostile_text_stays_text_on_every_page(front: Front, browser: Browser) -> None:
    front.deliver(_hostile_order())
    customer = front.find_one(email="a@example.com")
    form = browser.get(f"{CALL}?customer={customer}")
    browser.fill_in(
        form, CALL, who=HOSTILE[:90], why=HOSTILE, outcome=HOSTILE, follow_up_on="2026-12-01"
    )
    browser.fill_in(browser.get(page_of(customer)), f"{page_of(customer)}/notes", text=HOSTILE)
    front.deliver(order(id=2, email="b@example.com", phone=PHONE, minute=2))
    for language in ("en", "sw", "ca"):
        browser.get(f"{FIND}?lang={language}")
        for shown in (
            browser.get(page_of(customer)),
            find(browser, PHONE[-4:]),
            find(browser, HOSTILE),
            look_up(browser, HOSTILE),
            look_up(browser, PHONE[-4:]),
            browser.get(f"{CALL}?customer={customer}"),
            browser.get(TASKS),
        ):
            assert shown.status == 200
            assert {one.get("src", "") for one in shown.tags("script")} == {
                one["src"] for one in shown.tags("script") if "/assets/staff." in one["src"]
            }
            assert shown.tags("img") == []
            assert "55433" not in shown.text
        assert HOSTILE in browser.get(page_of(customer)).text
        assert HOSTILE in browser.get(TASKS).text


def _hostile_order() -> dict[str, Any]:
    body = order(id=1, email="a@example.com", person=7, phone=PHONE)
    person = body["customer"] | {"first_name": HOSTILE, "last_name": HOSTILE}
    address = (body.get("shipping_address") or {}) | {"address1": HOSTILE, "city": HOSTILE}
    lines = [line | {"title": HOSTILE, "name": HOSTILE} for line in body["line_items"]]
    return body | {"customer": person, "shipping_address": address, "line_items": lines}

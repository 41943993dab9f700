"""Forms of the demonstration over HTTP: taken once, promised never twice, and never with a 5xx."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
import urllib3

from tests import blanks, openapi
from tests.e2e.marked import Staff

JSON = "application/json"
KINDS = [JSON, blanks.URLENCODED, blanks.MULTIPART]
AT_ONCE = 8
# The first who come at once each wait for a function that starts, on what may be a busy machine.
_PATIENCE_S = 180


class Visitor:
    """Somebody on the web. Every answer that is JSON must be as docs/openapi.json says."""

    def __init__(self, root: str) -> None:
        self._root = root

    def ask(self, path: str) -> urllib3.BaseHTTPResponse:
        return self._checked("GET", path, None, {})

    def send(
        self, form: str, body: bytes, kind: str = JSON, **headers: str
    ) -> urllib3.BaseHTTPResponse:
        sent = {"Content-Type": kind} | headers
        return self._checked("POST", f"/v1/forms/{form}", body, sent)

    def fill_in(self, form: str, values: dict[str, Any]) -> urllib3.BaseHTTPResponse:
        return self.send(form, json.dumps(values).encode())

    def _checked(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> urllib3.BaseHTTPResponse:
        answer = urllib3.request(
            method,
            self._root + path,
            body=body,
            headers=headers,
            redirect=False,
            timeout=_PATIENCE_S,
        )
        assert answer.status < 500, (method, path, body)
        bare = path.partition("?")[0]
        if answer.data and "json" in answer.headers.get("content-type", ""):
            told = json.loads(answer.data)
            assert openapi.misfits(method, bare, answer.status, answer.headers, told) == []
        return answer


@pytest.fixture
def visitor(stack: dict[str, Any]) -> Visitor:
    return Visitor(stack["api"]["path_url"])


def new_email() -> str:
    return f"web-{uuid4().hex[:12]}@example.com"


def at_once[T](act: Callable[[int], T], times: int, threads: int = AT_ONCE) -> Sequence[T]:
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(act, range(times)))


FORMS: dict[str, dict[str, str]] = {
    "newsletter": {"newsletter": "true"},
    "in-store": {"phone": "+255754123456", "address.city": "Mwanza", "heard_from": "friend"},
    "preorder": {"product": "demo-lamp", "quantity": "1"},
    "warranty": {"product": "demo-lamp", "bought_on": "2026-03-01"},
    "rewards": {},
    "contact": {"message": "Do you open\non Sundays?"},
    "profile": {"birthday": "1990-02-28", "interests": "lamps"},
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS, ids=["json", "urlencoded", "multipart"])
def test_a_form_is_taken_and_stands_in_the_timeline(
    visitor: Visitor, staff: Staff, form: str, kind: str
) -> None:
    email = new_email()
    values = {"email": email, "name": "Asha Zoë"} | FORMS[form]
    if form == "warranty":
        values["serial"] = f"SN-{uuid4().hex[:10]}"
    if kind == JSON:
        assert visitor.fill_in(form, values).status == 202
    else:
        pairs = list(values.items())
        body = blanks.urlencoded(pairs) if kind == blanks.URLENCODED else blanks.multipart(pairs)
        answer = visitor.send(form, body, kind)
        assert answer.status == 303
        thanks = visitor.ask(answer.headers["location"].removeprefix("../.."))
        assert (thanks.status, b"Thank you" in thanks.data) == (200, True)
    (found,) = staff.find(email=email)
    assert (found["name"], found["trust"]) == ("Asha Zoë", "claimed")
    entries = staff.get(f"/v1/customers/{found['id']}/timeline?kind=form").json()["items"]
    (entry,) = entries
    assert (entry["source"], entry["trust"], entry["data"]["form"]) == ("forms", "claimed", form)
    assert entry["data"]["answers"]["name"] == {"full": "Asha Zoë"}


def test_sent_many_times_at_once_it_counts_once(visitor: Visitor, staff: Staff) -> None:
    values = {"email": new_email(), "name": "Twice", "newsletter": True}
    answers = at_once(lambda _: visitor.fill_in("newsletter", values), AT_ONCE)
    assert {one.status for one in answers} == {202}
    assert len({one.data for one in answers}) == 1
    (found,) = staff.find(email=str(values["email"]))
    listed = staff.get(f"/v1/customers/{found['id']}/timeline?kind=form").json()["items"]
    assert len(listed) == 1


def test_of_many_who_order_at_once_so_many_are_promised_as_there_are(
    visitor: Visitor, staff: Staff
) -> None:
    remaining = json.loads(visitor.ask("/v1/forms/preorder").data)["remaining"]
    before = places(staff)
    waited = sum(one["status"] == "waiting" for one in before)

    def order(_: int) -> dict[str, Any]:
        values = {"email": new_email(), "name": "Buyer", "product": "demo-lamp"}
        answer = visitor.fill_in("preorder", values)
        assert answer.status == 202
        told: dict[str, Any] = json.loads(answer.data)
        return told

    answers = at_once(order, 40)
    counted = Counter(one["status"] for one in answers)
    assert counted == Counter({"reserved": remaining, "waiting": 40 - remaining})
    positions = sorted(one["position"] for one in answers if one["status"] == "waiting")
    assert positions == list(range(waited + 1, waited + 1 + 40 - remaining))
    assert json.loads(visitor.ask("/v1/forms/preorder").data)["remaining"] == 0
    promised = [one["quantity"] for one in places(staff) if one["status"] == "reserved"]
    assert sum(promised) == 10


def places(staff: Staff) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = staff.get(f"/v1/preorders/demo-lamp{cursor}").json()
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = f"?cursor={page['next']}"


def test_a_serial_number_is_registered_once(visitor: Visitor) -> None:
    serial = f"SN-{uuid4().hex[:10]}"

    def claim(_: int) -> int:
        card = {"email": new_email(), "name": "C", "product": "demo-chair", "serial": serial}
        return visitor.fill_in("warranty", card).status

    assert Counter(at_once(claim, AT_ONCE)) == {202: 1, 409: AT_ONCE - 1}


def test_a_customers_link_asks_little_and_shows_nothing(visitor: Visitor, staff: Staff) -> None:
    email = new_email()
    visitor.fill_in("newsletter", {"email": email, "name": "Markedname"})
    (found,) = staff.find(email=email)
    token = staff.post(f"/v1/customers/{found['id']}/links").json()["token"]
    answer = visitor.ask(f"/v1/forms/profile?t={token}")
    asked = [one["name"] for one in json.loads(answer.data)["fields"]]
    assert asked == ["phone", "address", "birthday"]
    page = visitor.ask(f"/forms/profile?t={token}")
    for told in (answer.data, page.data):
        assert b"Markedname" not in told
        assert email.encode() not in told
    sent = visitor.send("profile", b'{"birthday": "1990-01-02", "income": "500-1500"}',
                        Authorization=f"Bearer {token}")  # fmt: skip
    assert sent.status == 422, "what is sensitive waits for trust"


ODD_BODIES = (
    *(b"", b"{", b"null", b"[]", b"{}", b'"x"', b"\xff\xfe", b'{"email": null}'),
    *(b'{"email": 1}', b'{"email": {"a": [1]}}', b'{"email": "\\ud800"}', b'{"a": NaN}'),
    *(b'{"email": "a@example.com", "name": "%s"}' % (b"x" * 10_000), b'{"a":' * 50_000),
    *(b"x=1&x=2", b"%FF=%FE", b"--x", b"a" * 1_100_000),
)


@pytest.mark.parametrize(
    ("form", "kind"),
    [*(("newsletter", kind) for kind in (*KINDS, "", "text/plain")), ("warranty", JSON),
     ("nothing", JSON)],
)  # fmt: skip
def test_odd_bodies_are_refused(visitor: Visitor, form: str, kind: str) -> None:
    def status(number: int) -> int:
        return visitor.send(form, ODD_BODIES[number], kind, Accept=JSON).status

    statuses = at_once(status, len(ODD_BODIES), threads=4)
    assert [one for one in statuses if not 400 <= one < 500] == [], (form, kind, statuses)


@pytest.mark.parametrize("path", ["/v1/forms/profile", "/forms/profile", "/forms/profile/thanks"])
def test_odd_questions_are_answered(visitor: Visitor, path: str) -> None:
    for name in ("t", "lang", "status", "position", "serial"):
        for value in ("", "%00", "%F0%9F%98%80", "..", "A" * 3_000, "%22%3E%3Cb%3E", "-1", "en"):
            answer = visitor.ask(f"{path}?{name}={value}")
            assert answer.status in {200, 401}
            assert b'"><b>' not in answer.data

"""What the real handlers answer fits docs/openapi.json: every route, every kind of entry, refusals.

The GET routes are held to it in every other test as well, by `Counter.ask`.
"""

import json
import re
from typing import Any

import pytest

from mteja.business.winning_back import WinBack, WinBackRule
from mteja.customers.reading import read_person
from mteja.http.limits import Limit
from mteja.mail.messages import Message, new_id, tried
from mteja.offers.making import Act, Maker
from mteja.recording.record import recorder
from mteja.staff import examples
from mteja.store.table import customers_table
from mteja.times import now_ms
from mteja.tracking import timeline
from tests import kit, openapi, questions, visits
from tests.component.counter import FULFILLED, NOBODY, Answer, claims_of, order
from tests.component.front import ANALYST, OWNER, Front, work

PHONE = "+14155550123"
# What says nothing of anybody is open to analysts, and to no one of no group.
OF_NOBODY = ("Reports", "Products")
NOBODYS = claims_of("[]")


class Watched(Front):
    """Keeps which operations and statuses were answered, and holds each answer to the document."""

    def __init__(self) -> None:
        super().__init__()
        self._forms = kit.handler("forms")
        self._forms.FLOOR_S = 0.0
        self._surveys = kit.handler("surveys")
        self.seen: set[tuple[str, int]] = set()

    def ask(self, path: str, *args: Any, **how: Any) -> Answer:
        return self._kept("GET", path, super().ask(path, *args, **how))

    def _send(self, method: str, path: str, *args: Any) -> Answer:
        return self._kept(method, path, super()._send(method, path, *args))

    def write(self, method: str, path: str, body: Any, **how: Any) -> Answer:
        return (
            self.patch(path, body, 1, **how) if method == "PATCH" else self.post(path, body, **how)
        )

    def tell(self, event: dict[str, Any]) -> int:
        """Hand an event to the webhooks' function; return the status."""
        response = self._orders.lambda_handler(event, None)
        answer = Answer(response["statusCode"], response["headers"], json.loads(response["body"]))
        return self._kept("POST", event["rawPath"], answer).status

    def visit(
        self,
        method: str,
        form: str,
        body: bytes = b"",
        *,
        query: dict[str, str] | None = None,
        **headers: str,
    ) -> Answer:
        """Ask for a form, or send it, as a stranger on the web."""
        return self._on_the_web(
            self._forms, method, f"/v1/forms/{form}", {"form": form}, body, query, headers
        )

    def be_asked(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """Ask for a survey (`satisfaction`), or answer it (`satisfaction/responses`)."""
        named = {"survey": path.partition("/")[0]}
        return self._on_the_web(
            self._surveys, method, f"/v1/surveys/{path}", named, body, None, headers
        )

    def _on_the_web(
        self,
        function: Any,
        method: str,
        path: str,
        named: dict[str, str],
        body: bytes,
        query: dict[str, str] | None,
        headers: dict[str, str],
    ) -> Answer:
        sent = {"content-type": "application/json"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        event = kit.http_event(
            method, path, body=body, headers=sent, query=query, path_parameters=named
        )
        response = function.lambda_handler(event, None)
        told = json.loads(response["body"])
        return self._kept(method, path, Answer(response["statusCode"], response["headers"], told))

    def _kept(self, method: str, path: str, answer: Answer) -> Answer:
        misfits = openapi.misfits(method, path, answer.status, answer.headers, answer.body)
        assert misfits == []
        operation = openapi.operation_of(method, path)
        assert operation is not None, path
        self.seen.add((operation["operationId"], answer.status))
        return answer


@pytest.fixture
def watched(aws: dict[str, str]) -> Watched:
    return Watched()


@pytest.fixture
def two(watched: Watched) -> tuple[str, str]:
    """A customer with every kind of entry, and another one with the same telephone."""
    first = order(id=1, email="a@example.com", person=7, phone=PHONE, minute=1)
    watched.deliver(first | {"buyer_accepts_marketing": True})
    watched.deliver(order(id=2, email="b@example.com", person=7, minute=2))
    refund = kit.sample("shopify/refund_create")
    watched.deliver(kit.changed(refund, id=900, order_id=1), "refunds/create")
    asked = kit.sample("shopify/privacy_customers_data_request")
    named = {"id": 7, "email": "b@example.com", "phone": PHONE}
    watched.deliver(
        asked | {"shop_domain": "demo.myshopify.com", "customer": named}, "customers/data_request"
    )
    watched.deliver({"id": 7}, "customers/delete")
    watched.deliver(order(id=3, email="c@example.com", phone=PHONE, minute=3))
    return watched.find_one(email="b@example.com"), watched.find_one(email="c@example.com")


def test_every_route_answers_as_it_says(
    watched: Watched,
    two: tuple[str, str],
    aws: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, other = two
    assert watched.tell(kit.webhook_event(kit.sample(FULFILLED), "orders/create")) == 200
    assert len(watched.find(phone=PHONE)) == 2
    assert watched.person(one)["candidates"]
    assert watched.duplicates()["items"]
    _write_down(watched, one)
    _fill_in_forms(watched, one, other)
    _answer_surveys(watched, one)
    _visit_the_site(watched, one)
    _ask_of_surveys(watched)
    _reach(watched, one)
    _be_written_to(one)
    _make_an_offer(watched, one, monkeypatch)
    _reward(watched, one)
    watched.link(one, other)
    kinds = {entry["kind"] for entry in watched.timeline(one)["items"]}
    watched.unlink(one, other)
    job = watched.erase(other)
    assert watched.ask(f"/v1/jobs/{job}").body["status"] == "waiting"
    work(aws)
    assert watched.ask(f"/v1/jobs/{job}").body["receipt"]["removed"]

    by_kind = openapi.committed()["components"]["schemas"]["Entry"]["discriminator"]["mapping"]
    assert {by_kind[kind] for kind in kinds} == set(by_kind.values())
    assert {name for name, status in watched.seen if status < 300} == {
        operation["operationId"]
        for _, _, operation in openapi.operations()
        # tests/segment.py and tests/component/test_beacons.py hold these to the document.
        if operation["tags"] not in (["Segment"], ["Visitors"])
    }


def _ask_of_surveys(watched: Watched) -> None:
    for name in ("nps", "reasons", "survey/satisfaction", "freshness"):
        assert watched.ask(f"/v1/reports/{name}").status == 200


def _reach(watched: Watched, customer: str) -> None:
    watched.told(f"/v1/customers/{customer}/code", {})
    told = {"network": "instagram", "followers": 12_400}
    watched.told(f"/v1/customers/{customer}/followers", told)
    for path in (
        f"/v1/customers/{customer}/reach",
        f"/v1/customers/{customer}/prediction",
        "/v1/products/demo-lamp/advocates",
        "/v1/reports/customers",
        "/v1/leaving",
    ):
        assert watched.ask(path).status == 200


def _be_written_to(customer: str) -> None:
    """Let a message be withheld from the customer."""
    message = Message(new_id(kit.NOW_MS), "profile", "en", kit.NOW_MS, kit.NOW_MS)
    put = tried(message.item(customer), kit.NOW_MS, "withheld", reason="too-late")
    customers_table().put(put.model_dump(exclude_none=True))


def _make_an_offer(watched: Watched, customer: str, patch: pytest.MonkeyPatch) -> None:
    """Offer the customer something, with a code of a list, and redeem it."""
    rule = WinBackRule(id="quiet", hold_out_per_cent=0, codes="shop")
    for module in ("routes_offers", "tasks"):
        patch.setattr(f"mteja.staff.{module}.win_back", lambda: WinBack(rules=(rule,)))
    watched.told("/v1/codes/shop", {"codes": ["TEN-1", "TEN-1"]}, claims=OWNER)
    assert watched.ask("/v1/codes").body["items"][0]["free"] == 1
    table, now = customers_table(), now_ms()
    act = Act(read_person(table, customer), customer, rule, 0, now)
    made = Maker(table, recorder().business, 20).make(act, now)
    assert made is not None
    table.transact(made.writes)
    assert len(watched.ask("/v1/offers").body["items"]) == 1
    assert watched.ask("/v1/offers/ten-1").status == 200
    assert watched.post("/v1/offers/ten-1/redeem").status == 200
    assert watched.ask("/v1/tasks").body["codes"]
    assert watched.ask("/v1/reports/winback").status == 200


def _reward(watched: Watched, customer: str) -> None:
    """Do at the till all that there is to do with rewards."""
    whose = {"customer": customer}
    watched.told("/v1/rewards/join", whose)
    watched.told("/v1/rewards/stamp", whose)
    watched.told("/v1/rewards/adjust", whose | {"amount": 10, "unit": "stamps", "reason": "Old"})
    watched.told("/v1/rewards/redeem", whose | {"gift": "coffee"})
    assert watched.ask(f"/v1/customers/{customer}/rewards").status == 200


def _visit_the_site(watched: Watched, customer: str) -> None:
    """Let the customer visit a website, and ask for the reports on visits."""
    (visit,) = visits.sessions_of([visits.batch(visits.page(visits.moment("10:00")))])
    span = timeline.Span("0of8", visit.start, visit.end + 1)
    owned = timeline.Owned(visit, customer, "claimed")
    assert timeline.note([owned], span, recorder().table) == 1
    for name in ("pages", "sessions", "sources"):
        assert watched.ask(f"/v1/reports/{name}", site="shop").status == 200
    assert watched.ask("/v1/reports/products").status == 200
    assert watched.ask("/v1/reports/inactivity").status == 200
    for path in (
        "/v1/products/demo-lamp/similar",
        "/v1/products/demo-lamp/interested",
        f"/v1/customers/{customer}/suggestions",
    ):
        assert watched.ask(path).status == 200


def _write_down(watched: Watched, customer: str) -> None:
    """Post and change all that staff can write down."""
    path = f"/v1/customers/{customer}"
    watched.told("/v1/customers", examples.TRAITS)
    watched.told(f"{path}/calls", examples.CALL)
    watched.told(f"{path}/sales", examples.SALE)
    watched.told(f"{path}/notes", examples.NOTE)
    called = watched.told("/v1/calls", examples.CALL | {"phone": PHONE, "name": "Asha"})
    version = watched.person(customer)["version"]
    assert watched.patch(path, {"address": "Market Street 1"}, version).status == 200
    assert len(watched.ask("/v1/tasks").body["items"]) == 2
    assert watched.post(f"/v1/tasks/{called['task']}/done").status == 200


def _fill_in_forms(watched: Watched, one: str, other: str) -> None:
    """Send forms from the web and at the counter, and do all that staff do with what they bring."""
    assert watched.visit("GET", "newsletter").status == 200
    place = {"email": "d@example.com", "name": "D", "product": "demo-lamp", "quantity": 9}
    assert watched.visit("POST", "preorder", kit.raw(place)).body["status"] == "reserved"
    line = {"name": "B", "product": "demo-lamp", "quantity": 2, "email": "b@example.com"}
    waits = watched.told(f"/v1/staff/forms/preorder?customer={one}", line)
    assert waits["position"] == 1
    listed = watched.ask("/v1/preorders/demo-lamp").body
    assert [it["status"] for it in listed["items"]] == ["reserved", "waiting"]
    asked = f"/v1/preorders/demo-lamp/{waits['interaction_id']}/cancel"
    assert watched.post(asked).body["status"] == "cancelled"
    card = {"name": "B", "email": "b@example.com", "product": "demo-lamp", "serial": "SN-1"}
    watched.told(f"/v1/staff/forms/warranty?customer={one}", card)
    assert watched.ask("/v1/warranties", {"product": "demo-lamp"}).body["items"]
    moved = watched.post("/v1/warranties/demo-lamp/SN-1/transfer", {"customer": other})
    assert moved.status == 200
    token = watched.told(f"/v1/customers/{one}/links", {})["token"]
    assert watched.visit("GET", "profile", authorization=f"Bearer {token}").status == 200


def _answer_surveys(watched: Watched, customer: str) -> None:
    """Answer surveys on the web, over a link and at the counter."""
    assert watched.be_asked("GET", "satisfaction").status == 200
    made = watched.told(f"/v1/customers/{customer}/survey-links", {"survey": "satisfaction"})
    sent = {"answers": questions.ANSWERS, "invitation": made["token"]}
    assert watched.be_asked("POST", "satisfaction/responses", kit.raw(sent)).status == 202
    told = {"answers": {"recommend": 9}}
    watched.told(f"/v1/staff/surveys/satisfaction?customer={customer}", told)
    assert watched.told("/v1/surveys/anonymous-profile/links", {"count": 10})["items"]


def test_refusals_of_surveys_are_as_they_say(watched: Watched) -> None:
    where, ok = "satisfaction/responses", {"answers": {"recommend": 9}}
    refused = [
        watched.be_asked("GET", "nothing"),
        watched.be_asked("POST", "nothing/responses", kit.raw(ok)),
        watched.be_asked("POST", where, b"{"),
        watched.be_asked("POST", where, b" " * 1_000_001),
        watched.be_asked("POST", where, b"<a/>", content_type="application/xml"),
        watched.be_asked("POST", where, kit.raw({"answers": {"recommend": 11, "colour": 1}})),
        watched.be_asked("POST", where, kit.raw(ok), idempotency_key=""),
        watched.be_asked("POST", where, kit.raw(ok | {"invitation": "x" * 60})),
    ]
    assert [it.status for it in refused] == [404, 404, 400, 413, 415, 422, 422, 401]


def test_refusals_of_forms_are_as_they_say(watched: Watched) -> None:
    ok = {"email": "d@example.com", "name": "D"}
    card = ok | {"product": "demo-lamp", "serial": "SN-1"}
    assert watched.visit("POST", "warranty", kit.raw(card)).status == 202
    refused = [
        watched.visit("GET", "nothing"),
        watched.visit("GET", "profile", query={"t": "x" * 60}),
        watched.visit("POST", "nothing", b"{}"),
        watched.visit("POST", "newsletter", b"{"),
        watched.visit("POST", "newsletter", b" " * 1_000_001),
        watched.visit("POST", "newsletter", b"<a/>", content_type="application/xml"),
        watched.visit("POST", "newsletter", b"{}"),
        watched.visit("POST", "newsletter", kit.raw(ok | {"colour": "red", "name": 5})),
        watched.visit("POST", "newsletter", kit.raw(ok), idempotency_key=""),
        watched.visit("POST", "profile", kit.raw(ok), authorization="Basic x"),
        watched.visit("POST", "warranty", kit.raw(card | {"email": "e@example.com"})),
    ]
    statuses = [it.status for it in refused]
    assert statuses == [404, 401, 404, 400, 413, 415, 422, 422, 422, 401, 409]
    watched._forms.LIMIT = Limit(1)
    assert watched.visit("GET", "newsletter").status == 200
    assert watched.visit("POST", "newsletter", kit.raw(ok)).status == 429


def test_refusals_of_staff_are_as_they_say(watched: Watched, two: tuple[str, str]) -> None:
    one, other = two
    link = f"/v1/customers/{one}/link"
    for path, operation in (
        (it, its)
        for method, it, its in openapi.operations()
        if method == "GET" and its["security"] == [{"staffToken": []}]
    ):
        asked = path.replace("{id}", one).replace("{job}", "job_none")
        refused = ANALYST if operation["tags"][0] not in OF_NOBODY else NOBODYS
        assert watched.ask(asked.replace("{product}", "demo-lamp"), claims=refused).status == 403
        # Of products any id is one that nothing is known of.
        if "404" in operation["responses"] and not path.startswith("/v1/products/"):
            asked = path.replace("{id}", NOBODY).replace("{job}", "x").replace("{product}", "x")
            named = {it["name"] for it in operation.get("parameters", ()) if it["in"] == "query"}
            other_survey = {"survey": "none"} if "survey" in named else None
            assert watched.ask(asked, other_survey).status == 404
    assert watched.ask("/v1/customers").status == 422
    assert watched.post(link, b"{").status == 400
    assert watched.post(link, b" " * 1_000_001).status == 413
    assert watched.post(link, {"customer": "x"}).status == 422
    assert watched.post(link, {"customer": NOBODY}).status == 404
    assert watched.post(link, {"customer": other}, claims=ANALYST).status == 403
    assert watched.post(f"/v1/customers/{NOBODY}/erase", {}, claims=OWNER).status == 404


def test_who_may_not_change_anything_is_told_so_before_what_they_sent_is_read(
    watched: Watched, two: tuple[str, str]
) -> None:
    asked = [
        (method, re.sub(r"\{[a-z]+\}", "x", path.replace("{id}", two[0])))
        for method, path, operation in openapi.operations()
        if method != "GET" and operation["security"] == [{"staffToken": []}]
    ]
    assert len(asked) > 20
    for method, path in asked:
        for body in (b"{", {"nothing": "of it"}):
            assert watched.write(method, path, body, claims=ANALYST).status == 403, path


def test_refusals_of_what_is_written_down_are_as_they_say(
    watched: Watched, two: tuple[str, str]
) -> None:
    for method, path, operation in openapi.operations():
        if method == "GET" or operation["tags"] not in (["Customers"], ["Rewards"]):
            continue
        asked = path.replace("{id}", two[0])
        assert watched.write(method, asked, {}, claims=ANALYST).status == 403
        if "400" in operation["responses"]:
            assert watched.write(method, asked, b"{").status == 400
            assert watched.write(method, asked, b" " * 1_000_001).status == 413
            assert watched.write(method, asked, {"no_such": 1}).status == 422
    assert watched.post("/v1/customers", {"name": "A"}, key="\n").status == 422
    assert watched.patch(f"/v1/customers/{two[0]}", {"name": "A"}).status == 422
    assert watched.patch(f"/v1/customers/{two[0]}", {"name": "A"}, 1_000).status == 409
    assert watched.patch(f"/v1/customers/{NOBODY}", {"name": "A"}, 1).status == 404
    assert watched.post("/v1/tasks/tsk_none/done").status == 404


def test_refusals_of_webhooks_are_as_they_say(watched: Watched) -> None:
    body = kit.sample(FULFILLED)
    told = kit.webhook_event(body, "orders/create", base64_body=True)

    assert watched.tell(kit.webhook_event(body, "orders/create", secret="another")) == 401
    assert watched.tell(kit.webhook_event(body, "orders/create", source="nobody")) == 404
    assert watched.tell(kit.webhook_event(b" " * 1_000_001, "orders/create")) == 413
    assert watched.tell(told | {"body": "%"}) == 400


def test_a_fault_of_ours_is_as_it_says(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, two: tuple[str, str]
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("mteja.audit.note", fail)

    assert watched.ask(f"/v1/customers/{two[0]}").status == 500

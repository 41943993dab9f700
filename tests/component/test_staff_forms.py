"""Forms at the counter, and what came of forms: places, pieces, links. On the real handlers."""

from typing import Any

import pytest

from mteja.business import asking, business
from mteja.business.forms import PreOrder
from mteja.consent.gate import allowed
from mteja.customers.items import ProfileItem
from mteja.staff.forms import PASSES_ON, PLACES
from mteja.store import keys
from mteja.store.table import customers_table
from tests import kit
from tests.component.counter import SUB, order, stored
from tests.component.front import ANALYST, Front, work
from tests.component.web import Web

ASHA = {"email": "asha@example.com", "name": "Asha Example"}
PHONE = "+255754123456"


@pytest.fixture
def front(aws: dict[str, str]) -> Front:
    return Front()


@pytest.fixture
def web(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Web:
    return Web(monkeypatch)


def fill_in(front: Front, form: str, query: str = "mode=staff", **fields: Any) -> dict[str, Any]:
    answer = front.post(f"/v1/staff/forms/{form}?{query}", fields)
    assert answer.status == 201, answer.body
    return answer.body


def places(front: Front) -> dict[str, Any]:
    answer = front.ask("/v1/preorders/demo-lamp")
    assert answer.status == 200, answer.body
    return answer.body


def statuses(front: Front) -> list[str]:
    return [one["status"] for one in places(front)["items"]]


def test_what_staff_fill_in_is_verified_and_says_who_and_where(front: Front) -> None:
    taken = fill_in(
        front,
        "in-store",
        "mode=staff&location=market-stall",
        **ASHA,
        phone=PHONE,
        address={"line1": "Market 1", "city": "Arusha"},
        heard_from="friend",
    )
    person = front.person(taken["customer"])
    assert person["trust"] == "verified"
    assert {one["kind"]: one["value"] for one in person["identifiers"]} == {
        "email": ASHA["email"],
        "phone": PHONE,
    }
    assert person["traits"]["address"]["value"]["city"] == "Arusha"
    (entry,) = front.timeline(taken["customer"])["items"]
    assert (entry["id"], entry["kind"], entry["trust"]) == (
        taken["interaction_id"],
        "form",
        "verified",
    )
    data = entry["data"]
    assert (data["mode"], data["location"], data["captured_by"]) == ("staff", "market-stall", SUB)
    assert data["answers"]["heard_from"] == "friend"
    assert data["answers"]["name"] == {"full": ASHA["name"]}
    notes = [one["what"] for one in stored(keys.AUDIT_PREFIX)]
    assert "POST /v1/staff/forms/{form}" in notes


@pytest.mark.parametrize("mode", ["staff", "kiosk"])
def test_a_tick_at_the_counter_opens_the_gate(front: Front, mode: str) -> None:
    taken = fill_in(front, "newsletter", f"mode={mode}", **ASHA, newsletter=True)
    (consent,) = front.person(taken["customer"])["consents"]
    assert consent["verified"]
    assert consent["channel"] == f"{mode}:newsletter"
    assert stored("TEXT")[0]["pk"] == f"TEXT#{consent['text_version']}"
    raw = customers_table().get(keys.profile(taken["customer"]))
    profile = ProfileItem.model_validate(raw)
    assert allowed("marketing-email", [profile.consents], business())


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/v1/staff/forms/in-store?mode=browser", 422, "mode"),
        ("/v1/staff/forms/in-store?location=the-moon", 422, "location"),
        ("/v1/staff/forms/in-store?colour=red", 422, "colour"),
        ("/v1/staff/forms/nothing?mode=staff", 404, None),
        ("/v1/staff/forms/in-store?customer=asha", 404, None),
    ],
)
def test_what_can_not_be_is_refused(
    front: Front, path: str, status: int, field: str | None
) -> None:
    before = kit.all_items()
    answer = front.post(path, ASHA)
    assert answer.status == status
    if field is not None:
        assert [one["field"] for one in answer.body["errors"]] == [field]
    assert kit.all_items() == before


def test_analysts_fill_in_nothing_and_see_nobody(front: Front) -> None:
    posts = (
        "/v1/staff/forms/in-store",
        "/v1/customers/x/links",
        "/v1/warranties/demo-lamp/SN1/transfer",
        "/v1/preorders/demo-lamp/frm_x/cancel",
    )
    for path in posts:
        assert front.post(path, {}, claims=ANALYST).status == 403
    for path in ("/v1/warranties", "/v1/preorders/demo-lamp"):
        assert front.ask(path, claims=ANALYST).status == 403


def test_a_form_for_a_customer_goes_to_that_customer(front: Front) -> None:
    one = fill_in(front, "in-store", **ASHA)["customer"]
    again = fill_in(front, "in-store", f"mode=staff&customer={one}", heard_from="search")
    assert again["customer"] == one
    assert front.person(one)["traits"]["heard_from"]["value"] == "search"


def test_what_staff_leave_blank_was_declined_by_nobody(front: Front, web: Web) -> None:
    customer = fill_in(front, "in-store", **ASHA)["customer"]
    for number in (1, 2):
        front.deliver(order(id=number, email=ASHA["email"], minute=number))
    blank = dict.fromkeys(("name", "phone", "birthday", "children"), "")
    told = {"interests": [], "income": "rather-not-say", "heard_from": "friend"}
    fill_in(front, "profile", f"mode=staff&customer={customer}", **blank, **told)
    profile = ProfileItem.model_validate(customers_table().get(keys.profile(customer)))
    assert set(profile.declined or {}) == {"income"}
    (entry, *_) = front.timeline(customer, kind="form")["items"]
    assert entry["data"]["declined"] == ["income"]
    token = front.told(f"/v1/customers/{customer}/links", {})["token"]
    assert next(one["name"] for one in web.ask("profile", token)["fields"]) == "phone"


def test_what_is_sensitive_is_taken_only_once_trust_was_earned(front: Front) -> None:
    customer = fill_in(front, "in-store", **ASHA)["customer"]
    path = f"/v1/staff/forms/profile?mode=staff&customer={customer}"
    assert front.post(path, {"income": "under-500"}).status == 422
    for number in (1, 2):
        front.deliver(order(id=number, email=ASHA["email"], minute=number))
    assert front.post(path, {"income": "under-500", "children": 2}).status == 201
    traits = front.person(customer)["traits"]
    assert (traits["income"]["value"], traits["children"]["value"]) == ("under-500", 2)


def test_the_same_form_twice_counts_once_and_a_key_makes_it_so_for_ever(front: Front) -> None:
    first = front.told("/v1/staff/forms/in-store?mode=staff", ASHA, key="k-1")
    assert front.told("/v1/staff/forms/in-store?mode=staff", ASHA, key="k-1") == first
    other = front.told("/v1/staff/forms/in-store?mode=staff", ASHA, key="k-2")
    assert other["interaction_id"] != first["interaction_id"]
    assert len(front.timeline(first["customer"])["items"]) == 2


def test_a_cancelled_place_goes_to_the_first_who_waits(front: Front, web: Web) -> None:
    for number in range(12):
        status, _ = web.post(
            "preorder", email=f"p{number}@example.com", name="P", product="demo-lamp"
        )
        assert status == 202
    listed = places(front)
    assert (listed["capacity"], listed["remaining"]) == (10, 0)
    assert [one["status"] for one in listed["items"]] == ["reserved"] * 10 + ["waiting"] * 2
    assert listed["items"][0]["email"] == "p0@example.com"
    first = listed["items"][0]
    path = f"/v1/preorders/demo-lamp/{first['ticket']}/cancel"
    for _ in range(2):
        answer = front.post(path)
        assert (answer.status, answer.body["status"]) == (200, "cancelled")
    assert statuses(front) == ["cancelled", *["reserved"] * 10, "waiting"]
    waiting = places(front)["items"][-1]
    assert front.person(waiting["customer"])["preorders"][0]["status"] == "waiting"
    kinds = [one["data"].get("action") for one in front.timeline(first["customer"])["items"]]
    assert kinds == ["cancelled", None]
    assert front.post("/v1/preorders/demo-lamp/frm_none/cancel").status == 404
    assert front.post(f"/v1/preorders/demo-chair/{first['ticket']}/cancel").status == 404


def test_who_waits_is_served_when_staff_look_and_more_may_be_had(
    front: Front, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        web.post("preorder", email=f"p{number}@example.com", name="P", product="demo-lamp")
    assert statuses(front) == ["reserved"] * 10 + ["waiting"] * 2
    more = [
        one.model_copy(update={"preorder": PreOrder(capacity=11)}) if one.preorder else one
        for one in asking().products
    ]
    owners = asking().model_copy(update={"products": tuple(more)})
    monkeypatch.setattr("mteja.staff.routes_forms.asking", lambda: owners)
    assert statuses(front) == ["reserved"] * 11 + ["waiting"]
    assert (places(front)["capacity"], places(front)["remaining"]) == (11, 0)


def test_pre_orders_are_listed_page_by_page(front: Front, web: Web) -> None:
    for number in range(30):
        web.post("preorder", email=f"p{number}@example.com", name="P", product="demo-lamp")
    first = places(front)
    assert len(first["items"]) == 25
    noted = [one["what"] for one in stored(keys.AUDIT_PREFIX)]
    assert noted == [PLACES] * 25
    rest = front.ask("/v1/preorders/demo-lamp", {"cursor": first["next"]}).body
    assert len(rest["items"]) == 5
    assert rest["next"] is None
    assert len({one["ticket"] for one in first["items"] + rest["items"]}) == 30


def test_a_recall_lists_holders_in_the_order_in_which_people_count(front: Front, web: Web) -> None:
    for number in (9, 10, 11, 100):
        status, _ = web.post(
            "warranty",
            email=f"w{number}@example.com",
            name="W",
            product="demo-lamp",
            serial=f"sn-{number}",
            bought_on="2026-01-31",
        )
        assert status == 202
    query = {"product": "demo-lamp", "from": "SN-9", "to": "SN-11"}
    items = front.ask("/v1/warranties", query).body["items"]
    assert [one["serial"] for one in items] == ["SN-9", "SN-10", "SN-11"]
    assert [one["email"] for one in items] == [f"w{number}@example.com" for number in (9, 10, 11)]
    assert items[0]["warranty_ends_on"] == "2028-01-31"
    assert items[0]["in_warranty"]
    for wrong in (
        {"product": "nothing"},
        {"product": "demo-lamp", "from": "SN-9", "to": "SN-1"},
        {"product": "demo-lamp", "from": "<script>"},
        {"product": "demo-lamp", "cursor": "x"},
    ):
        assert front.ask("/v1/warranties", wrong).status == 422


def test_staff_pass_a_piece_on_and_its_warranty_goes_on(front: Front, web: Web) -> None:
    piece = {"product": "demo-lamp", "serial": "SN-7", "bought_on": "2025-12-24"}
    web.post("warranty", **ASHA, **piece)
    asha = front.find_one(email=ASHA["email"])
    ben = fill_in(front, "in-store", email="ben@example.com")["customer"]
    path = "/v1/warranties/demo-lamp/sn-7/transfer"
    assert front.post(path, {"customer": ben}).status == 200
    assert front.person(asha)["owns"] == []
    (owned,) = front.person(ben)["owns"]
    assert (owned["serial"], owned["bought_on"]) == ("SN-7", "2025-12-24")
    assert front.timeline(asha)["items"][0]["data"]["action"] == "passed-on"
    assert front.timeline(ben)["items"][0]["data"]["action"] == "received"
    noted = [one for one in stored(keys.AUDIT_PREFIX) if one["what"] == PASSES_ON]
    assert sorted(one["members"] for one in noted) == sorted([[asha], [ben]])
    assert front.post(path, {"customer": ben}).status == 409
    assert front.post("/v1/warranties/demo-lamp/SN-8/transfer", {"customer": ben}).status == 404


def test_a_customers_link_asks_little_and_shows_no_value(front: Front, web: Web) -> None:
    customer = fill_in(front, "in-store", **ASHA, phone=PHONE)["customer"]
    made = front.post(f"/v1/customers/{customer}/links")
    assert made.status == 201
    token = made.body["token"]
    asked = web.ask("profile", token)
    assert [one["name"] for one in asked["fields"]] == ["address", "birthday", "interests"]
    assert ASHA["email"] not in str(asked)
    status, _ = web.post("profile", token, birthday="1990-05-01", interests=None)
    assert status == 202
    person = front.person(customer)
    assert person["traits"]["birthday"]["verified"]
    names = [one["name"] for one in web.ask("profile", token)["fields"]]
    assert names == ["address", "heard_from"]
    assert web.ask("profile", token + "x")["type"] == "/problems/bad-signature"


def test_a_customers_link_leads_to_the_owners_form_of_profiles(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = fill_in(front, "in-store", **ASHA)["customer"]
    path = f"/v1/customers/{customer}/links"
    declared = asking()
    others = tuple(one for one in declared.forms if one.kind != "profile")
    profile = next(one for one in declared.forms if one.kind == "profile")
    renamed = profile.model_copy(update={"id": "about-you"})
    for forms, status in (((*others, renamed), 201), (others, 404)):
        shown = declared.model_copy(update={"forms": forms})
        monkeypatch.setattr("mteja.staff.routes_forms.asking", lambda shown=shown: shown)
        made = front.post(path)
        assert made.status == status
        assert status != 201 or made.body["path"].startswith("/forms/about-you?t=")


def test_erasure_gives_place_and_serial_number_back(
    front: Front, web: Web, aws: dict[str, str]
) -> None:
    for number in range(11):
        web.post("preorder", email=f"p{number}@example.com", name="P", product="demo-lamp")
    piece = {"product": "demo-lamp", "serial": "SN-1"}
    web.post("warranty", email="p0@example.com", name="P", **piece)
    assert statuses(front)[-1] == "waiting"
    customer = front.find_one(email="p0@example.com")
    front.erase(customer)
    work(aws)
    assert statuses(front) == ["reserved"] * 10
    assert not any(customer in str(item) for item in stored("TICKET#") + stored("SERIAL#"))
    status, _ = web.post("warranty", email="p1@example.com", name="P", **piece)
    assert status == 202


def test_a_message_from_the_web_waits_among_the_tasks(front: Front, web: Web) -> None:
    hostile = "<script>alert(1)</script> & 'please'"
    assert web.post("contact", email="c@example.com", message=hostile)[0] == 202
    (task,) = front.ask("/v1/tasks").body["items"]
    assert task["data"]["why"] == hostile
    assert task["email"] == "c@example.com"
    assert front.post(f"/v1/tasks/{task['id']}/done").status == 200
    assert front.ask("/v1/tasks").body["items"] == []

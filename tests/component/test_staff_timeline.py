"""`GET /v1/customers/{id}/timeline`: newest first, over all members, page by page."""

from typing import Any

import pytest

from mteja.customers import timeline
from mteja.identity.identifiers import Identifier, Trust
from mteja.recording import orders
from mteja.recording.facts import Consent, Fact, Happening, Receipt
from mteja.recording.record import Recorder, record
from tests import kit
from tests.component.counter import FULFILLED, PART_REFUNDED, Counter, entries, order, stored

DAY = 86_400_000


@pytest.fixture
def counter(aws: dict[str, str]) -> Counter:
    return Counter()


def test_an_order_says_also_what_is_nothing(counter: Counter) -> None:
    counter.deliver(kit.sample(FULFILLED))
    customer = counter.find_one(email="foo@example.com")

    answer = counter.timeline(customer, kind="order")

    (entry,) = answer["items"]
    assert entry.pop("id").startswith("ord_")
    assert entry == {
        "kind": "order",
        "at": "2025-04-02T16:31:05.000Z",
        "source": "shopify-demo",
        "trust": "verified",
        "customer": customer,
        "data": {
            "order_id": "1073459972",
            "number": "#1002",
            "updated_at": "2025-04-02T16:31:05.000Z",
            "channel": "web",
            "country": None,
            "currency": "USD",
            "total": 19900,
            "tax": 0,
            "shipping": 0,
            "discount": 0,
            "net": 19900,
            "refunded": 0,
            "status": "paid",
            "counts": True,
            "test": False,
            "presentment": None,
            "belongs_to": None,
            "discount_codes": [],
            "lines": [
                {
                    "product_id": "921728736",
                    "sku": "IPOD2009BLACK",
                    "title": "IPod Touch 8GB",
                    "quantity": 1,
                    "total": 19900,
                }
            ],
        },
    }
    assert answer["next"] is None


def test_a_refund_stands_beside_its_order_newest_first(counter: Counter) -> None:
    counter.deliver(kit.sample(PART_REFUNDED))
    customer = counter.find_one(email="bob.norman@mail.example.com")

    items = counter.timeline(customer)["items"]
    refund, bought = (one for one in items if one["kind"] != "points")

    assert (refund["kind"], bought["kind"]) == ("refund", "order")
    assert refund["at"] > bought["at"]
    assert refund["data"] == {
        "order_id": "450789469",
        "refund_id": "509562969",
        "total": 20900,
        "currency": "USD",
    }
    assert (bought["data"]["net"], bought["data"]["refunded"]) == (38994, 20900)
    assert counter.timeline(customer, kind="refund")["items"] == [refund]


@pytest.mark.parametrize("limit", [1, 2, 3, 200])
def test_pages_put_together_are_the_whole_of_all_members(counter: Counter, limit: int) -> None:
    one, two = counter.link_two()
    whole = counter.timeline(one)["items"]

    pages = _pages(counter, two, limit=str(limit))

    assert [one["kind"] for one in whole].count("order") == 3
    assert {entry["customer"] for entry in whole} == {one, two}
    assert [one["at"] for one in whole] == sorted((one["at"] for one in whole), reverse=True)
    assert [entry for page in pages for entry in page] == whole
    assert all(len(page) == limit for page in pages[:-1])
    assert pages[-1]


def test_pages_of_one_kind_read_over_the_others(counter: Counter) -> None:
    customer = _customer_of_many(counter)

    pages = _pages(counter, customer, kind="refund", limit="2")

    assert [len(page) for page in pages] == [2, 1]
    assert {entry["kind"] for page in pages for entry in page} == {"refund"}
    assert counter.timeline(customer, kind="call") == {"items": [], "next": None}


def test_a_page_ends_after_so_many_entries_read(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline, "MAX_READ", 2)
    customer = _customer_of_many(counter)

    pages = _pages(counter, customer, kind="refund", limit="50")

    assert sum(len(page) for page in pages) == 3
    assert len(pages) > 1


def test_a_page_ends_before_it_is_too_large_to_answer(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline, "MAX_BYTES", 1_000)
    customer = _customer_of_many(counter)

    pages = _pages(counter, customer)

    assert sum(len(page) for page in pages) == len(entries(customer)) + len(stored("POINTS#"))
    assert len(pages) > 1
    assert all(pages)


def test_the_lines_of_a_large_order_are_read_back(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "_LINES_BYTES", 2_000)
    counter.deliver(order(id=1, email="a@example.com", lines=120))
    customer = counter.find_one(email="a@example.com")
    (kept,) = entries(customer)
    assert kept.parts > 1
    assert "lines" not in kept.data

    (entry,) = counter.timeline(customer, kind="order")["items"]

    titles = [line["title"] for line in entry["data"]["lines"]]
    assert titles == [f"Lamp {number}" for number in range(120)]


def test_a_changed_trait_shows_what_it_was_and_what_it_is(counter: Counter) -> None:
    counter.deliver(order(id=1, email="a@example.com", person=7))
    counter.deliver(order(id=2, email="b@example.com", person=7, minute=5))
    customer = counter.find_one(email="b@example.com")

    (entry,) = counter.timeline(customer, kind="trait")["items"]

    assert entry["data"] == {
        "field": "email",
        "old": "a@example.com",
        "new": "b@example.com",
        "late": False,
    }


def test_a_value_learnt_too_late_is_marked_so(counter: Counter) -> None:
    counter.deliver(order(id=2, email="b@example.com", person=7, minute=5))
    counter.deliver(order(id=1, email="a@example.com", person=7))
    customer = counter.find_one(email="b@example.com")

    (entry,) = counter.timeline(customer, kind="trait")["items"]

    assert entry["data"] == {
        "field": "email",
        "old": "a@example.com",
        "new": "b@example.com",
        "late": True,
    }


def test_what_is_personal_of_an_entry_is_opened(counter: Counter, recorder: Recorder) -> None:
    counter.deliver(kit.sample(FULFILLED))
    customer = counter.find_one(email="foo@example.com")
    record(_told("foo@example.com"), recorder)

    (entry,) = counter.timeline(customer, kind="request")["items"]

    assert entry["data"] == {"topic": "erasure", "phone": "+14155550123"}


def test_what_does_not_open_leaves_the_rest_of_an_entry(
    counter: Counter, recorder: Recorder
) -> None:
    counter.deliver(kit.sample(FULFILLED))
    customer = counter.find_one(email="foo@example.com")
    record(_told("foo@example.com"), recorder)
    (stored,) = [one for one in entries(customer) if one.kind == "request"]
    moved = stored.model_copy(update={"at": stored.at + 1})
    recorder.table.put(moved.model_dump(exclude_none=True))

    (entry,) = counter.timeline(customer, kind="request")["items"]

    assert entry["data"] == {"topic": "erasure", "unreadable": True}


def test_statements_of_consent_and_links_stand_among_the_rest(
    counter: Counter, recorder: Recorder
) -> None:
    one, two = counter.link_two()
    at = kit.NOW_MS
    said = (
        Consent("marketing-email", "granted", at, "shop", "2026-01"),
        Consent("marketing-email", "withdrawn", at + DAY, "shop"),
    )
    record(_told("a@example.com", said[:1]), recorder)
    record(_told("b@example.com", said[1:]), recorder)

    items = counter.timeline(one)["items"]
    consents = counter.timeline(one, kind="consent")["items"]
    links = counter.timeline(two, kind="link")["items"]

    assert [one["data"]["status"] for one in consents] == ["withdrawn", "granted"]
    assert consents[1]["data"] == {
        "purpose": "marketing-email",
        "status": "granted",
        "channel": "shop",
        "text_version": "2026-01",
    }
    assert [one["data"] for one in links] == [{"customers": [one, two], "status": "linked"}]
    assert [entry for entry in items if entry["kind"] == "consent"] == consents
    assert [entry for entry in items if entry["kind"] == "link"] == links
    assert _pages(counter, one, kind="consent", limit="1") == [consents[:1], consents[1:]]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "201"}, "limit"),
        ({"limit": "-1"}, "limit"),
        ({"limit": "ten"}, "limit"),
        ({"limit": ""}, "limit"),
        ({"kind": "gossip"}, "kind"),
        ({"cursor": "x"}, "cursor"),
        ({"cursor": "ä"}, "cursor"),
        ({"cursor": ""}, "cursor"),
        ({"cursor": "A" * 5_000}, "cursor"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_can_not_be_asked_is_422_and_names_the_field(
    counter: Counter, query: dict[str, str], field: str
) -> None:
    counter.deliver(kit.sample(FULFILLED))
    customer = counter.find_one(email="foo@example.com")

    answer = counter.ask(f"/v1/customers/{customer}/timeline", query)

    assert answer.status == 422
    assert [one["field"] for one in answer.body["errors"]] == [field]


def test_a_changed_cursor_and_one_of_another_list_are_422(counter: Counter) -> None:
    customer = _customer_of_many(counter)
    cursor = counter.timeline(customer, limit="1")["next"]
    path = f"/v1/customers/{customer}/timeline"
    changed = [
        cursor[:at] + ("A" if cursor[at] != "A" else "B") + cursor[at + 1 :]
        for at in range(len(cursor) - 1)
    ]

    assert {counter.ask(path, cursor=one).status for one in changed} == {422}
    assert counter.ask(path, cursor=cursor, kind="order").status == 422
    assert counter.ask("/v1/customers", phone="0123", cursor=cursor).status == 422
    assert counter.ask(path, cursor=cursor).status == 200


def _customer_of_many(counter: Counter) -> str:
    """Make a customer with six orders, of which three were given back in part."""
    for number in range(6):
        counter.deliver(order(id=number + 1, email="a@example.com", person=7, minute=number))
    refund = kit.sample("shopify/refund_create")
    for number in (1, 3, 5):
        body = kit.changed(refund, id=900 + number, order_id=number)
        counter.deliver(body, "refunds/create")
    return counter.find_one(email="a@example.com")


def _pages(counter: Counter, customer: str, **query: str) -> list[list[dict[str, Any]]]:
    pages = []
    while True:
        answer = counter.timeline(customer, **query)
        pages.append(answer["items"])
        if answer["next"] is None:
            return pages
        query["cursor"] = answer["next"]


def _told(email: str, consents: tuple[Consent, ...] = ()) -> Fact:
    happening = Happening(
        kind="request",
        id="req_1",
        at=kit.NOW_MS,
        data={"topic": "erasure"},
        personal={"phone": "+14155550123"},
    )
    return Fact(
        source="shopify-demo",
        trust=Trust.VERIFIED,
        observed_at=kit.NOW_MS,
        received_at=kit.NOW_MS,
        identifiers=(Identifier("email", email),),
        consents=consents,
        happenings=() if consents else (happening,),
        receipt=Receipt(f"told-{email}", None),
    )

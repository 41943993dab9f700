"""A person of two members comes from four shops, is linked, and is erased while the shops go on."""

import base64
import gzip
import hashlib
import threading
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mteja.customers.opening import Opener
from mteja.customers.reading import read_person
from mteja.quarantine import quarantine
from mteja.store import keys
from mteja.store.table import Table
from mteja.vault.index import BlindIndex
from mteja.vault.keyring import Keyring
from mteja.vault.vault import Vault
from mteja_local.calls import Answer
from mteja_local.clients import Clients
from tests.e2e import marked, traces
from tests.e2e.marked import EMAIL, MARKS, OTHER_EMAIL, PHONE, Staff

COPY = "customers-as-they-were"


@dataclass
class Story:
    """What happened, in order."""

    staff: Staff
    members: list[str] = field(default_factory=list)
    task: str = ""  # what staff have to do for the person
    sealed: list[str] = field(default_factory=list)  # traces while the person is known
    indexed: list[str] = field(default_factory=list)  # by which it is found then
    held: list[str] = field(default_factory=list)  # what names its browser or piece then
    refused: list[str] = field(default_factory=list)  # attempts to delete the keys
    readable: dict[str, Any] = field(default_factory=dict)  # from the copy, before
    asked: Answer | None = None
    job: dict[str, Any] = field(default_factory=dict)
    parallel: list[int] = field(default_factory=list)  # the last status of each delivery


@pytest.fixture(scope="module")
def story(clients: Clients, stack: dict[str, Any], staff_token: str) -> Iterator[Story]:
    told = Story(Staff(stack, staff_token))
    _arrive(told, stack)
    told.sealed = _traces(clients, stack)
    told.indexed = _indexed(clients, stack)
    told.held = _with_the_browser(clients, stack)
    told.refused = _try_to_delete_keys(clients, stack, told.members)
    dynamodb = clients("dynamodb")
    dynamodb.restore_table_to_point_in_time(
        SourceTableName=stack["tables"]["customers"],
        TargetTableName=COPY,
        UseLatestRestorableTime=True,
    )
    dynamodb.get_waiter("table_exists").wait(
        TableName=COPY, WaiterConfig={"Delay": 1, "MaxAttempts": 30}
    )
    told.readable = _read_copy(clients, stack, told.members[0])
    _erase_meanwhile_delivering(told, stack)
    yield told
    dynamodb.update_table(TableName=COPY, DeletionProtectionEnabled=False)
    dynamodb.delete_table(TableName=COPY)


def _arrive(told: Story, stack: dict[str, Any]) -> None:
    """Four orders, two customers, one link, one opening, and a body that is not understood."""
    for platform, body, topic in (
        ("shopify", marked.shopify_order(), "orders/create"),
        ("woocommerce", marked.woocommerce_order(), "order.updated"),
        ("square", marked.square_payment(), ""),
        ("standard", marked.standard_order(), ""),
    ):
        answer = marked.post(stack, platform, body, topic)
        assert (answer.status, answer.json()) == (200, {"result": "recorded"}), platform
    broken = marked.shopify_order(id=880000000000009, total_price="not money")
    assert marked.post(stack, "shopify", broken, "orders/create").json() == {
        "result": "quarantined"
    }
    found = [told.staff.find(email=address) for address in (EMAIL, OTHER_EMAIL)]
    told.members = sorted(one["id"] for (one,) in found)
    assert len(set(told.members)) == 2
    one, two = told.members
    linked = told.staff.post(f"/v1/customers/{one}/link", {"customer": two})
    assert (linked.status, linked.json()["members"]) == (200, told.members)
    assert told.staff.get(f"/v1/customers/{two}").json()["orders"]["count"] == 4
    _write_down(told)
    _fill_in_forms(stack)
    _visit(stack)


def _write_down(told: Story) -> None:
    """Staff take a call of the person, with a follow-up, sent twice; and write a note."""
    called, again = (
        told.staff.post("/v1/calls", marked.call_of_the_person(), key="marked-call")
        for _ in range(2)
    )
    assert (called.status, called.json()["created"]) == (201, False)
    assert called.json() == again.json()
    told.task = called.json()["task"]
    customer = called.json()["customer"]
    assert customer in told.members
    note = {"text": f"{marked.FIRST} prefers {PHONE}"}
    assert told.staff.post(f"/v1/customers/{customer}/notes", note, key="marked").status == 201
    (task,) = [one for one in told.staff.tasks() if one["id"] == told.task]
    assert (task["email"], task["data"]["outcome"]) == (EMAIL, f"write to {OTHER_EMAIL}")


def _fill_in_forms(stack: dict[str, Any]) -> None:
    """The person tells of itself on the web, and once where no personal value is meant to be."""
    forms: dict[str, dict[str, Any]] = {
        "in-store": {"phone": PHONE, "address": marked.STREET, "heard_from": "friend"},
        "contact": {"message": f"Write to {OTHER_EMAIL}", "campaign": EMAIL},
        "newsletter": {"newsletter": True},
        "preorder": {"product": "demo-lamp", "quantity": 1, "phone": PHONE},
        "warranty": {"product": "demo-lamp", "serial": marked.SERIAL, "bought_on": "2026-03-01"},
    }
    for form, values in forms.items():
        assert marked.fill_in(stack, form, **values).status == 202, form


def _visit(stack: dict[str, Any]) -> None:
    """The person looks at the website, and logs in there."""
    assert marked.look_at(stack, "lamps").status == 204
    assert marked.tell_of_the_user(stack).json() == {"success": True}
    assert marked.look_at(stack, "account").status == 204


def _with_the_browser(clients: Clients, stack: dict[str, Any]) -> list[str]:
    """Return of what kinds the items are that name the person's browser or piece."""
    return sorted(
        str(item["pk"]).partition("#")[0]
        for table in stack["tables"].values()
        for item in traces.items(clients, table)
        if marked.BROWSER in str(item) or marked.SERIAL in str(item)
    )


def _traces(clients: Clients, stack: dict[str, Any]) -> list[str]:
    return [
        f"{place}: {form} of {number}"
        for place, value in traces.everything(clients, stack)
        for sight in (traces.Sight(value),)
        for number, mark in enumerate(MARKS)
        for form in sight.forms_of(mark)
    ]


def _try_to_delete_keys(clients: Clients, stack: dict[str, Any], members: list[str]) -> list[str]:
    refused = []
    for function in ("orders", "staff"):
        dynamodb = clients.of_function(stack["functions"][function])("dynamodb")
        for member in members:
            key = {"pk": {"S": keys.customer_key(member)}}
            try:
                dynamodb.delete_item(TableName=stack["tables"]["keys"], Key=key)
            except ClientError as error:
                refused.append(error.response["Error"]["Code"])
    return refused


def _read_copy(clients: Clients, stack: dict[str, Any], customer: str) -> dict[str, Any]:
    """Open what a copy of the customers table says, with the rights of `staff` on keys."""
    staff = clients.of_function(stack["functions"]["staff"])
    table = Table(clients("dynamodb"), COPY, stack["tables"]["keys"])
    person = read_person(table, customer)
    opener = Opener(person.ids, table, Keyring(staff("kms"), stack["keys"]["wrapping"]))
    return {
        f"{member.id} {name}": opener.trait(member.id, name, entry).value
        for member in person.members
        for name, entry in (member.traits.fields if member.traits else {}).items()
    }


def _erase_meanwhile_delivering(told: Story, stack: dict[str, Any]) -> None:
    """The shops tell of the orders again and again, from before the request until after its end."""
    done = threading.Event()
    lanes = [
        threading.Thread(target=_keep_delivering, args=(told, stack, done, lane))
        for lane in ("shopify", "standard")
    ]
    for lane in lanes:
        lane.start()
    try:
        told.asked = told.staff.post(f"/v1/customers/{told.members[1]}/erase")
        told.job = told.staff.wait_for(told.asked.json()["job"])
    finally:
        done.set()
        for lane in lanes:
            lane.join()


def _keep_delivering(
    told: Story, stack: dict[str, Any], done: threading.Event, platform: str
) -> None:
    for number in range(1, 40):
        last = done.is_set()
        if platform == "shopify":
            body, topic = marked.shopify_order(minute=number), "orders/updated"
        else:
            body, topic = marked.standard_order(version=10 + number), ""
        told.parallel.append(_deliver_until_taken(stack, platform, body, topic))
        if last:
            return


def _deliver_until_taken(
    stack: dict[str, Any], platform: str, body: dict[str, Any], topic: str
) -> int:
    """Deliver; as every shop does, again where the answer is 5xx. Return the last status."""
    for pause in (0.2, 0.5, 1, 2, 4, 8):
        status = marked.post(stack, platform, body, topic).status
        if status < 500:
            break
        time.sleep(pause)
    return status


def _vault(clients: Clients, stack: dict[str, Any]) -> Vault:
    kms = clients("kms")
    return Vault(Keyring(kms, stack["keys"]["wrapping"]), BlindIndex(kms, stack["keys"]["index"]))


def _indexed(clients: Clients, stack: dict[str, Any]) -> list[str]:
    """Return by which kinds of identifier the person's blind indexes stand in a table."""
    index = _vault(clients, stack).index
    stored = str([traces.items(clients, table) for table in stack["tables"].values()])
    return [kind for kind, value in marked.IDENTIFIERS if index.of(kind, value) in stored]


def test_while_the_person_is_known_no_value_stands_anywhere_in_clear(story: Story) -> None:
    assert story.sealed == []


def test_neither_who_takes_orders_nor_who_reads_them_can_destroy_keys(story: Story) -> None:
    assert story.refused == ["AccessDeniedException"] * 4


def test_the_job_is_done_and_its_receipt_says_what_was_and_what_stays(story: Story) -> None:
    assert story.asked is not None
    assert story.asked.status == 202
    assert story.job["status"] == "done"
    receipt = story.job["receipt"]
    assert receipt["removed"]["keys"] == 2
    assert receipt["removed"]["quarantined deliveries"] == 1
    assert {(one["source"], one["order"]) for one in receipt["tombstones"]} == marked.ORDERS


def test_nobody_is_there_and_nothing_finds_the_person(story: Story) -> None:
    for member in story.members:
        for path in (f"/v1/customers/{member}", f"/v1/customers/{member}/timeline"):
            assert story.staff.get(path).status == 404
    asked = [("email", EMAIL), ("email", OTHER_EMAIL), ("phone", PHONE), ("phone", "675309")]
    asked += [("card", marked.CARD), *(("order", order) for _, order in marked.ORDERS)]
    for name, value in asked:
        assert story.staff.find(**{name: value}) == []
    assert not [one for one in story.staff.tasks() if one["customer"] in story.members]
    assert story.staff.post(f"/v1/tasks/{story.task}/done").status == 404
    duplicates = story.staff.get("/v1/duplicates").json()["items"]
    assert not [one for one in duplicates if set(one["customers"]) & set(story.members)]


def test_every_delivery_meanwhile_was_taken_in_the_end(story: Story) -> None:
    assert len(story.parallel) >= 4
    assert set(story.parallel) == {200}


def test_no_trace_is_left_in_any_table_queue_bucket_or_log(
    clients: Clients, stack: dict[str, Any], story: Story
) -> None:
    assert _traces(clients, stack) == []


def test_ids_are_left_in_the_audit_trail_and_the_receipt_only(
    clients: Clients, stack: dict[str, Any], story: Story
) -> None:
    for table in stack["tables"].values():
        for item in traces.items(clients, table):
            if any(member in str(item) for member in story.members):
                assert str(item["sk"]).startswith(("ACCESS#", "JOB")), item["pk"]


def test_its_browser_what_was_done_with_it_and_its_pieces_are_forgotten(
    clients: Clients, stack: dict[str, Any], story: Story
) -> None:
    assert set(story.held) == {"CUSTOMER", "EVENTS", "VISITOR", "WARRANTY"}
    assert story.held.count("EVENTS") == 3
    assert _with_the_browser(clients, stack) == []
    assert story.job["receipt"]["removed"]["browsers"] >= 1


def test_no_blind_index_of_the_person_is_left(
    clients: Clients, stack: dict[str, Any], story: Story
) -> None:
    assert story.indexed == [kind for kind, _ in marked.IDENTIFIERS]
    assert _indexed(clients, stack) == []


def test_what_can_still_be_opened_in_quarantine_is_not_the_person(
    clients: Clients, stack: dict[str, Any], story: Story
) -> None:
    vault = _vault(clients, stack)
    table = Table(clients("dynamodb"), stack["tables"]["customers"], stack["tables"]["keys"])
    for item in quarantine.listed(table):
        body = quarantine.reopen(item.id, table=table, vault=vault).body
        assert not [mark for mark in MARKS if traces.found(mark, body)]


def test_a_copy_of_the_customers_from_before_opens_no_more(
    clients: Clients, stack: dict[str, Any], story: Story
) -> None:
    assert {f"{member} email" for member in story.members} <= set(story.readable)
    assert {EMAIL, OTHER_EMAIL} <= {str(value) for value in story.readable.values()}

    now = _read_copy(clients, stack, story.members[0])

    assert now == dict.fromkeys(story.readable)


@pytest.mark.parametrize(
    "value",
    [
        "to Marked.Person@Example.com",
        b"\x00marked.person@example.com\xff",
        "marked.person%40example.com",
        '{"a": "\\u006darked.person@example.com"}',
        EMAIL.encode().hex(),
        ["a", {"b": base64.b64encode(EMAIL.encode()).decode()}],
        f"{base64.b64encode(b'xx' + EMAIL.encode() + b'yyy').decode()} and more",
        zlib.compress(EMAIL.encode()),
        base64.b64encode(gzip.compress(EMAIL.encode(), mtime=0)),
        hashlib.sha256(EMAIL.encode()).hexdigest(),
    ],
)
def test_the_search_for_traces_finds(value: object) -> None:
    assert traces.found(EMAIL, value)
    assert not traces.found("somebody.else@example.com", value)

"""Erasure of a person, on the real tables: nothing of it is left that could be read or found."""

import threading
from dataclasses import replace
from typing import Any

import pytest
from botocore.client import BaseClient

from mteja.audit import Viewer
from mteja.business.load import sites
from mteja.customers import linking
from mteja.errors import CannotOpen, NotFound
from mteja.privacy import jobs
from mteja.privacy.erasure import TOMBSTONE_DAYS, erase
from mteja.privacy.tracks import Tracks
from mteja.recording.record import Recorder, record
from mteja.staff.bodies import Call, Note, Sale
from mteja.staff.clerk import Clerk
from mteja.staff.parsing import from_fields
from mteja.store import keys
from mteja.store.apart import events_table
from mteja.store.table import Put, State
from mteja.store.wire import item_from_wire
from mteja.times import DAY_MS, now_ms
from tests import facts, kit
from tests.component.reading import customers_of, deliver, opened_traits
from tests.fakes.memory_table import MemoryTable
from tests.template.reading import read

EMAIL = "marked.person@example.com"
PHONE = "+15558675309"


def marked_order(**changes: Any) -> dict[str, Any]:
    """An order whose every personal value is recognisable."""
    body = kit.changed(
        kit.sample("shopify/order_create_partially_refunded"),
        email=EMAIL,
        contact_email=EMAIL,
        phone=PHONE,
        customer__email=EMAIL,
        customer__phone=PHONE,
        customer__first_name="Markedfirst",
        customer__last_name="Markedlast",
        shipping_address__address1="Markedstreet 1",
        billing_address__address1="Markedstreet 1",
        customer__default_address__address1="Markedstreet 1",
    )
    return kit.changed(body, **changes)


@pytest.fixture
def orders(aws: dict[str, str]) -> Any:
    return kit.handler("orders")


@pytest.fixture
def erasure(aws: dict[str, str]) -> Any:
    return kit.handler("erasure")


MARKS = ("marked", "5558675309", "207119551")


def erase_all(recorder: Recorder, customers: list[str], at: int | None = None) -> dict[str, Any]:
    tracks = Tracks.of(events_table(), sites(), recorder.business.time_zone)
    table, vault = recorder.table, recorder.vault
    receipt = erase(customers, table=table, vault=vault, tracks=tracks, now_ms=at or now_ms())
    return receipt.as_json()


def test_nothing_of_an_erased_person_is_left_in_any_table(orders: Any, recorder: Recorder) -> None:
    deliver(orders, marked_order(), "orders/create")
    deliver(orders, kit.sample("shopify/refund_create"), "refunds/create")
    (customer,) = customers_of("customers")
    indexes = [key for key in kit.all_keys() if key.startswith("IDENTIFIER#")]
    assert indexes

    receipt = erase_all(recorder, [customer])

    left = [item_from_wire(item) for item in kit.all_items() + kit.all_items("keys")]
    assert not [item for item in left if customer in str(item)]
    assert not [item for item in left if str(item["pk"]).startswith(("IDENTIFIER#", "CUSTOMER#"))]
    for mark in MARKS:
        assert mark not in str(left).lower()
    (tombstone,) = receipt["tombstones"]
    assert tombstone["source"] == "shopify-demo"
    assert tombstone["order"] == "450789469"


def test_a_restored_copy_of_the_tables_cannot_be_opened(orders: Any, recorder: Recorder) -> None:
    deliver(orders, marked_order(), "orders/create")
    (customer,) = customers_of("customers")
    traits = recorder.table.get(keys.traits(customer))
    assert traits is not None
    assert opened_traits(recorder, customer)["email"] == EMAIL

    erase_all(recorder, [customer])
    recorder.table.put(traits)  # the customers table, restored from a backup

    with pytest.raises((CannotOpen, KeyError)):
        opened_traits(recorder, customer)


RECOVERY_DAYS = int(read()["Parameters"]["KeysRecoveryDays"]["Default"])


@pytest.mark.parametrize(
    ("days_after", "opens"), [(0, True), (RECOVERY_DAYS - 1, True), (RECOVERY_DAYS, False)]
)
def test_copies_of_all_tables_open_until_the_keys_window_is_over_and_never_after(
    orders: Any, recorder: Recorder, days_after: int, opens: bool
) -> None:
    """Whoever restores may choose any moment of the window: the customers as they were before, and
    the keys as of the window's begin, which is the best that there is."""
    deliver(orders, marked_order(), "orders/create")
    (customer,) = customers_of("customers")
    customers = [item_from_wire(item) for item in kit.all_items()]
    before = {str(one["pk"]["S"]): one for one in kit.all_items("keys")}
    erased_at = now_ms()
    erase_all(recorder, [customer], erased_at)
    after = {str(one["pk"]["S"]): one for one in kit.all_items("keys")}

    now = erased_at + days_after * DAY_MS + 1
    keys_then = before if now - RECOVERY_DAYS * DAY_MS <= erased_at else after
    copy = MemoryTable()
    for item in customers:
        copy.put(item)
    pairs = [Put(item_from_wire(one), State.ANY, copy.keys) for one in keys_then.values()]
    if pairs:
        copy.transact(pairs, "copy")

    there = replace(recorder, table=copy)
    if opens:
        assert opened_traits(there, customer)["email"] == EMAIL
    else:
        with pytest.raises((CannotOpen, KeyError)):
            opened_traits(there, customer)
        assert not any(customer in pk for pk in keys_then)


def test_what_was_delivered_of_an_erased_person_revives_nobody_when_it_comes_again(
    orders: Any, recorder: Recorder
) -> None:
    """Its receipt is the delivery's tombstone: it says which content was taken, not of whom."""
    person = {"id": 207119551, "email": EMAIL, "phone": PHONE}
    told = kit.changed(kit.sample("shopify/customer_create"), **person)
    assert deliver(orders, told, "customers/update") == "recorded"
    (customer,) = customers_of("customers")
    erase_all(recorder, [customer])
    (receipt,) = [
        item_from_wire(one) for one in kit.all_items() if one["pk"]["S"].startswith("RECEIPT#")
    ]
    assert int(str(receipt["expires_at"])) * 1000 >= now_ms() + TOMBSTONE_DAYS * DAY_MS
    assert customer not in str(receipt)

    assert deliver(orders, told, "customers/update") == "duplicate"
    assert customers_of("customers") == []

    news = told | {"updated_at": "2027-01-01T10:00:00Z", "note": "a genuinely new contact"}
    assert deliver(orders, news, "customers/update") == "recorded"
    (fresh,) = customers_of("customers")
    assert fresh != customer


def test_orders_stay_in_the_reports_and_name_nobody(orders: Any, recorder: Recorder) -> None:
    deliver(orders, marked_order(), "orders/create")
    before = kit.logged("order")
    (customer,) = customers_of("customers")

    erase_all(recorder, [customer])

    after = kit.logged("order")
    assert [one["data"] for one in after] == [one["data"] for one in before]
    assert after[0]["pk"] == "ORDER#shopify-demo#450789469"


def test_totals_of_everybody_else_stay_right(orders: Any, recorder: Recorder) -> None:
    deliver(orders, marked_order(), "orders/create")
    deliver(orders, kit.sample("shopify/order_fulfilled"), "orders/create")
    others = set(customers_of("customers"))
    (gone,) = customers_of("customers", email_index=recorder.vault.index.of("email", EMAIL))
    (stays,) = others - {gone}
    before = recorder.table.get(keys.profile(stays))

    erase_all(recorder, [gone])

    assert recorder.table.get(keys.profile(stays)) == before


def test_a_late_delivery_of_an_erased_order_revives_nobody(orders: Any, recorder: Recorder) -> None:
    deliver(orders, marked_order(), "orders/create")
    (customer,) = customers_of("customers")
    erase_all(recorder, [customer])

    late = marked_order(updated_at="2026-11-22T10:00:00Z", financial_status="refunded")
    assert deliver(orders, late, "orders/updated") == "recorded"

    assert customers_of("customers") == []
    order = recorder.table.get(keys.order("shopify-demo", "450789469"))
    assert order is not None
    assert "customer" not in order
    for mark in MARKS:
        assert mark not in str([item_from_wire(item) for item in kit.all_items()]).lower()


def test_a_new_order_after_erasure_is_a_fresh_contact(orders: Any, recorder: Recorder) -> None:
    deliver(orders, marked_order(), "orders/create")
    (customer,) = customers_of("customers")
    erase_all(recorder, [customer])

    deliver(orders, marked_order(id=999_111, name="#2001", refunds=[]), "orders/create")

    (fresh,) = customers_of("customers")
    assert fresh != customer
    assert opened_traits(recorder, fresh)["email"] == EMAIL


def test_the_tombstone_ends(
    orders: Any, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(orders, marked_order(), "orders/create")
    (customer,) = customers_of("customers")
    erase_all(recorder, [customer], at=now_ms() - (TOMBSTONE_DAYS + 1) * DAY_MS)

    late = marked_order(updated_at="2026-11-22T10:00:00Z")
    deliver(orders, late, "orders/updated")

    assert len(customers_of("customers")) == 1


def test_what_staff_wrote_of_the_person_goes_and_sales_name_nobody(
    orders: Any, recorder: Recorder
) -> None:
    deliver(orders, marked_order(), "orders/create")
    (customer,) = customers_of("customers")
    write_down(recorder, customer)
    (task,) = kit.opened("task")
    (sale,) = kit.logged("sale")
    assert task["pk"] == keys.customer_partition(customer)

    receipt = erase_all(recorder, [customer])

    left = [item_from_wire(item) for item in kit.all_items() + kit.all_items("keys")]
    ids = [item for item in left if customer.removeprefix("cus_") in str(item)]
    assert {str(item["sk"]).partition("#")[0] for item in ids} == {"ACCESS"}
    assert not [mark for mark in MARKS if mark in str(left).lower()]
    assert kit.opened("task") == []
    assert {str(item.get("kind")) for item in left} == {"None", "order", "refund", "sale"}
    (anonymous,) = kit.logged("sale")
    assert anonymous["data"] == sale["data"]
    assert anonymous["pk"] == keys.order_partition("staff", str(sale["data"]["order_id"]))
    assert {one["source"] for one in receipt["tombstones"]} == {"shopify-demo", "staff"}


def test_nothing_is_written_of_a_person_who_is_being_erased(
    orders: Any, recorder: Recorder
) -> None:
    deliver(orders, marked_order(), "orders/create")
    (customer,) = customers_of("customers")
    (raw,) = [item for item in kit.all_items() if item["sk"]["S"] == "PROFILE"]
    recorder.table.put(item_from_wire(raw) | {"erased_at": now_ms()})
    before = kit.digest(kit.all_items())

    with pytest.raises(NotFound):
        write_down(recorder, customer)
    with pytest.raises(NotFound):
        record(replace(facts.fact(), customer=customer), recorder)

    assert kit.digest(kit.all_items()) == before


def write_down(recorder: Recorder, customer: str) -> None:
    """Let staff write a call with a follow-up, a note and a sale, each under a key."""
    clerk = Clerk(Viewer("sub-1", None), recorder, now_ms())
    said = {"who": "Marked's son", "why": "a marked lamp", "outcome": "marked as done"}
    call = from_fields(Call, said | {"follow_up_on": "2026-12-01"})
    clerk.call(customer, call, "key-1")
    clerk.note(customer, from_fields(Note, {"text": "marked"}), "key-1")
    line = {"product_id": "lamp", "title": "Lamp", "total": 100}
    sale = from_fields(Sale, {"currency": "USD", "total": 100, "lines": [line]})
    clerk.sale(customer, sale, "key-1")


def test_erasing_again_changes_nothing(orders: Any, recorder: Recorder) -> None:
    deliver(orders, marked_order(), "orders/create")
    (customer,) = customers_of("customers")
    erase_all(recorder, [customer])
    once = kit.digest(kit.all_items())

    assert erase_all(recorder, [customer])["removed"] == {}
    assert kit.digest(kit.all_items()) == once


def test_cut_off_after_any_step_it_can_be_finished(
    orders: Any, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(orders, marked_order(), "orders/create")
    deliver(orders, kit.sample("shopify/refund_create"), "refunds/create")
    (customer,) = customers_of("customers")
    transact = recorder.table.transact
    runs = 0
    while True:
        runs += 1
        left = [runs]

        def dying(writes: Any, token: str | None = None, left: list[int] = left) -> None:
            if left[0] == 0:
                raise ConnectionError
            left[0] -= 1
            transact(writes, token)

        monkeypatch.setattr(recorder.table, "transact", dying)
        try:
            erase_all(recorder, [customer])
        except ConnectionError:
            continue
        break
    assert runs > 1
    assert customers_of("customers") == []
    assert kit.all_items("keys") == []
    assert not [key for key in kit.all_keys() if key.startswith("IDENTIFIER#")]


def test_deliveries_during_erasure_neither_fail_nor_revive(
    orders: Any, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Calls take turns: moto's transactions are not isolated among threads. Both still meet between
    # their calls, which is what the conditions are for.
    turn, call = threading.RLock(), BaseClient._make_api_call  # type: ignore[attr-defined]

    def in_turn(client: BaseClient, *how: Any) -> Any:
        with turn:
            return call(client, *how)

    monkeypatch.setattr(BaseClient, "_make_api_call", in_turn)
    deliver(orders, marked_order(), "orders/create")
    (customer,) = customers_of("customers")
    results: list[str] = []

    def keep_delivering() -> None:
        for minute in range(12):
            late = marked_order(updated_at=f"2026-11-22T10:{minute:02d}:00Z")
            results.append(deliver(orders, late, "orders/updated"))

    worker = threading.Thread(target=keep_delivering)
    worker.start()
    erase_all(recorder, [customer])
    worker.join()

    assert results == ["recorded"] * 12
    assert customers_of("customers") == []
    assert not [key for key in kit.all_keys() if key.startswith("IDENTIFIER#")]


def test_what_is_in_quarantine_of_the_person_goes_too(orders: Any, recorder: Recorder) -> None:
    deliver(orders, marked_order(), "orders/create")
    broken = marked_order(total_price="not money")
    assert deliver(orders, broken, "orders/updated") == "quarantined"
    other = kit.changed(kit.sample("shopify/order_fulfilled"), total_price="not money")
    assert deliver(orders, other, "orders/create") == "quarantined"
    (customer,) = customers_of("customers")

    receipt = erase_all(recorder, [customer])

    assert receipt["removed"]["quarantined deliveries"] == 1
    assert len([key for key in kit.all_keys() if key.endswith("/QUARANTINE")]) == 1


def test_the_worker_takes_a_job_and_writes_its_receipt(
    orders: Any, erasure: Any, recorder: Recorder
) -> None:
    deliver(orders, marked_order(), "orders/create")
    (customer,) = customers_of("customers")
    job = jobs.ask(recorder.table, "erase", [customer], "sub-1", now_ms())
    message = {"messageId": "m-1", "body": f'{{"job": "{job.id}"}}'}

    assert erasure.lambda_handler({"Records": [message]}, None) == {"batchItemFailures": []}
    assert erasure.lambda_handler({"Records": [message]}, None) == {"batchItemFailures": []}

    done = jobs.find(recorder.table, job.id)
    assert done.status == "done"
    assert done.receipt["removed"]


def test_a_job_that_fails_comes_again(erasure: Any, recorder: Recorder) -> None:
    message = {"messageId": "m-1", "body": '{"job": "job_unknown"}'}
    answer = erasure.lambda_handler({"Records": [message]}, None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-1"}]}
    with pytest.raises(NotFound):
        jobs.find(recorder.table, "job_unknown")


def test_whoever_is_linked_after_the_request_goes_too(
    orders: Any, erasure: Any, recorder: Recorder
) -> None:
    deliver(orders, marked_order(), "orders/create")
    deliver(orders, kit.sample("shopify/order_fulfilled"), "orders/create")
    one, two = customers_of("customers")
    job = jobs.ask(recorder.table, "erase", [one], "sub-1", now_ms())
    linking.link(recorder.table, one, two, "staff", now_ms())

    message = {"messageId": "m-1", "body": f'{{"job": "{job.id}"}}'}
    assert erasure.lambda_handler({"Records": [message]}, None) == {"batchItemFailures": []}

    assert customers_of("customers") == []
    assert jobs.find(recorder.table, job.id).customers == [one, two]


def test_the_log_of_a_failed_erasure_names_its_job(
    aws: Any, caplog: pytest.LogCaptureFixture
) -> None:
    worker = kit.handler("erasure")
    records = [{"messageId": "m1", "body": '{"job": "job_none"}'}]
    answer = worker.lambda_handler({"Records": records}, None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m1"}]}
    (failed,) = [one for one in caplog.records if one.message == "erasure failed"]
    assert vars(failed)["job"] == "job_none"

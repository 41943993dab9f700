"""`mteja import`, from the file to what stands in the table."""

import json
import re
import threading
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mteja.business.model import Business
from mteja.customers.items import ProfileItem
from mteja.orders.intake import take_authentic
from mteja.orders.items import OrderItem
from mteja.orders.model import IMPORTED_REFUND
from mteja.quarantine.quarantine import Delivery
from mteja.recording.facts import Recorded
from mteja.recording.record import Recorder, record
from mteja.store import keys
from mteja.store.wire import item_from_wire
from tests import exports, kit, operator
from tests.fakes.memory import memory_recorder, table_of
from tests.operator import Mteja

SHOP = "shopify-demo"
ORDER_ID = "5000000000001"


@pytest.fixture
def mteja(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> Mteja:
    """The command on moto, whose tables bear one thread only."""
    monkeypatch.setenv("MTEJA_IMPORT_WORKERS", "1")
    return operator.stand_in(monkeypatch, {})


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    rows = [row for number in range(1, 4) for row in exports.shopify_order(number)]
    return exports.write(tmp_path / "orders_export.csv", exports.SHOPIFY_ORDERS, rows)


def stored_order(recorder: Recorder, order_id: str = ORDER_ID) -> OrderItem:
    raw = recorder.table.get(keys.order(SHOP, order_id))
    assert raw is not None
    return OrderItem.model_validate(raw)


def profiles() -> list[ProfileItem]:
    found = [one for one in kit.all_items() if one["sk"] == {"S": "PROFILE"}]
    return [ProfileItem.model_validate(item_from_wire(one)) for one in found]


def webhook_of(order_id: str, **changes: Any) -> Delivery:
    body = kit.changed(
        kit.sample("shopify/order_fulfilled"),
        id=int(order_id),
        email="buyer1@example.com",
        contact_email="buyer1@example.com",
        customer__email="buyer1@example.com",
        refunds=[],
        **changes,
    )
    return Delivery(SHOP, "orders/updated", "wh-9", kit.raw(body), kit.NOW_MS)


def test_orders_become_customers(mteja: Mteja, recorder: Recorder, orders: Path) -> None:
    result = mteja("import", orders, "--source", SHOP)
    assert result.exit_code == 0, result.output
    assert "3 recorded, 0 known already" in result.output
    assert [one.orders.net for one in profiles()] == [{"USD": (1, 3498)}] * 3
    order = stored_order(recorder)
    assert (order.total, order.status, order.counts) == (3498, "paid", True)


def test_a_trial_records_nothing(mteja: Mteja, orders: Path) -> None:
    result = mteja("import", "orders", orders, "--source", SHOP, "--dry-run")
    assert result.exit_code == 0, result.output
    assert "3 orders would be recorded" in result.output
    assert "net 104.94 USD" in result.output
    assert "buyer" not in result.output
    assert kit.all_items() == []


@pytest.mark.parametrize("dry_run", [["--dry-run"], []])
def test_on_a_terminal_a_bar_shows_how_far_it_came(
    mteja: Mteja, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dry_run: list[str]
) -> None:
    path = exports.write(
        tmp_path / "orders.csv", exports.SHOPIFY_ORDERS, exports.shopify_orders(500)
    )
    monkeypatch.setattr("click._termui_impl.isatty", lambda _: True)
    monkeypatch.setattr("mteja_operator.importing.record", lambda *_: Recorded("recorded"))
    shown = mteja("import", path, "--source", SHOP, *dry_run).output
    percents = [int(one) for one in re.findall(r"(\d+)%", shown)]
    assert len(percents) > 2, shown
    assert percents == sorted(percents)
    assert percents[-1] == 100
    assert "buyer" not in shown


def test_again_is_skipped_and_at_the_top_changes_nothing(mteja: Mteja, orders: Path) -> None:
    mteja("import", orders, "--source", SHOP)
    before = kit.digest(kit.all_items())
    assert "imported already" in mteja("import", orders, "--source", SHOP).output
    again = mteja("import", orders, "--source", SHOP, "--again")
    assert "0 recorded, 3 known already" in again.output
    assert kit.digest(kit.all_items()) == before


def test_what_is_refused_is_told_by_line_and_field_and_stops_nothing(
    mteja: Mteja, tmp_path: Path
) -> None:
    rows = [
        *exports.shopify_order(1),
        *exports.shopify_order(2, Total="a lot"),
        *exports.shopify_order(3, Id=""),
        *exports.shopify_order(4),
    ]
    path = exports.write(tmp_path / "orders.csv", exports.SHOPIFY_ORDERS, rows)
    with path.open("a", encoding="utf-8") as file:
        file.write("#9999,a@example.com,paid\n")
    result = mteja("import", path, "--source", SHOP)
    assert result.exit_code == 0, result.output
    assert "2 recorded" in result.output
    assert "3 refused" in result.output
    told = path.with_name("orders.csv.refused.csv").read_text(encoding="utf-8").splitlines()
    assert told[0] == "line,field,problem"
    assert sorted(line.split(",")[:2] for line in told[1:]) == [
        ["10", "line"],
        ["4", "total"],
        ["6", "id"],
    ]
    assert "a lot" not in "".join(told)
    assert "example.com" not in result.output + "".join(told)


@pytest.mark.parametrize("webhook_first", [True, False])
def test_webhook_and_import_are_one_order_and_the_webhook_stands(
    mteja: Mteja, recorder: Recorder, orders: Path, webhook_first: bool
) -> None:
    delivery = webhook_of(ORDER_ID, total_price="40.00", updated_at="2025-01-01T00:00:00Z")
    if webhook_first:
        take_authentic(delivery, recorder)
    mteja("import", orders, "--source", SHOP)
    if not webhook_first:
        assert take_authentic(delivery, recorder).result == "recorded"
    assert stored_order(recorder).total == 4000
    mine = [one for one in profiles() if one.orders.net == {"USD": (1, 4000)}]
    assert len(mine) == 1
    entries = [one for one in kit.all_items() if one.get("kind") == {"S": "order"}]
    assert len(entries) == 3


@pytest.mark.parametrize("import_first", [True, False])
def test_an_import_s_refund_is_not_counted_beside_the_platform_s(
    mteja: Mteja, recorder: Recorder, tmp_path: Path, import_first: bool
) -> None:
    refund = kit.changed(
        kit.sample("shopify/refund_create"), order_id=int(ORDER_ID), id=77, refund_line_items=[]
    )
    refund["transactions"] = [
        {"kind": "refund", "status": "success", "amount": "10.00", "currency": "USD"}
    ]
    delivery = Delivery(SHOP, "refunds/create", "wh-8", kit.raw(refund), kit.NOW_MS)
    rows = exports.shopify_order(1, Refunded_Amount="10.00", Financial_Status="partially_refunded")
    path = exports.write(tmp_path / "orders.csv", exports.SHOPIFY_ORDERS, rows)
    if not import_first:
        take_authentic(delivery, recorder)
    mteja("import", path, "--source", SHOP)
    if import_first:
        assert IMPORTED_REFUND in stored_order(recorder).refunds
        assert profiles()[0].orders.net == {"USD": (1, 2498)}
        take_authentic(delivery, recorder)
    assert list(stored_order(recorder).refunds) == ["77"]
    assert profiles()[0].orders.net == {"USD": (1, 2498)}
    entries = [one for one in kit.all_items() if one.get("kind") == {"S": "refund"}]
    assert len(entries) == 1


@pytest.mark.parametrize("import_first", [True, False])
def test_an_export_of_woocommerce_and_its_webhooks_tell_of_one_order(
    mteja: Mteja, recorder: Recorder, tmp_path: Path, import_first: bool
) -> None:
    shop = "woocommerce-demo"
    row = {
        "order_id": "727",
        "order_number": "727",
        "order_date": "2017-03-22 16:28:02",
        "status": "processing",
        "order_total": "29.35",
        "order_currency": "USD",
        "billing_email": "john.doe@example.com",
        "customer_id": "0",
    }
    path = exports.write(tmp_path / "woo.csv", list(row), [row])
    body = kit.sample("woocommerce/order_updated_completed") | {"total": "40.00"}
    delivery = Delivery(shop, "order.updated", "1", kit.raw(body), kit.NOW_MS)
    if not import_first:
        take_authentic(delivery, recorder)
    assert "1 recorded, 0 known" in mteja("import", path, "--source", shop).output
    if import_first:
        take_authentic(delivery, recorder)
    assert [one.orders.net for one in profiles()] == [{"USD": (1, 4000)}]
    assert recorder.table.get(keys.order(shop, "727")) is not None


def test_customers_are_found_by_the_shop_s_own_id(
    mteja: Mteja, recorder: Recorder, tmp_path: Path
) -> None:
    path = exports.write(
        tmp_path / "customers.csv",
        exports.SHOPIFY_CUSTOMERS,
        [exports.shopify_customer(1), exports.shopify_customer(2, Phone="")],
    )
    result = mteja("import", "customers", path, "--source", SHOP)
    assert "2 recorded" in result.output, result.output
    kinds = sorted(held.kind for held in profiles()[0].identifiers)
    assert "customer@shopify-demo" in kinds
    assert profiles()[0].consents["marketing-email"][SHOP][0] == "granted"


def test_a_mapping_says_what_other_headings_mean(mteja: Mteja, tmp_path: Path) -> None:
    path = exports.write(
        tmp_path / "kasse.csv",
        ["Beleg", "Datum", "Zustand", "Summe", "Mail"],
        [{"Beleg": "7", "Datum": "01.05.2026", "Zustand": "Bezahlt", "Summe": "12.50",
          "Mail": "a@example.com"}],
        delimiter=";",
    )  # fmt: skip
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(
        "kind: orders\ndate_format: '%d.%m.%Y'\nstatuses: {Bezahlt: paid}\n"
        "fields: {id: Beleg, placed_at: Datum, status: Zustand, total: Summe, email: Mail}\n",
        encoding="utf-8",
    )
    arguments = ("import", path, "--source", SHOP, "--mapping", mapping)
    assert "1 refused" in mteja(*arguments).output
    result = mteja(*arguments, "--currency", "eur")
    assert "1 recorded" in result.output, result.output
    assert profiles()[0].orders.net == {"EUR": (1, 1250)}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a,b\n1,2\n", "not known"),
        ("only\n1\n", "no headings"),
        ("Date,Order #,Customer type\n1,2,3\n", "names no e-mail addresses"),
    ],
)
def test_files_that_are_none(mteja: Mteja, tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "some.csv"
    path.write_text(content, encoding="utf-8")
    result = mteja("import", path, "--source", SHOP)
    assert result.exit_code == 1
    assert said in result.output


def test_another_encoding_is_told_and_can_be_named(mteja: Mteja, tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    row = exports.shopify_customer(1, Last_Name="Müller")
    exports.write(path, exports.SHOPIFY_CUSTOMERS, [row])
    path.write_bytes(path.read_text(encoding="utf-8-sig").encode("cp1252"))
    result = mteja("import", path, "--source", SHOP)
    assert result.exit_code == 1
    assert "line 2 is not utf-8" in result.output
    assert "1 recorded" in mteja("import", path, "--source", SHOP, "--encoding", "cp1252").output


def test_the_source_must_be_named_and_fit(mteja: Mteja, orders: Path) -> None:
    assert "say --source" in mteja("import", orders).output
    assert "no source nowhere" in mteja("import", orders, "--source", "nowhere").output
    assert mteja("import", "customers", orders, "--source", SHOP).exit_code == 1


def test_an_interruption_loses_nothing_and_is_gone_on_from(
    mteja: Mteja, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = exports.write(
        tmp_path / "orders.csv", exports.SHOPIFY_ORDERS, exports.shopify_orders(16)
    )
    lock, calls = threading.Lock(), [0]

    def breaking(*arguments: Any) -> Any:
        with lock:
            calls[0] += 1
            if calls[0] == 8:
                raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "PutItem")
        return record(*arguments)

    monkeypatch.setattr("mteja_operator.importing.record", breaking)
    arguments = ("import", path, "--source", SHOP)
    broken = mteja(*arguments)
    assert broken.exit_code == 1
    assert "run the same command again" in broken.output
    state = json.loads(path.with_name("orders.csv.import.json").read_text(encoding="utf-8"))
    assert state["done"] == 7
    assert not state["finished"]
    result = mteja(*arguments)
    assert result.exit_code == 0, result.output
    assert "going on after 7" in result.output
    assert "16 recorded" in result.output
    assert sum(one.orders.count for one in profiles()) == 16


def test_two_thousand_orders_side_by_side(
    monkeypatch: pytest.MonkeyPatch, the_business: Business, business_layer: Path, tmp_path: Path
) -> None:
    recorder = memory_recorder(the_business)  # moto's tables bear one thread only
    monkeypatch.setattr("mteja_operator.importing.recorder", lambda: recorder)
    mteja = operator.stand_in(monkeypatch, {})
    path = exports.write(
        tmp_path / "orders.csv", exports.SHOPIFY_ORDERS, exports.shopify_orders(2_000)
    )
    result = mteja("import", path, "--source", SHOP)
    assert "2000 recorded, 0 known already" in result.output, result.output
    found = [
        ProfileItem.model_validate(one)
        for one in table_of(recorder).items()
        if one["sk"] == "PROFILE"
    ]
    assert len(found) == 1_000
    assert {(one.orders.count, one.orders.net["USD"]) for one in found} == {(2, (2, 6_996))}
    days = {one.due_pk.partition("#")[0] for one in found if one.due_pk is not None}
    assert len(days) == 30

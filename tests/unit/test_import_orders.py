"""From the rows of an order's export to a fact."""

from collections.abc import Mapping
from typing import Any

import pytest

from mteja.business.sources import Source
from mteja.imports.cells import Reading, Refused, Row
from mteja.imports.groups import WINDOW, by_order
from mteja.imports.layout import OWN_STATUSES, Layout
from mteja.imports.layouts import columns, line_item_columns, recognise
from mteja.imports.orders import order_fact
from mteja.orders.model import IMPORTED_REFUND, Line
from mteja.recording.facts import Consent, Fact
from mteja.times import rfc3339
from tests import exports

SHOP = Source(
    id="shopify-demo",
    platform="shopify",
    shop_domain="demo.myshopify.com",
    secrets="sources/shopify-demo/secrets",
)
READING = Reading("Africa/Dar_es_Salaam")


def read(raw: list[dict[str, str]], reading: Reading = READING) -> Fact:
    """Return the fact in rows that are keyed by their headings."""
    headings = list(raw[0])
    layout = recognise(headings)
    assert layout is not None
    at = columns(layout, headings)
    rows = []
    for number, one in enumerate(raw):
        cells = {field: list(one.values())[column] for field, column in at.items()}
        packed = [list(one.values())[column] for column in line_item_columns(headings)]
        if packed:
            cells["line_items"] = ";".join(value for value in packed if value)
        rows.append(Row(number + 2, cells, reading))
    return order_fact(rows, layout, SHOP, region="US", received_at=1, spread_days=30)


def shopify(**changes: str) -> Fact:
    rows = [dict.fromkeys(exports.SHOPIFY_ORDERS, "") | one for one in exports.shopify_order(1)]
    rows[0] |= {key.replace("_", " "): value for key, value in changes.items()}
    return read(rows)


def test_a_shopify_order_of_two_rows() -> None:
    fact = shopify()
    assert fact.order is not None
    assert fact.order.order_id == "5000000000001"
    state = fact.order.state
    assert state is not None
    assert (state.number, state.total, state.shipping, state.currency) == (
        "#1001",
        3498,
        500,
        "USD",
    )
    assert (state.payment, state.cancelled, state.channel) == ("paid", False, "web")
    assert rfc3339(state.placed_at) == "2026-05-01T09:58:12.000Z"
    assert state.lines == (
        Line(None, "TEE-BLK", "Crew Tee - Black", 2, 1998),
        Line(None, "MUG", "Mug", 1, 1000),
    )
    assert [(one.kind, one.value) for one in fact.identifiers] == [
        ("email", "buyer1@example.com"),
        ("phone", "+12175550100"),
    ]
    assert fact.traits["name"] == {"full": "Ann Example"}
    assert fact.traits["address"] == {
        "line1": "1 Main St",
        "city": "Springfield",
        "region": "IL",
        "postal_code": "62701",
        "country": "US",
    }
    assert fact.consents == ()
    assert fact.spread_days == 30


def test_traits_are_observed_when_the_row_last_changed() -> None:
    fact = shopify(Fulfilled_at="2026-05-03 08:00:00 -0400")
    assert rfc3339(fact.observed_at) == "2026-05-03T12:00:00.000Z"


def test_a_time_without_offset_is_the_business_s() -> None:
    fact = shopify(Created_at="2026-05-01 12:00:00", Paid_at="")
    assert rfc3339(fact.observed_at) == "2026-05-01T09:00:00.000Z"


def test_a_yes_is_a_consent_at_the_time_of_the_order() -> None:
    fact = shopify(Accepts_Marketing="yes")
    assert fact.order is not None
    assert fact.order.state is not None
    placed = fact.order.state.placed_at
    assert fact.consents == (Consent("marketing-email", "granted", placed, "import"),)


@pytest.mark.parametrize(
    ("status", "cancelled", "expected"),
    [
        ("paid", "", ("paid", False)),
        ("partially_refunded", "", ("paid", False)),
        ("refunded", "", ("paid", False)),
        ("partially_paid", "", ("paid", False)),
        ("authorized", "", ("authorised", False)),
        ("pending", "", ("unpaid", False)),
        ("voided", "", ("unpaid", False)),
        ("", "", ("unpaid", False)),
        ("paid", "2026-05-02 10:00:00 +0000", ("paid", True)),
    ],
)
def test_statuses_of_shopify(status: str, cancelled: str, expected: tuple[str, bool]) -> None:
    fact = shopify(Financial_Status=status, Cancelled_at=cancelled)
    assert fact.order is not None
    assert fact.order.state is not None
    assert (fact.order.state.payment, fact.order.state.cancelled) == expected


def test_what_was_given_back_is_one_refund() -> None:
    fact = shopify(Refunded_Amount="12.50", Financial_Status="partially_refunded")
    assert fact.order is not None
    assert [(one.id, one.total, one.currency) for one in fact.order.refunds] == [
        (IMPORTED_REFUND, 1250, "USD")
    ]


def test_the_version_loses_against_every_platform_s() -> None:
    fact = shopify()
    assert fact.order is not None
    assert fact.order.state is not None
    assert fact.order.state.version < "00000000000000"
    later = shopify(Fulfilled_at="2026-06-01 10:00:00 +0000")
    assert later.order is not None
    assert later.order.state is not None
    assert later.order.state.version > fact.order.state.version


def test_the_same_rows_are_the_same_delivery() -> None:
    one, two, other = shopify(), shopify(), shopify(Total="35.00")
    assert one.order is not None
    assert two.order is not None
    assert other.order is not None
    assert one.order.digest == two.order.digest != other.order.digest


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"Id": ""}, "id"),
        ({"Id": "a#b"}, "id"),
        ({"Total": ""}, "total"),
        ({"Total": "-1.00"}, "total"),
        ({"Total": "1.234"}, "total"),
        ({"Total": "NaN"}, "total"),
        ({"Total": "twelve"}, "total"),
        ({"Currency": "dollars"}, "currency"),
        ({"Currency": ""}, "currency"),
        ({"Created_at": ""}, "placed_at"),
        ({"Created_at": "05/01/2026"}, "placed_at"),
        ({"Created_at": "2026-13-01"}, "placed_at"),
        ({"Financial_Status": "mystery"}, "status"),
        ({"Accepts_Marketing": "perhaps"}, "accepts_email"),
        ({"Lineitem_quantity": "-1"}, "line_quantity"),
        ({"Lineitem_price": "1e999999"}, "line_price"),
        ({"Email": "x" * 2001}, "email"),
    ],
)
def test_a_bad_value_is_refused_by_field_and_never_repeated(
    changes: dict[str, str], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        shopify(**changes)
    assert refused.value.field == field
    for value in changes.values():
        assert not value or value not in str(refused.value)


WOO_TITLES: dict[str, str] = {
    "Order Number": "727",
    "Order Status": "Completed",
    "Order Date": "2026-03-22 16:28:02",
    "First Name (Billing)": "John",
    "Last Name (Billing)": "Doe",
    "Address 1&2 (Billing)": "969 Market",
    "City (Billing)": "San Francisco",
    "State Code (Billing)": "CA",
    "Postcode (Billing)": "94103",
    "Country Code (Billing)": "US",
    "Email (Billing)": "john.doe@example.com",
    "Phone (Billing)": "(415) 555-2671",
    "City (Shipping)": "",
    "Cart Discount Amount": "0",
    "Order Shipping Amount": "10",
    "Order Refund Amount": "0",
    "Order Total Amount": "29.35",
    "Order Total Tax Amount": "1.35",
    "Order Currency": "USD",
    "SKU": "LAMP",
    "Item #": "1",
    "Item Name": "Lamp",
    "Quantity": "2",
    "Item Cost": "9.00",
}


def test_an_order_of_the_woocommerce_export_with_titles() -> None:
    second = WOO_TITLES | {"SKU": "MUG", "Item Name": "Mug", "Quantity": "1", "Item Cost": "0"}
    fact = read([WOO_TITLES, second])
    assert fact.order is not None
    assert fact.order.state is not None
    assert fact.order.order_id == "727"
    assert fact.order.state.total == 2935
    assert [line.title for line in fact.order.state.lines] == ["Lamp", "Mug"]
    assert fact.traits["name"] == {"first": "John", "last": "Doe", "full": "John Doe"}
    assert fact.traits["address"] == {
        "line1": "969 Market",
        "city": "San Francisco",
        "region": "CA",
        "postal_code": "94103",
        "country": "US",
    }


def test_lines_that_stand_in_cells() -> None:
    row = {
        "order_id": "8",
        "order_number": "8",
        "order_date": "2026-03-22 16:28:02",
        "status": "wc-processing",
        "order_total": "60.00",
        "order_currency": "EUR",
        "customer_id": "0",
        "billing_email": "a@example.com",
        "line_item_1": "name:Lamp: big|product_id:7|sku:L-1|quantity:2|total:50.00|sub_total:50.00",
        "line_item_2": "name:Mug|product_id:9|sku:|quantity:1|total:9.999",
        "line_item_3": "",
    }
    fact = read([row])
    assert fact.order is not None
    assert fact.order.state is not None
    assert fact.order.state.lines == (
        Line("7", "L-1", "Lamp: big", 2, 5000),
        Line("9", None, "Mug", 1, 1000),
    )
    assert [one.kind for one in fact.identifiers] == ["email"]


@pytest.mark.parametrize("order", range(3))
def test_headings_are_known_in_any_case_and_order(order: int) -> None:
    headings = [heading.upper() for heading in exports.SHOPIFY_ORDERS]
    turned = headings[order * 7 :] + headings[: order * 7]
    layout = recognise([*turned, "Something New"])
    assert layout is not None
    assert layout.platform == "shopify"


def test_unknown_headings_are_not_guessed() -> None:
    assert recognise(["Order", "Date", "Amount"]) is None


def _rows(keys: list[str]) -> list[Row]:
    return [Row(at + 2, {"id": key}, READING) for at, key in enumerate(keys)]


def test_rows_of_an_order_are_put_together_where_they_stand_apart() -> None:
    groups = list(by_order(_rows(["1", "2", "1", "3", "1"]), "id"))
    assert [[row.line for row in group.rows] for group in groups] == [[2, 4, 6], [3], [5]]


def test_a_part_too_far_away_is_refused() -> None:
    between = [f"x{number}" for number in range(WINDOW)]
    groups = list(by_order(_rows(["1", *between, "1"]), "id"))
    refused = [group for group in groups if group.refused is not None]
    assert [group.line for group in refused] == [WINDOW + 3]
    assert len(groups) == WINDOW + 2


def test_a_layout_made_by_hand_reads_our_own_words() -> None:
    headings: Mapping[str, Any] = {name: (name,) for name in ("id", "placed_at", "status", "total")}
    layout = Layout("mine", "orders", None, headings)
    cells = {"id": "1", "placed_at": "22/03/2026", "status": "Paid", "total": "1250000"}
    row = Row(2, cells, Reading("Africa/Dar_es_Salaam", "%d/%m/%Y", "TZS"))
    fact = order_fact([row], layout, SHOP, region="TZ", received_at=1, spread_days=1)
    assert OWN_STATUSES["paid"] == "paid"
    assert fact.order is not None
    assert fact.order.state is not None
    assert fact.order.state.total == 125_000_000
    assert rfc3339(fact.order.state.placed_at) == "2026-03-21T21:00:00.000Z"

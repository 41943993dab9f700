"""From a row of an export of customers to a fact."""

import pytest

from mteja.imports.cells import Reading, Refused, Row
from mteja.imports.customers import customer_fact
from mteja.imports.layouts import columns, recognise
from mteja.recording.facts import Fact
from tests import exports
from tests.unit.test_import_orders import SHOP

AS_OF = 1_795_000_000_000


def read(raw: dict[str, str], as_of: int = AS_OF) -> Fact:
    headings = list(raw)
    layout = recognise(headings)
    assert layout is not None
    at = columns(layout, headings)
    cells = {field: list(raw.values())[column] for field, column in at.items()}
    row = Row(2, cells, Reading("Etc/UTC"))
    return customer_fact(row, SHOP, region="US", as_of=as_of, received_at=1, spread_days=30)


def shopify(**changes: str) -> Fact:
    return read(
        dict.fromkeys(exports.SHOPIFY_CUSTOMERS, "") | exports.shopify_customer(1, **changes)
    )


def test_a_shopify_customer() -> None:
    fact = shopify()
    assert [(one.kind, one.value) for one in fact.identifiers] == [
        ("customer@shopify-demo", "7210448301001"),
        ("email", "ayesha1@example.com"),
        ("phone", "+18015550188"),
    ]
    assert fact.traits["name"] == {"first": "Ayesha", "last": "Khan", "full": "Ayesha Khan"}
    assert fact.traits["address"] == {
        "line1": "3910 Harrison Blvd",
        "city": "Ogden",
        "region": "UT",
        "postal_code": "84403",
        "country": "US",
    }
    assert [(one.purpose, one.status, one.at, one.channel) for one in fact.consents] == [
        ("marketing-email", "granted", AS_OF, "import")
    ]
    assert fact.observed_at == AS_OF


def test_a_no_is_no_statement() -> None:
    assert shopify(Accepts_Email_Marketing="no", Accepts_SMS_Marketing="").consents == ()


def test_both_kinds_of_yes() -> None:
    purposes = [one.purpose for one in shopify(Accepts_SMS_Marketing="YES").consents]
    assert purposes == ["marketing-email", "marketing-sms"]


def test_a_name_with_an_apostrophe_keeps_it() -> None:
    assert shopify(Last_Name="'t Hooft").traits["name"] == {
        "first": "Ayesha",
        "last": "'t Hooft",
        "full": "Ayesha 't Hooft",
    }


def test_the_same_row_of_the_same_export_is_known_again() -> None:
    one, again, other = shopify(), shopify(), shopify(First_Name="Aisha")
    assert one.receipt == again.receipt != other.receipt


@pytest.mark.parametrize(
    "changes",
    [
        {"Customer_ID": "", "Email": "", "Phone": ""},
        {"Customer_ID": "", "Email": "sana@example", "Phone": "0555"},
        {"Customer_ID": "0", "Email": "null", "Phone": ""},
    ],
)
def test_a_row_of_nobody_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        shopify(**changes)
    assert refused.value.field == "email"


def test_a_customer_of_woocommerce_s_analytics() -> None:
    fact = read(
        {
            "Name": "John Doe",
            "Username": "john",
            "Last active": "2026-01-01",
            "Date registered": "",
            "Email": "john@example.com",
            "Orders": "3",
            "Total spend": "90",
            "AOV": "30",
            "Country / Region": "US",
            "City": "Reno",
            "Region": "NV",
            "Postal code": "89501",
        }
    )
    assert [one.kind for one in fact.identifiers] == ["email"]
    assert fact.traits["name"] == {"full": "John Doe"}
    assert fact.traits["address"] == {
        "city": "Reno",
        "region": "NV",
        "postal_code": "89501",
        "country": "US",
    }

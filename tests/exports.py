"""Files as shops export them, made up line by line."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

SHOPIFY_ORDERS = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,"
    "Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,"
    "Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem compare at price,"
    "Lineitem sku,Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,"
    "Billing Name,Billing Street,Billing Address1,Billing Address2,Billing Company,Billing City,"
    "Billing Zip,Billing Province,Billing Country,Billing Phone,Shipping Name,Shipping Street,"
    "Shipping Address1,Shipping Address2,Shipping Company,Shipping City,Shipping Zip,"
    "Shipping Province,Shipping Country,Shipping Phone,Notes,Note Attributes,Cancelled at,"
    "Payment Method,Payment Reference,Refunded Amount,Vendor,Outstanding Balance,Employee,"
    "Location,Device ID,Id,Tags,Risk Level,Source,Lineitem discount,Tax 1 Name,Tax 1 Value,Phone,"
    "Receipt Number,Duties,Billing Province Name,Shipping Province Name,Payment ID,"
    "Payment Terms Name,Next Payment Due At,Payment References"
).split(",")
SHOPIFY_CUSTOMERS = (
    "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,"
    "Default Address Address1,Default Address Address2,Default Address City,"
    "Default Address Province Code,Default Address Country Code,Default Address Zip,"
    "Default Address Phone,Phone,Accepts SMS Marketing,Total Spent,Total Orders,Note,Tax Exempt,"
    "Tags"
).split(",")


def shopify_order(number: int, **changes: str) -> list[dict[str, str]]:
    """The two rows of a paid order of 34.98 USD: the second has a line and the number only."""
    name = f"#{1000 + number}"
    head = {
        "Name": name,
        "Id": str(5_000_000_000_000 + number),
        "Email": f"buyer{number}@example.com",
        "Financial Status": "paid",
        "Paid at": "2026-05-01 10:00:00 +0000",
        "Created at": "2026-05-01 09:58:12 +0000",
        "Accepts Marketing": "no",
        "Currency": "USD",
        "Subtotal": "29.98",
        "Shipping": "5.00",
        "Taxes": "0.00",
        "Total": "34.98",
        "Discount Amount": "0.00",
        "Refunded Amount": "0.00",
        "Source": "web",
        "Lineitem quantity": "2",
        "Lineitem name": "Crew Tee - Black",
        "Lineitem price": "9.99",
        "Lineitem sku": "TEE-BLK",
        "Lineitem discount": "0.00",
        "Shipping Name": "Ann Example",
        "Shipping Address1": "1 Main St",
        "Shipping City": "Springfield",
        "Shipping Zip": "'62701",
        "Shipping Province": "IL",
        "Shipping Country": "US",
        "Billing Name": "Ann Example",
        "Phone": "+12175550100",
    }
    second = {
        "Name": name,
        "Lineitem quantity": "1",
        "Lineitem name": "Mug",
        "Lineitem price": "10.00",
        "Lineitem sku": "MUG",
    }
    return [head | {key.replace("_", " "): value for key, value in changes.items()}, second]


def shopify_orders(count: int) -> Iterator[dict[str, str]]:
    """Orders of half as many buyers, each with an own telephone number."""
    for number in range(count):
        buyer = number % max(1, count // 2)
        yield from shopify_order(
            number, Email=f"buyer{buyer}@example.com", Phone=f"+1217{5_550_000 + buyer:07d}"
        )


def shopify_customer(number: int = 1, **changes: str) -> dict[str, str]:
    row = {
        "Customer ID": f"'{7_210_448_301_000 + number}",
        "First Name": "Ayesha",
        "Last Name": "Khan",
        "Email": f"ayesha{number}@example.com",
        "Accepts Email Marketing": "yes",
        "Default Address Address1": "3910 Harrison Blvd",
        "Default Address City": "Ogden",
        "Default Address Province Code": "UT",
        "Default Address Country Code": "US",
        "Default Address Zip": "'84403",
        "Phone": "'+18015550188",
        "Accepts SMS Marketing": "no",
        "Tax Exempt": "no",
    }
    return row | {key.replace("_", " "): value for key, value in changes.items()}


def write(
    path: Path, headings: Iterable[str], rows: Iterable[Mapping[str, str]], delimiter: str = ","
) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(headings), restval="", delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path

"""What a file's headings mean, by our own field names. A layout is data; a mapping file makes
one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

ORDERS = "orders"
CUSTOMERS = "customers"

_PERSON = frozenset(
    "customer_id email phone name first_name last_name line1 line2 city region postal_code country "
    "accepts_email accepts_sms updated_at".split()
)
_BILLING = frozenset(
    "billing_name billing_first_name billing_last_name billing_phone billing_line1 billing_line2 "
    "billing_city billing_region billing_postal_code billing_country shipping_phone".split()
)
LINE_FIELDS = frozenset(
    "line_product_id line_sku line_title line_quantity line_price line_discount line_total".split()
)
FIELDS: dict[str, frozenset[str]] = {
    CUSTOMERS: _PERSON,
    ORDERS: _PERSON
    | _BILLING
    | LINE_FIELDS
    | frozenset(
        "id number placed_at paid_at fulfilled_at cancelled_at status currency total tax shipping "
        "discount discount_codes refunded channel test line_items".split()
    ),
}
"""What a mapping file may name. Where an order has two addresses, those without prefix are where it
was sent to."""

REQUIRED: dict[str, frozenset[str]] = {
    CUSTOMERS: frozenset(),
    ORDERS: frozenset({"id", "placed_at", "status", "total"}),
}


@dataclass(frozen=True)
class Layout:
    """What a file's headings mean.

    `headings`: of each field the headings that may stand for it, the best first. `marks`: headings
    by which the layout is recognised. `statuses`: how its words for an order's status read as ours
    (`pending`, `authorised`, `paid`, `cancelled`). `group_by`: the field that all rows of an order
    share; Shopify repeats only the number.
    """

    name: str
    kind: str
    platform: str | None
    headings: Mapping[str, tuple[str, ...]]
    marks: frozenset[str] = frozenset()
    statuses: Mapping[str, str] = field(default_factory=dict)
    group_by: str = "id"


OWN_STATUSES = {one: one for one in ("pending", "authorised", "paid", "cancelled")} | {
    "refunded": "paid"
}


def spelt(fields: Mapping[str, str], **more: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return headings: of most fields one, of some several."""
    return {name: (heading,) for name, heading in fields.items()} | more

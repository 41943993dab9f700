"""Which properties of an event are kept, by their names: those that Segment's specification knows
and that say nothing of a person, those of the tracker, and those that the owner's file names for
the site. A property may hold anything, and what stands in the table of events is in clear: all else
is dropped.
"""

import re
from collections.abc import Collection

# Segment: "Spec: V2 Ecommerce Events". `name` is a product's there, and may be anybody's elsewhere.
PRODUCT = frozenset(
    "product_id sku category name brand variant price quantity coupon position currency".split()
)
_KNOWN = (PRODUCT - {"name"}) | frozenset(
    "affiliation cart_id checkout_id coupon_id coupon_name creative discount list_id order_id "
    "payment_method promotion_id rating reason review_id revenue share_via shipping "
    "shipping_method step subtotal tax total value wishlist_id".split()
)
# Of `Outbound Link Clicked` and `File Downloaded`.
_TRACKER = frozenset({"host", "path"})
_OF_PRODUCTS = re.compile(r"(wishlist )?(product|promotion)\b", re.IGNORECASE)


def names(event: str, declared: Collection[str]) -> frozenset[str]:
    """Return the names of an event's properties that are kept. `products`, a list of objects, is
    kept as well, with the names of PRODUCT."""
    known = _KNOWN.union(_TRACKER, declared)
    return known | {"name"} if _OF_PRODUCTS.match(event) else known

"""Exports of WooCommerce shops. Core alone exports no orders with their customers.

Sources (read in stored copies, 2026-11): the plugins "Advanced Order Export For WooCommerce" (its
titles: `Order Number`, `Email (Billing)`), "Customer / Order / Coupon Export" and WebToffee's
"Order Export" (both write `order_id`, `billing_email`), and core's Analytics > Customers.
"""

from mteja.imports.layout import CUSTOMERS, ORDERS, Layout, spelt

_STATUSES = {
    "pending": "pending",
    "pending payment": "pending",
    "failed": "pending",
    "on-hold": "pending",
    "on hold": "pending",
    "processing": "paid",
    "completed": "paid",
    "refunded": "paid",
    "cancelled": "cancelled",
}

ORDER_TITLES = Layout(
    "Advanced Order Export For WooCommerce",
    ORDERS,
    "woocommerce",
    spelt(
        {
            "number": "order number",
            "placed_at": "order date",
            "paid_at": "paid date",
            "status": "order status",
            "total": "order total amount",
            "tax": "order total tax amount",
            "shipping": "order shipping amount",
            "discount": "cart discount amount",
            "refunded": "order refund amount",
            "email": "email (billing)",
            "name": "name (shipping)",
            "first_name": "first name (shipping)",
            "last_name": "last name (shipping)",
            "city": "city (shipping)",
            "region": "state code (shipping)",
            "postal_code": "postcode (shipping)",
            "country": "country code (shipping)",
            "billing_first_name": "first name (billing)",
            "billing_last_name": "last name (billing)",
            "billing_phone": "phone (billing)",
            "billing_city": "city (billing)",
            "billing_region": "state code (billing)",
            "billing_postal_code": "postcode (billing)",
            "billing_country": "country code (billing)",
            "line_sku": "sku",
            "line_price": "item cost",
            "line_total": "order line total",
        },
        # The plugin exports core's order number, which is the id unless a numbering plugin is used.
        id=("order id", "order number"),
        fulfilled_at=("completed date",),
        currency=("order currency", "currency"),
        customer_id=("customer user id", "customer id", "user id"),
        line1=("address 1&2 (shipping)", "address 1 (shipping)"),
        line2=("address 2 (shipping)",),
        billing_line1=("address 1&2 (billing)", "address 1 (billing)"),
        billing_line2=("address 2 (billing)",),
        discount_codes=("coupons used", "coupon code"),
        line_title=("item name", "name"),
        line_product_id=("product id",),
        line_quantity=("quantity", "quantity (- refund)"),
    ),
    marks=frozenset({"order number", "order status", "email (billing)"}),
    statuses=_STATUSES,
)

ORDER_KEYS = Layout(
    "WooCommerce order export",
    ORDERS,
    "woocommerce",
    spelt(
        {
            "id": "order_id",
            "paid_at": "paid_date",
            "fulfilled_at": "completed_date",
            "total": "order_total",
            "tax": "tax_total",
            "shipping": "shipping_total",
            "refunded": "refunded_total",
            "first_name": "shipping_first_name",
            "last_name": "shipping_last_name",
            "line1": "shipping_address_1",
            "line2": "shipping_address_2",
            "city": "shipping_city",
            "postal_code": "shipping_postcode",
            "country": "shipping_country",
            "shipping_phone": "shipping_phone",
            "billing_first_name": "billing_first_name",
            "billing_last_name": "billing_last_name",
            "billing_phone": "billing_phone",
            "billing_line1": "billing_address_1",
            "billing_line2": "billing_address_2",
            "billing_city": "billing_city",
            "billing_postal_code": "billing_postcode",
            "billing_country": "billing_country",
            "line_items": "line_items",
            "line_product_id": "item_product_id",
            "line_title": "item_name",
            "line_sku": "item_sku",
            "line_quantity": "item_quantity",
            "line_total": "item_total",
        },
        number=("order_number_formatted", "order_number"),
        placed_at=("order_date", "date"),
        status=("status", "order_status"),
        currency=("order_currency", "currency"),
        discount=("discount_total", "cart_discount"),
        email=("billing_email", "customer_email"),
        customer_id=("customer_id", "customer_user"),
        region=("shipping_state_code", "shipping_state"),
        billing_region=("billing_state_code", "billing_state"),
    ),
    marks=frozenset({"order_id", "order_total", "billing_email"}),
    statuses=_STATUSES,
)

ANALYTICS_CUSTOMERS = Layout(
    "WooCommerce's Analytics > Customers",
    CUSTOMERS,
    "woocommerce",
    spelt(
        {
            "name": "name",
            "email": "email",
            "city": "city",
            "region": "region",
            "postal_code": "postal code",
        },
        country=("country / region", "country"),
    ),
    marks=frozenset({"name", "username", "email", "aov"}),
)

CUSTOMER_KEYS = Layout(
    "WooCommerce customer export",
    CUSTOMERS,
    "woocommerce",
    spelt(
        {
            "customer_id": "customer_id",
            "phone": "billing_phone",
            "line1": "billing_address_1",
            "line2": "billing_address_2",
            "city": "billing_city",
            "postal_code": "billing_postcode",
            "country": "billing_country",
        },
        first_name=("first_name", "billing_first_name"),
        last_name=("last_name", "billing_last_name"),
        email=("email", "user_email", "billing_email"),
        region=("billing_state_code", "billing_state"),
    ),
    marks=frozenset({"customer_id", "billing_phone", "billing_first_name"}),
)

LAYOUTS = (ORDER_TITLES, ORDER_KEYS, ANALYTICS_CUSTOMERS, CUSTOMER_KEYS)

"""The contract's "What counts", as cases over the real bodies of every platform.

Each case: platform, what arrives, and the count and net of all customers afterwards.
"""

from tests.purchases import (
    CHARGE,
    INTENT,
    SESSION,
    Delivery,
    charge,
    money,
    own,
    shopify,
    shopify_refund,
    square_payment,
    square_refund,
    stripe,
    woo,
)

GIVEN_BACK = [{"id": "r1", "at": "2026-11-22T05:00:00Z", "total": 250_000}]

LATER = "2025-04-03T10:00:00-05:00"

# platform, what arrives, count, net
CASES: dict[str, tuple[str, list[Delivery], int, dict[str, int]]] = {
    "shopify paid": ("shopify", [shopify()], 1, {"USD": 19_900}),
    "shopify authorised": ("shopify", [shopify(financial_status="authorized")], 1, {"USD": 19_900}),
    "shopify paid in part": (
        *("shopify", [shopify("order_partially_paid_minimal_customer")]),
        *(1, {"USD": 19_900}),
    ),
    "shopify pending": ("shopify", [shopify(financial_status="pending")], 0, {}),
    "shopify voided": ("shopify", [shopify(financial_status="voided")], 0, {}),
    "shopify without a status": ("shopify", [shopify(financial_status=None)], 0, {}),
    "shopify pending, then paid": (
        *("shopify", [shopify(financial_status="pending"), shopify(updated_at=LATER)]),
        *(1, {"USD": 19_900}),
    ),
    "shopify authorised, then voided": (
        "shopify",
        [
            shopify(financial_status="authorized"),
            shopify(financial_status="voided", updated_at=LATER),
        ],
        0,
        {},
    ),
    "shopify test, voided": (
        *("shopify", [shopify("order_with_transactions", financial_status="paid")]),
        *(0, {}),
    ),
    "shopify test notification": (
        *("shopify", [shopify("order_admin_test_notification_style")]),
        *(0, {}),
    ),
    "shopify test order of a customer": ("shopify", [shopify(test=True)], 0, {}),
    "shopify discounted": ("shopify", [shopify("order_phone_and_email")], 1, {"USD": 18_109}),
    "shopify cancelled and refunded": (
        *("shopify", [shopify("order_closed"), shopify("order_cancelled_refunded")]),
        *(0, {}),
    ),
    "shopify closed, refunded in part": ("shopify", [shopify("order_closed")], 1, {"USD": 38_994}),
    "shopify refund told by itself and in its order": (
        *("shopify", [shopify("order_closed"), shopify_refund("refund_legacy")]),
        *(1, {"USD": 38_994}),
    ),
    "shopify refunds, several": (
        "shopify",
        [
            shopify("order_create_partially_refunded"),
            shopify_refund("refund_legacy"),
            shopify_refund("refund_create"),
        ],
        1,
        {"USD": 34_800},
    ),
    "shopify refunded whole": (
        "shopify",
        [
            shopify(),
            shopify(
                financial_status="refunded",
                updated_at=LATER,
                refunds=[
                    {
                        "id": 1,
                        "order_id": 1073459972,
                        "created_at": LATER,
                        "processed_at": LATER,
                        "transactions": [
                            {
                                "amount": "199.00",
                                "currency": "USD",
                                "kind": "refund",
                                "status": "success",
                            }
                        ],
                        "refund_line_items": [],
                        "order_adjustments": [],
                    }
                ],
            ),
        ],
        1,
        {"USD": 0},
    ),
    "woo processing": ("woocommerce", [woo("processing", 30)], 1, {"USD": 2935}),
    "woo completed": ("woocommerce", [woo("completed", 30)], 1, {"USD": 2935}),
    "woo pending": ("woocommerce", [woo("pending", 30)], 0, {}),
    "woo failed": ("woocommerce", [woo("failed", 30)], 0, {}),
    "woo on hold": ("woocommerce", [woo("on-hold", 30)], 0, {}),
    "woo draft": ("woocommerce", [woo("checkout-draft", 30)], 0, {}),
    "woo cancelled": ("woocommerce", [woo("cancelled", 30)], 0, {}),
    "woo trash": ("woocommerce", [woo("trash", 30)], 0, {}),
    "woo status of a plugin, unpaid": ("woocommerce", [woo("wc-awaiting", 30)], 0, {}),
    "woo on hold, then paid": (
        "woocommerce",
        [woo("on-hold", 28), woo("processing", 30)],
        1,
        {"USD": 2935},
    ),
    "woo paid, then cancelled": (
        *("woocommerce", [woo("processing", 28), woo("cancelled", 30)]),
        *(0, {}),
    ),
    "woo of one second": (
        *("woocommerce", [woo("pending", 30), woo("processing", 30), woo("completed", 30)]),
        *(1, {"USD": 2935}),
    ),
    "woo partly refunded, twice": (
        "woocommerce",
        [woo("completed", 28, "-10.00"), woo("completed", 30, "-10.00", "-5.350")],
        1,
        {"USD": 2935 - 1000 - 535},
    ),
    "woo fully refunded": (
        *("woocommerce", [woo("refunded", 30, "-29.35")]),
        *(1, {"USD": 0}),
    ),
    "woo three decimals": ("woocommerce", [woo("completed", 30, total="29.355")], 1, {"USD": 2936}),
    "woo without decimals": (
        *("woocommerce", [woo("completed", 30, total="2900.00", currency="JPY")]),
        *(1, {"JPY": 2900}),
    ),
    "stripe session, intent and charge are one": (
        "stripe",
        [SESSION, INTENT, CHARGE],
        1,
        {"USD": 2000},
    ),
    "stripe invoice with its intent": (
        "stripe",
        [stripe("invoice_paid", 15), CHARGE],
        1,
        {"USD": 2000},
    ),
    "stripe sandbox": (
        "stripe",
        [stripe("charge_succeeded", 32, {"livemode": False})],
        0,
        {},
    ),
    "stripe failed, then paid": ("stripe", [stripe("charge_failed", 28), CHARGE], 1, {"USD": 2000}),
    "stripe authorised": (
        "stripe",
        [charge("succeeded", 32, captured=False, amount_captured=0)],
        1,
        {"USD": 2000},
    ),
    "stripe authorised, then let go": (
        "stripe",
        [
            charge("succeeded", 32, captured=False, amount_captured=0),
            charge("expired", 90, captured=False, amount_captured=0, amount_refunded=2000),
        ],
        0,
        {},
    ),
    "stripe intent cancelled": (
        "stripe",
        [
            stripe(
                "payment_intent_succeeded",
                40,
                {"type": "payment_intent.amount_capturable_updated"},
                status="requires_capture",
                amount_received=0,
            ),
            stripe(
                "payment_intent_succeeded",
                40,
                {"type": "payment_intent.canceled"},
                status="canceled",
                amount_received=0,
            ),
        ],
        0,
        {},
    ),
    "stripe captured in part": (
        "stripe",
        [
            charge("succeeded", 32, captured=False, amount_captured=0),
            charge("captured", 60, amount_captured=1500, amount_refunded=500),
            charge("refunded", 90, amount_captured=1500, amount_refunded=700),
        ],
        1,
        {"USD": 1300},
    ),
    "stripe refunds are cumulative": (
        "stripe",
        [
            CHARGE,
            charge("refunded", 60, amount_refunded=300),
            charge("refunded", 90, amount_refunded=800),
            stripe("charge_refund_updated", 91),
        ],
        1,
        {"USD": 1200},
    ),
    "stripe refund that failed": (
        "stripe",
        [
            CHARGE,
            charge("refunded", 60, amount_refunded=300),
            stripe(
                "charge_succeeded",
                90,
                {
                    "type": "charge.updated",
                    "data__previous_attributes": {"amount_refunded": 300},
                },
            ),
        ],
        1,
        {"USD": 2000},
    ),
    "stripe krona": ("stripe", [charge("succeeded", 32, currency="isk")], 1, {"ISK": 20}),
    "stripe ariary": ("stripe", [charge("succeeded", 32, currency="mga")], 1, {"MGA": 200_000}),
    "stripe yen": ("stripe", [charge("succeeded", 32, currency="jpy")], 1, {"JPY": 2000}),
    "stripe free of charge": (
        "stripe",
        [
            stripe(
                "checkout_session_completed",
                payment_intent=None,
                amount_total=0,
                payment_status="no_payment_required",
            )
        ],
        1,
        {"USD": 0},
    ),
    "stripe subscription's session": (
        "stripe",
        [stripe("checkout_session_completed", mode="subscription", payment_intent=None)],
        0,
        {},
    ),
    "square split payment": (
        "square",
        [square_payment("p1", 16), square_payment("p2", 17, total_money=money(250))],
        1,
        {"USD": 350},
    ),
    "square captured later": (
        "square",
        [square_payment("p1", 16), square_payment("p1", 18, made=16, status="COMPLETED")],
        1,
        {"USD": 100},
    ),
    "square authorised, then let go": (
        "square",
        [square_payment("p1", 16), square_payment("p1", 18, made=16, status="CANCELED")],
        0,
        {},
    ),
    "square one of two refused": (
        "square",
        [square_payment("p1", 16, status="FAILED"), square_payment("p2", 17)],
        1,
        {"USD": 100},
    ),
    "square pending": ("square", [square_payment("p1", 16, status="PENDING")], 0, {}),
    "square sandbox": (
        "square",
        [square_payment("p1", 16, receipt_url="https://squareupsandbox.com/receipt/preview/p1")],
        0,
        {},
    ),
    "square refunds of a payment": (
        "square",
        [
            square_payment("p1", 16, status="COMPLETED"),
            square_payment("p1", 30, made=16, status="COMPLETED", refunded_money=money(20)),
            square_payment("p1", 40, made=16, status="COMPLETED", refunded_money=money(70)),
        ],
        1,
        {"USD": 30},
    ),
    "square refunds of an order": (
        "square",
        [
            square_payment("p1", 16, status="COMPLETED"),
            square_refund("r1", 1, 30, "PENDING"),
            square_refund("r1", 2, 30, "COMPLETED"),
            square_refund("r2", 3, 40, "COMPLETED"),
        ],
        1,
        {"USD": 30},
    ),
    "square refund that was rejected": (
        "square",
        [
            square_payment("p1", 16, status="COMPLETED"),
            square_refund("r1", 1, 30, "PENDING"),
            square_refund("r1", 2, 30, "REJECTED"),
        ],
        1,
        {"USD": 100},
    ),
    "own paid": ("standard", [own(3)], 1, {"TZS": 1_250_000}),
    "own pending": ("standard", [own(3, "pending")], 0, {}),
    "own test": ("standard", [own(3, test=True)], 0, {}),
    "own highest version": (
        "standard",
        [own(1, "pending"), own(2, total=900_000), own(10, total=1_000_000), own(9, "cancelled")],
        1,
        {"TZS": 1_000_000},
    ),
    "own cancelled": ("standard", [own(3), own(4, "cancelled")], 0, {}),
    "own partly refunded": (
        "standard",
        [own(3), own(4, refunds=GIVEN_BACK)],
        1,
        {"TZS": 1_000_000},
    ),
    "own refunded whole": ("standard", [own(3), own(4, "refunded")], 1, {"TZS": 0}),
    "own refunded whole, then listed": (
        "standard",
        [
            own(4, "refunded"),
            own(5, "refunded", refunds=[GIVEN_BACK[0] | {"total": 1_250_000}]),
        ],
        1,
        {"TZS": 0},
    ),
    "own refunded whole, then in part": (
        *("standard", [own(4, "refunded"), own(5, refunds=GIVEN_BACK)]),
        *(1, {"TZS": 1_000_000}),
    ),
    "own refunded whole by mistake": (
        *("standard", [own(4, "refunded"), own(5)]),
        *(1, {"TZS": 1_250_000}),
    ),
    "own refunded whole after a part": (
        *("standard", [own(4, refunds=GIVEN_BACK), own(5, "refunded", refunds=GIVEN_BACK)]),
        *(1, {"TZS": 0}),
    ),
}

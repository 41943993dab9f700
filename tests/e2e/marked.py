"""A made-up person whose every value is recognisable, as four shops know it."""

import base64
import copy
import json
import time
from typing import Any
from urllib.parse import quote

from mteja.times import now_ms, rfc3339
from mteja_local.calls import Answer, call
from mteja_local.place import ROOT
from tests import beacons, platforms

EMAIL = "marked.person@example.com"
OTHER_EMAIL = "marked.elsewhere@example.com"
PHONE = "+15558675309"
FIRST, LAST, STREET = "Markedfirst", "Markedlast", "Markedstreet 1"
SHOPIFY_ID, WOOCOMMERCE_ID = 9177001770011, 917700177
SQUARE_ID, STANDARD_ID = "SQUAREMARKEDID77", "c-marked-77"
CARD = "sq-1-markedfingerprint"
USER, BROWSER = "marked-user-77", "0190f3c2-7b1e-7c44-9d1a-5f0e00770077"
SERIAL = "SN-88000077"
MARKS = (
    "marked",
    EMAIL,
    OTHER_EMAIL,
    PHONE,
    PHONE.removeprefix("+1"),
    f"{FIRST} {LAST}",
    str(SHOPIFY_ID),
    str(WOOCOMMERCE_ID),
    SQUARE_ID,
    CARD,
)
IDENTIFIERS = (
    ("email", EMAIL),
    ("email", OTHER_EMAIL),
    ("phone", PHONE),
    ("phone-ending", PHONE[-4:]),
    ("card", CARD),
    ("customer@shopify-demo", str(SHOPIFY_ID)),
    ("customer@woocommerce-demo", str(WOOCOMMERCE_ID)),
    ("customer@square-demo", SQUARE_ID),
    ("customer@standard-demo", STANDARD_ID),
    ("customer@segment-shop", USER),
    ("visitor", BROWSER),
)
ORDERS = {
    ("shopify-demo", "880000000000001"),
    ("woocommerce-demo", "880002"),
    ("square-demo", "order-880003"),
    ("standard-demo", "880004"),
}
Body = dict[str, Any]
_SAMPLES = ROOT / "tests/samples/webhooks"


def shopify_order(minute: int = 0, **changes: Any) -> Body:
    """The person's order as Shopify tells it, updated at a minute after it was placed."""
    body = _sample("shopify/order_create_partially_refunded")
    address = body["shipping_address"] | {
        "first_name": FIRST, "last_name": LAST, "name": f"{FIRST} {LAST}", "address1": STREET,
        "phone": PHONE,
    }  # fmt: skip
    customer = body["customer"] | {
        "id": SHOPIFY_ID, "email": EMAIL, "phone": PHONE, "first_name": FIRST, "last_name": LAST,
        "default_address": address,
    }  # fmt: skip
    at = f"2026-03-01T10:{minute:02d}:00Z"
    return body | {
        "id": 880000000000001, "name": "#880001", "email": EMAIL, "contact_email": EMAIL,
        "phone": PHONE, "customer": customer, "shipping_address": address,
        "billing_address": address, "created_at": "2026-03-01T10:00:00Z", "updated_at": at,
    } | changes  # fmt: skip


def woocommerce_order() -> Body:
    body = _sample("woocommerce/order_updated_completed")
    known = {"first_name": FIRST, "last_name": LAST, "address_1": STREET}
    return body | {
        "id": 880002,
        "number": "880002",
        "customer_id": WOOCOMMERCE_ID,
        "billing": body["billing"] | known | {"email": EMAIL, "phone": PHONE},
        "shipping": body["shipping"] | known,
    }


def square_payment() -> Body:
    body = _sample("square/payment_created")
    payment = body["data"]["object"]["payment"]
    payment |= {
        "id": "payment-880003", "order_id": "order-880003", "customer_id": SQUARE_ID,
        "buyer_email_address": OTHER_EMAIL, "status": "COMPLETED",
    }  # fmt: skip
    payment["card_details"]["card"]["fingerprint"] = CARD
    return body


def standard_order(version: int = 1) -> Body:
    return platforms.standard_order(
        data__id="880004",
        data__number="880004",
        data__version=version,
        data__customer__id=STANDARD_ID,
        data__customer__email=OTHER_EMAIL,
        data__customer__phone=PHONE,
        data__customer__first_name=FIRST,
        data__customer__last_name=LAST,
        data__customer__address__line1=STREET,
    )


def post(stack: dict[str, Any], platform: str, body: Body, topic: str = "") -> Answer:
    """Deliver as the platform does, with the stack's own secret."""
    content = json.dumps(body).encode()
    (secret,) = stack["sources"][f"{platform}-demo"]["secrets"]
    delivery = f"delivery-{time.monotonic_ns()}"
    headers = platforms.headers(platform, content, topic, secret=secret, delivery=delivery)
    headers["Content-Type"] = "application/json"
    return call(stack, "POST", f"/v1/webhooks/{platform}-demo", body=content, headers=headers)


def fill_in(stack: dict[str, Any], form: str, **values: Any) -> Answer:
    """Fill in a form on the web as the person."""
    told = {"email": EMAIL, "name": f"{FIRST} {LAST}"} | values
    headers = {"Content-Type": "application/json"}
    return call(stack, "POST", f"/v1/forms/{form}", body=json.dumps(told).encode(), headers=headers)


def look_at(stack: dict[str, Any], page: str) -> Answer:
    """Visit a page of the website with the person's browser, which agreed to be known. The page's
    address and title name the person, as some shops' do."""
    now = rfc3339(now_ms())
    seen = {"type": "page", "at": now, "title": f"Account of {EMAIL}",
            "url": f"{beacons.ORIGIN}/{page}?email={quote(EMAIL)}"}  # fmt: skip
    saved = {"type": "event", "at": now, "name": "Product Added to Wishlist",
             "properties": {"product_id": "demo-lamp", "email": EMAIL}}  # fmt: skip
    told = beacons.body(seen, saved, key=stack["write_keys"]["public"], id=f"visit-{page}",
                        sent_at=now, visitor=BROWSER, consent="full")  # fmt: skip
    headers = {"Content-Type": "text/plain;charset=UTF-8", "Origin": beacons.ORIGIN,
               "User-Agent": beacons.CHROME}  # fmt: skip
    return call(stack, "POST", "/v1/collect", body=json.dumps(told).encode(), headers=headers)


def tell_of_the_user(stack: dict[str, Any]) -> Answer:
    """What the website's server tells with Segment's library: who logged in with which browser, and
    what was done then."""
    now = rfc3339(now_ms())
    shared = {"userId": USER, "anonymousId": BROWSER, "timestamp": now}
    traits = {"email": EMAIL, "phone": PHONE, "firstName": FIRST, "lastName": LAST}
    calls = [
        shared | {"type": "identify", "messageId": "call-880001", "traits": traits},
        shared | {"type": "track", "messageId": "call-880002", "event": "Signed In",
                  "properties": {"email": EMAIL}},
    ]  # fmt: skip
    key = base64.b64encode(f"{stack['write_keys']['secret']}:".encode()).decode()
    headers = {"Content-Type": "application/json", "Authorization": f"Basic {key}"}
    body = json.dumps({"batch": calls, "sentAt": now}).encode()
    return call(stack, "POST", "/v1/batch", body=body, headers=headers)


def call_of_the_person() -> Body:
    """What the person said on the telephone, with something to be done about it."""
    return {
        "phone": PHONE,
        "email": EMAIL,
        "name": f"{FIRST} {LAST}",
        "who": f"{FIRST} herself",
        "why": f"moves to {STREET}",
        "outcome": f"write to {OTHER_EMAIL}",
        "kind": "question",
        "heard_from": "friend",
        "follow_up_on": "2026-12-01",
    }


class Staff:
    """A member of staff at the API."""

    def __init__(self, stack: dict[str, Any], token: str) -> None:
        self._stack = stack
        self._headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str) -> Answer:
        return call(self._stack, "GET", path, headers=self._headers)

    def post(self, path: str, body: Body | None = None, key: str | None = None) -> Answer:
        """Post JSON. `key` names the attempt."""
        content = json.dumps(body or {}).encode()
        headers = self._headers | {"Content-Type": "application/json"}
        headers |= {} if key is None else {"Idempotency-Key": key}
        return call(self._stack, "POST", path, body=content, headers=headers)

    def find(self, **asked: str) -> list[Body]:
        ((field, value),) = asked.items()
        answer = self.get(f"/v1/customers?{field}={quote(value)}")
        assert answer.status == 200, answer
        found: list[Body] = answer.json()["items"]
        return found

    def tasks(self) -> list[Body]:
        """Return the first page of what is to be done."""
        answer = self.get("/v1/tasks")
        assert answer.status == 200, answer
        listed: list[Body] = answer.json()["items"]
        return listed

    def wait_for(self, job: str, seconds: float = 30) -> Body:
        """Return a job when it is done, or as it is after so long."""
        deadline = time.monotonic() + seconds
        while True:
            shown: Body = self.get(f"/v1/jobs/{job}").json()
            if shown["status"] == "done" or time.monotonic() > deadline:
                return shown
            time.sleep(0.2)


def _sample(name: str) -> Body:
    body: Body = copy.deepcopy(json.loads(_SAMPLES.joinpath(f"{name}.json").read_bytes()))
    return body

"""The hand-written twin of the functions orders and forms, for one case of each: a known customer's
new order, paid, and a form in which a known customer gives an e-mail.

It makes the same calls of AWS and writes the same items, with boto3's clients and plain
dictionaries in DynamoDB's own form. It has no models, checks of the body, rules, sealing or
retries. What the functions take longer is the price of all those.
"""

import base64
import hashlib
import hmac
import json
import os
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import boto3
from botocore.config import Config

CONFIG = Config(
    connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 3}
)
DYNAMODB = boto3.client("dynamodb", config=CONFIG)
KMS = boto3.client("kms", config=CONFIG)
CUSTOMERS, KEYS = os.environ["CUSTOMERS_TABLE"], os.environ["KEYS_TABLE"]
INDEX_KEY = os.environ["INDEX_KEY_ARN"]
ZONE = ZoneInfo("Africa/Dar_es_Salaam")
SECRET = (
    boto3.client("ssm", config=CONFIG)
    .get_parameter(
        Name=os.environ["SECRETS_PREFIX"] + "/sources/shopify-demo/secrets", WithDecryption=True
    )["Parameter"]["Value"]
    .encode()
)
SOURCE = "shopify-demo"


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    return _form(event) if "form" in event["pathParameters"] else _order_of(event)


def _order_of(event: dict[str, Any]) -> dict[str, Any]:
    raw = event["body"].encode()
    signature = base64.b64encode(hmac.digest(SECRET, raw, "sha256")).decode()
    if not hmac.compare_digest(signature, event["headers"]["x-shopify-hmac-sha256"]):
        return {"statusCode": 401, "body": "{}"}
    body = json.loads(raw)
    order_key = {"pk": {"S": f"ORDER#{SOURCE}#{body['id']}"}, "sk": {"S": "ORDER"}}
    names = [
        (f"customer@{SOURCE}", str(body["customer"]["id"])),
        ("email", body["email"].lower()),
        ("phone", body["phone"]),
    ]
    keys = [_identifier_key(kind, value) for kind, value in names]
    named = _read({CUSTOMERS: [*keys, order_key]})
    customer = next(iter(named[keys[0]["pk"]["S"], "IDENTIFIER"]["holders"]["M"]))
    pk = {"S": f"CUSTOMER#{customer}"}
    stored = _read(
        {
            CUSTOMERS: [{"pk": pk, "sk": {"S": "PROFILE"}}, {"pk": pk, "sk": {"S": "TRAITS"}}],
            KEYS: [{"pk": pk}],
        }
    )
    tag_key = _mac(f"mteja/tag/v1\x1f{customer}")
    placed = datetime.fromisoformat(body["processed_at"]).astimezone(UTC)
    at = int(placed.timestamp() * 1000)
    profile, total = _profile(stored[pk["S"], "PROFILE"], body, placed, at, customer)
    profile["seen"] = _seen(stored[pk["S"], "TRAITS"], body, tag_key, at)
    DYNAMODB.transact_write_items(
        TransactItems=[
            _put(profile, "#c = :v", "v", {":v": {"N": str(int(profile["v"]["N"]) - 1)}}),
            _put(_order(order_key, raw, body, customer, at, total), "attribute_not_exists(#c)"),
            _put(_entry(pk, body, placed, at, total)),
        ],
        ClientRequestToken=os.urandom(16).hex(),
    )
    print(json.dumps({"level": "INFO", "message": "recorded", "customer": customer}))
    return {"statusCode": 200, "body": '{"result": "recorded"}'}


def _form(event: dict[str, Any]) -> dict[str, Any]:
    email, form = json.loads(event["body"])["email"].lower(), event["pathParameters"]["form"]
    now = datetime.now(UTC)
    at = int(now.timestamp() * 1000)
    content = json.dumps([form, "web", None, None, {"email": email}, []], separators=(",", ":"))
    receipt = {
        "pk": {"S": f"RECEIPT#forms#{_index('receipt', content)}"},
        "sk": {"S": "RECEIPT"},
    }
    key = _identifier_key("email", email)
    named = _read({CUSTOMERS: [key, receipt]})
    customer = next(iter(named[key["pk"]["S"], "IDENTIFIER"]["holders"]["M"]))
    pk = {"S": f"CUSTOMER#{customer}"}
    stored = _read(
        {
            CUSTOMERS: [{"pk": pk, "sk": {"S": "PROFILE"}}, {"pk": pk, "sk": {"S": "TRAITS"}}],
            KEYS: [{"pk": pk}],
        }
    )
    known = stored[pk["S"], "TRAITS"]["fields"]["M"]["email"]["M"]["tag"]["B"]
    if known != _tag(_mac(f"mteja/tag/v1\x1f{customer}"), "email", email):
        raise ValueError("email is new")
    before = stored[pk["S"], "PROFILE"]
    day = now.astimezone(ZONE).date().isoformat()
    profile = before | {
        "v": {"N": str(int(before["v"]["N"]) + 1)},
        "claims": {"L": [{"S": day}, {"N": "1"}]},
    }
    entry = f"frm_{os.urandom(13).hex().upper()}"
    told = {"M": {"interaction_id": {"S": entry}}}
    DYNAMODB.transact_write_items(
        TransactItems=[
            _put(profile, "#c = :v", "v", {":v": before["v"]}),
            _put(_form_entry(pk, entry, form, now, at, email)),
            _put(
                receipt
                | {
                    "v": {"N": "1"},
                    "at": {"N": str(at)},
                    "told": told,
                    "expires_at": {"N": str(at // 1000 + 90 * 86_400)},
                },
                "attribute_not_exists(#c)",
            ),
        ],
        ClientRequestToken=os.urandom(16).hex(),
    )
    print(json.dumps({"level": "INFO", "message": "answered", "result": "recorded"}))
    return {
        "statusCode": 202,
        "body": json.dumps({"interaction_id": entry, "status": "accepted"}),
    }


def _form_entry(
    pk: dict[str, Any], entry: str, form: str, now: datetime, at: int, email: str
) -> dict[str, Any]:
    moment = now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at % 1000:03d}Z"
    shard = hashlib.blake2s(entry.encode(), digest_size=4).digest()[0] % 8
    data = {
        "form": {"S": form},
        "form_kind": {"S": form},
        "form_version": {"S": "00000000"},
        "mode": {"S": "web"},
        "language": {"S": "en"},
    }
    return {
        "pk": pk,
        "sk": {"S": f"AT#{moment}#{entry}"},
        "id": {"S": entry},
        "kind": {"S": "form"},
        "at": {"N": str(at)},
        "source": {"S": "forms"},
        "trust": {"S": "claimed"},
        "data": {"M": data},
        "sealed": {"B": json.dumps({"email": email}).encode() + bytes(48)},
        "parts": {"N": "0"},
        "log_pk": {"S": f"form#{now.astimezone(ZONE).date().isoformat()}#{shard}of8"},
        "log_sk": {"S": f"{moment}#forms#{entry}"},
    }


def _mac(text: str) -> bytes:
    message = hashlib.sha256(text.encode()).digest()
    answer = KMS.generate_mac(KeyId=INDEX_KEY, MacAlgorithm="HMAC_SHA_256", Message=message)
    return answer["Mac"]


def _identifier_key(kind: str, value: str) -> dict[str, Any]:
    return {"pk": {"S": f"IDENTIFIER#{kind}#{_index(kind, value)}"}, "sk": {"S": "IDENTIFIER"}}


def _index(kind: str, value: str) -> str:
    mac = _mac(f"mteja/identifier/v1\x1f{kind}\x1f{value}")
    return f"v1#{base64.urlsafe_b64encode(mac[:16]).rstrip(b'=').decode()}"


def _tag(tag_key: bytes, name: str, value: object) -> bytes:
    raw = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    message = len(name).to_bytes(2) + name.encode() + raw
    return hmac.digest(tag_key, message, "sha256")[:8]


def _read(wanted: dict[str, list[dict[str, Any]]]) -> dict[tuple[str, str | None], dict[str, Any]]:
    requests: Any = {
        table: {"ConsistentRead": True, "Keys": keys} for table, keys in wanted.items()
    }
    answer = DYNAMODB.batch_get_item(RequestItems=requests)
    found: dict[tuple[str, str | None], dict[str, Any]] = {}
    for items in answer["Responses"].values():
        for item in items:
            found[str(item["pk"]["S"]), item.get("sk", {}).get("S")] = dict(item)
    return found


def _profile(
    profile: dict[str, Any], body: dict[str, Any], placed: datetime, at: int, customer: str
) -> tuple[dict[str, Any], int]:
    total = round(float(body["total_price"]) * 100)
    orders = profile["orders"]["M"]
    count = int(orders["count"]["N"]) + 1
    number, amount = orders["net"]["M"][body["currency"]]["L"]
    net = [{"N": str(int(number["N"]) + 1)}, {"N": str(int(amount["N"]) + total)}]
    due = placed.astimezone(ZONE).date() + timedelta(days=30)
    shard = hashlib.blake2s(customer.encode(), digest_size=4).digest()[0] % 8
    changed = profile | {
        "v": {"N": str(int(profile["v"]["N"]) + 1)},
        "orders": {
            "M": {
                "count": {"N": str(count)},
                "net": {"M": {body["currency"]: {"L": net}}},
                "first": orders["first"],
                "last": {"N": str(at)},
            }
        },
        "due_pk": {"S": f"{due.isoformat()}#{shard}of8"},
        "due_sk": {"S": customer},
    }
    return changed, total


def _seen(traits: dict[str, Any], body: dict[str, Any], tag_key: bytes, at: int) -> dict[str, Any]:
    """Return when each value was seen: none of them is new, or this twin can't do it."""
    customer, address = body["customer"], body["shipping_address"]
    first, last = customer["first_name"], customer["last_name"]
    lines = ("address1", "address2", "city", "province", "zip", "country_code")
    names = ("line1", "line2", "city", "region", "postal_code", "country")
    values = {
        "email": body["email"].lower(),
        "phone": body["phone"],
        "name": {"first": first, "last": last, "full": f"{first} {last}"},
        "address": {name: address[line] for name, line in zip(names, lines, strict=True)},
    }
    for name, value in values.items():
        if traits["fields"]["M"][name]["M"]["tag"]["B"] != _tag(tag_key, name, value):
            raise ValueError(f"{name} is new")
    return {"M": {name: {"N": str(at)} for name in values}}


def _order(
    key: dict[str, Any], raw: bytes, body: dict[str, Any], customer: str, at: int, total: int
) -> dict[str, Any]:
    digest = hashlib.sha256(raw).digest()
    version = {"S": f"{at:014d}.2.000.{digest[:4].hex()}"}
    return key | {
        "v": {"N": "1"},
        "seen": {"L": [{"B": digest[:8]}]},
        "customer": {"S": customer},
        "owner_version": version,
        "version": version,
        "placed_at": {"N": str(at)},
        "currency": {"S": body["currency"]},
        "total": {"N": str(total)},
        "status": {"S": "paid"},
        "counts": {"BOOL": True},
        "test": {"BOOL": False},
        "refunds": {"M": {}},
        "parts": {"N": "0"},
        "lookup_pk": {"S": f"ORDERNUMBER#{body['name'].lstrip('#')}"},
    }


def _entry(
    pk: dict[str, Any], body: dict[str, Any], placed: datetime, at: int, total: int
) -> dict[str, Any]:
    digest = hashlib.sha256(f"{SOURCE}\x1f{body['id']}".encode()).digest()
    entry = f"ord_{base64.b32encode(digest[:15]).decode().lower()}"
    moment = placed.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    shard = hashlib.blake2s(entry.encode(), digest_size=4).digest()[0] % 8
    lines = [
        {
            "M": {
                "product_id": {"S": str(line["product_id"])},
                "sku": {"S": line["sku"]},
                "title": {"S": line["title"]},
                "quantity": {"N": str(line["quantity"])},
                "total": {"N": str(round(float(line["price"]) * 100) * line["quantity"])},
            }
        }
        for line in body["line_items"]
    ]
    data = {
        "order_id": {"S": str(body["id"])},
        "number": {"S": body["name"]},
        "updated_at": {"N": str(at)},
        "channel": {"S": "web"},
        "currency": {"S": body["currency"]},
        "total": {"N": str(total)},
        "lines": {"L": lines},
        "counts": {"BOOL": True},
        "status": {"S": "paid"},
        "net": {"N": str(total)},
        "refunded": {"N": "0"},
    }
    return {
        "pk": pk,
        "sk": {"S": f"AT#{moment}#{entry}"},
        "id": {"S": entry},
        "kind": {"S": "order"},
        "at": {"N": str(at)},
        "source": {"S": SOURCE},
        "trust": {"S": "verified"},
        "data": {"M": data},
        "parts": {"N": "0"},
        "log_pk": {"S": f"order#{placed.astimezone(ZONE).date().isoformat()}#{shard}of8"},
        "log_sk": {"S": f"{moment}#{SOURCE}#{entry}"},
    }


def _put(
    item: dict[str, Any],
    condition: str = "",
    name: str = "pk",
    values: dict[str, Any] | None = None,
) -> Any:
    put: dict[str, Any] = {"TableName": CUSTOMERS, "Item": item}
    if condition:
        put |= {"ConditionExpression": condition, "ExpressionAttributeNames": {"#c": name}}
    if values:
        put["ExpressionAttributeValues"] = values
    return {"Put": put}

"""Builders and helpers for tests: real bodies, signed events, tables made from the template."""

import base64
import copy
import hashlib
import hmac
import importlib
import json
import logging
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from mteja.aws import clients
from mteja.business.model import Business
from mteja.recording.record import Recorder
from mteja.store.table import Table
from mteja.store.wire import item_from_wire
from mteja.vault.index import BlindIndex
from mteja.vault.keyring import Keyring
from mteja.vault.vault import Vault

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "tests" / "samples" / "webhooks"
SECRET = "a-secret-of-the-tests"
REGION = "us-east-1"
NOW_MS = 1_795_331_000_000  # 2026-11-22


def sample(name: str) -> dict[str, Any]:
    """Return a real body: `sample("shopify/order_fulfilled")`."""
    loaded: dict[str, Any] = json.loads(SAMPLES.joinpath(f"{name}.json").read_bytes())
    return loaded


def changed(body: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a deep copy with other values: `customer__email="x"` reaches inside."""
    copied = copy.deepcopy(body)
    for path, value in changes.items():
        *outer, last = path.split("__")
        inner = copied
        for step in outer:
            inner = inner[step]
        inner[last] = value
    return copied


def raw(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def shopify_headers(
    body: bytes,
    topic: str,
    *,
    secret: str = SECRET,
    shop: str = "demo.myshopify.com",
    webhook_id: str = "wh-1",
) -> dict[str, str]:
    signature = base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()
    return {
        "X-Shopify-Hmac-Sha256": signature,
        "X-Shopify-Topic": topic,
        "X-Shopify-Shop-Domain": shop,
        "X-Shopify-Webhook-Id": webhook_id,
        "Content-Type": "application/json",
    }


def http_event(
    method: str,
    path: str,
    *,
    body: bytes = b"",
    headers: dict[str, str] | None = None,
    path_parameters: dict[str, str] | None = None,
    query: dict[str, str] | None = None,
    base64_body: bool = False,
    claims: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return an event of an HTTP API, payload format 2.0. API Gateway gives lower-case headers."""
    context: dict[str, Any] = {
        "http": {"method": method, "path": path, "sourceIp": "192.0.2.1"},
        "requestId": "request-1",
        "stage": "$default",
    }
    if claims is not None:
        context["authorizer"] = {"jwt": {"claims": claims, "scopes": None}}
    return {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {name.lower(): value for name, value in (headers or {}).items()},
        "queryStringParameters": query,
        "pathParameters": path_parameters,
        "requestContext": context,
        "body": base64.b64encode(body).decode() if base64_body else body.decode(),
        "isBase64Encoded": base64_body,
    }


def webhook_event(
    body: dict[str, Any] | bytes, topic: str, *, source: str = "shopify-demo", **how: Any
) -> dict[str, Any]:
    """Return the event of a signed Shopify delivery."""
    content = body if isinstance(body, bytes) else raw(body)
    base64_body = how.pop("base64_body", False)
    return http_event(
        "POST",
        f"/v1/webhooks/{source}",
        body=content,
        headers=shopify_headers(content, topic, **how),
        path_parameters={"source": source},
        base64_body=base64_body,
    )


def make_table(name: str) -> None:
    """Make a table of `pk` and `sk` without indexes in the mocked AWS."""
    clients.dynamodb().create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
    )


def make_aws() -> dict[str, str]:
    """Make tables, keys and secrets in the mocked AWS; return the environment of a function."""
    dynamodb = clients.dynamodb()
    indexes = ["due", "log", "open"]
    secondary: list[Any] = [_index(one, f"{one}_pk", f"{one}_sk") for one in indexes]
    names = ["pk", "sk", "lookup_pk", *(f"{one}_{end}" for one in indexes for end in ("pk", "sk"))]
    dynamodb.create_table(
        TableName="customers",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        GlobalSecondaryIndexes=[*secondary, _index("lookup", "lookup_pk")],
    )
    dynamodb.create_table(
        TableName="keys",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )
    for name in ("events", "salts", "summaries"):
        make_table(name)
    kms = clients.kms()
    wrapping = kms.create_key()["KeyMetadata"]["Arn"]
    index = kms.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]["Arn"]
    for source in ("shopify-demo", "shopify-market"):
        clients.ssm().put_parameter(
            Name=f"/mteja/test/sources/{source}/secrets",
            Type="SecureString",
            Value=f"an-older-secret\n{SECRET}\n",
        )
    clients.ssm().put_parameter(
        Name="/mteja/test/sites/shop/secret", Type="SecureString", Value=f"older\n{SECRET}\n"
    )
    erasures = clients.sqs().create_queue(QueueName="erasures")["QueueUrl"]
    quiet = clients.sqs().create_queue(QueueName="inactivity")["QueueUrl"]
    return {
        "CUSTOMERS_TABLE": "customers",
        "KEYS_TABLE": "keys",
        "WRAPPING_KEY_ARN": wrapping,
        "INDEX_KEY_ARN": index,
        "SECRETS_PREFIX": "/mteja/test",
        "FORM_REQUESTS_PER_MINUTE": "60",
        "CONFIRMATIONS_PER_HOUR": "1000",
        "PUBLIC_URL": "https://api.example",
        "CONFIGURATION_SET": "mteja",
        "ERASURES_QUEUE_URL": erasures,
        "INACTIVITY_QUEUE_URL": quiet,
        "EVENTS_TABLE": "events",
        "SALTS_TABLE": "salts",
        "SEGMENT_REQUESTS_PER_MINUTE": "100000",
        "SUMMARIES_TABLE": "summaries",
    }


def _index(name: str, hash_name: str, range_name: str | None = None) -> Any:
    schema = [{"AttributeName": hash_name, "KeyType": "HASH"}]
    if range_name is not None:
        schema.append({"AttributeName": range_name, "KeyType": "RANGE"})
    projection = {"ProjectionType": "KEYS_ONLY"}
    return {"IndexName": name, "KeySchema": schema, "Projection": projection}


def make_recorder(environment: dict[str, str], business: Business) -> Recorder:
    kms = clients.kms()
    return Recorder(
        Table(clients.dynamodb(), environment["CUSTOMERS_TABLE"], environment["KEYS_TABLE"]),
        Vault(
            Keyring(kms, environment["WRAPPING_KEY_ARN"]),
            BlindIndex(kms, environment["INDEX_KEY_ARN"]),
        ),
        business,
    )


def all_items(table: str = "customers") -> list[dict[str, Any]]:
    """Return every item, as DynamoDB gives it."""
    items: list[dict[str, Any]] = []
    for page in clients.dynamodb().get_paginator("scan").paginate(TableName=table):
        items += page["Items"]
    return items


def digest(items: list[dict[str, Any]]) -> str:
    return hashlib.sha256(json.dumps(items, sort_keys=True, default=str).encode()).hexdigest()


def all_keys(table: str = "customers") -> list[str]:
    """Return the keys of all items as `pk/sk`."""
    return sorted(f"{item['pk']['S']}/{item['sk']['S']}" for item in all_items(table))


def logged(kind: str) -> list[dict[str, Any]]:
    """Return the items that index `log` has of a kind, in order of time."""
    items = [item_from_wire(item) for item in all_items()]
    found = [item for item in items if str(item.get("log_pk", "")).startswith(f"{kind}#")]
    return sorted(found, key=lambda item: str(item["log_sk"]))


def opened(kind: str) -> list[dict[str, Any]]:
    """Return the items that index `open` has of a kind, in its order."""
    items = [item_from_wire(item) for item in all_items()]
    found = [item for item in items if item.get("open_pk") == kind]
    return sorted(found, key=lambda item: str(item["open_sk"]))


def log_of(function: str, patch: pytest.MonkeyPatch) -> StringIO:
    """Return what a function writes into its log from now on. The handler holds the stream of the
    first test that made it, so that pytest's own capture does not see it."""
    written = StringIO()
    for one in logging.getLogger(function).handlers:
        patch.setattr(one, "stream", written)
    return written


def handler(function: str) -> Any:
    """Return a function's module, freshly imported as Lambda does it: `handler("orders")`."""
    name = f"functions.{function}.app"
    sys.modules.pop(name, None)
    return importlib.import_module(name)

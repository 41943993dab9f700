"""What a role can do on the running stack, with a real customer's key and sealed values."""

import json
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from mteja_local.calls import call
from mteja_local.clients import Clients
from mteja_local.place import ROOT
from mteja_local.signing import shopify_headers

_SAMPLE = ROOT / "tests/samples/webhooks/shopify/order_fulfilled.json"


@pytest.fixture(scope="module")
def key_item(clients: Clients, stack: dict[str, Any]) -> dict[str, Any]:
    """The item of the keys table of a customer whose order has come."""
    body = _SAMPLE.read_bytes()
    source = stack["sources"]["shopify-demo"]
    headers = shopify_headers(
        body,
        secret=source["secrets"][0],
        topic="orders/create",
        shop_domain=source["shop_domain"],
    )
    answer = call(stack, "POST", "/v1/webhooks/shopify-demo", body=body, headers=headers)
    assert answer.status == 200
    items = clients("dynamodb").scan(TableName=stack["tables"]["keys"])["Items"]
    found: dict[str, Any] = next(item for item in items if item["pk"]["S"].startswith("CUSTOMER#"))
    return found


def _open(clients: Clients, stack: dict[str, Any], item: dict[str, Any]) -> bytes:
    customer = item["pk"]["S"].removeprefix("CUSTOMER#")
    plaintext: bytes = clients("kms").decrypt(
        KeyId=stack["keys"]["wrapping"],
        CiphertextBlob=item["wrapped"]["B"],
        EncryptionContext={"customer": customer},
    )["Plaintext"]
    return plaintext


@pytest.mark.parametrize("function", ["orders", "forms", "segment"])
def test_who_captures_can_not_open_what_it_sealed(
    function: str, clients: Clients, stack: dict[str, Any], key_item: dict[str, Any]
) -> None:
    captures = clients.of_function(stack["functions"][function])

    with pytest.raises(ClientError, match="AccessDenied"):
        _open(captures, stack, key_item)


def test_staff_can_open(clients: Clients, stack: dict[str, Any], key_item: dict[str, Any]) -> None:
    staff = clients.of_function(stack["functions"]["staff"])

    assert _open(staff, stack, key_item)


@pytest.mark.parametrize("function", ["orders", "forms", "segment", "staff"])
@pytest.mark.parametrize(
    "write",
    [
        lambda dynamodb, table, key: dynamodb.delete_item(TableName=table, Key=key),
        lambda dynamodb, table, key: dynamodb.update_item(
            TableName=table,
            Key=key,
            UpdateExpression="SET #p = :p",
            ExpressionAttributeNames={"#p": "public"},
            ExpressionAttributeValues={":p": {"B": b"another"}},
        ),
        lambda dynamodb, table, key: dynamodb.scan(TableName=table),
    ],
    ids=["delete", "update", "scan"],
)
def test_key_items_are_safe_from_functions(
    function: str,
    write: Callable[[Any, str, dict[str, Any]], Any],
    clients: Clients,
    stack: dict[str, Any],
    key_item: dict[str, Any],
) -> None:
    dynamodb = clients.of_function(stack["functions"][function])("dynamodb")

    with pytest.raises(ClientError, match="AccessDenied"):
        write(dynamodb, stack["tables"]["keys"], {"pk": key_item["pk"]})


def test_orders_looks_a_number_up_and_no_other_index(
    clients: Clients, stack: dict[str, Any], key_item: dict[str, Any]
) -> None:
    dynamodb = clients.of_function(stack["functions"]["orders"])("dynamodb")

    def found(index: str, partition: str) -> list[str]:
        answer = dynamodb.query(
            TableName=stack["tables"]["customers"],
            IndexName=index,
            KeyConditionExpression="#h = :h",
            ExpressionAttributeNames={"#h": f"{index}_pk"},
            ExpressionAttributeValues={":h": {"S": partition}},
        )
        return [item["pk"]["S"] for item in answer["Items"]]

    number = json.loads(_SAMPLE.read_bytes())["name"].removeprefix("#")
    assert any(
        pk.startswith("ORDER#shopify-demo#") for pk in found("lookup", f"ORDERNUMBER#{number}")
    )
    with pytest.raises(ClientError, match="AccessDenied"):
        found("open", "quarantine")


def test_nobody_uses_the_table_key_directly(clients: Clients, stack: dict[str, Any]) -> None:
    for function in stack["functions"].values():
        kms = clients.of_function(function)("kms")

        with pytest.raises(ClientError, match="AccessDenied"):
            kms.encrypt(KeyId=stack["keys"]["table"], Plaintext=b"anything")


def test_a_changed_key_is_noticed(clients: Clients, stack: dict[str, Any]) -> None:
    table, owner = stack["tables"]["keys"], f"SCOPE#test-{uuid4()}"
    dynamodb = clients("dynamodb")
    for value in (b"written", b"changed"):
        dynamodb.put_item(TableName=table, Item={"pk": {"S": owner}, "public": {"B": value}})
    dynamodb.delete_item(TableName=table, Key={"pk": {"S": owner}})

    assert _logged(clients, "/mteja/mteja/keyguard", owner)
    assert _logged(clients, "/mteja/mteja/keyguard", '"KeyChanged"')


def _logged(clients: Clients, group: str, text: str) -> bool:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        events = clients("logs").filter_log_events(logGroupName=group)["events"]
        if any(text in event["message"] for event in events):
            return True
        time.sleep(0.25)
    return False


def test_the_watch_runs_with_its_own_rights(clients: Clients, stack: dict[str, Any]) -> None:
    answer = clients("lambda").invoke(FunctionName=stack["functions"]["watch"], Payload=b"{}")

    assert "FunctionError" not in answer

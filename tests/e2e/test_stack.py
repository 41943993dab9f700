"""The local stack stands as the template says, guards its doors, and keeps its data."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from mteja_local import emulator, up
from mteja_local.calls import call
from mteja_local.clients import Clients
from mteja_local.errors import LocalError
from mteja_local.place import Place


def test_tables_are_encrypted_restorable_protected_and_expire(
    clients: Clients, stack: dict[str, Any]
) -> None:
    dynamodb = clients("dynamodb")
    for name, table in stack["tables"].items():
        described = dynamodb.describe_table(TableName=table)["Table"]
        backups = dynamodb.describe_continuous_backups(TableName=table)
        recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
        expiry = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]

        assert described["SSEDescription"]["KMSMasterKeyArn"] == stack["keys"]["table"]
        assert described["DeletionProtectionEnabled"] is True
        # Nobody is to go back to a salt that was destroyed.
        status = "DISABLED" if name == "salts" else "ENABLED"
        assert recovery["PointInTimeRecoveryStatus"] == status
        assert expiry.get("AttributeName") == (
            "expires_at" if name in {"customers", "events", "salts"} else None
        )


@pytest.mark.parametrize("path", ["/v1/customers?email=a%40b.example", "/v1/customers/cus_0"])
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x.y.z"}])
def test_staff_routes_refuse_who_is_not_signed_in(
    path: str, headers: dict[str, str], stack: dict[str, Any]
) -> None:
    assert call(stack, "GET", path, headers=headers).status == 401


def test_a_browser_of_an_allowed_origin_may_call_and_another_may_not(stack: dict[str, Any]) -> None:
    def preflight(origin: str) -> int:
        return call(
            stack,
            "OPTIONS",
            "/v1/customers",
            headers={"Origin": origin, "Access-Control-Request-Method": "GET"},
        ).status

    assert preflight("https://shop.example") == 204
    assert preflight("https://elsewhere.example") == 403


def test_deploying_again_changes_no_address_and_no_secret(
    place: Place, stack: dict[str, Any]
) -> None:
    assert up.bring_up(place) == stack
    assert json.loads(place.stack_file.read_text(encoding="utf-8")) == stack


@pytest.fixture
def remembered(clients: Clients, stack: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """An item in a table that nothing reads, gone after the test."""
    item = {"pk": {"S": "test#restart"}, "sk": {"S": "1"}}
    request = {"TableName": stack["tables"]["summaries"]}
    clients("dynamodb").put_item(Item=item, **request)
    yield request | {"Key": item}
    clients("dynamodb").delete_item(Key=item, **request)


def test_data_is_there_after_stopping_and_starting(
    place: Place, clients: Clients, stack: dict[str, Any], remembered: dict[str, Any]
) -> None:
    assert emulator.stop(place) is True
    assert emulator.running_port(place) is None
    emulator.start(place)

    assert "Item" in clients("dynamodb").get_item(**remembered)
    assert call(stack, "GET", "/v1/customers").status == 401


def test_a_port_in_use_is_told(place: Place, stack: dict[str, Any]) -> None:
    other = Place(place.folder / "other", place.port)

    with pytest.raises(LocalError, match=f"port {place.port} is taken"):
        emulator.start(other)

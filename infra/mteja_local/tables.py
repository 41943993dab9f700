"""Settings of tables that the emulator drops from a template: expiry, recovery, encryption."""

from typing import Any

from mteja_local.clients import Clients
from mteja_local.deployed import Deployed


def complete(clients: Clients, deployed: Deployed) -> None:
    """Bring each table to what its template says. A second run changes nothing."""
    dynamodb = clients("dynamodb")
    for logical_id, declared in deployed.of_type("AWS::DynamoDB::Table").items():
        properties = deployed.resolve(declared)
        name = deployed.names[logical_id]
        _expiry(dynamodb, name, properties.get("TimeToLiveSpecification"))
        _recovery(dynamodb, name, properties.get("PointInTimeRecoverySpecification"))
        _encryption(dynamodb, name, properties.get("SSESpecification"))


def _expiry(dynamodb: Any, table: str, wanted: dict[str, Any] | None) -> None:
    now = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    if wanted and now.get("AttributeName") != wanted["AttributeName"]:
        dynamodb.update_time_to_live(
            TableName=table,
            TimeToLiveSpecification={"Enabled": True, "AttributeName": wanted["AttributeName"]},
        )


def _recovery(dynamodb: Any, table: str, wanted: dict[str, Any] | None) -> None:
    if not wanted or not wanted["PointInTimeRecoveryEnabled"]:
        return
    settings: dict[str, Any] = {"PointInTimeRecoveryEnabled": True}
    if "RecoveryPeriodInDays" in wanted:
        settings["RecoveryPeriodInDays"] = int(wanted["RecoveryPeriodInDays"])
    backups = dynamodb.describe_continuous_backups(TableName=table)
    now = backups["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    if now.get("PointInTimeRecoveryStatus") != "ENABLED" or (
        "RecoveryPeriodInDays" in settings
        and now.get("RecoveryPeriodInDays") != settings["RecoveryPeriodInDays"]
    ):
        dynamodb.update_continuous_backups(
            TableName=table, PointInTimeRecoverySpecification=settings
        )


def _encryption(dynamodb: Any, table: str, wanted: dict[str, Any] | None) -> None:
    if not wanted:
        return
    now = dynamodb.describe_table(TableName=table)["Table"].get("SSEDescription", {})
    if now.get("KMSMasterKeyArn") != wanted["KMSMasterKeyId"]:
        dynamodb.update_table(
            TableName=table,
            SSESpecification={
                "Enabled": True,
                "SSEType": wanted["SSEType"],
                "KMSMasterKeyId": wanted["KMSMasterKeyId"],
            },
        )

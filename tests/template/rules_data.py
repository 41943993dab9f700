"""Rules over what is stored: encrypted, restorable, protected, kept. Each yields its faults."""

from collections.abc import Iterator
from typing import Any

from tests.template.reading import Tree, functions, of_type, target

_STATEFUL = ("AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::S3::Bucket", "AWS::Cognito::UserPool")


def kept(template: Tree) -> Iterator[str]:
    """What can't be made again outlives the stack."""
    for name, resource in of_type(template, *_STATEFUL).items():
        for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
            if resource.get(policy) != "Retain":
                yield f"{name}: {policy}"


def tables(template: Tree) -> Iterator[str]:
    """Each table is on demand, restorable, protected, and encrypted with the table key; but nobody
    can go back to a salt."""
    for name, resource in of_type(template, "AWS::DynamoDB::Table").items():
        properties = resource["Properties"]
        recovery = properties.get("PointInTimeRecoverySpecification", {})
        encryption = properties.get("SSESpecification", {})
        if properties.get("BillingMode") != "PAY_PER_REQUEST":
            yield f"{name}: not on demand"
        if recovery.get("PointInTimeRecoveryEnabled") is not (name != "SaltsTable"):
            yield f"{name}: no point-in-time recovery, or one too much"
        if not properties.get("DeletionProtectionEnabled"):
            yield f"{name}: can be deleted"
        if (
            not encryption.get("SSEEnabled")
            or target(encryption.get("KMSMasterKeyId")) != "TableKey"
        ):
            yield f"{name}: not encrypted with the table key"
        for index in properties.get("GlobalSecondaryIndexes", []):
            if index["Projection"]["ProjectionType"] != "KEYS_ONLY":
                yield f"{name}: index {index['IndexName']} copies items"


def keys_table_forgets(template: Tree) -> Iterator[str]:
    """An erased key is gone within days: short recovery, and no content in the stream."""
    properties = template["Resources"]["KeysTable"]["Properties"]
    recovery = properties["PointInTimeRecoverySpecification"].get("RecoveryPeriodInDays")
    parameter = template["Parameters"].get(target(recovery), {})
    if not 1 <= int(parameter.get("Default", 35)) <= 7:
        yield "the keys table can be restored for longer than a week"
    if properties.get("StreamSpecification") != {"StreamViewType": "KEYS_ONLY"}:
        yield "the stream of the keys table carries more than keys"
    if "AWS::Backup::BackupPlan" in {one["Type"] for one in template["Resources"].values()}:
        yield "a backup plan could copy the keys table"


def encrypted(template: Tree) -> Iterator[str]:
    """Queues, topics, log groups and buckets are encrypted with the table key."""

    def key_of(kind: str, properties: Tree) -> Any:
        if kind == "AWS::Logs::LogGroup":
            return properties.get("KmsKeyId")
        if kind == "AWS::S3::Bucket":
            rules = properties.get("BucketEncryption", {}).get(
                "ServerSideEncryptionConfiguration", [{}]
            )
            return rules[0].get("ServerSideEncryptionByDefault", {}).get("KMSMasterKeyID")
        return properties.get("KmsMasterKeyId")

    kinds = ("AWS::SQS::Queue", "AWS::SNS::Topic", "AWS::Logs::LogGroup", "AWS::S3::Bucket")
    for name, resource in of_type(template, *kinds).items():
        if target(key_of(resource["Type"], resource["Properties"])) != "TableKey":
            yield f"{name}: not encrypted with the table key"


def keys(template: Tree) -> Iterator[str]:
    """Three keys: two symmetric ones that rotate, and one for message authentication codes."""
    found = of_type(template, "AWS::KMS::Key")
    if set(found) != {"TableKey", "WrappingKey", "IndexKey"}:
        yield f"keys: {sorted(found)}"
    for name, key in found.items():
        properties = key["Properties"]
        if name == "IndexKey":
            if properties.get("KeySpec") != "HMAC_256":
                yield "IndexKey: not an HMAC key"
        elif properties.get("EnableKeyRotation") is not True or "KeySpec" in properties:
            yield f"{name}: does not rotate, or is not symmetric"


def bucket(template: Tree) -> Iterator[str]:
    """The bucket is closed to the public, speaks TLS only, and forgets within a week."""
    policies = {
        target(policy["Properties"]["Bucket"]): policy["Properties"]["PolicyDocument"]["Statement"]
        for policy in of_type(template, "AWS::S3::BucketPolicy").values()
    }
    for name, resource in of_type(template, "AWS::S3::Bucket").items():
        properties = resource["Properties"]
        block = properties.get("PublicAccessBlockConfiguration", {})
        if len(block) != 4 or not all(block.values()):
            yield f"{name}: open to the public"
        rules = properties.get("LifecycleConfiguration", {}).get("Rules", [])
        if not any(
            rule["Status"] == "Enabled"
            and rule.get("ExpirationInDays", 99) <= 7
            and "Prefix" not in rule
            for rule in rules
        ):
            yield f"{name}: keeps files for longer than a week"
        if not any(
            one["Effect"] == "Deny"
            and one.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
            for one in policies.get(name, [])
        ):
            yield f"{name}: speaks without TLS"


def logs(template: Tree) -> Iterator[str]:
    """Each function writes to a log group of its own, which forgets, and to no other."""
    groups = of_type(template, "AWS::Logs::LogGroup")
    for name, group in groups.items():
        if "RetentionInDays" not in group["Properties"]:
            yield f"{name}: keeps entries for ever"
    seen: dict[str, str] = {}
    for name, function in functions(template).items():
        group_name = target(function["LoggingConfig"].get("LogGroup"))
        if group_name not in groups:
            yield f"{name}: no log group in the template"
        elif group_name in seen:
            yield f"{name} and {seen[group_name]} share {group_name}"
        else:
            seen[group_name] = name

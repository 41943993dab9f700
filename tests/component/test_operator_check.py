"""`mteja check`, and the secrets that it looks for."""

import boto3
import click
import pytest

from mteja.aws import clients
from mteja.business import business
from mteja.recording.record import Recorder
from mteja_operator import check
from tests import kit, operator
from tests.operator import Mteja


@pytest.fixture
def mteja(recorder: Recorder, aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Mteja:
    """A stack in which all is as it should be."""
    keys = [clients.kms().create_key()["KeyMetadata"]["Arn"] for _ in range(2)]
    for key in keys:
        clients.kms().enable_key_rotation(KeyId=key)
    outputs = {
        "CustomersTable": protected_table("the-customers", keys[0]),
        "KeysTable": protected_table("the-keys", keys[0]),
        "TableKeyArn": keys[0],
        "WrappingKeyArn": keys[1],
        "IndexKeyArn": aws["INDEX_KEY_ARN"],
        "DeadLettersUrl": boto3.client("sqs").create_queue(QueueName="dead")["QueueUrl"],
    }
    for source in business().sources:
        clients.ssm().put_parameter(
            Name=f"/mteja/test/{source.secrets}",
            Type="SecureString",
            Value=kit.SECRET,
            Overwrite=True,
        )
    return operator.stand_in(monkeypatch, outputs)


def protected_table(name: str, key: str) -> str:
    clients.dynamodb().create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        DeletionProtectionEnabled=True,
        SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key},
    )
    clients.dynamodb().update_continuous_backups(
        TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    return name


def lines(output: str, start: str) -> list[str]:
    return [line for line in output.splitlines() if line.startswith(start)]


def test_all_is_well(mteja: Mteja) -> None:
    result = mteja("check")
    assert lines(result.stdout, "NO") == []
    assert result.exit_code == 0, result.output
    assert len(lines(result.stdout, "ok")) > 12


def test_each_fault_is_a_line_that_says_what_to_do(mteja: Mteja) -> None:
    clients.dynamodb().update_table(
        TableName=mteja.outputs["KeysTable"], DeletionProtectionEnabled=False
    )
    clients.kms().disable_key_rotation(KeyId=mteja.outputs["WrappingKeyArn"])
    clients.ssm().delete_parameter(Name="/mteja/test/sources/stripe-demo/secrets")
    boto3.client("sqs").send_message(QueueUrl=mteja.outputs["DeadLettersUrl"], MessageBody="{}")
    result = mteja("check")
    assert result.exit_code == 1
    told = lines(result.stdout, "NO")
    assert [line.split(":")[0] for line in told] == [
        "NO  table the-keys",
        "NO  wrapping key",
        "NO  secrets of stripe-demo",
        "NO  dead letters",
    ]
    assert "deletion protection" in told[0]
    assert "`mteja secrets add stripe-demo`" in told[2]


def test_a_stack_that_is_not_there_is_an_answer(
    business_layer: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    mteja = operator.stand_in(monkeypatch, {})

    def missing(_stack: str | None) -> None:
        raise click.ClickException("there is no local stack here")

    monkeypatch.setattr(check, "connect", missing)
    result = mteja("check")
    assert result.exit_code == 1
    assert "NO  owner's file and stack: there is no local stack here" in result.output


def test_api_credentials_are_asked_for_and_kept_apart(mteja: Mteja) -> None:
    result = mteja("secrets", "api", "woocommerce-demo", typed="ck_1\ncs_2\n")
    assert result.exit_code == 0, result.output
    assert "cs_2" not in result.output
    name = "/mteja/test/api/woocommerce-demo"
    kept = clients.ssm().get_parameter(Name=name, WithDecryption=True)["Parameter"]
    assert (kept["Value"], kept["Type"]) == ("ck_1\ncs_2", "SecureString")
    assert mteja("secrets", "api", "stripe-demo").exit_code == 1


def test_a_new_secret_stands_before_the_old_one(mteja: Mteja) -> None:
    result = mteja("secrets", "add", "stripe-demo", typed="whsec_new\n")
    assert result.exit_code == 0, result.output
    name = "/mteja/test/sources/stripe-demo/secrets"
    value = clients.ssm().get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    assert value.splitlines() == ["whsec_new", kit.SECRET]

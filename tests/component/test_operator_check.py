"""`mteja check`, and the secrets that it looks for."""

from datetime import date, timedelta

import boto3
import click
import pytest

from mteja.aws import clients
from mteja.business import business
from mteja.business.forms import Turnstile
from mteja.business.load import sites
from mteja.inactivity.runs import note_last
from mteja.recording.record import Recorder
from mteja.store.table import customers_table
from mteja.times import business_day, now_ms
from mteja_operator import check, secrets
from tests import blanks, kit, operator
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
    assert "ok  daily job: it has not run yet" in result.stdout
    today = business_day(now_ms(), business().time_zone)
    note_last(customers_table(), today - timedelta(days=1), "rules")
    assert f"ok  daily job: it ran on {today - timedelta(days=1)}" in mteja("check").stdout


def test_each_fault_is_a_line_that_says_what_to_do(mteja: Mteja) -> None:
    clients.dynamodb().update_table(
        TableName=mteja.outputs["KeysTable"], DeletionProtectionEnabled=False
    )
    clients.kms().disable_key_rotation(KeyId=mteja.outputs["WrappingKeyArn"])
    clients.ssm().delete_parameter(Name="/mteja/test/sources/stripe-demo/secrets")
    boto3.client("sqs").send_message(QueueUrl=mteja.outputs["DeadLettersUrl"], MessageBody="{}")
    note_last(customers_table(), date(2026, 3, 29), "rules")
    result = mteja("check")
    assert result.exit_code == 1
    told = lines(result.stdout, "NO")
    assert [line.split(":")[0] for line in told] == [
        "NO  table the-keys",
        "NO  wrapping key",
        "NO  secrets of stripe-demo",
        "NO  dead letters",
        "NO  daily job",
    ]
    assert "since 2026-03-29" in told[4]
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


@pytest.mark.parametrize("whose", ["shop", "sites/shop/secret"])
def test_a_site_gets_the_secret_key_of_its_servers(mteja: Mteja, whose: str) -> None:
    clients.ssm().delete_parameter(Name="/mteja/test/sites/shop/secret")
    told = lines(mteja("check").stdout, "ok  secrets of shop:")
    assert told == ["ok  secrets of shop: none; for servers that are to send: "
                    "`mteja secrets add shop`"]  # fmt: skip
    for secret in ("one", "two", "three"):
        result = mteja("secrets", "add", whose, typed=f"{secret}\n")
        assert result.exit_code == 0, result.output
    name = "/mteja/test/sites/shop/secret"
    value = clients.ssm().get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    assert value.splitlines() == ["three", "two"]
    assert lines(mteja("check").stdout, "ok  secrets of shop:") == ["ok  secrets of shop: 2 valid"]


def test_turnstile_has_a_secret_where_it_is_asked(
    mteja: Mteja, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Turnstile(site_key="site-key", secret="forms/turnstile/secret")
    told = blanks.ASKING.model_copy(update={"turnstile": asked})
    monkeypatch.setattr(secrets, "asking", lambda: told)
    (fault,) = lines(mteja("check").stdout, "NO  secrets of turnstile:")
    assert "`mteja secrets add turnstile`" in fault
    assert mteja("secrets", "add", "turnstile", typed="sesame\n").exit_code == 0
    assert not lines(mteja("check").stdout, "NO")


def test_a_secret_of_nobody_or_of_two_is_asked_for_again(
    mteja: Mteja, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = mteja("secrets", "add", "nobody", typed="sesame\n")
    assert result.exit_code == 1
    assert "stripe-demo" in result.output
    assert "shop" in result.output
    (site,) = sites().sites
    two = sites().model_copy(
        update={"sites": (site.model_copy(update={"id": business().sources[0].id}),)}
    )
    monkeypatch.setattr(secrets, "sites", lambda: two)
    result = mteja("secrets", "add", business().sources[0].id, typed="sesame\n")
    assert result.exit_code == 1
    assert "say which: " in result.output
    assert site.secret in result.output
    assert mteja("secrets", "add", site.secret, typed="sesame\n").exit_code == 0

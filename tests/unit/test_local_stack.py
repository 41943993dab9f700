"""The parts of the local stack and of the audit that need no stack."""

import json
from typing import Any

import pytest

from mteja_audit import licences, secrets
from mteja_local import mail
from mteja_local.deployed import Deployed
from mteja_local.emulator import running_port
from mteja_local.errors import LocalError
from mteja_local.place import ROOT, Place, read_stack_file, write_private
from mteja_local.signing import shopify_headers


def test_where_no_mail_was_sent_that_is_said() -> None:
    assert list(mail.shown([])) == ["No mail was sent since the stack was started."]
    sent = {"To": ["asha@example.com"], "Subject": "Hello", "BodyText": "Hello, Asha"}
    assert list(mail.shown([sent]))[:2] == ["To: asha@example.com", "Subject: Hello"]


def test_a_signature_is_the_one_that_shopify_publishes() -> None:
    vectors = json.loads((ROOT / "tests/samples/webhooks/signature-vectors.json").read_text())
    vector = next(
        one for one in vectors if one["platform"] == "shopify" and one["expect"] == "valid"
    )

    made = shopify_headers(
        vector["raw_body"].encode(),
        secret=vector["secret"],
        topic="products/create",
        shop_domain="shop1.myshopify.io",
    )

    assert made["X-Shopify-Hmac-Sha256"] == vector["headers"]["X-Shopify-Hmac-Sha256"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({"Ref": "AWS::StackName"}, "mteja"),
        ({"Ref": "Rate"}, "50"),
        ({"Ref": "Table"}, "table-1"),
        ({"Fn::GetAtt": ["Key", "Arn"]}, "arn:aws:kms:us-east-1:1:key/k"),
        ({"Fn::GetAtt": "Key.Arn"}, "arn:aws:kms:us-east-1:1:key/k"),
        ({"Fn::Sub": "${AWS::Region}/${Key.Arn}"}, "us-east-1/arn:aws:kms:us-east-1:1:key/k"),
        ({"Fn::Sub": ["${A}${B}", {"A": "x", "B": {"Ref": "Rate"}}]}, "x50"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Rate"}]]}, "a-50"),
        ({"Fn::Split": [",", {"Ref": "Origins"}]}, ["https://a", "https://b"]),
        ({"a": [{"Ref": "Rate"}, 1]}, {"a": ["50", 1]}),
    ],
)
def test_a_value_of_the_template_is_worked_out(written: Any, meant: Any) -> None:
    assert _deployed().resolve(written) == meant


@pytest.mark.parametrize(
    "written", [{"Ref": "Nothing"}, {"Fn::GetAtt": ["Table", "Name"]}, {"Fn::ImportValue": "x"}]
)
def test_what_can_not_be_worked_out_is_told(written: Any) -> None:
    with pytest.raises(LocalError):
        _deployed().resolve(written)


def _deployed() -> Deployed:
    return Deployed(
        template={
            "Resources": {
                "Key": {"Type": "AWS::KMS::Key"},
                "Table": {"Type": "AWS::DynamoDB::Table"},
            }
        },
        names={"Key": "k", "Table": "table-1"},
        parameters={"Rate": "50", "Origins": "https://a,https://b"},
        outputs={},
        account="1",
    )


def test_without_a_stack_there_is_none(place: Place) -> None:
    assert running_port(place) is None
    with pytest.raises(LocalError, match="make run"):
        read_stack_file(place)


def test_a_stale_process_file_is_no_running_stack(place: Place) -> None:
    place.process_file.write_text('{"pid": 999999999, "port": 9}')

    assert running_port(place) is None


def test_what_holds_secrets_is_readable_by_its_owner_only(place: Place) -> None:
    write_private(place.secrets_file, {"a": 1})

    assert place.secrets_file.stat().st_mode & 0o777 == 0o600
    assert json.loads(place.secrets_file.read_text()) == {"a": 1}


@pytest.fixture
def place(tmp_path: Any) -> Place:
    return Place(tmp_path, 9)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("-----BEGIN EC " + "PRIVATE KEY-----", "a private key"),
        ("id = AKIA" + "Q" * 16, "an AWS access key"),
        ("shpat_" + "0" * 32, "a Shopify token"),
        ("sk_live_" + "a" * 24, "a Stripe key"),
    ],
)
def test_a_secret_is_found_and_not_repeated(line: str, what: str) -> None:
    assert list(secrets.find([("file:1", line)])) == [f"file:1: {what}"]


def test_published_vectors_are_no_secrets() -> None:
    assert list(secrets.find([("file:1", "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")])) == []


def test_a_package_of_another_licence_is_refused() -> None:
    assert list(licences.refused(["pydantic"])) == []
    assert list(licences.refused(["text-unidecode"])) != []

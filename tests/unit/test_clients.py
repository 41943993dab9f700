"""The clients of AWS read less of botocore's data than it does, and speak to the same ends."""

from typing import Any

import botocore.session
import pytest

from mteja.aws import clients

SERVICES = ("cognito-idp", "dynamodb", "kms", "pinpoint-sms-voice-v2", "sesv2", "sqs", "ssm")
# One of each partition, and regions younger than botocore's lists.
REGIONS = ("eu-west-1", "us-east-1", "af-south-1", "mx-central-1", "cn-north-1", "us-gov-west-1")


@pytest.fixture
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    clients._session.cache_clear()


@pytest.mark.usefixtures("nothing_set")
@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("service", SERVICES)
def test_a_client_speaks_to_the_endpoint_that_botocore_finds(service: str, region: str) -> None:
    ours = end_of(clients._session(), service, region)
    theirs = end_of(botocore.session.Session(), service, region)

    assert ours == theirs


def end_of(session: Any, service: str, region: str) -> tuple[object, ...]:
    made = session.create_client(
        service, region_name=region, aws_access_key_id="test", aws_secret_access_key="test"
    )
    signer = made._request_signer
    return (
        made.meta.endpoint_url,
        made.meta.partition,
        signer.region_name,
        signer.signing_name,
        signer.signature_version,
    )


@pytest.mark.usefixtures("nothing_set")
def test_the_list_of_all_endpoints_is_not_read() -> None:
    session = clients._session()
    read = session.get_component("data_loader").load_data("endpoints")

    assert all(not one["services"] for one in read["partitions"])

"""AWS clients, one of each kind for a process.

Made from botocore, not boto3: boto3's import alone costs a capture function about a third of its
cold start, and its resources hide what a call costs (docs/decisions/0003). Time-outs are short
enough that a function answers before its own time-out: at most 3 tries of 3 s, with pauses 12 s.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

from botocore import UNSIGNED
from botocore.config import Config
from botocore.loaders import Loader
from botocore.session import Session

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_pinpoint_sms_voice_v2 import PinpointSMSVoiceV2Client
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

_CONFIG = Config(
    connect_timeout=1,
    read_timeout=2,
    retries={"mode": "standard", "total_max_attempts": 3},
    tcp_keepalive=True,
)


class _FewData(Loader):
    """Reads less of botocore's data than botocore does: the start of every function waits for it.

    It looks through some four hundred folders to list its services; we use few. And it reads
    `endpoints.json`, over a megabyte of every service's endpoints in every region, a fifteenth of a
    start. The services that we use say theirs in rule sets of their own; what is left to know are
    the partitions (`aws`, `aws-cn`, ...), which have a small file.
    """

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 - botocore's
        return [
            *("cognito-idp", "dynamodb", "kms", "pinpoint-sms-voice-v2", "sesv2", "sqs", "ssm"),
        ]

    def load_data_with_path(self, name: str) -> tuple[dict[str, Any], str]:
        if name != "endpoints":
            return super().load_data_with_path(name)
        data, path = super().load_data_with_path("partitions")
        return {
            "version": 3,
            "partitions": [_without_services(one) for one in data["partitions"]],
        }, path


def _without_services(partition: dict[str, Any]) -> dict[str, Any]:
    """Return a partition of `partitions.json` as `endpoints.json` has them."""
    return {
        "partition": partition["id"],
        "regionRegex": partition["regionRegex"],
        "dnsSuffix": partition["outputs"]["dnsSuffix"],
        "defaults": {
            "hostname": "{service}.{region}.{dnsSuffix}",
            "protocols": ["https"],
            "signatureVersions": ["v4"],
        },
        "regions": {},
        "services": {},
    }


@cache
def _session() -> Session:
    session = Session()
    search_path = session.get_config_variable("data_path")
    session.register_component("data_loader", _FewData(search_path))
    return session


@cache
def dynamodb() -> "DynamoDBClient":
    return _session().create_client("dynamodb", config=_CONFIG)  # type: ignore[return-value]


@cache
def kms() -> "KMSClient":
    return _session().create_client("kms", config=_CONFIG)  # type: ignore[return-value]


@cache
def ssm() -> "SSMClient":
    return _session().create_client("ssm", config=_CONFIG)  # type: ignore[return-value]


@cache
def sqs() -> "SQSClient":
    return _session().create_client("sqs", config=_CONFIG)  # type: ignore[return-value]


@cache
def cognito() -> "CognitoIdentityProviderClient":
    """Signing in needs no rights, so these calls carry no signature: the function's role has no
    right on the pool, and none is asked for."""
    config = _CONFIG.merge(Config(signature_version=UNSIGNED))
    return _session().create_client("cognito-idp", config=config)  # type: ignore[return-value]


# A call that sends is made once: botocore can't know whether one that got no answer was heard.
_ONCE = _CONFIG.merge(Config(read_timeout=10, retries={"total_max_attempts": 1}))


@cache
def ses() -> "SESV2Client":
    return _session().create_client("sesv2", config=_ONCE)  # type: ignore[return-value]


@cache
def sms() -> "PinpointSMSVoiceV2Client":
    return _session().create_client(  # type: ignore[return-value]
        "pinpoint-sms-voice-v2", config=_ONCE
    )


def forget() -> None:
    """Drop the clients. The session stays: it holds what it has read of the services' models."""
    for client in (dynamodb, kms, ssm, sqs, cognito, ses, sms):
        client.cache_clear()

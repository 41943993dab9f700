"""AWS clients, one of each kind for a process.

Made from botocore, not boto3: boto3's import alone costs a capture function about a third of its
cold start, and its resources hide what a call costs (docs/decisions/0003). Time-outs are short
enough that a function answers before its own time-out: at most 3 tries of 3 s, with pauses 12 s.
"""

from functools import cache
from typing import TYPE_CHECKING

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


class _FewServices(Loader):
    """Botocore looks through some four hundred folders to list its services. We use few."""

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 - botocore's
        return [
            *("cognito-idp", "dynamodb", "kms", "pinpoint-sms-voice-v2", "sesv2", "sqs", "ssm"),
        ]


@cache
def _session() -> Session:
    session = Session()
    search_path = session.get_config_variable("data_path")
    session.register_component("data_loader", _FewServices(search_path))
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

"""boto3 clients of the emulator, as its root user."""

from typing import Any

import boto3
from botocore.config import Config

from mteja_local.place import REGION

_CONFIG = Config(
    connect_timeout=5,
    read_timeout=60,
    retries={"mode": "standard", "max_attempts": 3},
)


class Clients:
    """Makes each client once. The emulator takes the default credentials for the account's root."""

    def __init__(
        self,
        endpoint: str,
        key: str = "test",
        secret: str = "test",  # noqa: S107 - the emulator's own root
        token: str = "",
    ) -> None:
        self._endpoint = endpoint
        self._session = boto3.Session(
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            aws_session_token=token or None,
            region_name=REGION,
        )
        self._made: dict[str, Any] = {}

    def of_function(self, function: str) -> "Clients":
        """Return clients with the rights of a function's role, and no more."""
        role = self("lambda").get_function_configuration(FunctionName=function)["Role"]
        taken = self("sts").assume_role(RoleArn=role, RoleSessionName="mteja-local")["Credentials"]
        return Clients(
            self._endpoint, taken["AccessKeyId"], taken["SecretAccessKey"], taken["SessionToken"]
        )

    def __call__(self, service: str) -> Any:
        """Return the client of a service, such as `dynamodb`."""
        if service not in self._made:
            # The service is a variable, which the typed overloads of `client` don't take.
            make: Any = self._session.client
            self._made[service] = make(service, endpoint_url=self._endpoint, config=_CONFIG)
        return self._made[service]

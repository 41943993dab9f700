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
    """Makes each client once. The emulator takes these credentials for the account's root."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._session = boto3.Session(
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - the emulator's own root
            region_name=REGION,
        )
        self._made: dict[str, Any] = {}

    def __call__(self, service: str) -> Any:
        """Return the client of a service, such as `dynamodb`."""
        if service not in self._made:
            # The service is a variable, which the typed overloads of `client` don't take.
            make: Any = self._session.client
            self._made[service] = make(service, endpoint_url=self._endpoint, config=_CONFIG)
        return self._made[service]

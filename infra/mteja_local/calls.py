"""HTTP requests to the local API."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mteja_local.errors import LocalError


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes

    def json(self) -> Any:
        """Return the parsed body. Raises LocalError where it is no JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise LocalError(f"the API answered {self.status} without JSON") from None


def call(
    stack: Mapping[str, Any],
    method: str,
    path: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Send one request; return its answer, whatever the status. Raises LocalError if none came."""
    request = urllib.request.Request(  # noqa: S310 - the address is the local stack's
        stack["api"]["path_url"] + path, data=body, headers=dict(headers or {}), method=method
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return Answer(answer.status, answer.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.read())
    except OSError as error:
        raise LocalError(f"the API does not answer ({error}): start it with `make run`") from None

"""What every platform module offers, and what several of them need."""

import hmac
from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from mteja.business.model import Source
from mteja.errors import BadSignature
from mteja.recording.facts import Fact


@dataclass(frozen=True)
class Webhook:
    """A delivery as it came over HTTP: headers with lower-case names, and the raw bytes."""

    headers: Mapping[str, str]
    body: bytes
    received_at: int


@dataclass(frozen=True)
class Named:
    """What a delivery calls itself: its topic, and the sender's id of it."""

    topic: str | None
    delivery: str | None


class Verify(Protocol):
    def __call__(self, webhook: Webhook, source: Source, secrets: Iterable[str]) -> None: ...


class Normalise(Protocol):
    def __call__(
        self, body: bytes, named: Named, source: Source, received_at: int, region: str
    ) -> Fact | None: ...


@dataclass(frozen=True)
class Platform:
    """The three parts. `normalise` returns None for a topic that we don't use; it raises Unreadable
    or pydantic's ValidationError for a body that is not what its topic says."""

    verify: Verify
    identify: Callable[[Mapping[str, str]], Named]
    normalise: Normalise


def matches_base64_hmac(signature: str, body: bytes, secrets: Iterable[str]) -> bool:
    """Whether a base64 HMAC-SHA256 of the raw body is right under any of the secrets.

    Raises BadSignature for what is not base64. Compares in constant time, and with every secret.
    """
    try:
        given = b64decode(signature, validate=True)
    except ValueError:
        raise BadSignature from None
    found = False
    for secret in secrets:
        found |= hmac.compare_digest(hmac.digest(secret.encode(), body, "sha256"), given)
    return found

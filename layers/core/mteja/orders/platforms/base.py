"""What every platform module offers, and what several of them need."""

import hmac
from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from pydantic import BaseModel, ValidationError

from mteja.business.sources import Source, SourceField
from mteja.errors import BadSignature
from mteja.orders.platforms.message import Message, Named
from mteja.recording.facts import Fact

TOLERANCE_S = 300  # of signed times, both ways: Stripe's and Standard Webhooks' own five minutes


@dataclass(frozen=True)
class Webhook:
    """A delivery as it came over HTTP: headers with lower-case names, and the raw bytes."""

    headers: Mapping[str, str]
    body: bytes
    received_at: int


@dataclass(frozen=True)
class Signature:
    """How a platform signs, for whoever sends: the header, and what is signed in which way."""

    header: str
    description: str


SIGNED = "HMAC-SHA256 with the source's secret"
SIGNED_TIME = "refused when more than five minutes from now"


class Verify(Protocol):
    def __call__(self, webhook: Webhook, source: Source, secrets: Iterable[str], /) -> None: ...


type Normalise = Callable[[Message], Fact | None]


@dataclass(frozen=True)
class Platform:
    """The three parts, and what others must know of a platform.

    `identify` never raises. `normalise` returns None for a topic that we don't use; it raises
    Unreadable or pydantic's ValidationError for a body that is not what its topic says. `is_ping`:
    where a platform tries an address with an unsigned request that must be answered 200. `fields`:
    what a source of it has in the owner's file beside what all have.
    """

    verify: Verify
    identify: Callable[[Webhook], Named]
    normalise: Normalise
    signature: Signature
    fields: tuple[SourceField, ...] = ()
    is_ping: Callable[[Webhook], bool] | None = None


def by_topic(makers: Mapping[str, Normalise]) -> Normalise:
    """Return a `normalise` that looks up by topic who makes the fact."""

    def normalise(message: Message) -> Fact | None:
        make = makers.get(message.named.topic or "")
        return None if make is None else make(message)

    return normalise


def read_as[B: BaseModel](model: type[B], webhook: Webhook) -> B | None:
    """Return a body in a shape, None where it does not have it."""
    try:
        return model.model_validate_json(webhook.body)
    except ValidationError:
        return None


def as_read[B: BaseModel](model: type[B], message: Message) -> B:
    """Return a body in a shape: as `identify` has read it, else read now. Raises ValidationError
    where it does not have it."""
    said = message.named.said
    return said if isinstance(said, model) else model.model_validate_json(message.body)


def matches_base64_hmac(signature: str, content: bytes, secrets: Iterable[str]) -> bool:
    """Whether a base64 HMAC-SHA256 of some content is right under any of the secrets.

    Raises BadSignature for what is not base64. Compares in constant time, and with every secret.
    """
    try:
        given = b64decode(signature, validate=True)
    except ValueError:
        raise BadSignature from None
    return matches_hmac([given], content, [secret.encode() for secret in secrets])


def matches_hmac(given: Iterable[bytes], content: bytes, keys: Iterable[bytes]) -> bool:
    """Whether any given HMAC-SHA256 of some content is right under any of the keys. Compares each
    with each, in constant time."""
    candidates = list(given)
    found = False
    for key in keys:
        expected = hmac.digest(key, content, "sha256")
        for one in candidates:
            found |= hmac.compare_digest(expected, one)
    return found


def check_time(seconds: str, received_at: int) -> None:
    """Raise BadSignature unless a signed time (epoch seconds) is within the tolerance of now, on
    both sides: a sender's fast clock must not stretch how long a delivery can be replayed."""
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= 12):
        raise BadSignature
    if abs(received_at - int(seconds) * 1000) > TOLERANCE_S * 1000:
        raise BadSignature

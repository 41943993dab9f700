"""Headers that several paths take."""

from collections.abc import Mapping

from mteja.errors import InvalidInput

_IDEMPOTENCY_KEY = "Idempotency-Key"
_MAX_KEY = 200


def idempotency_key(headers: Mapping[str, str]) -> str | None:
    """Return the header that names one attempt to record. Raises InvalidInput."""
    key = headers.get(_IDEMPOTENCY_KEY.lower())
    if key is not None and not (0 < len(key) <= _MAX_KEY and key.isprintable()):
        raise InvalidInput(_IDEMPOTENCY_KEY, f"1 to {_MAX_KEY} printable characters")
    return key

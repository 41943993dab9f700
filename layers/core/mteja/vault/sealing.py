"""The envelope: a value sealed to a customer's public key, for one place only.

HPKE in base mode (RFC 9180: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM). `info` binds the
envelope to its owner, place, field, source, trust and time, so that moving it elsewhere, to another
customer or to another claim of origin makes it unopenable. 48 bytes longer than its value.
"""

import json
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from mteja.errors import CannotOpen

FORMAT = "mteja/1"
OVERHEAD_BYTES = 48
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@dataclass(frozen=True)
class Place:
    """Where a sealed value stands and whence it came.

    `owner` is a customer or a scope, `place` the sort key that the value belongs to, `at_ms` the
    time it was observed.
    """

    owner: str
    place: str
    field: str
    source: str
    trust: str
    at_ms: int

    def info(self) -> bytes:
        """Return the canonical form: a JSON array, so that no two places read the same."""
        parts = [
            FORMAT,
            self.owner,
            self.place,
            self.field,
            self.source,
            self.trust,
            self.at_ms,
        ]
        return json.dumps(parts, ensure_ascii=True, separators=(",", ":")).encode()


def seal(value: bytes, public_key: bytes, place: Place) -> bytes:
    """Return the value sealed to a raw X25519 public key (32 bytes)."""
    return _SUITE.encrypt(value, X25519PublicKey.from_public_bytes(public_key), place.info())


def open_sealed(sealed: bytes, private_key: X25519PrivateKey, place: Place) -> bytes:
    """Return the value. Raises CannotOpen for another key, another place or changed bytes."""
    try:
        return _SUITE.decrypt(sealed, private_key, place.info())
    except (InvalidTag, ValueError):
        raise CannotOpen(place.field) from None

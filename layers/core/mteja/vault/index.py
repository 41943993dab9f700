"""Blind indexes and equality tags, both from the HMAC key in KMS.

A blind index finds an identifier without storing it; since every guess costs a `kms:GenerateMac`,
telephone numbers can't be tried offline, and the rate of calls is alarmed. It carries the version
of its key from the first day. An equality tag tells a writer, who can't open the stored value,
whether a new one is the same; its key is the customer's own, so that equal values of two customers
differ.
"""

import hashlib
import hmac
import threading
from base64 import urlsafe_b64encode
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

VERSION = 1
_INDEX_BYTES = 16
_TAG_BYTES = 8
# More than a request of Segment's libraries has calls: sent again, it finds what it asked for.
_CACHED = 4_000


class BlindIndex:
    def __init__(self, kms: "KMSClient", index_key: str) -> None:
        self._kms = kms
        self._index_key = index_key
        self._cache: OrderedDict[bytes, bytes] = OrderedDict()
        self._lock = threading.Lock()  # imports record from several threads

    def of(self, kind: str, value: str) -> str:
        """Return `v1#` and 22 characters for a normalised identifier."""
        mac = self._mac(f"mteja/identifier/v{VERSION}\x1f{kind}\x1f{value}")
        return f"v{VERSION}#{urlsafe_b64encode(mac[:_INDEX_BYTES]).rstrip(b'=').decode()}"

    def tag_key(self, customer: str) -> bytes:
        """Return the key of a customer's equality tags (32 bytes)."""
        return self._mac(f"mteja/tag/v{VERSION}\x1f{customer}")

    def link(self, payload: bytes) -> bytes:
        """Return the MAC that shows that a link is ours (32 bytes)."""
        return self._mac(f"mteja/link/v{VERSION}\x1f{hashlib.sha256(payload).hexdigest()}")

    def key_of_the_day(self, what: str, day: str) -> bytes:
        """Return a key (32 bytes) for short-lived MACs of pages: one call of KMS a day."""
        return self._mac(f"mteja/day/v{VERSION}\x1f{what}\x1f{day}")

    def key_of(self, what: str) -> bytes:
        """Return a key (32 bytes) by which this process makes names itself, as many as it likes
        with one call of KMS. Who has it can try values without KMS: it is for no identifier."""
        return self._mac(f"mteja/names/v{VERSION}\x1f{what}")

    def proof(self, statement: bytes) -> bytes:
        """Return the MAC that proves a statement was written by us and not changed (32 bytes).

        Made for every statement anew, and checked by making it again.
        """
        return self._mac(f"mteja/proof/v{VERSION}\x1f{hashlib.sha256(statement).hexdigest()}")

    def _mac(self, message: str) -> bytes:
        # Cached by digest, so that a process keeps no identifiers in memory that it has served.
        remembered = hashlib.sha256(message.encode()).digest()
        with self._lock:
            if remembered in self._cache:
                self._cache.move_to_end(remembered)
                return self._cache[remembered]
        mac = self._kms.generate_mac(
            KeyId=self._index_key,
            MacAlgorithm="HMAC_SHA_256",
            Message=hashlib.sha256(message.encode()).digest(),
        )["Mac"]
        with self._lock:
            self._cache[remembered] = mac
            if len(self._cache) > _CACHED:
                self._cache.popitem(last=False)
        return mac


def equality_tag(tag_key: bytes, field: str, value: bytes) -> bytes:
    """Return 8 bytes that are equal when field and value are."""
    message = len(field.encode()).to_bytes(2) + field.encode() + value
    return hmac.digest(tag_key, message, "sha256")[:_TAG_BYTES]

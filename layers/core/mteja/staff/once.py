"""One attempt to record, which may be sent again: the same key and content counts once.

All ids come from one seed, so that the second answer is the first, though nothing of the first was
kept but a receipt. The seed is a MAC: a digest of what was said of a person could be guessed.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from mteja.ids import derived_id, new_customer_id, ulid
from mteja.recording.facts import Receipt
from mteja.vault.index import BlindIndex


@dataclass(frozen=True)
class Once:
    """`receipt` is None for what has no key: sent again, it is something new."""

    seed: str
    receipt: Receipt | None

    def id(self, prefix: str) -> str:
        return derived_id(prefix, self.seed)

    def timed_id(self, prefix: str, at_ms: int) -> str:
        """Return an id that tells its time: `tsk_` and a ULID."""
        return f"{prefix}_{ulid(at_ms, self._random)}"

    def customer(self, at_ms: int) -> str:
        """Return the id of the customer that is made where nobody is found."""
        return new_customer_id(at_ms, self._random)

    @cached_property
    def _random(self) -> bytes:
        return hashlib.sha256(self.seed.encode()).digest()[:10]


def once(index: BlindIndex, key: str | None, what: str, content: Mapping[str, object]) -> Once:
    """Return the attempt that a key, a path and a content name. One KMS call where there is a key.

    `what` is the path with its ids.
    """
    if key is None:
        return Once(os.urandom(16).hex(), None)
    said = json.dumps(content, sort_keys=True)
    seed = index.of("receipt", "\x1f".join((what, key, said)))
    return Once(seed, Receipt(seed, None))

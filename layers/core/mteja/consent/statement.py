"""The canonical form of a consent statement, over which its proof is made."""

import json

from mteja.recording.facts import Consent


def statement(customer: str, source: str, trust: str, consent: Consent) -> bytes:
    """Return the bytes that a proof covers: who, what for, which status, which text, when,
    where.
    """
    parts = [
        "mteja/consent/1",
        customer,
        consent.purpose,
        consent.status,
        consent.text_version,
        consent.at,
        consent.channel,
        source,
        trust,
    ]
    return json.dumps(parts, ensure_ascii=True, separators=(",", ":")).encode()

"""Sources that are Mteja itself: its forms, its staff, its tablets. No owner's file declares them.

What a person states to any of them of a consent is stated to the business: the latest counts,
wherever it was said, while between shops and the business the stricter wins.
"""

FORMS = "forms"
STAFF = "staff"
KIOSK = "kiosk"
OWN = "own"
RESERVED = frozenset({FORMS, STAFF, KIOSK, OWN, "mteja"})


def stated_to(source: str) -> str:
    """Return to whom a consent is stated that comes from a source."""
    return OWN if source in RESERVED else source

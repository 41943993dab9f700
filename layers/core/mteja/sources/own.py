"""Sources that are Mteja itself: its forms, surveys, staff and tablets, and the links in its
messages. No owner's file declares them.

What a person states to any of them of a consent is stated to the business: the latest counts,
wherever it was said, while between shops and the business the stricter wins.
"""

FORMS = "forms"
SURVEYS = "surveys"
STAFF = "staff"
KIOSK = "kiosk"
MAIL = "mail"
WARRANTY = "warranty"
OWN = "own"
RESERVED = frozenset({FORMS, SURVEYS, STAFF, KIOSK, MAIL, WARRANTY, OWN, "mteja"})


def stated_to(source: str) -> str:
    """Return to whom a consent is stated that comes from a source."""
    return OWN if source in RESERVED else source


def of_segment(site: str) -> str:
    """Return the source of what Segment's libraries tell under a site's keys: `segment-shop`. User
    ids are those of this source. A shop in the owner's file can't be called so."""
    return f"segment-{site}"

"""Names and addresses as they are kept, whoever tells them: shops, staff, or people themselves."""

from collections.abc import Mapping

from mteja.recording.facts import Json


def name_parts(told: Mapping[str, str | None]) -> dict[str, Json]:
    """Return what is said of `first`, `last` and `full`, with the whole name made of the two where
    it is not told. A whole name is not taken apart."""
    parts = {part: (told.get(part) or "").strip() for part in ("first", "last", "full")}
    parts["full"] = parts["full"] or f"{parts['first']} {parts['last']}".strip()
    return {part: text for part, text in parts.items() if text}


def address_lines(told: Mapping[str, str | None]) -> dict[str, Json]:
    """Return what is known of an address; nothing where neither street (`line1`) nor town (`city`)
    is. A card form asks for country and postal code only, and these are no better than the address
    that we have."""
    known: dict[str, Json] = {
        part: text.strip() for part, text in told.items() if text and text.strip()
    }
    return known if "line1" in known or "city" in known else {}

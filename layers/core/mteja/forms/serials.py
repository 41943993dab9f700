"""Serial numbers: how people write them, and how they are registered."""

import re

_SERIAL = re.compile(r"[A-Z0-9]([A-Z0-9./-]{0,58}[A-Z0-9])?")


def serial_number(text: str) -> str | None:
    """Return a serial number as it is registered: capitals, no blanks; None for what is none."""
    written = re.sub(r"\s+", "", text).upper()
    return written if _SERIAL.fullmatch(written) else None

"""The cookies of the staff pages. `__Host-`: of this host alone, over TLS alone, for all its paths.

No script reads any of them. ACCESS is Lax, so that a link in a mail opens the page that it names:
what is read with GET changes nothing, and what is sent with POST needs the form's token too.
REFRESH, which is worth more, goes with no request from elsewhere.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode

ACCESS = "__Host-access"
REFRESH = "__Host-refresh"
FORM = "__Host-form"
WHO = "__Host-who"
KIOSK = "__Host-kiosk"
LANGUAGE = "__Host-language"
_STRICT = frozenset({REFRESH, KIOSK})
_SESSION = (ACCESS, REFRESH, WHO, FORM)


def make(name: str, value: str, seconds: int | None = None) -> str:
    """Return a Set-Cookie value. Without `seconds` the cookie goes with the browser's session."""
    same_site = "Strict" if name in _STRICT else "Lax"
    lasts = "" if seconds is None else f"; Max-Age={seconds}"
    return f"{name}={value}; Path=/; Secure; HttpOnly; SameSite={same_site}{lasts}"


def ended() -> list[str]:
    """Return what makes a browser forget a session."""
    return [make(name, "", 0) for name in _SESSION]


def packed(text: str) -> str:
    """Return any text as a cookie can hold it."""
    return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def unpacked(value: str) -> str:
    """Return the text of a cookie, empty for what `packed` did not make."""
    try:
        return urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode()
    except ValueError:
        return ""

"""Identifiers: kind and value, normalised before anything is keyed by them.

Order of strength, strongest first: platform customer id, e-mail, loyalty card, telephone, card,
visitor. The first two attach a fact to a customer; the others only point at possible duplicates
(design, section 5).
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Trust(StrEnum):
    """VERIFIED: signed webhook, staff, secret server key, confirmed link. CLAIMED: all the rest."""

    VERIFIED = "verified"
    CLAIMED = "claimed"


EMAIL = "email"
PHONE = "phone"
CARD = "card"
LOYALTY = "loyalty"
VISITOR = "visitor"
_PLATFORM = "customer@"
_STRENGTH = {EMAIL: 1, LOYALTY: 2, PHONE: 3, CARD: 4, VISITOR: 5}

# A value that many people share is no identifier. After Segment Unify's blocked values and
# PostHog's illegal ids.
_BLOCKED = frozenset(
    "-1 null none nil undefined nan true false anonymous guest unknown unassigned id email user "
    "userid user_id customer customerid customer_id distinct_id anonymous_id not_authenticated "
    "n/a na tbd {} []".split()
) | {"[object object]", "(not set)", "not set"}
_BLOCKED_MAILBOXES = frozenset("null none undefined nan anonymous noemail".split())
_ZEROS = re.compile(r"[0-]+")
_REPEATED_DIGIT = re.compile(r"([0-9])\1+")
# Letters, digits and single dots, at a well-known kind of top-level domain.
_PLAIN_EMAIL = re.compile(
    r"[A-Za-z0-9]+(?:[._+-][A-Za-z0-9]+){0,8}@(?:[A-Za-z0-9]{1,30}\.){1,3}(?:com|net|org|info|[a-z]{2})",
    re.ASCII,
)
_MAX_LENGTH = 200
_MAX_EMAIL = 254
_MAX_MAILBOX = 64


@dataclass(frozen=True, order=True)
class Identifier:
    """A normalised identifier. Kind `customer@shopify-demo` is a platform's customer id in one
    shop: two shops may give the same number to different people."""

    kind: str
    value: str

    @property
    def attaches(self) -> bool:
        """Whether a fact is attached through it: platform id and e-mail only."""
        return self.kind.startswith(_PLATFORM) or self.kind == EMAIL

    @property
    def strength(self) -> int:
        return _STRENGTH.get(self.kind, 0)


@dataclass(frozen=True)
class Refused:
    """A value that is no identifier. Never holds the value."""

    kind: str
    reason: str


type Parsed = Identifier | Refused


def platform_customer(source: str, value: str) -> Parsed:
    """A platform's own customer id, within one source. Small shops do count 1, 2, … 11."""
    return _opaque(f"{_PLATFORM}{source}", value, digits_repeat=True)


def card(value: str) -> Parsed:
    """A card fingerprint token of a payment platform. Never a card number."""
    if re.fullmatch(r"[0-9 -]{12,23}", value.strip()):
        return Refused(CARD, "looks like a card number")
    return _opaque(CARD, value)


def loyalty(value: str) -> Parsed:
    """The number of a loyalty card, as it is printed. Small shops do count 1, 2, … 11."""
    return _opaque(LOYALTY, value, digits_repeat=True)


def visitor(value: str) -> Parsed:
    """The random id of a browser."""
    return _opaque(VISITOR, value)


def email(value: str) -> Parsed:
    """An e-mail address: Unicode NFC, domain in lower case (IDNA), local part in lower case.

    The local part is case-sensitive by RFC 5321, but no provider of any size makes two people of
    it, and shops send either. Only ASCII is folded: full case folding makes one of `straße` and
    `strasse`, which are two mailboxes (compare CVE-2019-19844). Dots and plus tags are kept: they
    are the provider's business.
    """
    text = value.strip()
    if len(text) > _MAX_EMAIL:
        return Refused(EMAIL, "too long")
    parts = _plain_email(text) or _checked_email(text)
    if parts is None:
        return Refused(EMAIL, "not an e-mail address")
    local, domain = parts
    host = domain.partition(".")[0]
    if local in _BLOCKED_MAILBOXES or (local == "test" and host == "test"):
        return Refused(EMAIL, "blocked")
    return Identifier(EMAIL, f"{local}@{domain}")


def _plain_email(text: str) -> tuple[str, str] | None:
    """Return the parts of an address that is valid beyond doubt. Most are, and then the library
    that knows all the doubts need not be imported (a tenth of a function's start)."""
    if _PLAIN_EMAIL.fullmatch(text) is None:
        return None
    local, _, domain = text.lower().partition("@")
    return (local, domain) if len(local) <= _MAX_MAILBOX else None


def _checked_email(text: str) -> tuple[str, str] | None:
    from email_validator import EmailNotValidError, validate_email

    try:
        checked = validate_email(text, check_deliverability=False, strict=True)
    except EmailNotValidError:
        return None
    local = checked.local_part
    return (local.lower() if local.isascii() else local), checked.domain


def phone(value: str, region: str) -> Parsed:
    """A telephone number in E.164.

    One without country code is read as dialled in `region`, and only believed when it is a number
    that exists there: never are a few national digits an identifier.
    """
    # A twentieth of a start. Functions that nearly always get a number import it at theirs.
    import phonenumbers

    text = value.strip()
    if len(text) > 40:
        return Refused(PHONE, "too long")
    international = text.startswith("+")
    try:
        parsed = phonenumbers.parse(text, None if international else region)
    except phonenumbers.NumberParseException:
        return Refused(PHONE, "not a telephone number")
    if _REPEATED_DIGIT.fullmatch(str(parsed.national_number)):
        return Refused(PHONE, "blocked")
    possible = phonenumbers.is_possible_number_with_reason(parsed)
    if possible != phonenumbers.ValidationResult.IS_POSSIBLE:
        return Refused(PHONE, "not a possible number")
    if not international and not phonenumbers.is_valid_number(parsed):
        return Refused(PHONE, "without country code, and no number of this country")
    return Identifier(
        PHONE, phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    )


def ending(phone_number: str) -> str:
    """Return the last four digits of a number, by which staff may look for candidates."""
    return phone_number[-4:]


def _opaque(kind: str, value: str, *, digits_repeat: bool = False) -> Parsed:
    text = value.strip()
    if not text or len(text) > _MAX_LENGTH or not text.isprintable():
        return Refused(kind, "empty, too long or unprintable")
    if text.casefold() in _BLOCKED or _ZEROS.fullmatch(text):
        return Refused(kind, "blocked")
    if not digits_repeat and (len(text) == 1 or _REPEATED_DIGIT.fullmatch(text)):
        return Refused(kind, "blocked")
    return Identifier(kind, text)

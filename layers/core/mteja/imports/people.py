"""The person in a row: identifiers, traits and consents, as a platform's webhook would tell
them.
"""

from mteja.imports.cells import Row
from mteja.orders.platforms.person import Address, Name, Person
from mteja.recording.facts import Consent

_ADDRESS = ("line1", "line2", "city", "region", "postal_code", "country")
_GUEST = "0"  # WooCommerce's id of a customer without account
_CHANNEL = "import"
_CONSENTS = (("marketing-email", "accepts_email"), ("marketing-sms", "accepts_sms"))


def person(row: Row) -> Person:
    """Return whom a row tells of. Raises Refused for a text that is too long.

    Of two names the one that pays comes first, since who receives may be somebody else; of two
    addresses the one that the order went to.
    """
    account = row.text("customer_id")
    phones = [row.text(one) for one in ("phone", "shipping_phone", "billing_phone")]
    return Person(
        customer_id=None if account == _GUEST else account,
        emails=(row.text("email"),),
        phones=tuple(one for one in phones if one)[:1],
        names=(_name(row, "billing_"), _name(row, "")),
        addresses=(_address(row, ""), _address(row, "billing_")),
    )


def consents(row: Row, at: int) -> tuple[Consent, ...]:
    """Return what a row states. A "no" may mean that nobody ever asked, so it is no statement."""
    return tuple(
        Consent(purpose, "granted", at, _CHANNEL)
        for purpose, column in _CONSENTS
        if row.says_yes(column)
    )


def _name(row: Row, prefix: str) -> Name:
    return Name(
        row.text(f"{prefix}first_name"), row.text(f"{prefix}last_name"), row.text(f"{prefix}name")
    )


def _address(row: Row, prefix: str) -> Address:
    return Address(**{name: row.text(f"{prefix}{name}") for name in _ADDRESS})

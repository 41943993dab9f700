"""Which visitor a call is of.

A library's anonymous id is one where it looks random. What does not, and a user id, may be an
e-mail address: of these a MAC stands in its place, which nobody guesses who has not the site's key.
The key comes of one call of KMS, so that anybody's thousand user ids are no thousand calls.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator

from mteja.customers.items import Hold, IdentifierItem
from mteja.identity import identifiers
from mteja.identity.identifiers import VISITOR, Identifier
from mteja.segment.door import Sender
from mteja.segment.messages import Message
from mteja.store import keys
from mteja.store.table import Table
from mteja.vault.index import BlindIndex

# Letters and digits together, or, as the tracker's ids seldom are, many letters in a row.
_RANDOM = re.compile(r"(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9_-]{16,64}|[a-z]{20,64}")

_MAC_BYTES = 16


def named(sent: Message, sender: Sender, index: BlindIndex) -> Iterator[str]:
    """Yield every visitor that a call names: its browser, then its user."""
    if sent.anonymous_id is not None:
        random = _RANDOM.fullmatch(sent.anonymous_id)
        yield sent.anonymous_id if random else mac(VISITOR, sent.anonymous_id, sender, index)
    if sent.user_id is not None:
        # What a page claims of a user stands apart from what a server tells of the same one.
        kind = f"customer@{sender.source}" if sender.verified else f"claimed@{sender.source}"
        yield mac(kind, sent.user_id, sender, index)


def mac(kind: str, value: str, sender: Sender, index: BlindIndex) -> str:
    """Return `s1#` and 22 characters that stand for a value that a site's calls tell. No id of a
    browser is like it: none has a `#`."""
    key = index.key_of(f"calls@{sender.source}")
    made = hmac.digest(key, f"{kind}\x1f{value}".encode(errors="surrogatepass"), "sha256")
    return f"s1#{urlsafe_b64encode(made[:_MAC_BYTES]).rstrip(b'=').decode()}"


def customers(
    told: Iterable[tuple[str, str]], table: Table, index: BlindIndex
) -> dict[tuple[str, str], str]:
    """Return the customer of each source and user id, of those that a verified fact told."""
    wanted = {}
    for source, user_id in told:
        parsed = identifiers.platform_customer(source, user_id)
        if isinstance(parsed, Identifier):
            key = keys.identifier(parsed.kind, index.of(parsed.kind, parsed.value))
            wanted[key] = (source, user_id)
    found = {}
    for key, raw in table.get_many(wanted).items():
        for customer, holder in IdentifierItem.model_validate(raw).holders.items():
            if holder.hold is Hold.VERIFIED:
                found[wanted[key]] = customer
    return found

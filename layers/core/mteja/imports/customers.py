"""From one row of customers to one fact."""

import hashlib
import json

from mteja.business.sources import Source
from mteja.identity import identifiers
from mteja.identity.identifiers import Refused as NoIdentifier
from mteja.identity.identifiers import Trust
from mteja.imports.cells import Refused, Row
from mteja.imports.people import consents, person
from mteja.recording.facts import Fact, Receipt


def customer_fact(
    row: Row, source: Source, *, region: str, as_of: int, received_at: int, spread_days: int
) -> Fact:
    """Return the fact in a row. `as_of`: when the file was exported, for rows without their own
    time (epoch ms). Raises Refused for a row that names nobody.
    """
    who = person(row).identifiers(source.id, region)
    if not who:
        raise _nobody(row)
    at = row.moment("updated_at") or as_of
    told, agreed = person(row).traits(region), consents(row, at)
    content = [at, [[one.kind, one.value] for one in who], told, [one.purpose for one in agreed]]
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:24]
    return Fact(
        source=source.id,
        trust=Trust.VERIFIED,
        observed_at=at,
        received_at=received_at,
        identifiers=who,
        traits=told,
        consents=agreed,
        receipt=Receipt(digest, None),
        spread_days=spread_days,
    )


def _nobody(row: Row) -> Refused:
    if email := row.text("email"):
        parsed = identifiers.email(email)
        if isinstance(parsed, NoIdentifier):
            return Refused("email", parsed.reason)
    return Refused("email", "no customer id, e-mail or telephone with country code in this row")

"""The audit trail: who of the staff saw whom, and when. Never a value of what was seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from mteja.ids import ulid
from mteja.inventory import Category, KeptFor, StoredItem
from mteja.sources.own import STAFF
from mteja.store import index_keys, keys
from mteja.store.table import Table
from mteja.times import business_day

_kept = KeptFor("accountability")


class AuditItem(StoredItem):
    """One look at one person. Entries are added, never changed."""

    STORE: ClassVar[str] = "customers.AUDIT"
    pk: Annotated[str, _kept(Category.PSEUDONYMOUS, "the person who was seen")]
    sk: Annotated[str, _kept(Category.TECHNICAL, "time and id")]
    id: Annotated[str, _kept(Category.TECHNICAL, "id")]
    at: Annotated[int, _kept(Category.TECHNICAL, "when")]
    who: Annotated[str, _kept(Category.PSEUDONYMOUS, "id of the member of staff in the pool")]
    username: Annotated[
        str | None, _kept(Category.PSEUDONYMOUS, "their user name, unless it is an address")
    ] = None
    what: Annotated[str, _kept(Category.TECHNICAL, "which path of the API")]
    members: Annotated[list[str], _kept(Category.PSEUDONYMOUS, "the person's customers")]
    log_pk: Annotated[str, _kept(Category.TECHNICAL, "day, for reports")]
    log_sk: Annotated[str, _kept(Category.TECHNICAL, "time, for reports")]


@dataclass(frozen=True)
class Viewer:
    """A member of staff. `sub` is the pool's id of them; no name, no address."""

    sub: str
    username: str | None


def note(
    viewer: Viewer, what: str, members: Sequence[str], *, table: Table, at_ms: int, zone: str
) -> None:
    """Write that somebody saw a person, under its first member. Durable on return: whoever answers
    calls this first, so that nothing is shown that was not noted.

    `what` is the path's template (`GET /v1/customers/{id}`), `zone` the business's time zone.
    Raises errors of AWS as they are.
    """
    entry = f"aud_{ulid(at_ms)}"
    key = keys.audit(members[0], at_ms, entry)
    item = AuditItem(
        pk=key.pk,
        sk=key.sk,
        id=entry,
        at=at_ms,
        who=viewer.sub,
        username=viewer.username,
        what=what,
        members=list(members),
        log_pk=index_keys.log("audit", business_day(at_ms, zone), entry),
        log_sk=index_keys.log_position(at_ms, STAFF, entry),
    )
    table.put(item.model_dump(exclude_none=True))

"""Riders: more than the customer that a fact reads and writes in its own transaction.

A place among ten, a serial number that one person holds: what must be true together with the fact,
and is nothing that every fact has, rides along.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Protocol

from mteja.store.keys import Apart, Key

if TYPE_CHECKING:
    from mteja.recording.draft import Draft
    from mteja.recording.facts import Json
    from mteja.recording.reading import Stored


class Rider(Protocol):
    """One fact's rider. It may be asked several times, once an attempt, and must then plan anew on
    what is stored."""

    def reads(self) -> Iterable[Key | Apart]:
        """Return what it needs to see, also of other tables: read in one call with the rest,
        strongly consistent."""
        ...

    def ride(self, stored: "Stored", customer: str | None, draft: "Draft") -> Mapping[str, "Json"]:
        """Add writes to the draft; return what the fact's receipt tells whoever sends it again.

        Raises errors of the domain where the fact can't be: nothing of it is written then.
        """
        ...

    def let_go(self) -> None:
        """The fact was not recorded, as far as is known: give back what was taken outside of the
        transaction, but not what is in use. Asked also after a commit of which nobody heard, and
        after a duplicate, which may be an earlier attempt's. May raise errors of AWS."""
        ...

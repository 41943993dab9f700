"""Who sent a form, and how it came in."""

from collections.abc import Mapping
from dataclasses import dataclass

from mteja.identity.identifiers import Trust

WEB = "web"


@dataclass(frozen=True)
class Confirmed:
    """What a person says is still right: `fields`, and of them those whose value stands with the
    customer itself, as a fact has them (`here`)."""

    fields: tuple[str, ...]
    here: Mapping[str, int]


@dataclass(frozen=True)
class Sender:
    """How a form came in. `customer`: whose link it came over, or for whom staff filled it in;
    `by` and `location`: which member of staff, and where; `key`: the sender's Idempotency-Key;
    `confirms`: what is claimed is to be confirmed by mail; `welcomes`: who joins gets a mail;
    `reads`: the language of whoever filled it in, where that is known. `confirmed`: of what was
    asked whether it is still right, all that is. Then leaving something out says nothing."""

    mode: str
    language: str
    received_at: int
    customer: str | None = None
    by: str | None = None
    location: str | None = None
    key: str | None = None
    confirms: bool = False
    reads: str | None = None
    welcomes: bool = False
    confirmed: Confirmed | None = None

    @property
    def trust(self) -> Trust:
        return Trust.CLAIMED if self.mode == WEB and not self.customer else Trust.VERIFIED

    @property
    def over_link(self) -> bool:
        return self.mode == WEB and self.customer is not None

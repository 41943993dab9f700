"""The lists of codes that were made in the shop: how many are left, and putting more in."""

from dataclasses import dataclass
from typing import Any

from mteja.business.winning_back import WinBack
from mteja.errors import InvalidInput
from mteja.offers.uploading import MOST_COUNTED, Stock, Uploaded, low_stocks, named
from mteja.pages.catalogues import marked
from mteja.staff.bodies import Codes as Sent
from mteja.staff.request import StaffRequest
from mteja.times import rfc3339

LIST = "GET /v1/codes"
UPLOAD = "POST /v1/codes/{list}"
MOST_AT_ONCE = 2_000
"""More take too long for one request: the command takes any number."""

_TOO_MANY = marked("at most {most} at once")


@dataclass(frozen=True)
class Codes(StaffRequest):
    """What a member of staff does about codes in one request."""

    rules: WinBack

    def list(self) -> dict[str, Any]:
        """Answer `GET /v1/codes`."""
        lists = self.rules.lists()
        low = {_name(one.pk): rfc3339(one.at) for one in low_stocks(self.within.table, lists)}
        items = []
        for one in lists:
            free = self._stock(one.name).free()
            items.append(
                {
                    "name": one.name,
                    "per_cent": one.per_cent,
                    "free": free,
                    "more": free == MOST_COUNTED,
                    "rules": list(one.rules),
                    "low_since": low.get(one.name),
                }
            )
        return {"items": items}

    def upload(self, name: str, sent: Sent) -> dict[str, Any]:
        """Answer `POST /v1/codes/{list}`. Raises NotFound for a list that no rule takes codes from,
        InvalidInput, Conflict."""
        named(name, self.rules.lists())
        if len(sent.codes) > MOST_AT_ONCE:
            raise InvalidInput("codes", _TOO_MANY, most=MOST_AT_ONCE)
        return as_json(name, self._stock(name).upload(sent.codes, self.now))

    def _stock(self, name: str) -> Stock:
        return Stock(self.within.table, name, self.rules.low_codes)


def as_json(name: str, told: Uploaded) -> dict[str, Any]:
    """Return what became of codes. Of one that was not taken its line is told, not the code."""
    refused = [{"line": line, "why": why} for line, why in told.refused]
    return {"name": name, "added": told.added, "known": told.known, "refused": refused}


def _name(partition: str) -> str:
    return partition.partition("#")[2]

"""The door of functions that anybody may call: forms and surveys."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from aws_lambda_powertools import Logger

from mteja.http.limits import Limit
from mteja.http.request import Request, parse
from mteja.observing import log_refusal

FLOOR_S = 0.3
"""How long an answer takes at least that must not tell whether a customer was known."""


class Taken(Protocol):
    """What was taken of a visitor, as far as a log may tell it."""

    @property
    def result(self) -> str: ...
    @property
    def notes(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Door:
    """What lies between the open net and `respond`, which answers a request and returns what was
    taken, if anything was. `refused` makes the answer that an error means, `limit` says by which
    limit a request's address is held.

    `floor_s`: every answer to what somebody sent takes at least so long, so that its time does not
    tell whether the customer was known.
    """

    log: Logger
    limit: Callable[[Request], Limit]
    floor_s: float
    respond: Callable[[Request], tuple[dict[str, Any], Taken | None]]
    refused: Callable[[Exception, Request | None], dict[str, Any]]

    def answer(self, event: dict[str, Any]) -> dict[str, Any]:
        began = time.monotonic()
        request: Request | None = None
        try:
            request = parse(event)
            self.limit(request).take(request.address)
            response, taken = self.respond(request)
        except Exception as error:
            response = self.refused(error, request)
            log_refusal(self.log, error, response)
        else:
            result = None if taken is None else taken.result
            notes = () if taken is None else taken.notes
            self.log.info("answered", status=response["statusCode"], result=result, notes=notes)
        if request is None or request.method == "POST":
            time.sleep(max(0.0, began + self.floor_s - time.monotonic()))
        return response

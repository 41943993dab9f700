"""`/v1/surveys/{survey}`, `/surveys/{survey}`: what customers think, on the web.

An answer that was taken is durable. Where a survey asks who one is, every answer to one takes at
least `FLOOR_S`, so that its time does not tell whether the customer was known. What is logged says
nothing of whose answer it was: of an anonymous survey nobody could tell.
"""

import time
from typing import Any

from mteja import starting
from mteja.business import asking, surveying
from mteja.config import form_requests_per_minute
from mteja.http.limits import Limit
from mteja.http.request import Request, parse
from mteja.observing import log_refusal, logger
from mteja.recording.record import recorder
from mteja.surveys.visitors import Service
from mteja.surveys.web import refused, respond
from mteja.times import now_ms

SERVICE = "surveys"
LOG = logger(SERVICE)
FLOOR_S = 0.3
SURVEYS = Service(recorder(), surveying(), asking())
LIMIT = Limit(form_requests_per_minute())
starting.ready()


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    began = time.monotonic()
    request: Request | None = None
    try:
        request = parse(event)
        LIMIT.take(request.address)
        response, taken = respond(request, SURVEYS, now_ms())
    except Exception as error:
        response = refused(error, request, SURVEYS)
        log_refusal(LOG, error, response)
    else:
        result = None if taken is None else taken.result
        notes = () if taken is None else taken.notes
        LOG.info("answered", status=response["statusCode"], result=result, notes=notes)
    if SURVEYS.surveying.ask_who and (request is None or request.method == "POST"):
        time.sleep(max(0.0, began + FLOOR_S - time.monotonic()))
    return response

"""`/v1/surveys/{survey}`, `/surveys/{survey}`: what customers think, on the web.

An answer that was taken is durable. What is logged says nothing of whose answer it was: of an
anonymous survey nobody could tell.
"""

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
SURVEYS = Service(recorder(), surveying(), asking())
LIMIT = Limit(form_requests_per_minute())
starting.ready()


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
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
    return response

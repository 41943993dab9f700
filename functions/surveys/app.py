"""`/v1/surveys/{survey}`, `/surveys/{survey}`: what customers think, on the web.

An answer that was taken is durable. What is logged says nothing of whose it was: of an anonymous
survey nobody could tell.
"""

from typing import Any

from mteja import starting
from mteja.business import asking, surveying
from mteja.config import form_requests_per_minute
from mteja.http.limits import Limit
from mteja.http.public import FLOOR_S, Door
from mteja.observing import logger
from mteja.recording.record import recorder
from mteja.surveys.visitors import Service
from mteja.surveys.web import refused, respond
from mteja.times import now_ms

SERVICE = "surveys"
LOG = logger(SERVICE)
SURVEYS = Service(recorder(), surveying(), asking)
LIMIT = Limit(form_requests_per_minute())
starting.ready()


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    return Door(
        LOG,
        lambda _: LIMIT,
        FLOOR_S if SURVEYS.surveying.ask_who else 0.0,
        respond=lambda request: respond(request, SURVEYS, now_ms()),
        refused=lambda error, request: refused(error, request, SURVEYS),
    ).answer(event)

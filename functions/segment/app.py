"""`/v1/batch`, `/v1/{track,page,screen,identify,group,alias}`: what Segment's libraries send.

200 means that every call is durable, or refused for good and counted. Anything else makes a library
send all of them again, and none counts twice.
"""

from typing import Any

from mteja import starting
from mteja.aws import clients
from mteja.aws.secrets import Secrets
from mteja.business import asking
from mteja.business.load import sites
from mteja.config import salts_table, segment_requests_per_minute, settings
from mteja.http.limits import Limit
from mteja.http.problems import problem_of
from mteja.http.request import parse
from mteja.observing import log_refusal, logger
from mteja.recording.record import recorder
from mteja.segment.intake import Service
from mteja.segment.web import respond
from mteja.store.apart import events_table
from mteja.times import now_ms
from mteja.tracking.store import EventStore

SERVICE = "segment"
LOG = logger(SERVICE)
SEGMENT = Service(
    recorder(),
    sites(),
    asking,
    Secrets(clients.ssm, settings().secrets_prefix),
    EventStore(clients.dynamodb(), events_table().name, salts_table()),
    events_table(),
)
LIMIT = Limit(segment_requests_per_minute())
starting.ready()


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    try:
        response, taken = respond(parse(event), SEGMENT, now_ms(), LIMIT)
    except Exception as error:
        response = problem_of(error)
        log_refusal(LOG, error, response)
        return response
    if taken is None:
        LOG.info("answered")
    else:
        LOG.info(
            "taken",
            recorded=dict(taken.recorded),
            refused=dict(taken.refused),
            notes=sorted(set(taken.notes)),
        )
    return response

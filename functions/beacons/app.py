"""`GET /mteja.js`, `POST /v1/collect`, `GET /v1/pixel.gif`: what visitors of websites do.

A 204 means that the beacon is durable. This function starts as fast as one that does nothing: no
pydantic, no Powertools, no boto3 on its way; so its log lines are written by hand.
"""

import json
from typing import Any

from mteja import starting
from mteja.aws import clients
from mteja.config import beacon_requests_per_minute, events_table, salts_table
from mteja.http.limits import Limit
from mteja.http.problems import problem_of
from mteja.http.request import parse
from mteja.times import now_ms, rfc3339
from mteja.tracking.collect import Collector
from mteja.tracking.store import EventStore
from mteja.tracking.web import MAX_BEACON_BYTES, Service, respond
from mteja.troubles import expected, trouble

SERVICE = Service(
    Collector(EventStore(clients.dynamodb(), events_table(), salts_table())),
    Limit(beacon_requests_per_minute()),
)
starting.ready()


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    try:
        request = parse(event, max_body=MAX_BEACON_BYTES)
        response, told = respond(request, SERVICE, now_ms())
    except Exception as error:
        response = problem_of(error)
        level = "WARN" if expected(error, response["statusCode"]) else "ERROR"
        _log(level, "refused", response, trouble(error), context)
    else:
        _log("INFO", "answered", response, told, context)
    return response


def _log(
    level: str, message: str, response: dict[str, Any], told: dict[str, Any], context: object
) -> None:
    """Lambda drops a line below the function's ApplicationLogLevel by its time and level, so that
    what went well costs nothing."""
    line: dict[str, Any] = {"timestamp": rfc3339(now_ms()), "level": level, "service": "beacons"}
    line |= {"message": message, "status": response["statusCode"], **told}
    line["function_request_id"] = getattr(context, "aws_request_id", None)
    print(json.dumps(line))  # noqa: T201 - Lambda's way to the log

"""`POST /v1/webhooks/{source}`: what shops tell of orders and customers.

200 means that the delivery is durable: recorded, known already, not of interest, or in quarantine.
"""

from typing import Any

from mteja import starting
from mteja.aws import clients
from mteja.aws.secrets import Secrets
from mteja.config import settings
from mteja.http.problems import answer, problem_of
from mteja.http.request import parse
from mteja.observing import count, log_refusal, logger
from mteja.orders.intake import take
from mteja.orders.platforms.base import Webhook
from mteja.recording.record import recorder
from mteja.times import now_ms

SERVICE = "orders"
COUNTED = {"quarantined": "Quarantined", "ignored": "Ignored"}
LOG = logger(SERVICE)
RECORDER = recorder()
clients.ssm()  # made at the start: the first delivery needs it
SECRETS = Secrets(clients.ssm, settings().secrets_prefix)
starting.ready("phonenumbers")


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    source_id = (event.get("pathParameters") or {}).get("source", "")
    try:
        request = parse(event)
        webhook = Webhook(request.headers, request.body, now_ms())
        taken = take(source_id, webhook, RECORDER, SECRETS)
    except Exception as error:
        response = problem_of(error)
        log_refusal(LOG, error, response)
        return response
    if taken.result in COUNTED:
        count(SERVICE, COUNTED[taken.result])
    LOG.info(
        taken.result,
        source=source_id,
        topic=taken.topic,
        customer=taken.customer,
        quarantine=taken.quarantine,
        reason=taken.reason,
        notes=taken.notes,
    )
    return answer(200, {"result": taken.result})

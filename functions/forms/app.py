"""`/v1/forms/{form}`, `/forms/{form}`: what customers give of themselves on the web.

A form that was taken is durable. Every answer to one takes at least `FLOOR_S`, so that its time
does not tell whether the customer was known.
"""

import time
from typing import Any

from mteja import starting
from mteja.aws import clients
from mteja.aws.secrets import Secrets
from mteja.business import asking
from mteja.business.load import mailing
from mteja.config import confirmations_per_hour, form_requests_per_minute, settings
from mteja.forms.visitors import Service
from mteja.forms.web import refused, respond
from mteja.http.limits import Limit
from mteja.http.request import Request, parse
from mteja.observing import log_refusal, logger
from mteja.recording.record import recorder
from mteja.times import now_ms

SERVICE = "forms"
LOG = logger(SERVICE)
FLOOR_S = 0.3
# Turnstile's, where it is asked for: a client of SSM costs a tenth of the start.
_ASKS = asking().turnstile is not None
SECRETS = Secrets(clients.ssm(), settings().secrets_prefix) if _ASKS else None
MAILS = Limit(confirmations_per_hour(), window_s=3600) if mailing().mail is not None else None
FORMS = Service(recorder(), asking(), SECRETS, MAILS)
LIMIT = Limit(form_requests_per_minute())
starting.ready()


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    began = time.monotonic()
    request: Request | None = None
    try:
        request = parse(event)
        LIMIT.take(request.address)
        response, taken = respond(request, FORMS, now_ms())
    except Exception as error:
        response = refused(error, request, FORMS)
        log_refusal(LOG, error, response)
    else:
        result = None if taken is None else taken.result
        notes = () if taken is None else taken.notes
        LOG.info("answered", status=response["statusCode"], result=result, notes=notes)
    if request is None or request.method == "POST":
        time.sleep(max(0.0, began + FLOOR_S - time.monotonic()))
    return response

"""`/v1/forms/{form}`, `/forms/{form}`: what customers give of themselves on the web.

A form that was taken is durable.
"""

from functools import cache
from typing import Any

from mteja import starting
from mteja.aws import clients
from mteja.aws.secrets import Secrets
from mteja.business import asking
from mteja.business.load import mailing
from mteja.config import confirmations_per_hour, form_requests_per_minute, settings
from mteja.forms.visitors import Service
from mteja.forms.web import is_unsubscribing, refused, respond
from mteja.http.limits import Limit
from mteja.http.public import FLOOR_S, Door
from mteja.observing import logger
from mteja.recording.record import recorder
from mteja.times import now_ms


@cache
def mails() -> Limit | None:
    if mailing().mail is None:
        return None
    return Limit(confirmations_per_hour(), window_s=3600)


SERVICE = "forms"
LOG = logger(SERVICE)
FORMS = Service(recorder(), asking(), Secrets(clients.ssm, settings().secrets_prefix), mails)
LIMIT = Limit(form_requests_per_minute())
# Mail programs unsubscribe for all of their readers from a few addresses.
UNSUBSCRIBING = Limit(20 * form_requests_per_minute())
starting.ready()


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    return Door(
        LOG,
        lambda request: UNSUBSCRIBING if is_unsubscribing(request) else LIMIT,
        FLOOR_S,
        respond=lambda request: respond(request, FORMS, now_ms()),
        refused=lambda error, request: refused(error, request, FORMS),
    ).answer(event)

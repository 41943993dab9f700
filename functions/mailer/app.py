"""Every minute: sends the messages whose time has come. In between: takes what SES tells of those
that left.

Several of it at a time hinder nobody: a message is claimed before it is sent (mteja.mail.sending).
"""

from time import monotonic
from typing import Any

from mteja import starting
from mteja.errors import Unsent
from mteja.mail import events
from mteja.mail.making import mailer
from mteja.observing import logger
from mteja.recording.record import recorder
from mteja.times import now_ms
from mteja.troubles import trouble

SERVICE = "mailer"
LOG = logger(SERVICE)
# A message takes some 15 s at most, with its tries.
LEFT_AT_LEAST_S = 45.0
starting.ready()


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    if event.get("source") == events.SOURCE:
        status = events.settle(event["detail"], recorder(), now_ms())
        LOG.info("told", status=status)
        return {status: 1}
    ends = monotonic() + context.get_remaining_time_in_millis() / 1000 - LEFT_AT_LEAST_S
    failed: list[str] = []

    def note(error: Exception) -> None:
        failed.append(type(error).__name__)
        LOG.error("a message failed", **trouble(error))

    became = dict(mailer().sweep(lambda: monotonic() > ends, note))
    if became:
        LOG.info("swept", became=became)
    if failed:
        raise Unsent(f"{len(failed)} messages")
    return became

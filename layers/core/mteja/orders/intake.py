"""Taking a webhook: is it authentic, what does it say, record it; or keep what we can't read."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import ValidationError

from mteja.business import default_region, source
from mteja.business.sources import Source
from mteja.errors import MtejaError, Unreadable
from mteja.orders.platforms import platform
from mteja.orders.platforms.base import Webhook
from mteja.orders.platforms.message import Message, Named
from mteja.quarantine.quarantine import Delivery, keep
from mteja.recording.facts import Fact
from mteja.recording.record import Recorder, record

if TYPE_CHECKING:
    from mteja.aws.secrets import Secrets

_LONGEST_NAME = 100
_OUR_OWN_TROUBLE = (BotoCoreError, MtejaError)


@dataclass(frozen=True)
class Taken:
    """What became of a delivery. `result` is recorded, duplicate, ignored or quarantined; `reason`
    says why it is in quarantine, `notes` what else is worth a metric. Nothing personal in it."""

    result: str
    topic: str | None
    customer: str | None = None
    quarantine: str | None = None
    reason: str | None = None
    notes: tuple[str, ...] = ()


def take(source_id: str, webhook: Webhook, within: Recorder, secrets: "Secrets") -> Taken:
    """Take a delivery; when this returns, it is durable.

    Raises NotFound for an undeclared source, BadSignature for what is not authentic, and errors of
    AWS or Conflict where the sender should try again.
    """
    declared = source(source_id)
    sender = platform(declared.platform)
    if sender.is_ping is not None and sender.is_ping(webhook):
        return Taken("ignored", "ping")
    secrets.check(declared.secrets, lambda values: sender.verify(webhook, declared, values))
    named = sender.identify(webhook)
    topic, number = _short(named.topic), _short(named.delivery)
    delivery = Delivery(declared.id, topic, number, webhook.body, webhook.received_at)
    return take_authentic(delivery, within, named.said)


def _short(name: str | None) -> str | None:
    """Return what may be logged and stored of a name that nothing signs and nothing bounds."""
    if name is None:
        return None
    return "".join(one for one in name[:_LONGEST_NAME] if one.isprintable())


def take_authentic(delivery: Delivery, within: Recorder, said: object = None) -> Taken:
    """Take a delivery that is known to be authentic: a verified one, or one out of quarantine.
    `said`: its body as `identify` has read it."""
    declared = source(delivery.source)
    try:
        return _record(delivery, declared, within, said)
    except Unreadable as error:
        reason = error.reason
    except ValidationError as error:
        reason = _reason_of(error)
    except ClientError as error:
        # What DynamoDB calls invalid stays invalid however often the shop sends it.
        if error.response["Error"]["Code"] != "ValidationException":
            raise
        reason = "refused:ValidationException"
    except _OUR_OWN_TROUBLE:
        raise
    except Exception as error:
        reason = f"unexpected:{type(error).__name__}"
    kept = keep(delivery, reason, table=within.table, vault=within.vault)
    return Taken("quarantined", delivery.topic, quarantine=kept, reason=reason)


def _record(delivery: Delivery, declared: Source, within: Recorder, said: object) -> Taken:
    if delivery.topic is None:
        raise Unreadable("topic:missing")
    fact = understood(delivery, declared, said)
    if fact is None:
        return Taken("ignored", delivery.topic)
    if fact.order is not None:
        from mteja.orders.following import with_what_follows

        fact = with_what_follows(fact, within)
    recorded = record(fact, within)
    return Taken(recorded.result, delivery.topic, recorded.customer, notes=recorded.notes)


def understood(delivery: Delivery, declared: Source, said: object = None) -> Fact | None:
    """Return the fact in an authentic delivery, None where we don't use its topic. `said`: its body
    as `identify` has read it.

    Raises Unreadable or ValidationError for a body that is not what its topic says.
    """
    return platform(declared.platform).normalise(
        Message(
            delivery.body,
            Named(delivery.topic, delivery.delivery, said),
            declared,
            delivery.received_at,
            default_region(declared),
        )
    )


def _reason_of(error: ValidationError) -> str:
    """Return where a body does not fit its model, and how; never its values."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    steps = [str(step) for step in first["loc"]]
    if first["type"] == "extra_forbidden":
        steps = steps[:-1]  # a name that the sender chose
    where = ".".join(steps) or "body"
    return f"model:{where}:{first['type']}"

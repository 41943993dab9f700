"""What SES tells of messages that left: they arrived, came back, or their reader complained.

Source of the shapes: Amazon SES developer guide, "Event data that Amazon SES publishes". An event
names addresses; of it, only the tags that we gave and the kind of event are looked at.
"""

from collections.abc import Mapping
from typing import Any

from mteja.customers.present import profile_of
from mteja.customers.reading import is_customer_id
from mteja.identity.identifiers import EMAIL
from mteja.mail.invitations import not_received
from mteja.mail.items import MessageItem
from mteja.mail.messages import (
    BOUNCED,
    CLAIMED,
    COMPLAINED,
    DELIVERED,
    FAILED,
    NOT_RECEIVED,
    PENDING,
    SENT,
    WITHHELD,
    tried,
)
from mteja.mail.suspects import suspected
from mteja.mail.unsubscribing import withdraw
from mteja.offers.making import OFFER, REMINDER
from mteja.offers.withdrawing import bounced
from mteja.recording.record import Recorder
from mteja.sources.own import MAIL
from mteja.store import index_keys, keys
from mteja.store.table import Put, TransactionLost, Write
from mteja.times import business_day

SOURCE = "aws.ses"
IGNORED = "ignored"
# A reader says that a mail which was taken for spam is none (RFC 5965 registry, `not-spam`).
_NOT_SPAM = "not-spam"
_ATTEMPTS = 5
# What is told later may come earlier: a status gives way only to one further on.
_ORDER = [PENDING, CLAIMED, SENT, WITHHELD, FAILED, DELIVERED, BOUNCED, COMPLAINED]
_STATUS = {
    "Send": SENT,
    "Delivery": DELIVERED,
    "Bounce": BOUNCED,
    "Complaint": COMPLAINED,
    "Reject": FAILED,
    "Rendering Failure": FAILED,
}


def settle(detail: Mapping[str, Any], within: Recorder, now_ms: int) -> str:
    """Take one event; return what the message is now, or IGNORED for what tells nothing of ours.

    Raises TransactionLost when the message keeps changing: the event then comes again.
    """
    status = _status(detail)
    tags = detail.get("mail", {}).get("tags", {})
    message, customer = (_tag(tags, name) for name in ("message", "customer"))
    if status is None or not message or not is_customer_id(customer):
        return IGNORED
    for attempt in range(_ATTEMPTS):
        raw = within.table.get(keys.message(customer, message))
        if raw is None:
            return IGNORED  # erased, or long ago
        known = MessageItem.model_validate(raw)
        if _ORDER.index(known.status) >= _ORDER.index(status):
            return known.status
        if status == COMPLAINED and known.purpose is not None:
            # Ahead of the status, by which the event is done with. Told again, it changes nothing.
            withdraw(customer, known.purpose, "complaint", within, now_ms)
        try:
            within.table.transact(_writes(known, status, detail, within, now_ms))
        except TransactionLost:
            if attempt == _ATTEMPTS - 1:
                raise
            continue
        break
    return status


def _status(detail: Mapping[str, Any]) -> str | None:
    kind = detail.get("complaint", {}).get("complaintFeedbackType")
    return None if kind == _NOT_SPAM else _STATUS.get(str(detail.get("eventType")))


def _writes(
    known: MessageItem, status: str, detail: Mapping[str, Any], within: Recorder, now_ms: int
) -> list[Write]:
    why = str(detail.get("bounce", {}).get("bounceType", "")).lower() or None
    reason = why if status == BOUNCED else None
    told = tried(known, known.at or now_ms, status, v=known.v + 1, reason=reason)
    writes: list[Write] = [Put(told.model_dump(exclude_none=True), known.v)]
    if status in NOT_RECEIVED and known.status not in NOT_RECEIVED:
        writes += not_received(known, within.business.time_zone)
    bad = status == COMPLAINED or (status == BOUNCED and why == "permanent")
    if bad and known.reached is not None:
        writes.append(suspected(EMAIL, known.reached, status, now_ms))
        writes += _told(known.customer, within, now_ms)
    if status in {BOUNCED, FAILED} and known.template in {REMINDER, OFFER}:
        writes += bounced(within.table, known.customer, known.about)
    return writes


def _told(customer: str, within: Recorder, now_ms: int) -> list[Write]:
    """Return what puts a customer into the day's log: an address that came back is not fresh."""
    profile = profile_of(within.table, customer)
    if profile is None:
        return []
    day = business_day(now_ms, within.business.time_zone)
    changed = profile.model_copy(
        update={
            "v": profile.v + 1,
            "log_pk": index_keys.log(index_keys.TOLD, day, customer),
            "log_sk": index_keys.log_position(now_ms, MAIL),
        }
    )
    return [Put(changed.model_dump(exclude_none=True), profile.v)]


def _tag(tags: Mapping[str, Any], name: str) -> str:
    values = tags.get(name) or [""]
    return str(values[0]) if isinstance(values, list) else str(values)

"""What invitations to surveys add: to the fact that they follow, and when they are sent. The other
paths are measured without a rule, where they add nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from mteja.business.inviting import Invite
from mteja.business.load import surveying
from mteja.business.surveys import Surveying
from mteja.mail.outbox import due, partitions
from mteja.orders.intake import understood
from mteja.quarantine.quarantine import Delivery
from mteja.recording.record import record
from mteja.surveys.inviting import InvitationRider
from mteja.times import DAY_MS
from mteja_bench.bodies.base import Sent, Shopper
from mteja_bench.bodies.shopify import order
from mteja_bench.ground import Ground
from mteja_bench.path import NEW, Path, Step
from mteja_bench.paths_mail import mailer

_MESSAGE = 2
"""What the design lets an outgoing message add to an order."""


def paths() -> Iterator[Path]:
    ordered, yearly = _rules("order"), _rules("year")
    new, known = Shopper(931).subscribed(), Shopper(932)
    yield Path("invitation: order, new customer, consent, invited after it",
               (_told(order(931, new), ordered),), NEW + _MESSAGE)  # fmt: skip
    yield Path("invitation: the same order, newer version",
               (_told(order(931, new, minutes=90), ordered),), 6)  # fmt: skip
    yield Path("invitation: order, new customer, yearly one scheduled",
               (_told(order(932, known), yearly),), NEW + _MESSAGE)  # fmt: skip
    yield Path("invitation: a known customer's next order, yearly one scheduled before",
               (_told(order(1932, known, days=40), yearly),), 10)  # fmt: skip
    both = _rules("order", "year")
    sent = _mailed(order(931, new), both)
    yield Path("invitation: sent, the yearly one scheduled", (sent,), 12, (), "sent")


def _rules(*after: Any) -> Surveying:
    """Return the demonstration's surveys with these rules."""
    declared = surveying()
    invite = tuple(Invite(after=one) for one in after)
    first, *others = declared.surveys
    changed = (first.model_copy(update={"invite": invite}), *others)
    return declared.model_copy(update={"surveys": changed})


def _told(sent: Sent, rules: Surveying) -> Step:
    def step(ground: Ground) -> str:
        within = ground.recorder()
        delivery = Delivery(sent.source, sent.topic, "wh-1", sent.body, sent.at_ms)
        fact = understood(delivery, ground.source(sent.source))
        if fact is None:
            return "ignored"
        rider = InvitationRider(fact, rules.inviting)
        return record(replace(fact, riders=(rider,)), within).result

    return step


def _mailed(sent: Sent, rules: Surveying) -> Step:
    """The mailer's work on the invitation after an order, the morning after."""

    def step(ground: Ground) -> str:
        within, now = ground.recorder(), sent.at_ms + DAY_MS
        found: Mapping[str, Any] = {
            one.about.get("rule", ""): one
            for place in partitions()
            for one in due(within.table, place, now)
        }
        return mailer(ground, now, rules).work(found["order"])

    return step

"""What the mailer asks of offers when their messages are due: whether the person is still quiet,
what the letter tells, and what becomes of the offer together with its message."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mteja.business.model import Business
from mteja.business.winning_back import WinBack
from mteja.customers.reading import Person
from mteja.mail.causes import Ahead, Cause
from mteja.mail.items import MessageItem
from mteja.offers.items import OfferItem, Standing
from mteja.offers.making import named
from mteja.offers.withdrawing import given_up
from mteja.pages.formats import Formats
from mteja.store.table import Table, Write
from mteja.times import rfc3339

CLOSED, OVER, CAME_BACK = "rule-closed", "offer-over", "came-back"


@dataclass(frozen=True)
class Offers(Cause):
    """The offers of a business."""

    rules: WinBack
    business: Business
    table: Table

    def why_not(self, message: MessageItem, person: Person, now_ms: int) -> str | None:  # noqa: ARG002
        """Return why nobody is won back any more: the rule is gone, the offer is over, or a member
        of the person did since what it was missed for."""
        offer = _offer(message, person)
        rule = None if offer is None else self.rules.rule(offer.rule)
        if rule is None:
            return CLOSED
        if offer is None or offer.standing is not Standing.OPEN:
            return OVER
        profiles = [member.profile for member in person.members]
        # After a log-in that is missed, a purchase is no sign of life until the offer was made.
        bought_since = offer.at if rule.after == "login" else offer.cycle
        bought = (one.orders.last for one in profiles)
        came = (one.last_login_at for one in profiles) if rule.after == "login" else ()
        if any((at or 0) > bought_since for at in bought) or any(
            (at or 0) > offer.cycle for at in came
        ):
            return CAME_BACK
        return None

    def values(self, message: MessageItem, person: Person) -> Mapping[str, Any]:
        """Return code, how much off (`10%`) and the last day, as the message's language writes
        them."""
        offer = _offer(message, person)
        return {} if offer is None else told(offer, str(message.language), self.business.time_zone)

    def ended(self, message: MessageItem, person: Person, why: str, now_ms: int) -> Ahead:
        """Return what is written where an offer is withheld: it is stopped, and a code of a list
        goes back there."""
        offer = _offer(message, person)
        return Ahead() if offer is None else Ahead(given_up(self.table, offer, why, now_ms))

    def failed(self, message: MessageItem, why: str) -> tuple[Write, ...]:
        raw = self.table.get(named(message.customer, message.about))
        if raw is None:
            return ()  # erased meanwhile
        return given_up(self.table, OfferItem.model_validate(raw), why, message.at or 0)


def _offer(message: MessageItem, person: Person) -> OfferItem | None:
    sk = named(message.customer, message.about).sk
    offers = person.member(message.customer).offers
    return next((one for one in offers if one.sk == sk), None)


def told(offer: OfferItem, language: str, zone: str) -> dict[str, Any]:
    """Return what a letter tells of an offer. `in_shop`: its code is ours, and no checkout on the
    web knows it."""
    formats = Formats(language, zone)
    values: dict[str, Any] = {"until": formats.day_of(rfc3339(offer.ends))}
    if offer.per_cent is not None:
        values["off"] = formats.share(offer.per_cent / 100)
    if offer.code is not None:
        values |= {"code": offer.code, "in_shop": offer.stock is None}
    return values

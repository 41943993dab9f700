"""What the mailer asks of invitations to surveys when they are due: whether they still make sense,
what is counted with them, and when the next yearly one is."""

from dataclasses import dataclass
from functools import cached_property

from mteja.business.inviting import Inviting
from mteja.business.model import Business
from mteja.business.surveys import Surveying
from mteja.consent.gate import allowed
from mteja.customers.reading import Person
from mteja.mail.causes import Ahead, Cause
from mteja.mail.channels import CALL
from mteja.mail.items import MessageItem
from mteja.mail.messages import NOT_RECEIVED
from mteja.mail.outbox import keep_until
from mteja.orders.counting import shown_status
from mteja.orders.items import OrderItem
from mteja.store import keys
from mteja.store.table import Table, Write
from mteja.surveys import occasions
from mteja.surveys.invited import counted
from mteja.times import DAY_MS, business_day

CLOSED, NO_CONSENT, UNDONE, RECENT = "survey-closed", "consent", "undone", "invited-lately"


@dataclass(frozen=True)
class Invitations(Cause):
    """The invitations of a business."""

    surveying: Surveying
    business: Business
    table: Table

    @cached_property
    def _rules(self) -> Inviting:
        return self.surveying.inviting

    def why_not(self, message: MessageItem, person: Person, now_ms: int) -> str | None:
        """Return why nobody is invited any more: the survey or its rule is gone, the person objects
        to what it is asked for or has not agreed to what it needs now, the order was undone, or an
        invitation was sent lately to any member of the person."""
        declared = occasions.declared(self._rules, message.about)
        if declared is None:
            return CLOSED
        survey, rule = declared
        stated = [member.profile.consents for member in person.members]
        needed = {survey.purpose, survey.consent or survey.purpose}
        if not all(allowed(one, stated, self.business) for one in needed):
            return NO_CONSENT
        if self._undone(message, person):
            return UNDONE
        apart = self.surveying.surveys_apart_days * DAY_MS
        if rule.after == "year":
            apart = max(apart, occasions.YEAR_MS - occasions.WITHIN_MS)
        return RECENT if _last(person) > now_ms - apart else None

    def claimed(self, message: MessageItem, person: Person, now_ms: int) -> Ahead:
        """Return what is written with a claim: the invitation is counted, and the next yearly one
        is scheduled where none is."""
        next_one = self._next(message, person, now_ms)
        count = _counted(message, self.business.time_zone, 1)
        return Ahead((*count, *next_one.writes), next_one.changes)

    def ended(self, message: MessageItem, person: Person, why: str, now_ms: int) -> Ahead:
        """Return what is written where an invitation is withheld: whoever was invited lately is in
        a year again. Whom it can't or must not reach is not, until we hear of them."""
        return self._next(message, person, now_ms) if why == RECENT else Ahead()

    def given_back(self, message: MessageItem) -> tuple[Write, ...]:
        """Return what takes back the count of a claimed invitation that surely did not leave."""
        return not_received(message, self.business.time_zone)

    def failed(self, message: MessageItem, why: str) -> tuple[Write, ...]:  # noqa: ARG002
        return not_received(message, self.business.time_zone)

    def _next(self, message: MessageItem, person: Person, now_ms: int) -> Ahead:
        if not self._rules.declares("year"):
            return Ahead()
        profile = person.member(message.customer).profile
        due = occasions.anniversary(profile.created_at, profile.yearly_at, now_ms)
        if due is None:
            return Ahead()
        year = occasions.of_year(due)
        made = occasions.invitations(self._rules, year, message.customer, now_ms)
        writes = tuple(keep_until(one, message.customer) for one in made)
        return Ahead(writes, {"yearly_at": due})

    def _undone(self, message: MessageItem, person: Person) -> bool:
        """Whether the order after which it invites does not count, was given back, or is found to
        be somebody else's."""
        named = occasions.order_of(message.about)
        if named is None:
            return False
        raw = self.table.get(keys.order(*named))
        order = None if raw is None else OrderItem.model_validate(raw)
        return (
            order is None
            or not order.counts
            or shown_status(order) == "refunded"
            or order.customer not in person.ids
        )


def not_received(message: MessageItem, zone: str) -> tuple[Write, ...]:
    """Return what takes back the count of an invitation that did not leave, or came back; nothing
    for other messages. `zone`: of the business, whose days are counted."""
    return _counted(message, zone, -1) if message.template == occasions.TEMPLATE else ()


def _counted(message: MessageItem, zone: str, by: int) -> tuple[Write, ...]:
    """A call that staff are to make has no link: what is answered to it is told to them, and is not
    among the answers to invitations."""
    if message.at is None or message.channel == CALL:
        return ()
    return (counted(message.about["survey"], business_day(message.at, zone), message.id, by),)


def _last(person: Person) -> int:
    """Return when a person was last invited, or may have been; 0 if never. What came back invited
    nobody."""
    return max(
        (
            one.at or 0
            for member in person.members
            for one in member.messages
            if one.template == occasions.TEMPLATE and one.status not in NOT_RECEIVED
        ),
        default=0,
    )

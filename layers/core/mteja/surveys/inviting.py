"""Inviting customers after what they did: the invitation is written with the fact, as a message
that waits for its time. Whether it is sent is decided when it is due (mteja.mail.invitations)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeGuard

from mteja.business.inviting import Inviting
from mteja.business.load import inviting
from mteja.identity.identifiers import Trust
from mteja.recording.draft import Draft
from mteja.recording.facts import Fact, Json
from mteja.recording.orders import merge
from mteja.recording.reading import Stored
from mteja.store.keys import Key
from mteja.surveys import occasions
from mteja.surveys.occasions import Occasion, invitations
from mteja.times import DAY_MS

_CALL = "call"


def with_invitations(fact: Fact) -> Fact:
    """Return a fact of a source that is sure with the invitations that the owner's rules see in it:
    after an order, a sale or a call; once a year after each. A claim, and any fact where no rule is
    declared, stays as it is. Raises Misconfigured."""
    if fact.trust is not Trust.VERIFIED:
        return fact
    rules = inviting()
    if not rules.surveys:
        return fact
    return replace(fact, riders=(*fact.riders, InvitationRider(fact, rules)))


@dataclass(frozen=True)
class InvitationRider:
    """Writes the invitations of a fact. Where it writes none, it schedules the yearly one, if none
    is: the others do that when they are sent, so that no fact pays for both. An order that does not
    count makes nobody a customer, and schedules none."""

    fact: Fact
    rules: Inviting

    def reads(self) -> Iterable[Key]:
        return ()

    def ride(self, stored: Stored, customer: str | None, draft: Draft) -> Mapping[str, Json]:
        if customer is None:
            return {}
        now = self.fact.received_at
        occurred = list(self._occasions(stored, customer))
        messages = [
            one for occasion in occurred for one in invitations(self.rules, occasion, customer, now)
        ]
        if messages:
            from mteja.mail.outbox import post

            draft.add(*(post(one, customer) for one in messages))
        elif occurred or self.fact.order is None:
            self._schedule(customer, draft)
        return {}

    def let_go(self) -> None:
        """Nothing was taken."""

    def _occasions(self, stored: Stored, customer: str) -> Iterator[Occasion]:
        """Yield the order, where it counts from now on or is this customer's from now on; calls."""
        news, source = self.fact.order, self.fact.source
        if news is not None:
            before = stored.order(source, news.order_id)
            after = merge(before, source, news, customer).after
            is_new = before is None or not before.counts or before.customer != customer
            at = after.placed_at
            if is_new and after.counts and after.customer == customer and self._happened(at):
                yield occasions.of_order(source, news.order_id, at)
        for one in self.fact.happenings:
            if one.kind == _CALL:
                yield occasions.of_call(one.id, one.at)

    def _happened(self, at: int | None) -> TypeGuard[int]:
        """Whether a time is known and not in a future that some shop's clock made up."""
        return at is not None and at <= self.fact.received_at + DAY_MS

    def _schedule(self, customer: str, draft: Draft) -> None:
        profile, now = draft.profile(customer), self.fact.received_at
        if not self.rules.declares("year"):
            return
        due = occasions.anniversary(profile.created_at, profile.yearly_at, now)
        if due is not None:
            from mteja.mail.outbox import keep_until

            draft.change(customer, yearly_at=due)
            year = occasions.of_year(due)
            for one in invitations(self.rules, year, customer, now):
                draft.add(keep_until(one, customer))

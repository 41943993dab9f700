"""Earning by orders: the points and stamps of an order are a function of how it stands, and change
in the transaction in which it does, whatever comes first, and however often."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from mteja.business.load import rewards as declared_rewards
from mteja.business.rewards import Rewards
from mteja.identity.identifiers import Trust
from mteja.ids import derived_id
from mteja.orders import counting
from mteja.orders.items import EarnedEntry, OrderItem
from mteja.recording.draft import Draft
from mteja.recording.facts import Fact, Json
from mteja.recording.orders import merge, order_entry_id
from mteja.recording.reading import Stored
from mteja.recording.record import Recorder
from mteja.rewards import rules
from mteja.rewards.rules import Told
from mteja.rewards.spans import EARNED, EXPIRED, REVERSED, Span
from mteja.rewards.writing import Line, earlier
from mteja.store import keys
from mteja.store.keys import Key
from mteja.store.table import Table
from mteja.times import business_day

type _Earned = dict[str, EarnedEntry]


def with_earning(fact: Fact, within: Recorder) -> Fact:
    """Return a fact with what its order earns by the owner's rules. Any other fact, and each of a
    business without rewards, stays as it is. Raises Misconfigured."""
    if fact.order is None or fact.trust is not Trust.VERIFIED:
        return fact
    rewards = declared_rewards()
    if rewards is None:
        return fact
    rider = EarningRider(fact, rewards, within.table, within.business.time_zone)
    return replace(fact, riders=(*fact.riders, rider))


@dataclass(frozen=True)
class EarningRider:
    """Enters what an order earns, or no longer does, with whoever it is of. `ORDER.earned` says
    what was entered, and by which terms."""

    fact: Fact
    rewards: Rewards
    table: Table
    zone: str

    def reads(self) -> Iterable[Key]:
        return ()

    def ride(self, stored: Stored, customer: str | None, draft: Draft) -> Mapping[str, Json]:
        news, source = self.fact.order, self.fact.source
        if news is None:
            return {}
        before = stored.order(source, news.order_id)
        after = merge(before, source, news, customer).after
        known: _Earned = (before.earned if before is not None else None) or {}
        earned: _Earned = {}
        entry, placed_at = order_entry_id(source, news.order_id), after.placed_at or 0
        book = _Book(self, entry, placed_at, stored, draft)
        for rule in sorted({*known, *(one.id for one in self.rewards.rules("order"))}):
            now = self._earned(rule, known.get(rule), after)
            if now is not None and now.earned:
                earned[rule] = now
            if now is not None:
                whose = before.customer if before is not None else None
                book.enter(rule, known.get(rule), whose, now, after.customer)
        if earned != known:
            told = {rule: one.model_dump(exclude_none=True) for rule, one in earned.items()}
            draft.amend(keys.order(source, news.order_id), earned=told or None)
        return {}

    def let_go(self) -> None:
        """Nothing was taken."""

    def _earned(self, rule: str, known: EarnedEntry | None, order: OrderItem) -> EarnedEntry | None:
        """Return what an order earns by a rule, None where it earned nothing so far either. The
        terms are those by which it began to, so that a refund takes back what was given."""
        if order.placed_at is None or order.currency is None:
            return known
        day = business_day(order.placed_at, self.zone)
        by = known
        if known is None or known.currency != order.currency:
            by = self._terms(rule, order.currency, day)
        if by is None:
            return None if known is None else known.model_copy(update={"earned": 0})
        amount = rules.of_order(by, counting.net(order))
        if known is None and not amount:
            return None
        return by.model_copy(update={"earned": amount, "on": day.isoformat()})

    def _terms(self, rule_id: str, currency: str, placed_on: date) -> EarnedEntry | None:
        if self.rewards.since is not None and placed_on < self.rewards.since:
            return None
        rule = next((one for one in self.rewards.rules("order") if one.id == rule_id), None)
        return None if rule is None else rules.terms(rule, currency)


@dataclass(frozen=True)
class _Book:
    """Where the entries of one order go."""

    rider: EarningRider
    order: str
    placed_at: int
    stored: Stored
    draft: Draft

    def enter(
        self,
        rule: str,
        was: EarnedEntry | None,
        whose: str | None,
        now: EarnedEntry,
        whose_now: str | None,
    ) -> None:
        """Enter what an order earned by a rule and was whose, and what it earns now, and is
        whose."""
        if whose == whose_now and (was is None or was.unit == now.unit):
            began = was is None or was.on != now.on
            self._change(whose_now, rule, was.earned if was else 0, now, begins=began)
            return
        if was is not None:
            self._change(whose, rule, was.earned, was.model_copy(update={"earned": 0}))
        self._change(whose_now, rule, 0, now, begins=True)

    def _change(
        self,
        customer: str | None,
        rule: str,
        before: int,
        now: EarnedEntry,
        *,
        begins: bool = False,
    ) -> None:
        """Change what is in a lot, in the ledger of whoever is there. `begins`: the lot is new
        there, or of another day."""
        moved = now.earned != before or (begins and now.earned)
        if not moved or customer is None or now.on is None or not self._take_up(customer):
            return
        lot = f"{self.order}#{rule}"
        day = date.fromisoformat(now.on)
        span = rules.span(self.rider.rewards, now.unit, day, returnable=True)
        if now.most_a_day is not None:
            self._limit(customer, rule, lot, now, span, now.most_a_day)
        else:
            self._write(
                customer, lot, rule, now.unit, now.earned - before, span if begins else None
            )

    def _limit(
        self, customer: str, rule: str, lot: str, now: EarnedEntry, span: Span, most: int
    ) -> None:
        """Share a day's limit among the lots of that day, as if all had come in one order. Lots
        from before there was a limit stay as they are, and each keeps the limit that it had."""
        from mteja.rewards.reading import read_items

        held: dict[str, int] = {}
        days: dict[str, date] = {}
        told: dict[str, Told] = {}
        items = [
            one
            for one in read_items(self.rider.table, customer)
            if one.rule == rule and one.unit == now.unit and one.kind != EXPIRED
        ]
        for item in sorted(items, key=lambda one: one.seq):
            if item.lot is None:
                continue
            held[item.lot] = held.get(item.lot, 0) + item.amount
            if item.earned_on is not None:
                days[item.lot] = date.fromisoformat(item.earned_on)
            if item.told is not None and item.most_a_day is not None:
                told[item.lot] = Told(days[item.lot], item.told, item.most_a_day)
        begins = days.get(lot) != span.earned_on
        told[lot] = Told(span.earned_on, now.earned, most)
        for one, allowed in rules.limited(told).items():
            delta = allowed - held.get(one, 0)
            if delta or (one == lot and now.earned):
                lasts = span if one == lot and begins else None
                self._write(customer, one, rule, now.unit, delta, lasts, told[one])

    def _write(
        self,
        customer: str,
        lot: str,
        rule: str,
        unit: str,
        amount: int,
        span: Span | None,
        told: Told | None = None,
    ) -> None:
        fact, profile = self.rider.fact, self.draft.profile(customer)
        line = Line(
            id=derived_id("pts", customer, lot, unit, str(profile.v + 1)),
            unit=unit,
            kind=EARNED if amount >= 0 else REVERSED,
            amount=amount,
            lot=lot,
            span=span,
            told=None if told is None else told.amount,
            most_a_day=None if told is None else told.most_a_day,
            rule=rule,
            about=lot.partition("#")[0],
        )
        # An order that is told late earned when it was placed.
        at = min(self.placed_at, fact.received_at) if span is not None else fact.received_at
        self.draft.add(line.put(customer, profile, fact.source, fact.trust.value, at))
        # What is taken back may have been entered as expired: that is looked at soon.
        ends = span.expires_on if span is not None else None
        if amount < 0:
            ends = business_day(fact.received_at, self.rider.zone)
        self.draft.change(customer, lots_expire_on=earlier(profile.lots_expire_on, ends))

    def _take_up(self, customer: str) -> bool:
        """Return whether the customer is there, not erased: taken up, if it was not before."""
        if self.draft.has(customer):
            return True
        profile = self.stored.profile(customer)
        if profile is None or profile.erased_at is not None:
            return False
        self.draft.take_up(customer, profile, profile.created_at, profile.trust)
        return True

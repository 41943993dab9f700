"""A shop that wins customers back in tests: somebody has gone quiet, and is made an offer."""

from collections.abc import Sequence
from typing import Any

import pytest

from mteja.business.winning_back import Step, WinBack, WinBackRule
from mteja.customers.reading import read_person
from mteja.offers.items import CodeItem, OfferItem, Standing
from mteja.offers.making import Act, Made, Maker
from mteja.recording.record import recorder
from mteja.store import keys
from mteja.store.table import Check, Put, Write
from mteja.times import DAY_MS
from tests.component.counter import Answer, stored
from tests.component.front import Front
from tests.component.inviting import Inviting

QUIET_DAYS = 30
TENTH = WinBackRule(id="quiet", hold_out_per_cent=0)
LADDER = WinBackRule(
    id="quiet",
    hold_out_per_cent=0,
    steps=(Step(days=30), Step(days=45, per_cent=10), Step(days=60, per_cent=15)),
)
OTHERS_RULE = WinBackRule(id="others", hold_out_per_cent=50)


class Winning(Inviting):
    """Staff are `front`. Time is that of the shop for all."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        super().__init__(patch)
        self.front = Front()
        patch.setattr("mteja.staff.responding.now_ms", lambda: self.now)
        patch.setattr(self.front._orders, "now_ms", lambda: self.now)

    def declare_rules(self, *rules: WinBackRule, **more: Any) -> None:
        """Have these rules instead of the demonstration's."""
        declared = WinBack(rules=rules, **more)
        self._patch.setattr("mteja.mail.making.win_back", lambda: declared)

    def gone_quiet(self) -> str:
        """Return a subscriber who has ordered and is quiet since; nothing waits for it."""
        customer = self.subscriber()
        self.deliver(number=1)
        self.now += QUIET_DAYS * DAY_MS
        self.send()  # an invitation to a survey, for which it is too late
        return customer

    def act(self, customer: str, rule: WinBackRule = TENTH, step: int = 0) -> Act:
        person = read_person(self.table, customer)
        cycle = max(one.profile.orders.last or 0 for one in person.members)
        return Act(person, customer, rule, step, cycle)

    def maker(self, low_codes: int = 0) -> Maker:
        return Maker(self.table, recorder().business, low_codes)

    def make(self, act: Act, low_codes: int = 0) -> Made | None:
        """Make an offer as the daily job does, in one transaction with the person's versions."""
        made = self.maker(low_codes).make(act, self.now)
        if made is not None:
            self.table.transact([*made.writes, *_as_read(act)])
        return made

    def offered(self, customer: str, rule: WinBackRule = TENTH, step: int = 0) -> OfferItem:
        """Return an offer that was made."""
        self.declare_rules(rule)
        made = self.make(self.act(customer, rule, step))
        assert made is not None
        assert made.offer.standing is Standing.OPEN
        return made.offer

    def sent(self, customer: str, rule: WinBackRule = TENTH) -> OfferItem:
        """Return an offer that has left."""
        offer = self.offered(customer, rule)
        assert self.send() == {"sent": 1}
        return offer

    def offer(self) -> OfferItem:
        """Return the only offer, as it is now."""
        (offer,) = self.offers()
        return offer

    def offers(self) -> list[OfferItem]:
        return [OfferItem.model_validate(raw) for raw in stored("OFFER#")]

    def codes(self) -> list[CodeItem]:
        return [CodeItem.model_validate(raw) for raw in stored("CODE")]

    def ordered_with(
        self, *codes: str, number: int = 7, topic: str = "orders/paid", **changes: Any
    ) -> str:
        """Let the shop tell of an order with discount codes."""
        told = [{"code": one, "amount": "1.00", "type": "percentage"} for one in codes]
        return self.deliver(number, topic, discount_codes=told, **changes)

    def redeem(self, code: str, **how: Any) -> Answer:
        """Redeem as staff do at the till."""
        return self.front.post(f"/v1/offers/{code}/redeem", {}, **how)

    def listed(self, status: str) -> list[dict[str, Any]]:
        answer = self.front.ask("/v1/offers", {"status": status})
        assert answer.status == 200, answer.body
        items: list[dict[str, Any]] = answer.body["items"]
        return items


def _as_read(act: Act) -> Sequence[Write]:
    writes: list[Write] = []
    for member in act.person.members:
        if member.id == act.customer:
            raised = member.profile.model_copy(update={"v": member.profile.v + 1})
            writes.append(Put(raised.model_dump(exclude_none=True), member.profile.v))
        else:
            writes.append(Check(keys.profile(member.id), member.profile.v))
    return writes


@pytest.fixture
def shop(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Winning:
    return Winning(monkeypatch)

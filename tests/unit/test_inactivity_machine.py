"""Customers who buy, return, object, are linked, parted and erased, by rules that change, between
runs whose workers die anywhere, meet and come twice: each person gets each step of a silence once,
and nobody who should not.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mteja.customers import linking
from mteja.customers.items import WatchedRule
from mteja.customers.reading import read_person
from mteja.errors import NotFound
from mteja.inactivity.queue import Bucket
from mteja.offers.items import OfferItem
from mteja.store.wire import Item
from mteja.times import DAY_MS, business_day
from tests import facts, silences
from tests.fakes.mortal_table import Killed
from tests.silences import Shop

NAMES = st.integers(0, 3)
_OFFER = {"days": 8, "per_cent": 10}
LADDERS: list[list[dict[str, Any]]] = [
    [{"days": 5}, _OFFER],
    [_OFFER],
    [{"days": 3}, {"days": 5}, _OFFER],
    [{"days": 5}, _OFFER, {"days": 11, "per_cent": 15}],
]
LONGEST = 30  # calls of a run over few customers


class Silences(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.shop = Shop()
        self.stepped: dict[str, int] = {}
        self.change_rules(LADDERS[0])
        self.ids: dict[int, str] = {}
        self.orders: list[tuple[int, str, int]] = []
        self.objected: set[int] = set()
        self.number = 0
        self.waiting: list[Bucket] = []

    @initialize()
    def begin(self) -> None:
        for name in range(3):
            self.buy(name)

    @rule(ladder=st.sampled_from(LADDERS))
    def change_rules(self, ladder: list[dict[str, Any]]) -> None:
        self.ladder = ladder
        self.shop.declare(
            silences.rule(steps=ladder, floor_days=2),
            silences.rule(id="late", after="lapse", steps=[{"days": 1}], floor_days=3),
            silences.rule(id="away", after="login", steps=[{"days": 6}], hold_out_per_cent=40),
            cap={"offers": 50, "days": 730},
        )

    @rule(name=NAMES)
    def buy(self, name: int) -> None:
        self.number += 1
        self.shop.now += 1
        number = str(self.number)
        self.ids[name] = self.shop.bought(_email(name), number=number)
        self.orders.append((name, number, self.shop.now))
        if name in self.objected:
            self._state(name, "withdrawn")

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        if self.orders:
            one = data.draw(st.sampled_from(self.orders))
            self.orders.remove(one)
            name, number, placed = one
            if name in self.ids:
                self.shop.cancelled(number, placed, _email(name))

    @rule(name=NAMES)
    def log_in(self, name: int) -> None:
        if name in self.ids:
            self.shop.now += 1
            self.shop.logged_in(self.ids[name])

    @rule(name=NAMES, status=st.sampled_from(["granted", "withdrawn"]))
    def state(self, name: int, status: str) -> None:
        if name in self.ids:
            self._state(name, status)

    def _state(self, name: int, status: str) -> None:
        self.shop.stated(self.ids[name], status)
        (self.objected.add if status == "withdrawn" else self.objected.discard)(name)

    @rule(one=NAMES, other=NAMES)
    def link(self, one: int, other: int) -> None:
        if one != other and {one, other} <= self.ids.keys():
            self.shop.link(self.ids[one], self.ids[other])

    @rule(one=NAMES, other=NAMES)
    def part(self, one: int, other: int) -> None:
        if one != other and {one, other} <= self.ids.keys():
            ids = self._person(one)
            if self.ids[other] in ids:
                with patch("mteja.customers.linking.watching", lambda: self.shop.watching):
                    linking.unlink(
                        self.shop.table, self.ids[one], self.ids[other], "staff", self.shop.now
                    )

    @rule(name=NAMES)
    def erase(self, name: int) -> None:
        if name in self.ids:
            gone = self._person(name)
            for customer in gone:
                self.shop.erase(customer)
            for other in [one for one, customer in self.ids.items() if customer in gone]:
                del self.ids[other]
                self.objected.discard(other)
            self.orders = [one for one in self.orders if one[0] in self.ids]

    @rule(one=NAMES, other=NAMES, but=st.integers(0, 1))
    def buy_link_and_wait(self, one: int, other: int, but: int) -> None:
        """Two members who are due at one moment, worked at once."""
        if one != other:
            self.buy(one)
            self.buy(other)
            self.link(one, other)
            self.wait(5)
            self.meet_another(but)

    @rule(name=NAMES, ladder=st.sampled_from(LADDERS), then=st.sampled_from(LADDERS))
    def change_rules_in_a_silence(
        self, name: int, ladder: list[dict[str, Any]], then: list[dict[str, Any]]
    ) -> None:
        self.change_rules(ladder)
        self.buy(name)
        self.wait(9)
        self.run()
        self.change_rules(then)
        self.wait(4)
        self.run()

    @rule(days=st.sampled_from([1, 1, 2, 4, 9]))
    def wait(self, days: int) -> None:
        self.shop.wait(days)

    @rule()
    def run(self) -> None:
        self._work(self._due())

    @rule(lives=st.integers(0, LONGEST), loses=st.integers(0, 2))
    def die(self, lives: int, loses: int) -> None:
        """A worker dies at any call; its message comes again, another time."""
        due = self._due()
        self.waiting += due
        self.shop.table.lives, self.shop.table.loses = lives, loses
        with suppress(Killed):
            self._work(due)
        self.shop.table.lives, self.shop.table.loses = None, 0
        self._note_steps()

    @rule()
    def messages_come_again(self) -> None:
        self._work(self.waiting)
        self.waiting = []

    @rule(but=st.integers(0, 4))
    def meet_another(self, but: int) -> None:
        """While a worker is about to write, another works the same, all or all but one."""
        due = self._due()
        transact = self.shop.table.transact
        met = False

        def meets(writes: Any, token: str | None = None) -> None:
            nonlocal met
            if not met:
                met = True
                self._work([one for number, one in enumerate(due) if number != but])
            transact(writes, token)

        with patch.object(self.shop.table, "transact", meets):
            self._work(due)

    def _due(self) -> list[Bucket]:
        full = {one.get("due_pk") for one in self.shop.table.items()}
        return [one for one in self.shop.buckets() if one.partition in full]

    def _work(self, several: list[Bucket]) -> None:
        before = self._offers()
        objecting = {customer for name in self.objected for customer in self._person(name)}
        for bucket in several:
            self.shop.work(bucket)
        assert self.shop.troubles == []
        for offer in self._offers():
            if offer not in before:
                assert offer.customer not in objecting
                self._check_is_due(offer)
        self._note_steps()

    def _note_steps(self) -> None:
        """Note for which day of silence each offer's step stood in the ladder. It is climbed, and
        no step comes twice, also when it changes."""
        quiet = [one for one in self._offers() if one.rule == "quiet"]
        for offer in sorted(quiet, key=lambda it: it.at):
            if offer.id not in self.stepped:
                days = self.ladder[offer.step]["days"]
                silence = (offer.customer, offer.cycle)
                before = [one for one in quiet if (one.customer, one.cycle) == silence]
                known = [self.stepped[one.id] for one in before if one.id in self.stepped]
                assert all(one < days for one in known)
                self.stepped[offer.id] = days

    def _check_is_due(self, offer: OfferItem) -> None:
        """The person has been silent for so long, whichever member it bought as."""
        profiles = [self.shop.profile(one) for one in self._members(offer.customer)]
        bought = max((one.orders.last for one in profiles if one.orders.last), default=0)
        assert offer.at - bought >= DAY_MS
        if offer.rule == "quiet":
            assert offer.cycle == bought
            days = self.ladder[offer.step]["days"]
            assert self.shop.now - bought >= (days - 1) * DAY_MS

    def _offers(self) -> list[OfferItem]:
        return [OfferItem.model_validate(one) for one in self._raw("OFFER#")]

    def _raw(self, prefix: str) -> Iterator[Item]:
        return (one for one in self.shop.table.items() if str(one["sk"]).startswith(prefix))

    def _person(self, name: int) -> tuple[str, ...]:
        return self._members(self.ids[name]) if name in self.ids else ()

    def _members(self, customer: str) -> tuple[str, ...]:
        try:
            return read_person(self.shop.table, customer).ids
        except NotFound:
            return ()

    @invariant()
    def no_two_offers_of_one_rule_and_day_for_one_person(self) -> None:
        seen = set()
        for offer in self._offers():
            person = min(self._members(offer.customer))
            day = business_day(offer.at, self.shop.business.time_zone)
            linked_later = any(
                one["status"] == "unlinked" or int(str(one["at"])) >= offer.at
                for one in self._raw("LINK#")
            )
            if not linked_later:
                assert (person, offer.rule, offer.step, offer.cycle) not in seen
                assert (person, day) not in seen
            seen |= {(person, offer.rule, offer.step, offer.cycle), (person, day)}

    @invariant()
    def each_offer_that_is_not_held_out_has_one_message(self) -> None:
        waiting = [one.id for one in self.shop.waiting()]
        assert len(waiting) == len(set(waiting))
        sent = [one.message for one in self._offers() if one.standing == "open"]
        assert sorted(waiting) == sorted(str(one) for one in sent)

    def teardown(self) -> None:
        """In the end nobody dies, and all messages have come: whoever is still here and silent has
        climbed the ladder."""
        self.messages_come_again()
        for _ in range(80):
            self.shop.wait(4)
            self._work(self._due())
        for name in self.ids:
            customer = self.ids[name]
            profile = self.shop.profile(customer)
            assert profile.due_pk is None, profile
            members = self._members(customer)
            if any(self.shop.profile(one).orders.last for one in members):
                done = [self.shop.profile(one).watched or {} for one in members]
                assert any(self._is_climbed(one["quiet"]) for one in done if "quiet" in one)

    def _is_climbed(self, known: WatchedRule) -> bool:
        return known.done >= len(self.ladder) or (known.days or 0) >= self.ladder[-1]["days"]


def _email(name: int) -> Any:
    return facts.email(f"n{name}@example.com")


TestSilences = Silences.TestCase
TestSilences.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

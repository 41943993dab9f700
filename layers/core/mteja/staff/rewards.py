"""What staff do with rewards: look at them, give stamps, hand out what was earned, put right.

Each is noted in the audit trail. `key` names one attempt: with the same key and content it counts
once. Without one, the same by the same member of staff within ten seconds counts once: that is a
double click, and who gives two stamps says so by their number.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from mteja import links
from mteja.business.load import rewards as declared_rewards
from mteja.business.rewards import Rewards
from mteja.customers.opening import Opener
from mteja.customers.person import trust
from mteja.customers.reading import Person, read_known
from mteja.errors import InvalidInput, NotFound, StaleVersion
from mteja.identity.identifiers import Trust
from mteja.ids import derived_id
from mteja.pages.catalogues import marked
from mteja.recording.facts import Fact, Receipt
from mteja.recording.reading import Stored
from mteja.recording.record import record
from mteja.rewards import counter, shown
from mteja.rewards.counter import CounterRider, Lines
from mteja.rewards.joining import key_of_number
from mteja.rewards.numbers import mark
from mteja.rewards.reading import Ledger, ledger
from mteja.rewards.spans import ADJUSTED
from mteja.rewards.writing import Line
from mteja.sources.own import STAFF
from mteja.staff import reward_shown
from mteja.staff.bodies import Adjustment, Joining, Redemption, RewardsOf, Stamp
from mteja.staff.customers import Answer
from mteja.staff.once import once
from mteja.staff.request import StaffRequest
from mteja.staff.shown import named
from mteja.store import keys
from mteja.store.attempts import until_it_holds
from mteja.store.keys import Key
from mteja.store.table import TransactionLost
from mteja.times import business_day, rfc3339

READ = "GET /v1/customers/{id}/rewards"
STAMP = "POST /v1/rewards/stamp"
REDEEM = "POST /v1/rewards/redeem"
ADJUST = "POST /v1/rewards/adjust"
JOIN = "POST /v1/rewards/join"
NO_VISITS = marked("a visit gives none of these")
NO_GIFT = marked("not a declared gift")
WHICH = "give a gift, or how many"
NOT_ITS_COST = "not what the gift costs"
NOTHING = marked("changes nothing")
NO_UNIT = marked("there are none of these")
TOO_MANY_NUMBERS = marked("holds too many numbers already")
_SAME_FOR_MS = 10_000

type _Plan = Callable[[Ledger, Line], Lines]


@dataclass(frozen=True)
class Till(StaffRequest):
    """What a member of staff does with rewards in one request."""

    def read(self, customer: str) -> Answer:
        """Answer `GET /v1/customers/{id}/rewards`. Raises NotFound."""
        rewards = self._rewards()
        person = read_known(self.within.table, customer)
        self._note(READ, person.ids)
        opener = Opener(person.ids, self.within.table, self.within.vault.keyring)
        told = self._ledger(person, rewards)
        language = self.within.business.languages[0]
        zone = self.within.business.time_zone
        most = reward_shown.MOST
        body = reward_shown.whole(person, told, rewards, opener, language, zone, most)
        return Answer(body, opener.unreadable)

    def show(self, customer: str, language: str, latest: int) -> Answer:
        """Return what `read` answers, with the `latest` entries, and what the till's page shows
        beside it: who it is, a card for each unit, and the address of the customer's own card, if
        it has a number. Raises NotFound."""
        rewards = self._rewards()
        person = read_known(self.within.table, customer)
        self._note(READ, person.ids)
        opener = Opener(person.ids, self.within.table, self.within.vault.keyring)
        told = self._ledger(person, rewards)
        zone = self.within.business.time_zone
        body = reward_shown.whole(person, told, rewards, opener, language, zone, latest)
        body |= named(person, opener)
        body |= {
            "trust": trust(person),
            "cards": [shown.card(rewards, told, unit) for unit in rewards.units],
            "card": self.card(person),
        }
        return Answer(body, opener.unreadable)

    def stamp(self, told: Stamp, key: str | None = None) -> dict[str, Any]:
        """Answer `POST /v1/rewards/stamp`: what a visit gives. Raises NotFound, InvalidInput."""
        rewards = self._rewards()
        given = {one.unit: one for one in rewards.rules("visit")}
        # Most give stamps: a shop whose visits give points only need not say so each time.
        usual = given.get("stamps") or next(iter(given.values()), None)
        rule = usual if told.unit is None else given.get(told.unit)
        if rule is None:
            raise InvalidInput("unit", NO_VISITS)
        line = self._line(rule.unit, told.amount or rule.amount)

        def plan(has: Ledger, line: Line) -> Lines:
            return counter.stamped(told.customer, has, rule, rewards, line, self._today)

        return self._enter(STAMP, told, key, line, plan)

    def redeem(self, told: Redemption, key: str | None = None) -> dict[str, Any]:
        """Answer `POST /v1/rewards/redeem`. Raises NotFound, InvalidInput, also for more than there
        is."""
        rewards = self._rewards()
        gift = None if told.gift is None else rewards.gift(told.gift)
        if told.gift is not None and gift is None:
            raise InvalidInput("gift", NO_GIFT)
        if gift is None:
            if told.amount is None:
                raise InvalidInput("amount", WHICH)
            line = self._line(told.unit or rewards.units[0], -told.amount)
        else:
            if told.amount not in {None, gift.cost} or told.unit not in {None, gift.unit}:
                raise InvalidInput("amount", NOT_ITS_COST)
            line = self._line(gift.unit, -gift.cost)

        def plan(has: Ledger, line: Line) -> Lines:
            return counter.redeemed(has, gift, line)

        return self._enter(REDEEM, told, key, line, plan)

    def adjust(self, told: Adjustment, key: str | None = None) -> dict[str, Any]:
        """Answer `POST /v1/rewards/adjust`. Raises NotFound, InvalidInput, also for more than there
        is."""
        rewards = self._rewards()
        if not told.amount:
            raise InvalidInput("amount", NOTHING)
        line = self._line(told.unit or rewards.units[0], told.amount)._replace(kind=ADJUSTED)

        def plan(has: Ledger, line: Line) -> Lines:
            return counter.adjusted(told.customer, has, rewards, line, self._today)

        return self._enter(ADJUST, told, key, line, plan)

    def join(self, told: Joining, key: str | None = None) -> dict[str, Any]:
        """Answer `POST /v1/rewards/join`: the customer has a number, and gets the address of the
        card that shows it. Raises NotFound, InvalidInput for who holds too many numbers."""
        self._rewards()
        done = self._enter(JOIN, told, key, None, lambda _, __: ())
        person = read_known(self.within.table, told.customer)
        card = self.card(person)
        if card is None:
            raise InvalidInput("customer", TOO_MANY_NUMBERS)
        return {"customer": done["customer"], "loyalty": done["loyalty"]} | card

    def card(self, person: Person) -> dict[str, Any] | None:
        """Return the address of a person's card, None of one without a number. Whoever has it sees
        the number and what there is, and nothing else of the person."""
        numbered = shown.numbered(person)
        if numbered is None:
            return None
        (whose, number), days = numbered, links.WALLET_DAYS
        link = links.new_link(links.WALLET_LINK, whose, self.now, days, mark(number))
        token = links.make(link, self.within.vault.index)
        path = f"/rewards?t={token}"
        return {"token": token, "path": path, "expires_at": rfc3339(link.expires_at)}

    def _enter(
        self,
        what: str,
        told: RewardsOf,
        key: str | None,
        line: Line | None,
        plan: _Plan,
    ) -> dict[str, Any]:
        rewards, customer = self._rewards(), told.customer
        if line is not None and line.unit not in rewards.units:
            raise InvalidInput("unit", NO_UNIT)
        entry, receipt = self._attempt(what, told, key)
        if line is not None:
            line = line._replace(id=entry)
        person = read_known(self.within.table, customer)
        self._note(what, person.ids)
        # A ledger of ten years is read as seldom as can be: the first attempt has it already.
        known = [person]
        entered = until_it_holds(partial(self._try, known, told, receipt, line, plan, rewards))
        person = read_known(self.within.table, customer)
        has = shown.brief(person, self._ledger(person, rewards))
        return {"id": None if line is None else entered} | has

    def _try(
        self,
        known: list[Person],
        told: RewardsOf,
        receipt: Receipt,
        line: Line | None,
        plan: _Plan,
        rewards: Rewards,
    ) -> str:
        """Try once; return the entry's id, of what was entered before that of then. `known` holds
        the person as it was read for the first attempt. Raises TransactionLost where the person
        changed meanwhile."""
        person = known.pop() if known else read_known(self.within.table, told.customer)
        has = self._ledger(person, rewards)
        versions = {one.id: one.profile.v for one in person.members}
        fact = Fact(STAFF, Trust.VERIFIED, self.now, self.now, receipt=receipt,
                    customer=told.customer, if_versions=versions)  # fmt: skip
        # Looked for after the person was read: what a second click finds spent, it finds entered.
        taken = Stored(self.within.table.get_many([keys.receipt(STAFF, receipt.digest)]))
        before = taken.receipt(fact)
        if before is not None:
            return str((before.told or {})["entry"])
        lines = () if line is None else plan(has, line)
        fact = replace(fact, customer=lines[0][0] if lines else told.customer)
        reason = str(getattr(told, "reason", ""))
        renews = self._numbers(person) if isinstance(told, Joining) and told.new else {}
        rider = CounterRider(fact, person, has, lines, reason, self._today, renews)
        try:
            recorded = record(replace(fact, riders=(rider,)), self.within)
        except StaleVersion:
            raise TransactionLost from None
        return str(recorded.told["entry"])

    def _numbers(self, person: Person) -> dict[str, Key]:
        """Return by member where the number stands that we gave."""
        index = self.within.vault.index
        numbers = {one.id: one.profile.loyalty_number for one in person.members}
        return {
            whose: key_of_number(index, number)
            for whose, number in numbers.items()
            if number is not None
        }

    def _attempt(self, what: str, told: RewardsOf, key: str | None) -> tuple[str, Receipt]:
        """Return the id of an entry, and the receipt by which it is told again."""
        index, content = self.within.vault.index, told.model_dump(mode="json")
        if key is not None:
            attempt = once(index, key, what, content)
            entry = attempt.id("pts")
            return entry, Receipt(attempt.seed, None, told={"entry": entry})
        said = json.dumps([what, self.viewer.sub, content], sort_keys=True)
        seed = index.of("receipt", said)
        entry = derived_id("pts", seed, str(self.now))
        return entry, Receipt(seed, None, _SAME_FOR_MS, {"entry": entry})

    def _rewards(self) -> Rewards:
        rewards = declared_rewards()
        if rewards is None:
            raise NotFound("rewards")
        return rewards

    def _ledger(self, person: Person, rewards: Rewards) -> Ledger:
        zone = self.within.business.time_zone
        return ledger(person, rewards.units, self._today, zone)

    @property
    def _today(self) -> date:
        return business_day(self.now, self.within.business.time_zone)

    def _line(self, unit: str, amount: int) -> Line:
        return Line(id="", unit=unit, kind="", amount=amount, by=self.viewer.sub)

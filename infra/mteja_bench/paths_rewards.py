"""What rewards add to an order, and what the till and the card cost. The other paths are measured
without rewards, where they add nothing."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from unittest.mock import patch

import yaml

from mteja.audit import Viewer
from mteja.business.rewards import Rewards
from mteja.customers.reading import read_person
from mteja.http.request import Request
from mteja.orders.intake import understood
from mteja.quarantine.quarantine import Delivery
from mteja.recording.facts import Fact
from mteja.recording.record import record
from mteja.rewards import wallet
from mteja.rewards.earning import EarningRider
from mteja.rewards.expiring import settle
from mteja.staff.bodies import Adjustment, Joining, Redemption, Stamp
from mteja.staff.rewards import Till
from mteja.times import DAY_MS
from mteja_bench.bodies.base import Sent, Shopper
from mteja_bench.bodies.shopify import cancelled, order, refund
from mteja_bench.ground import Ground
from mteja_bench.path import KNOWN, NEW, Path, Step
from mteja_local.place import ROOT

_ADDED = 4
"""What the design lets rewards add to an order."""
_NOW = 1_795_600_000_000
_VIEWER = Viewer("member-of-staff", None)


def paths() -> Iterator[Path]:
    rewards = _declared()
    both = _with_a_stamp(rewards)
    new, known, gone = Shopper(941).subscribed(), Shopper(942), Shopper(943)
    asha = _Customer(order(941, new), both)
    yield Path("rewards: order, new customer, consent, points and a stamp", (asha,), NEW + _ADDED)
    yield Path("rewards: known customer's next order, points and a stamp",
               (_told(order(1942, known, days=40), both),), KNOWN + _ADDED,
               (_told(order(942, known), both),))  # fmt: skip
    yield Path("rewards: the same order, newer version",
               (_told(order(942, known, minutes=90), both),), 6)  # fmt: skip
    yield Path("rewards: refund, part", (_told(refund(941), both),), 9 + _ADDED)
    yield Path("rewards: cancelled", (_told(cancelled(943, gone), both),), 8 + _ADDED,
               (_told(order(943, gone), both),))  # fmt: skip
    yield from _till(asha, rewards)


def _till(asha: "_Customer", rewards: Rewards) -> Iterator[Path]:
    def at(work: Callable[[Till], object], now: int = _NOW) -> Step:
        def step(ground: Ground) -> str:
            with patch("mteja.staff.rewards.declared_rewards", lambda: rewards):
                work(Till(_VIEWER, ground.recorder(), now))
            return "recorded"

        return step

    def adjust(amount: int) -> Step:
        return at(lambda till: till.adjust(Adjustment(
            customer=asha.id, amount=amount, unit="stamps", reason="An old card")),
            _NOW + DAY_MS)  # fmt: skip

    yield Path("rewards: join, with a loyalty number",
               (at(lambda till: till.join(Joining(customer=asha.id))),), 11)  # fmt: skip
    yield Path("rewards: stamp", (at(lambda till: till.stamp(Stamp(customer=asha.id))),), 12)
    yield Path("rewards: adjust, with its reason", (adjust(12),), 10)
    yield Path("rewards: redeem",
               (at(lambda till: till.redeem(Redemption(customer=asha.id, gift="coffee")),
                   _NOW + DAY_MS),),
               10)  # fmt: skip
    yield Path("rewards: a new card for one that was lost",
               (at(lambda till: till.join(Joining(customer=asha.id, new=True)),
                   _NOW + 2 * DAY_MS),),
               14)  # fmt: skip
    yield Path("rewards: staff read them", (at(lambda till: till.read(asha.id)),), 2)

    def card(ground: Ground) -> str:
        within = ground.recorder()
        card = Till(_VIEWER, within, _NOW).card(read_person(within.table, asha.id))
        token = "" if card is None else str(card["token"])
        request = Request("GET", "/rewards", {}, {}, {"t": token}, {}, "192.0.2.1", b"")
        with patch("mteja.rewards.wallet.declared_rewards", lambda: rewards):
            answer = wallet.respond(request, within, _NOW)
        return "recorded" if answer["statusCode"] == 200 else "refused"

    yield Path("rewards: the customer's card", (card,), 0)

    def expire(ground: Ground) -> str:
        within = ground.recorder()
        person = read_person(within.table, asha.id)
        return str(settle(within.table, person, _NOW + 400 * DAY_MS))

    yield Path("rewards: three lots expire", (expire,), 12, (), "3")


class _Customer:
    """The step of an order whose customer is remembered."""

    def __init__(self, sent: Sent, rewards: Rewards) -> None:
        self._sent, self._rewards = sent, rewards
        self.id = ""

    def __call__(self, ground: Ground) -> str:
        recorded = record(_fact(ground, self._sent, self._rewards), ground.recorder())
        self.id = recorded.customer or ""
        return recorded.result


def _told(sent: Sent, rewards: Rewards) -> Step:
    return lambda ground: record(_fact(ground, sent, rewards), ground.recorder()).result


def _fact(ground: Ground, sent: Sent, rewards: Rewards) -> Fact:
    within = ground.recorder()
    delivery = Delivery(sent.source, sent.topic, "wh-1", sent.body, sent.at_ms)
    fact = understood(delivery, ground.source(sent.source))
    if fact is None:
        raise ValueError(f"{sent.topic} says nothing")
    rider = EarningRider(fact, rewards, within.table, within.business.time_zone)
    return replace(fact, riders=(rider,))


def _declared() -> Rewards:
    """Return the demonstration's rewards."""
    declared = yaml.safe_load(ROOT.joinpath("layers/business/business.yaml").read_bytes())
    return Rewards.model_validate(declared["rewards"])


def _with_a_stamp(rewards: Rewards) -> Rewards:
    """Return rewards by which an order gives a stamp too: as much as one can give."""
    told = rewards.model_dump(mode="json", exclude_none=True)
    told["earn"] = [*told["earn"], {"id": "bought", "after": "order", "unit": "stamps"}]
    return Rewards.model_validate(told)

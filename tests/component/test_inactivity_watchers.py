"""Beside win-back: what else customers are due for. Points that expire."""

from collections.abc import Callable
from typing import Any

import pytest

from mteja.customers.items import ProfileItem
from mteja.customers.linking import link
from mteja.customers.reading import read_person
from mteja.recording.record import recorder
from mteja.rewards.earning import with_earning
from mteja.rewards.spans import EXPIRED
from mteja.times import DAY_MS
from tests import facts
from tests.component.quiet import Quiet, quiet, rule

__all__ = ["quiet"]
JUMA = facts.email("juma@example.com")
LONG = rule(steps=[{"days": 3000}])  # nobody is won back here


@pytest.fixture
def shop(quiet: Quiet, monkeypatch: pytest.MonkeyPatch) -> Quiet:
    """A shop whose orders earn points."""
    quiet.declare(LONG)
    take: Callable[[Any], str] = quiet.take
    monkeypatch.setattr(quiet, "take", lambda fact: take(with_earning(fact, recorder())))
    return quiet


def run_on(shop: Quiet, customer: str) -> Any:
    """Let days pass until a customer is due, and run the job."""
    due = shop.due(customer)
    assert due is not None
    while str(shop.today) != due:
        shop.now += DAY_MS
    shop.wait(0)
    return shop.run()


class TestPoints:
    def test_a_customer_is_due_when_its_points_expire_and_that_is_entered_once(
        self, shop: Quiet
    ) -> None:
        asha = shop.bought()
        profile: ProfileItem = shop.profile(asha)
        assert profile.lots_expire_on is not None
        assert shop.due(asha) == profile.lots_expire_on
        assert dict(run_on(shop, asha).counts) == {"found": 1, "expired": 1}
        (member,) = read_person(shop.table, asha).members
        assert [one.amount for one in member.points if one.kind == EXPIRED] == [-100]
        assert shop.profile(asha).lots_expire_on is None
        shop.hand_out()
        assert shop.work(shop.waiting_buckets()) == []
        assert shop.report().counts["expired"] == 1

    def test_of_two_members_each_loses_its_own(self, shop: Quiet) -> None:
        asha, juma = shop.bought(), shop.bought(JUMA, number="2")
        link(shop.table, asha, juma, "staff", shop.now)
        assert run_on(shop, asha).counts["expired"] == 2
        members = read_person(shop.table, asha).members
        assert [sum(one.amount for one in member.points) for member in members] == [0, 0]
        assert shop.due(asha) == shop.due(juma)

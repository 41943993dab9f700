"""Beside win-back: what else customers are due for. Points that expire, and whether what we know is
still right."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from mteja.customers.items import ProfileItem
from mteja.customers.linking import link
from mteja.customers.reading import read_person
from mteja.identity.identifiers import Trust
from mteja.recording.facts import Fact
from mteja.recording.record import recorder
from mteja.rewards.earning import with_earning
from mteja.rewards.spans import EXPIRED
from mteja.times import DAY_MS
from tests import facts
from tests.component.quiet import Quiet, quiet, rule

__all__ = ["quiet"]
ASHA = facts.email("asha@example.com")
JUMA = facts.email("juma@example.com")
TOWN: dict[str, Any] = {"line1": "Boma Road 7", "city": "Arusha", "country": "TZ"}
LONG = rule(steps=[{"days": 3000}])  # nobody is won back here
YEAR = 365


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


def over_a_link(customer: str, at: int) -> Fact:
    told: dict[str, Any] = {"address": TOWN}
    return Fact("forms", Trust.VERIFIED, at, at, traits=told, customer=customer, unconfirmed=True)


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


class TestFreshness:
    def test_whoever_told_long_ago_is_asked_once_a_year(self, quiet: Quiet) -> None:
        quiet.declare(LONG, fresh_days={"address": 365, "phone": 730})
        asha = quiet.bought(traits={"address": TOWN})
        began = quiet.today
        assert quiet.due(asha) == str(began + timedelta(days=366))
        assert dict(run_on(quiet, asha).counts) == {"found": 1, "asked": 1}
        assert [one.template for one in quiet.waiting()] == ["still-right"]
        assert quiet.due(asha) == str(quiet.today + timedelta(days=YEAR))
        assert quiet.send() == {"sent": 1}
        quiet.wait(1)
        assert quiet.run().due == 0

    def test_whoever_has_nothing_that_goes_stale_is_not_looked_at(self, quiet: Quiet) -> None:
        quiet.declare(LONG, fresh_days={"address": 365})
        asha = quiet.bought()
        assert quiet.due(asha) == "2035-02-08"  # the rule's

    def test_whoever_tells_more_later_is_asked_a_year_after_that(self, quiet: Quiet) -> None:
        """Nothing was there to ask for, so that nobody would have looked any more."""
        quiet.declare(LONG, fresh_days={"address": 365})
        asha = quiet.bought()
        quiet.wait(400)
        quiet.take(over_a_link(asha, quiet.now))
        assert quiet.due(asha) == str(quiet.today + timedelta(days=366))

    def test_what_an_import_tells_may_be_older_than_the_customer(self, quiet: Quiet) -> None:
        quiet.declare(LONG, fresh_days={"address": 1000})
        told_at = quiet.now - 2000 * DAY_MS
        fact = Fact(
            "shopify-demo", Trust.VERIFIED, told_at, quiet.now, (ASHA,), {"address": TOWN}
        )  # fmt: skip
        asha = quiet.take(fact)
        assert quiet.due(asha) == str(quiet.today + timedelta(days=YEAR))

    def test_nobody_is_looked_at_early_for_what_is_known_well(self, quiet: Quiet) -> None:
        """A customer of years whose address is new, and who has no telephone."""
        quiet.declare(LONG, fresh_days={"address": 365, "phone": 30})
        asha = quiet.bought(traits={"address": TOWN})
        quiet.wait(500)
        quiet.bought(number="2", traits={"address": TOWN})
        assert quiet.due(asha) == str(quiet.today + timedelta(days=366))

    def test_an_address_that_is_told_again_puts_it_off(self, quiet: Quiet) -> None:
        quiet.declare(LONG, fresh_days={"address": 365})
        asha = quiet.bought(traits={"address": TOWN})
        quiet.wait(300)
        quiet.bought(number="2", traits={"address": TOWN})
        assert quiet.due(asha) == str(quiet.today + timedelta(days=366))

    def test_a_member_is_not_asked_for_what_another_was(self, quiet: Quiet) -> None:
        quiet.declare(LONG, fresh_days={"address": 365})
        asha = quiet.bought(traits={"address": TOWN})
        juma = quiet.bought(JUMA, number="2", traits={"address": TOWN})
        link(quiet.table, asha, juma, "staff", quiet.now)
        assert run_on(quiet, asha).counts == {"found": 2, "asked": 1, "waits": 1}
        assert len(quiet.waiting()) == 1
        assert quiet.due(asha) == quiet.due(juma) == str(quiet.today + timedelta(days=YEAR))

    def test_of_whom_only_claims_are_known_nobody_asks(self, quiet: Quiet) -> None:
        quiet.declare(LONG, fresh_days={"address": 365})
        quiet.sign_up()
        assert quiet.due(quiet.customer()) is None

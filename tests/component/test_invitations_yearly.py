"""Invitations once a year: scheduled where we hear of a customer, and with each invitation."""

import pytest

from mteja.customers.linking import link
from mteja.mail import invitations
from mteja.mail.messages import PENDING
from mteja.surveys.occasions import YEAR_MS
from mteja.times import DAY_MS
from tests import facts, kit
from tests.component.front import Front
from tests.component.inviting import Inviting, shop
from tests.component.postal import ADDRESS, HOUR_MS

__all__ = ["shop"]

ASHA, BINTI = facts.email(ADDRESS), facts.email("binti@example.com")
YEARLY, AFTER_ORDER = {"after": "year"}, {"after": "order", "days": 0}
YEAR = 365


def test_a_year_after_we_first_heard_of_a_customer_it_is_invited(shop: Inviting) -> None:
    shop.declare(YEARLY)
    shop.ordered(ASHA)
    assert shop.days(YEAR - 1) == {}
    assert shop.days(1) == {"sent": 1}
    assert [one.to for one in shop.mails()] == [ADDRESS]


def test_and_each_year_from_then_on(shop: Inviting) -> None:
    shop.declare(YEARLY)
    shop.ordered(ASHA)
    for number in range(1, 4):
        assert shop.days(YEAR) == {"sent": 1}
        assert len(shop.mails()) == number
        assert len(shop.later()) == 1


def test_what_is_scheduled_is_not_scheduled_again(shop: Inviting) -> None:
    """Of many orders, the first writes it."""
    shop.declare(YEARLY)
    shop.ordered(ASHA)
    (first,) = shop.later()
    for number in range(3):
        shop.now += HOUR_MS
        shop.ordered(ASHA, number=f"more-{number}")
    (still,) = shop.later()
    assert still == first
    assert shop.person().members[0].profile.yearly_at == first.due


def test_no_fact_writes_more_than_one_message(shop: Inviting) -> None:
    """An invitation after an order schedules the yearly one when it is sent."""
    shop.declare(YEARLY, AFTER_ORDER)
    shop.ordered(ASHA)
    assert [one.about["rule"] for one in shop.later()] == ["order"]
    assert shop.send() == {"sent": 1}
    (yearly,) = shop.later()
    assert (yearly.about["rule"], yearly.pk, yearly.status) == ("year", "YEARLY", PENDING)
    assert yearly.due == shop.person().members[0].profile.created_at + YEAR_MS


def test_whoever_was_invited_otherwise_in_the_year_is_not_invited_for_it(shop: Inviting) -> None:
    shop.declare(YEARLY, AFTER_ORDER)
    customer = shop.ordered(ASHA)
    shop.send()
    shop.now += 200 * DAY_MS
    shop.ordered(ASHA, number="2")
    assert shop.send() == {"sent": 1}
    assert shop.days(YEAR - 200) == {"withheld": 1}
    assert shop.of(customer)[-1] == ("withheld", invitations.RECENT)
    assert shop.days(YEAR) == {"sent": 1}


def test_whom_it_must_not_reach_is_not_asked_each_year(shop: Inviting) -> None:
    """Until we hear of the customer again."""
    shop.declare(YEARLY, consent="marketing-email")
    customer = shop.ordered(ASHA)
    assert shop.days(YEAR) == {"withheld": 1}
    assert shop.later() == []
    shop.now += HOUR_MS
    shop.stated(customer, "marketing-email", "granted")
    shop.ordered(ASHA, number="2")
    assert shop.days(YEAR) == {"sent": 1}


def test_two_members_of_one_person_are_invited_once_a_year(shop: Inviting) -> None:
    shop.declare(YEARLY)
    asha = shop.ordered(ASHA)
    shop.now += 120 * DAY_MS
    binti = shop.ordered(BINTI, number="2")
    link(shop.table, asha, binti, "staff", shop.now)
    assert shop.days(YEAR - 120) == {"sent": 1}
    assert shop.days(120) == {"withheld": 1}


def test_an_erased_customers_yearly_invitation_is_gone(shop: Inviting) -> None:
    shop.declare(YEARLY)
    asha, binti = shop.ordered(ASHA), shop.ordered(BINTI, number="2")
    shop.erase(asha)
    assert [one.customer for one in shop.later()] == [binti]
    assert asha not in "".join(kit.all_keys())


@pytest.mark.parametrize("per_cent", [1, 100])
def test_a_sample_that_leaves_somebody_out_does_not_ask_again_with_each_order(
    shop: Inviting, per_cent: int
) -> None:
    shop.declare(YEARLY | {"per_cent": per_cent})
    for number in range(5):
        shop.ordered(ASHA, number=str(number))
    assert shop.person().members[0].profile.yearly_at is not None
    assert len(shop.later()) <= 1


def test_whoever_confirms_a_sign_up_is_invited_in_a_year(shop: Inviting) -> None:
    shop.declare(YEARLY)
    shop.sign_up()
    shop.send()
    assert shop.later() == []
    shop.ask("POST", shop.mails()[0].link("/confirm/"))
    (yearly,) = shop.later()
    assert yearly.about["rule"] == "year"
    assert yearly.due == shop.person().members[0].profile.created_at + YEAR_MS


def test_whoever_fills_in_a_form_at_the_counter_is_invited_in_a_year(shop: Inviting) -> None:
    shop.declare(YEARLY)
    Front().told("/v1/staff/forms/in-store?mode=kiosk", {"email": ADDRESS, "name": "Asha"})
    assert [one.about["rule"] for one in shop.later()] == ["year"]


def test_whom_staff_write_down_is_invited_in_a_year(shop: Inviting) -> None:
    shop.declare(YEARLY)
    Front().told("/v1/customers", {"email": ADDRESS})
    assert [one.about["rule"] for one in shop.later()] == ["year"]


def test_neither_a_claim_nor_an_order_that_does_not_count_is(shop: Inviting) -> None:
    shop.declare(YEARLY)
    shop.sign_up(newsletter=False)
    shop.ordered(BINTI, payment="unpaid")
    assert shop.later() == []

"""Between an offer and its mail: whoever comes back, objects, is linked or erased gets none."""

import pytest

from mteja.customers.linking import link
from tests import facts
from tests.component.quiet import Quiet, quiet

__all__ = ["quiet"]
JUMA = facts.email("juma@example.com")


@pytest.fixture
def asha(quiet: Quiet) -> str:
    """A customer whose offer is made and not mailed yet."""
    customer = quiet.bought()
    quiet.wait(30)
    assert quiet.run().counts["acted"] == 1
    quiet.now += 60_000
    return customer


def standing(quiet: Quiet, customer: str) -> list[tuple[str, str | None]]:
    return [(one.standing.value, one.reason) for one in quiet.offers(customer)]


def test_whoever_buys_meanwhile_is_back_and_gets_none(quiet: Quiet, asha: str) -> None:
    quiet.bought(number="2")
    assert quiet.send() == {"withheld": 1}
    assert quiet.mails() == []
    assert standing(quiet, asha) == [("stopped", "came-back")]
    quiet.wait(30)
    assert quiet.run().counts["acted"] == 1  # another silence, another offer
    assert quiet.send() == {"sent": 1}


def test_whoever_buys_as_another_member_is_back(quiet: Quiet, asha: str) -> None:
    juma = quiet.bought(JUMA, number="2")

    link(quiet.table, asha, juma, "staff", quiet.now)
    assert quiet.send() == {"withheld": 1}
    assert ("stopped", "came-back") in standing(quiet, asha)


def test_a_purchase_that_is_cancelled_again_lets_it_leave(quiet: Quiet, asha: str) -> None:
    placed = quiet.now
    quiet.bought(number="2")
    quiet.now += 1
    quiet.bought(number="2", placed_at=placed, cancelled=True, agrees=False)
    assert quiet.send() == {"sent": 1}
    assert standing(quiet, asha) == [("open", None)]


def test_whoever_objects_meanwhile_gets_none(quiet: Quiet, asha: str) -> None:
    quiet.stated(asha, "withdrawn")
    assert quiet.send() == {"withheld": 1}
    assert standing(quiet, asha) == [("stopped", "consent")]


def test_of_whoever_is_erased_meanwhile_nothing_is_left(quiet: Quiet, asha: str) -> None:
    quiet.erase(asha)
    assert quiet.send() == {}
    assert quiet.waiting() == []
    assert quiet.mails() == []


def test_the_offer_of_a_step_before_is_not_asked_for_again_once_it_is_mailed(
    quiet: Quiet, asha: str
) -> None:
    assert quiet.send() == {"sent": 1}
    quiet.wait(30)
    assert quiet.run().due == 0
    assert quiet.send() == {}
    assert len(quiet.mails()) == 1

"""`mteja mail`: addresses to which nothing is sent, and sending there again."""

import pytest

from mteja.times import DAY_MS
from tests import operator
from tests.component.postal import ADDRESS, Postal, postal
from tests.component.test_operator_customers import audits
from tests.operator import Mteja

__all__ = ["postal"]


@pytest.fixture
def mteja(postal: Postal, monkeypatch: pytest.MonkeyPatch) -> Mteja:
    return operator.stand_in(monkeypatch, {})


def made_suspect(postal: Postal, what: str) -> str:
    customer = postal.subscriber()
    postal.market(customer)
    assert postal.send() == {"sent": 1}
    postal.told(what, postal.messages()[-1])
    return customer


def test_an_address_that_was_mended_is_written_to_again(postal: Postal, mteja: Mteja) -> None:
    customer = made_suspect(postal, "Bounce")
    shown = mteja("mail", "suspects", customer)
    assert shown.exit_code == 0, shown.output
    assert f"{ADDRESS}  bounced  2026-11-22T" in shown.output
    freed = mteja("mail", "free", customer)
    assert freed.exit_code == 0, freed.output
    assert ADDRESS in freed.output
    assert mteja("mail", "suspects", customer).exit_code == 1
    postal.now += 10 * DAY_MS
    postal.market(customer)
    assert postal.send() == {"sent": 1}


def test_whoever_complained_is_only_written_to_again_where_that_is_said(
    postal: Postal, mteja: Mteja
) -> None:
    customer = made_suspect(postal, "Complaint")
    assert mteja("mail", "free", customer).exit_code == 1
    assert "complained" in mteja("mail", "suspects", customer).output
    assert mteja("mail", "free", customer, "--complained").exit_code == 0
    assert mteja("mail", "suspects", customer).exit_code == 1
    # The consent that the complaint took back stays taken back.
    postal.now += 10 * DAY_MS
    postal.market(customer)
    assert postal.send() == {"withheld": 1}


def test_each_look_is_noted_without_the_address(postal: Postal, mteja: Mteja) -> None:
    customer = made_suspect(postal, "Bounce")
    mteja("mail", "suspects", customer)
    mteja("mail", "free", customer)
    noted = [(one["what"]["S"], one["who"]["S"].partition(":")[0]) for one in audits()]
    assert sorted(noted) == [("mteja mail free", "operator"), ("mteja mail suspects", "operator")]
    assert ADDRESS not in str(audits())


@pytest.mark.parametrize("command", ["suspects", "free"])
def test_there_is_nothing_to_do_for_nobody(postal: Postal, mteja: Mteja, command: str) -> None:
    assert "there is no customer" in mteja("mail", command, "cus_x").output
    assert audits() == []

"""`mteja customers`: find, show, erase, and the audit of it."""

import json
from typing import Any

import pytest

from mteja.orders.intake import take_authentic
from mteja.quarantine.quarantine import Delivery
from mteja.recording.record import Recorder
from tests import kit, operator
from tests.operator import Mteja

EMAIL = "bob.norman@mail.example.com"


@pytest.fixture
def mteja(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> Mteja:
    return operator.stand_in(monkeypatch, {})


@pytest.fixture
def customer(recorder: Recorder) -> str:
    body = kit.changed(
        kit.sample("shopify/order_fulfilled"),
        email=EMAIL,
        contact_email=EMAIL,
        customer__email=EMAIL,
    )
    taken = take_authentic(
        Delivery("shopify-demo", "orders/paid", "wh-1", kit.raw(body), kit.NOW_MS), recorder
    )
    assert taken.customer is not None
    return taken.customer


def audits() -> list[dict[str, Any]]:
    return [one for one in kit.all_items() if one["sk"]["S"].startswith("ACCESS#")]


def test_find_and_show_are_noted_as_the_operator_s(mteja: Mteja, customer: str) -> None:
    found = mteja("customers", "find", "--email", EMAIL)
    assert found.exit_code == 0, found.output
    assert customer in found.output
    shown = mteja("customers", "show", customer, "--timeline")
    assert shown.exit_code == 0, shown.output
    body = json.loads(shown.output[shown.output.index("{") :])
    assert body["traits"]["email"]["value"] == EMAIL
    assert [one["kind"] for one in body["timeline"] if one["kind"] == "order"] == ["order"]
    assert len(audits()) == 3
    assert all(one["who"]["S"].startswith("operator:") for one in audits())
    assert EMAIL not in json.dumps(audits())


def test_nobody_is_found(mteja: Mteja, customer: str) -> None:
    assert mteja("customers", "find", "--email", "nobody@example.com").exit_code == 1
    assert mteja("customers", "find", "--phone", "abc").exit_code == 1
    assert mteja("customers", "find").exit_code == 2
    assert "there is no customer" in mteja("customers", "show", "cus_x").output


def test_erase_asks_first(mteja: Mteja, customer: str) -> None:
    refused = mteja("customers", "erase", customer, typed="n\n")
    assert refused.exit_code == 1
    assert "1 orders that count" in refused.output
    assert mteja("customers", "show", customer).exit_code == 0


def test_erase_leaves_a_job_with_its_receipt_and_nobody(mteja: Mteja, customer: str) -> None:
    erased = mteja("customers", "erase", customer, typed="y\n")
    assert erased.exit_code == 0, erased.output
    receipt = json.loads(erased.output[erased.output.index("{") :])
    assert receipt["removed"]["keys"] == 1
    assert receipt["tombstones"]
    jobs = [one for one in kit.all_items() if one["sk"]["S"] == "JOB"]
    assert [(one["kind"]["S"], one["status"]["S"]) for one in jobs] == [("erase", "done")]
    assert mteja("customers", "find", "--email", EMAIL).exit_code == 1
    assert mteja("customers", "erase", customer, "--yes").exit_code == 1

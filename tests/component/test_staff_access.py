"""Who may ask the staff API, what is noted of it, and what never reaches a log."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from mteja.aws import clients
from mteja.inventory import inventory
from mteja.recording.record import Recorder
from mteja.store.table import Table
from tests import kit
from tests.component.counter import (
    FULFILLED,
    PART_REFUNDED,
    SUB,
    Counter,
    claims_of,
    order,
    stored,
)

FIND = "GET /v1/customers"
READ = "GET /v1/customers/{id}"
TIMELINE = "GET /v1/customers/{id}/timeline"


@pytest.fixture
def counter(aws: dict[str, str]) -> Counter:
    return Counter()


@pytest.mark.parametrize(
    "groups", ["[staff]", "[owner]", "[owner analyst]", '["owner","staff"]', ["staff"]]
)
def test_owners_and_staff_may_see_persons(counter: Counter, groups: Any) -> None:
    counter.deliver(kit.sample(FULFILLED))

    answer = counter.ask("/v1/customers", email="foo@example.com", claims=claims_of(groups))

    assert answer.status == 200


@pytest.mark.parametrize(
    "claims",
    [
        claims_of("[analyst]"),
        claims_of("[]"),
        claims_of("[ownership]"),
        claims_of(None),
        claims_of("[staff]", sub=""),
        {"cognito:groups": "[staff]"},
        {},
    ],
)
def test_nobody_else_may_and_nothing_is_opened(counter: Counter, claims: dict[str, Any]) -> None:
    counter.deliver(kit.sample(FULFILLED))
    customer = counter.find_one(email="foo@example.com")
    noted = len(stored("ACCESS#"))

    for path in (f"/v1/customers/{customer}", f"/v1/customers/{customer}/timeline"):
        answer = counter.ask(path, claims=claims)
        assert answer.status == 403
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.body["type"] == "/problems/not-allowed"
    assert counter.ask("/v1/customers", email="foo@example.com", claims=claims).status == 403
    assert len(stored("ACCESS#")) == noted


def test_each_look_is_noted_with_who_whom_what_and_when(counter: Counter) -> None:
    one, two = counter.link_two()
    before = {item["id"] for item in stored("ACCESS#")}
    counter.person(two)
    counter.timeline(two)
    counter.find(email="a@example.com")

    noted = [item for item in stored("ACCESS#") if item["id"] not in before]

    assert [item["what"] for item in noted] == [READ, TIMELINE, FIND]
    for item in noted:
        assert item["pk"] == f"CUSTOMER#{one}"
        assert item["who"] == SUB
        assert item["members"] == [one, two]
        assert item["log_pk"].startswith("audit#20")
        assert "example.com" not in str(item)
        assert "username" not in item


@pytest.mark.parametrize(
    ("username", "kept"),
    [
        ("till-2", "till-2"),
        ("ann@example.com", None),
        ("+14155550123", None),
        ("14155550123", None),
    ],
)
def test_a_user_name_is_noted_unless_it_is_an_address(
    counter: Counter, username: str, kept: str | None
) -> None:
    counter.deliver(kit.sample(FULFILLED))

    counter.ask(
        "/v1/customers", email="foo@example.com", claims=claims_of("[owner]", username=username)
    )

    (item,) = stored("ACCESS#")
    assert item.get("username") == kept


def test_a_number_that_was_opened_and_did_not_fit_is_noted_too(counter: Counter) -> None:
    counter.deliver(order(id=1, email="a@example.com", phone="+14155550123"))

    assert counter.find(phone="990123") == []

    assert [item["what"] for item in stored("ACCESS#")] == [FIND]


def test_without_an_audit_entry_there_is_no_answer(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter.deliver(kit.sample(FULFILLED))
    customer = counter.find_one(email="foo@example.com")

    def refuse(*_: object) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "PutItem")

    monkeypatch.setattr(Table, "put", refuse)

    for path in (f"/v1/customers/{customer}", f"/v1/customers/{customer}/timeline"):
        answer = counter.ask(path)
        assert answer.status == 503
        assert "foo@example.com" not in str(answer.body)
    assert counter.ask("/v1/customers", email="foo@example.com").status == 503


def test_an_unexpected_error_says_nothing(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("foo@example.com")

    monkeypatch.setattr(Table, "get_many", fail)

    answer = counter.ask("/v1/customers", email="foo@example.com")

    assert answer.status == 500
    assert answer.body["type"] == "/problems/internal"
    assert "foo@example.com" not in str(answer.body) + capsys.readouterr().out


def test_a_path_that_is_not_there_is_a_problem_too(counter: Counter) -> None:
    answer = counter.ask("/v1/customs")

    assert answer.status == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_no_personal_value_reaches_a_log(
    counter: Counter, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    counter.deliver(kit.sample(PART_REFUNDED))
    customer = counter.find_one(email="bob.norman@mail.example.com")
    counter.find(phone="+557734881234")
    counter.person(customer)
    counter.timeline(customer)
    counter.ask("/v1/customers", {"bob.norman@mail.example.com": "1"})
    counter.ask("/v1/customers", email="Norman of Chestnut Street")
    counter.ask(f"/v1/customers/{customer}/timeline", cursor="Norman")
    counter.ask("/v1/customers/Norman")

    captured = capfd.readouterr()
    logged = captured.out + captured.err + caplog.text
    assert "answered" in logged
    assert "refused" in logged
    for personal in ("norman", "bob", "557734881234", "16136120707", "chestnut", "louisville"):
        assert personal not in logged.lower()


def test_a_person_costs_one_query_and_one_decryption_a_member(
    counter: Counter, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = counter.link_two()
    calls: list[str] = []
    for client, names in (
        (clients.dynamodb(), ["query", "batch_get_item"]),
        (clients.kms(), ["decrypt"]),
    ):
        for name in names:
            _count_calls(monkeypatch, client, name, calls)

    counter.person(two)

    # The keys in one, and in the other whether mail to an address came back.
    assert sorted(calls) == [*["batch_get_item"] * 2, *["decrypt"] * 2, *["query"] * 2]
    assert one != two


def test_the_audit_trail_is_in_the_inventory() -> None:
    fields = [field for field in inventory() if field.store == "customers.AUDIT"]

    assert {field.purpose for field in fields} == {"accountability"}


def _count_calls(monkeypatch: pytest.MonkeyPatch, client: Any, name: str, calls: list[str]) -> None:
    real = getattr(client, name)

    def counted(**parameters: Any) -> Any:
        calls.append(name)
        return real(**parameters)

    monkeypatch.setattr(client, name, counted)

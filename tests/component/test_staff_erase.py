"""`POST /v1/customers/{id}/erase`: asked of the API, done by the worker, told by the job."""

import json
from typing import Any

import pytest

from mteja.aws import clients
from mteja.quarantine import quarantine
from mteja.recording.record import Recorder, record
from mteja.store import keys
from mteja.store.table import Delete, Table, TransactionLost
from mteja.store.wire import item_from_wire
from tests import facts, kit
from tests.component.counter import NOBODY, SUB, order, stored
from tests.component.front import ANALYST, OWNER, STAFF, Front, work

PHONE = "+14155550123"
EMAIL = "marked.person@example.com"


@pytest.fixture
def front(aws: dict[str, str]) -> Front:
    return Front()


@pytest.fixture
def pair(front: Front) -> list[str]:
    """A person of two members with an order each, and somebody else with the same telephone."""
    front.deliver(order(id=1, email=EMAIL, person=7001, phone=PHONE, minute=1))
    front.deliver(order(id=2, email="marked.too@example.com", phone=PHONE, minute=2))
    front.deliver(order(id=3, email="other@example.com", phone=PHONE, minute=3))
    members = [front.find_one(email=one) for one in (EMAIL, "marked.too@example.com")]
    front.link(*members)
    return sorted(members)


def waiting(environment: dict[str, str]) -> int:
    attributes = clients.sqs().get_queue_attributes(
        QueueUrl=environment["ERASURES_QUEUE_URL"], AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(attributes["Attributes"]["ApproximateNumberOfMessages"])


@pytest.mark.parametrize("claims", [STAFF, ANALYST, {}, {"sub": SUB, "cognito:groups": "[owners]"}])
def test_only_an_owner_may_ask(
    front: Front, pair: list[str], aws: dict[str, str], claims: dict[str, Any]
) -> None:
    before = kit.digest(kit.all_items())

    answer = front.post(f"/v1/customers/{pair[0]}/erase", {}, claims=claims)

    assert answer.status == 403
    assert waiting(aws) == 0
    assert kit.digest(kit.all_items()) == before


def test_whom_nobody_knows_is_404_and_no_job(front: Front, aws: dict[str, str]) -> None:
    answer = front.post(f"/v1/customers/{NOBODY}/erase", {}, claims=OWNER)

    assert answer.status == 404
    assert answer.body["type"] == "/problems/unknown-customer"
    assert waiting(aws) == 0
    assert kit.all_items() == []


def test_asked_done_and_told(front: Front, pair: list[str], aws: dict[str, str]) -> None:
    answer = front.post(f"/v1/customers/{pair[1]}/erase", {}, claims=OWNER)
    job = answer.body["job"]

    assert (answer.status, set(answer.body)) == (202, {"job"})
    shown = front.ask(f"/v1/jobs/{job}").body
    assert shown == {"job": job, "kind": "erase", "status": "waiting", "url": None}
    assert front.person(pair[0])["members"] == pair

    assert work(aws) == [{"job": job}]  # the message carries the job's id and nothing else

    done = front.ask(f"/v1/jobs/{job}").body
    assert done["status"] == "done"
    assert done["done_at"].endswith("Z")
    assert done["receipt"]["removed"]["keys"] == 2
    assert [one["order"] for one in done["receipt"]["tombstones"]] == ["1", "2"]
    for member in pair:
        for path in (f"/v1/customers/{member}", f"/v1/customers/{member}/timeline"):
            assert front.ask(path).status == 404
        for way in ("link", "unlink", "erase"):
            other = {"customer": front.find_one(email="other@example.com")}
            assert front.post(f"/v1/customers/{member}/{way}", other, claims=OWNER).status == 404


def test_no_search_finds_the_person(front: Front, pair: list[str], aws: dict[str, str]) -> None:
    other = front.find_one(email="other@example.com")
    before = front.person(other)
    front.erase(pair[0])
    work(aws)

    for one in ({"email": EMAIL}, {"email": "marked.too@example.com"}, {"order": "1"}):
        assert front.find(**one) == []
    assert front.find_one(phone=PHONE) == other
    assert front.find_one(phone="0123") == other
    assert front.duplicates() == {"items": [], "next": None}
    after = front.person(other)
    assert after["candidates"] == []
    unchanged = {name: value for name, value in before.items() if name != "candidates"}
    assert {name: value for name, value in after.items() if name != "candidates"} == unchanged


def test_ids_stay_in_the_audit_trail_and_the_job_only(
    front: Front, pair: list[str], aws: dict[str, str]
) -> None:
    front.erase(pair[0])
    work(aws)

    left = [item_from_wire(item) for item in kit.all_items() + kit.all_items("keys")]
    for item in left:
        if any(member in str(item) for member in pair):
            assert str(item["sk"]).startswith(("ACCESS#", "JOB"))
        assert "marked" not in str(item)


def test_who_asked_is_noted(front: Front, pair: list[str]) -> None:
    front.erase(pair[1])

    noted = [item for item in stored("ACCESS#") if item["what"].endswith("/erase")]

    assert [(item["who"], item["members"]) for item in noted] == [(SUB, pair)]


def test_asked_twice_and_delivered_twice_it_is_done_once(
    front: Front, pair: list[str], aws: dict[str, str]
) -> None:
    jobs = [front.erase(pair[0]), front.erase(pair[1])]
    clients.sqs().send_message(
        QueueUrl=aws["ERASURES_QUEUE_URL"], MessageBody=json.dumps({"job": jobs[0]})
    )

    assert len(work(aws)) == 3

    shown = [front.ask(f"/v1/jobs/{job}").body for job in jobs]
    assert [one["status"] for one in shown] == ["done", "done"]
    assert sorted(len(one["receipt"]["tombstones"]) for one in shown) == [0, 2]


def test_a_job_that_is_not_there_is_404(front: Front) -> None:
    for job in ("job_unknown", "x", "job_" + "0" * 26, "job_" + "0" * 3_000, "ann@example.com"):
        assert front.ask(f"/v1/jobs/{job}").status == 404


def test_an_analyst_sees_no_job(front: Front, pair: list[str]) -> None:
    assert front.ask(f"/v1/jobs/{front.erase(pair[0])}", claims=ANALYST).status == 403


def test_the_receipt_tells_of_all_orders_though_the_worker_was_cut_off(
    front: Front, pair: list[str], aws: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = front.erase(pair[0])
    with monkeypatch.context() as patch:
        real = Table.transact

        def cut_off(table: Table, writes: Any, token: str | None = None) -> None:
            if any(isinstance(one, Delete) and one.key.sk == "PROFILE" for one in writes):
                raise ConnectionError
            real(table, writes, token)

        patch.setattr(Table, "transact", cut_off)
        with pytest.raises(AssertionError):
            work(aws)
    clients.sqs().send_message(
        QueueUrl=aws["ERASURES_QUEUE_URL"], MessageBody=json.dumps({"job": job})
    )
    work(aws)

    done = front.ask(f"/v1/jobs/{job}").body
    assert done["status"] == "done"
    assert sorted(one["order"] for one in done["receipt"]["tombstones"]) == ["1", "2"]
    assert done["receipt"]["removed"]["keys"] == 2


def not_understood(**changes: Any) -> dict[str, Any]:
    body = order(id=77, email="stranger@example.com")
    return kit.changed(body, total_price="not money", **changes)


@pytest.mark.parametrize("number", [7, 77])
def test_what_names_others_stays_in_quarantine_though_an_account_has_a_number_like_theirs(
    front: Front, aws: dict[str, str], recorder: Recorder, number: int
) -> None:
    """Small shops count their accounts and their orders from 1: number 77 is an order's too."""
    front.deliver(order(id=1, email=EMAIL, person=number, minute=1))
    front.have_quarantined(kit.raw(not_understood()))
    front.erase(front.find_one(email=EMAIL))

    work(aws)

    assert len(list(quarantine.listed(recorder.table))) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"email": "Marked.Person@Example.com"},
        {"email": "", "phone": "(415) 555-0123"},
        {"email": "", "phone": "415-555-0123"},
        {"email": "", "note": f"please call {PHONE}"},
        {"email": "", "note": f"or mail to {EMAIL}, please"},
        {"email": "", "payment": {"card": {"fingerprint": "sq-1-marked"}}},
        {"email": "", "customer": {"id": 7001}},
    ],
    ids=str,
)
def test_what_names_the_person_goes_from_quarantine_however_it_is_written(
    front: Front, pair: list[str], aws: dict[str, str], recorder: Recorder, changes: dict[str, Any]
) -> None:
    record(facts.fact(facts.account("7001"), facts.card("sq-1-marked")), recorder)
    front.have_quarantined(kit.raw(not_understood() | {"contact_email": None} | changes))
    front.erase(pair[0])

    work(aws)

    assert list(quarantine.listed(recorder.table)) == []


def test_what_names_the_person_in_escapes_goes_from_quarantine_too(
    front: Front, aws: dict[str, str], recorder: Recorder
) -> None:
    address = "jos\u00e9.marked@example.com"
    front.deliver(order(id=1, email=address, minute=1))
    body = json.dumps(not_understood() | {"email": address}, ensure_ascii=True).encode()
    assert address.encode() not in body
    front.have_quarantined(body)
    front.erase(front.find_one(email=address))

    work(aws)

    assert list(quarantine.listed(recorder.table)) == []


def test_a_body_that_does_not_open_holds_up_nobodys_erasure(
    front: Front, pair: list[str], aws: dict[str, str], recorder: Recorder
) -> None:
    front.have_quarantined(kit.raw(not_understood()))
    (part,) = stored("BODY#")
    recorder.table.put(part | {"sealed": part["sealed"][:-1] + b"\0"})

    job = front.erase(pair[0])
    work(aws)

    assert front.ask(f"/v1/jobs/{job}").body["status"] == "done"


@pytest.mark.parametrize(
    "body",
    [
        b'{"id": 1, "x": ' + b"[" * 20_000 + b"]" * 20_000 + b"}",
        b'{"id": 1, "x": "' + b"a" * 900_000 + b'"}',
        b'{"id": 1, "x": ' + b"9" * 5_000 + b"}",
        b'{"id": 1, "x": "\\ud800@example.com"}',
        b"\xff\xfe not JSON at all",
    ],
    ids=["deep", "long", "a great number", "half a letter", "no text"],
)
def test_no_body_holds_up_an_erasure(
    front: Front, pair: list[str], aws: dict[str, str], body: bytes
) -> None:
    front.have_quarantined(body)
    job = front.erase(pair[0])

    work(aws)

    assert front.ask(f"/v1/jobs/{job}").body["status"] == "done"


def test_an_order_of_both_that_was_planned_before_leaves_no_link_to_nobody(
    recorder: Recorder, front: Front, aws: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    front.deliver(order(id=1, email=EMAIL, minute=1))
    front.deliver(order(id=2, email="other@example.com", person=8, minute=2))
    gone, other = front.find_one(email=EMAIL), front.find_one(email="other@example.com")
    real = Table.transact
    planned: list[tuple[Any, str | None]] = []
    both = facts.fact(facts.account("8"), facts.email(EMAIL))
    front.erase(gone)

    def erase_between(table: Table, writes: Any, token: str | None = None) -> None:
        """Hold the order's first transaction back until the customer is about to be removed."""
        if not planned:
            planned.append((writes, token))
            work(aws)
            raise TransactionLost
        if Delete(keys.profile(gone)) in writes:
            try:
                real(table, *planned[0])
            except TransactionLost:
                planned.append(planned[0])
        real(table, writes, token)

    monkeypatch.setattr(Table, "transact", erase_between)
    record(both, recorder)

    left = [item["pk"] for item in stored("") if gone in f"{item['pk']} {item['sk']}"]
    assert [pk for pk in left if not pk.startswith(("JOB", f"CUSTOMER#{gone}"))] == []
    assert [item for item in stored("LINK#") if gone in f"{item['pk']} {item['sk']}"] == []
    assert front.person(other)["members"] == [other]


def test_no_personal_value_reaches_a_log(
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    front: Front,
    pair: list[str],
    aws: dict[str, str],
) -> None:
    front.erase(pair[0])
    work(aws)

    logged = "".join(capfd.readouterr()) + caplog.text

    assert "erased" in logged
    for mark in ("marked", "4155550123", "7001"):
        assert mark not in logged

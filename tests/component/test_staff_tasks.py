"""What staff promised to do: listed by its day, and done once."""

import threading
from typing import Any

import pytest

from mteja.audit import Viewer
from mteja.business.model import Business
from mteja.customers import tasks
from mteja.customers.items import ProfileItem
from mteja.recording.record import Recorder
from mteja.staff.bodies import CallOfSomebody
from mteja.staff.clerk import Clerk
from mteja.staff.parsing import from_fields
from mteja.staff.tasks import Tasks
from mteja.store.table import Table, TransactionLost
from tests import kit
from tests.component.counter import NOBODY, SUB, claims_of, entries, stored
from tests.component.front import Front, work
from tests.fakes.memory import memory_recorder

PHONE = "+14155550123"
OTHER_SUB = "11111111-5a6e-4a35-9f0e-2f6f1c0d7a11"
OTHER = claims_of("[staff]", sub=OTHER_SUB)


@pytest.fixture
def front(aws: dict[str, str]) -> Front:
    return Front()


@pytest.fixture
def asha(front: Front) -> str:
    return str(front.told("/v1/customers", {"phone": PHONE, "name": "Asha Example"})["id"])


def follow_up(front: Front, customer: str, day: str, why: str = "Lamp") -> str:
    body = {"why": why, "kind": "question", "follow_up_on": day}
    return str(front.told(f"/v1/customers/{customer}/calls", body)["task"])


def listed(front: Front, **parameters: str) -> list[dict[str, Any]]:
    answer = front.ask("/v1/tasks", parameters)
    assert answer.status == 200
    return list(answer.body["items"])


def test_a_follow_up_is_a_task_with_whom_it_is_for(front: Front, asha: str) -> None:
    body = {"who": "Her son", "why": "Lamp", "heard_from": "friend", "follow_up_on": "2026-12-01"}
    told = front.told(f"/v1/customers/{asha}/calls", body)

    (task,) = listed(front)

    (entry,) = front.timeline(asha, kind="task")["items"]
    assert task == {
        "id": told["task"],
        "at": entry["at"],
        "customer": asha,
        "name": "Asha Example",
        "email": None,
        "phone": PHONE,
        "data": {
            "kind": "other",
            "who": "Her son",
            "why": "Lamp",
            "call": told["id"],
            "due_on": "2026-12-01",
            "status": "open",
            "by": SUB,
            "done_at": None,
            "done_by": None,
        },
    }
    assert (entry["id"], entry["data"]) == (task["id"], task["data"])


def test_tasks_come_by_their_day_in_the_zone_of_the_business(front: Front, asha: str) -> None:
    days = ["2026-12-03", "2026-11-20", "2026-12-01", "2027-01-01", "2026-12-02"]
    for day in days:
        follow_up(front, asha, day)

    assert [one["data"]["due_on"] for one in listed(front)] == sorted(days)
    (first, *_) = sorted(str(one["open_sk"]) for one in stored("AT#") if "open_sk" in one)
    assert first.startswith("2026-11-19T21:00:00.000Z#")  # midnight in Dar es Salaam


def test_pages_hold_all_open_tasks_once(
    front: Front, asha: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mteja.staff.tasks._PAGE", 2)
    other = str(front.told("/v1/customers", {"name": "Ben"})["id"])
    made = [
        follow_up(front, customer, day)
        for day in ("2026-12-01", "2026-12-02", "2026-12-03")
        for customer in (asha, other)
    ]
    front.post(f"/v1/tasks/{made[2]}/done")

    found: list[str] = []
    query: dict[str, str] = {}
    sizes = []
    while True:
        answer = front.ask("/v1/tasks", query).body
        found += [one["id"] for one in answer["items"]]
        sizes.append(len(answer["items"]))
        if answer["next"] is None:
            break
        query = {"cursor": answer["next"]}

    assert sizes == [2, 2, 1]
    assert sorted(found) == sorted(set(made) - {made[2]})


def test_a_page_ends_after_so_many_that_are_done_by_now(
    front: Front, asha: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index lags behind: what it still has and is done is read over."""
    monkeypatch.setattr(tasks, "MAX_READ", 2)
    made = [follow_up(front, asha, f"2026-12-0{day}") for day in range(1, 5)]
    real = Table.get

    def done_by_now(self: Table, key: Any) -> Any:
        item = real(self, key)
        if item is not None and item.get("open_pk") and not str(item["sk"]).endswith(made[3][:30]):
            return item | {"open_pk": None}
        return item

    monkeypatch.setattr(Table, "get", done_by_now)

    first = front.ask("/v1/tasks").body
    second = front.ask("/v1/tasks", cursor=first["next"]).body

    assert (first["items"], first["next"] is None) == ([], False)
    assert [one["id"] for one in second["items"]] == [made[3]]
    assert second["next"] is None


@pytest.mark.parametrize("cursor", ["", "x", "eyJhIjoxfQ", "A" * 3_000])
def test_a_cursor_of_another_list_is_refused(front: Front, cursor: str) -> None:
    answer = front.ask("/v1/tasks", cursor=cursor)

    assert (answer.status, answer.body["errors"][0]["field"]) == (422, "cursor")


def test_who_is_in_the_list_is_noted_once_a_page(front: Front, asha: str) -> None:
    for day in ("2026-12-01", "2026-12-02"):
        follow_up(front, asha, day)
    listed(front)

    noted = [one for one in stored("ACCESS#") if one["what"] == "GET /v1/tasks"]

    assert [(one["who"], one["members"]) for one in noted] == [(SUB, [asha])]


def test_what_is_done_is_listed_no_more_and_says_who_and_when(front: Front, asha: str) -> None:
    task = follow_up(front, asha, "2026-12-01")

    answer = front.post(f"/v1/tasks/{task}/done", claims=OTHER)

    assert answer.status == 200
    assert answer.body.pop("done_at").endswith("Z")
    assert answer.body == {"id": task, "customer": asha, "status": "done", "done_by": OTHER_SUB}
    assert listed(front) == []
    (entry,) = front.timeline(asha, kind="task")["items"]
    assert (entry["data"]["status"], entry["data"]["done_by"]) == ("done", OTHER_SUB)
    assert entry["data"]["done_at"].endswith("Z")
    assert entry["data"]["why"] == "Lamp"
    assert not [item for item in stored("AT#") if "open_pk" in item]


def test_done_twice_is_done_by_the_first(front: Front, asha: str) -> None:
    task = follow_up(front, asha, "2026-12-01")
    first = front.post(f"/v1/tasks/{task}/done", claims=OTHER).body
    before = front.person(asha)["version"]
    (entry,) = front.timeline(asha, kind="task")["items"]

    again = front.post(f"/v1/tasks/{task}/done")

    assert (again.status, again.body) == (200, first)
    assert front.timeline(asha, kind="task")["items"] == [entry]
    assert front.person(asha)["version"] == before
    assert [one["who"] for one in stored("ACCESS#") if one["what"].endswith("/done")] == [
        OTHER_SUB,
        SUB,
    ]


def test_done_by_many_at_once_is_done_by_one(the_business: Business) -> None:
    recorder = memory_recorder(the_business)
    told = from_fields(CallOfSomebody, {"name": "Asha", "follow_up_on": "2026-12-01"})
    called = Clerk(Viewer("sub", None), recorder, kit.NOW_MS).call_of_somebody(told)
    answers: list[dict[str, Any]] = []

    def close(number: int) -> None:
        by = Tasks(Viewer(f"sub-{number}", None), recorder, kit.NOW_MS + number)
        answers.append(by.done(called["task"]))

    workers = [threading.Thread(target=close, args=(number,)) for number in range(6)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()

    assert len(answers) == 6
    assert all(one == answers[0] for one in answers)
    assert Tasks(Viewer("sub", None), recorder, kit.NOW_MS).open({}).body["items"] == []


def test_who_was_read_before_another_closed_it_does_not_overwrite_that(
    front: Front, asha: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = follow_up(front, asha, "2026-12-01")
    transact = Table.transact

    def overtaken(self: Table, *args: Any) -> None:
        monkeypatch.setattr(Table, "transact", transact)
        front.post(f"/v1/tasks/{task}/done", claims=OTHER)
        transact(self, *args)

    monkeypatch.setattr(Table, "transact", overtaken)

    assert front.post(f"/v1/tasks/{task}/done").body["done_by"] == OTHER_SUB


def test_a_customer_who_stays_busy_is_503(
    front: Front, asha: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = follow_up(front, asha, "2026-12-01")

    def lose(*_: Any) -> None:
        raise TransactionLost

    monkeypatch.setattr(Table, "transact", lose)
    monkeypatch.setattr("mteja.store.attempts.time.sleep", lambda _: None)

    assert front.post(f"/v1/tasks/{task}/done").status == 503


@pytest.mark.parametrize(
    "task",
    [
        "tsk_none",
        "x",
        f"tsk_{'0' * 52}",
        f"tsk_{'Z' * 52}",
        f"tsk_01K0EXAMP1E0F0NETASK000001{NOBODY.removeprefix('cus_')}",
        "cal_01K0EXAMP1E0F0NETASK00000101K0EXAMP1E0F0NETASK000001",
    ],
)
def test_what_is_no_task_is_404(front: Front, task: str) -> None:
    answer = front.post(f"/v1/tasks/{task}/done")

    assert (answer.status, answer.body["title"]) == (404, "There is no such task")
    assert kit.all_items() == []


def test_a_call_is_no_task(front: Front, asha: str) -> None:
    follow_up(front, asha, "2026-12-01")
    (task,) = [one for one in entries(asha) if one.kind == "task"]
    ulid = task.id.removeprefix("tsk_")

    for other in (f"tsk_{ulid[:-1]}0{asha[4:]}", f"tsk_{asha[4:]}{ulid}"):
        assert front.post(f"/v1/tasks/{other}/done").status == 404


def test_of_an_erased_person_no_task_is_left(front: Front, asha: str, aws: dict[str, str]) -> None:
    task = follow_up(front, asha, "2026-12-01")
    front.erase(asha)
    work(aws)

    assert listed(front) == []
    assert front.post(f"/v1/tasks/{task}/done").status == 404
    assert not [item for item in stored("") if "open_pk" in item and item["open_pk"] == "task"]


def test_while_a_person_is_being_erased_its_tasks_are_neither_shown_nor_done(
    front: Front, asha: str, recorder: Recorder
) -> None:
    task = follow_up(front, asha, "2026-12-01")
    (raw,) = stored("PROFILE")
    profile = ProfileItem.model_validate(raw).model_copy(update={"erased_at": kit.NOW_MS})
    recorder.table.put(profile.model_dump(exclude_none=True))

    assert listed(front) == []
    assert front.post(f"/v1/tasks/{task}/done").status == 404

"""From old orders to offers on the stack: handed out, worked from the queue with the function's own
rights, told, and mailed with a code that the till takes.
"""

import json
import time
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from mteja.business.compile import read
from mteja.business.load import mailing
from mteja.mail.rules import quiet_until
from mteja.times import DAY_MS, business_day, now_ms, rfc3339
from mteja_local import mail
from mteja_local.clients import Clients
from mteja_local.place import ROOT
from tests import platforms
from tests.e2e import marked
from tests.e2e.marked import Staff

ZONE = read(ROOT / "layers/business/business.yaml").time_zone
PEOPLE = 6  # some of whom may be held out
_WAITS_S = 60


@pytest.fixture(scope="module")
def addresses(stack: dict[str, Any]) -> list[str]:
    """Buy as some people, ninety days ago; return their addresses."""
    made = [f"quiet-{uuid4().hex[:12]}@example.com" for _ in range(PEOPLE)]
    placed = rfc3339(now_ms() - 90 * DAY_MS)
    for email in made:
        order = platforms.standard_order(
            data__id=f"order-of-{email}",
            data__number=email,
            data__placed_at=placed,
            data__updated_at=placed,
            data__customer__id=f"id-of-{email}",
            data__customer__email=email,
            data__customer__phone=None,
            data__customer__accepts_marketing=True,
        )
        assert marked.post(stack, "standard", order).status == 200
    return made


def _run(clients: Clients, stack: dict[str, Any], staff: Staff, day: date) -> dict[str, Any]:
    """Run the job for a day; return what staff are told of it when all workers are done."""
    payload = json.dumps({"day": str(day)}).encode()
    answer = clients("lambda").invoke(
        FunctionName=stack["functions"]["inactivity"], Payload=payload
    )
    told = json.load(answer["Payload"])
    assert "FunctionError" not in answer, told
    assert told["buckets"] == 24
    queue = stack["outputs"]["InactivityQueueUrl"]
    deadline = time.monotonic() + _WAITS_S
    while _left(clients, queue):
        assert time.monotonic() < deadline, "the queue is not worked"
        time.sleep(0.25)
    (run,) = staff.get(f"/v1/reports/inactivity?from={day}&to={day}").json()["items"]
    return dict(run)


def _left(clients: Clients, queue: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    told = clients("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
    return sum(int(told[name]) for name in names)


def test_who_is_quiet_for_long_gets_an_offer_by_mail_once(
    clients: Clients, stack: dict[str, Any], staff: Staff, addresses: list[str]
) -> None:
    # What is overdue when it is told is due by the next run, which is tomorrow's.
    tomorrow = business_day(now_ms(), ZONE) + timedelta(days=1)
    run = _run(clients, stack, staff, tomorrow)
    assert run["acted"] + run["held_out"] >= PEOPLE
    assert (run["failed"], run["unended"]) == (0, 0)
    assert run["read_units"] > 0
    assert run["write_units"] > 0
    again = _run(clients, stack, staff, tomorrow)
    assert again["acted"] == run["acted"]
    mail.send(clients, stack)
    sent = [one for one in mail.captured(stack["aws"]["endpoint"]) if one["To"][0] in addresses]
    assert len({one["To"][0] for one in sent}) == len(sent)
    if not _is_night():
        assert len(sent) > 0
    for email in addresses:
        (found,) = staff.find(email=email)
        entries = staff.get(f"/v1/customers/{found['id']}/timeline?kind=offer").json()["items"]
        assert len(entries) <= 1


def _is_night() -> bool:
    declared = mailing().mail
    return declared is not None and quiet_until(now_ms(), declared.quiet_hours, ZONE) is not None

"""Nothing personal is ever in a log of surveys, on the good way and on every bad one."""

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mteja.errors import Conflict
from mteja.surveys import intake
from tests import questions
from tests.component.asked import Surveys
from tests.component.conftest import Answer

MARKERS = {
    "email": "marker.person@private.example",
    "why": "Markerreason",
    "token": "markertoken" * 6,
    "address": "203.0.113.77",
    "agent": "Markeragent",
}
SAID = questions.ANSWERS | {"why": MARKERS["why"]}
ASKED: tuple[dict[str, Any], ...] = (
    {"id": "email", "kind": "field"},
    {"id": "recommend", "kind": "nps"},
    {"id": "why", "kind": "text"},
)


def with_email(surveys: Surveys, **more: Any) -> Answer:
    surveys.declare(*ASKED)
    answers = {"email": MARKERS["email"], "recommend": 9, "why": MARKERS["why"]} | more
    return surveys.send({"answers": answers}, "made-up")


def fails(error: Exception) -> Callable[[pytest.MonkeyPatch], None]:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    return lambda patch: patch.setattr(intake, "record", fail)


def right(_: pytest.MonkeyPatch) -> None:
    return None


REFUSED = ClientError(
    {"Error": {"Code": "ValidationException", "Message": f"bad: {MARKERS}"}}, "PutItem"
)
CASES: dict[str, tuple[Callable[[Surveys], Answer], Callable[[pytest.MonkeyPatch], None], int]] = {
    "taken": (lambda surveys: surveys.send({"answers": SAID}), right, 202),
    "with an e-mail": (with_email, right, 202),
    "from a browser": (lambda surveys: surveys.browse([("why", MARKERS["why"])]), right, 303),
    "an unknown question": (
        lambda surveys: surveys.send({"answers": {MARKERS["email"]: MARKERS["why"]}}), right, 422,
    ),
    "a wrong value": (
        lambda surveys: surveys.send({"answers": {"heard_from": MARKERS["why"]}}), right, 422,
    ),
    "a wrong channel": (
        lambda surveys: surveys.send({"answers": SAID, "channel": MARKERS["email"]}), right, 422,
    ),
    "no e-mail": (lambda surveys: with_email(surveys, email=MARKERS["why"]), right, 422),
    "broken": (lambda surveys: surveys.send(json.dumps(SAID).encode()[:-1]), right, 400),
    "a forged link": (
        lambda surveys: surveys.send({"answers": SAID, "invitation": MARKERS["token"]}), right, 401,
    ),
    "a forged link on the page": (
        lambda surveys: surveys.ask("/surveys/satisfaction", None, t=MARKERS["token"]), right, 401,
    ),
    "an unknown survey": (
        lambda surveys: surveys.send({"answers": SAID}, MARKERS["email"]), right, 404,
    ),
    "busy": (lambda surveys: surveys.send({"answers": SAID}), fails(Conflict()), 503),
    "AWS refuses": (lambda surveys: surveys.send({"answers": SAID}), fails(REFUSED), 503),
    "a fault of ours": (
        lambda surveys: surveys.send({"answers": SAID}), fails(ValueError(MARKERS["why"])), 500,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_no_log_line_holds_anything_personal(
    surveys: Surveys,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    name: str,
) -> None:
    act, arrange, expected = CASES[name]
    arrange(monkeypatch)
    surveys.address, surveys.agent = MARKERS["address"], MARKERS["agent"]
    for handler in surveys.app.LOG.handlers:
        monkeypatch.setattr(handler, "stream", sys.stdout)
    with caplog.at_level("DEBUG"):
        answer = act(surveys)
    assert answer.status == expected
    output = capsys.readouterr()
    told = f"{output.out}{output.err}{caplog.text}"
    told += repr([record.__dict__ for record in caplog.records])
    told += answer.text if answer.body is not None else ""  # a page shows its own address
    assert output.out, "a handler says what it did"
    for line in output.out.splitlines():
        json.loads(line)
    for marker in MARKERS.values():
        assert marker not in told
    stored = json.dumps(surveys.items, default=str)
    assert not any(marker in stored for marker in MARKERS.values())

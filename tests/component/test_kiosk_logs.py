"""What a tablet asks is logged once, taken or refused, and never what was typed."""

import json
import sys
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mteja.errors import Conflict
from mteja.forms import intake
from mteja.observing import logger
from tests.component.browser import Shown
from tests.component.front import Front
from tests.component.signed_in import office
from tests.component.tablet import Tablet, fields_of

MARKER = "marker.person@private.example"
FULL = "/staff/kiosk/in-store"
BUSY = ClientError({"Error": {"Code": "ThrottlingException", "Message": MARKER}}, "PutItem")


@pytest.fixture
def front(aws: dict[str, str]) -> Front:
    return Front()


@pytest.fixture
def tablet(front: Front, monkeypatch: pytest.MonkeyPatch) -> Tablet:
    return Tablet(office(monkeypatch), monkeypatch)


class Log:
    """The log since `begin`, which a test calls itself: what is captured changes until it runs."""

    def __init__(self, patch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[str]) -> None:
        self._patch = patch
        self._captured = captured

    def begin(self) -> None:
        for handler in logger("staff").handlers:
            self._patch.setattr(handler, "stream", sys.stdout)
        self._captured.readouterr()

    def lines(self) -> list[dict[str, Any]]:
        written = "".join(self._captured.readouterr())
        assert MARKER not in written
        return [json.loads(line) for line in written.splitlines()]


@pytest.fixture
def log(tablet: Tablet, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Log:
    return Log(monkeypatch, capsys)


@pytest.mark.parametrize(
    ("more", "status", "error"),
    [
        ({"email": f"no address {MARKER}"}, 422, "InvalidFields"),
        ({}, 422, "InvalidInput"),
        ({"_token": "guessed"}, 403, "NotAllowed"),
        ({"_pass": "none"}, 404, "NotFound"),
        ({"email.part": "twice"}, 422, "InvalidInput"),
    ],
    ids=["two fields", "one field", "token", "pass", "given twice"],
)
def test_what_is_refused_to_the_script_is_logged_once(
    tablet: Tablet,
    log: Log,
    more: dict[str, str],
    status: int,
    error: str,
) -> None:
    typed = fields_of(tablet.hand_over("asha@shop.example")) | {"email": MARKER, "phone": "x"}
    log.begin()
    shown = tablet.send("in-store", typed, **more)
    assert (shown.status, shown.headers["content-type"]) == (status, "application/problem+json")
    (line,) = log.lines()
    assert (line["message"], line["level"]) == ("refused", "INFO")
    assert (line["status"], line["error"]) == (status, error)


@pytest.mark.parametrize(
    ("error", "status"),
    [(Conflict(MARKER), 503), (BUSY, 503), (RuntimeError(MARKER), 500)],
    ids=["conflict", "busy", "fault"],
)
def test_a_fault_of_ours_is_logged_as_one_and_told_to_the_script_as_a_problem(
    tablet: Tablet,
    monkeypatch: pytest.MonkeyPatch,
    log: Log,
    error: Exception,
    status: int,
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    typed = fields_of(tablet.hand_over("asha@shop.example")) | {"email": MARKER}
    monkeypatch.setattr(intake, "record", fail)
    log.begin()
    shown = tablet.send("in-store", typed)
    assert (shown.status, shown.headers["content-type"]) == (status, "application/problem+json")
    (line,) = log.lines()
    assert (line["message"], line["level"], line["status"]) == ("refused", "ERROR", status)


def test_a_tablet_without_a_pass_tells_its_script_so_and_leads_a_reader_to_the_door(
    tablet: Tablet, log: Log
) -> None:
    typed = fields_of(tablet.hand_over("asha@shop.example")) | {"email": MARKER}
    del tablet.browser.cookies["__Host-kiosk"]
    log.begin()
    assert tablet.send("in-store", typed).status == 401
    (line,) = log.lines()
    assert (line["message"], line["error"]) == ("refused", "NotSignedIn")
    assert tablet.browser.post(FULL, typed).path == "/staff/sign-in"


def test_what_is_too_large_is_told_to_the_script_as_a_problem(tablet: Tablet, log: Log) -> None:
    typed = fields_of(tablet.hand_over("asha@shop.example")) | {"name": "x" * 100_001}
    log.begin()
    shown = tablet.send("in-store", typed)
    assert (shown.status, shown.headers["content-type"]) == (413, "application/problem+json")
    (line,) = log.lines()
    assert (line["message"], line["error"]) == ("refused", "TooLarge")


def test_what_a_tablet_is_answered_is_logged(tablet: Tablet, log: Log) -> None:
    typed = fields_of(tablet.hand_over("asha@shop.example")) | {"email": MARKER, "name": "Marker"}
    log.begin()
    answered: list[Shown] = [
        tablet.send("in-store", typed),
        tablet.browser.post(FULL, typed),
        tablet.browser.post(FULL, typed | {"email": "none"}),
    ]
    assert [one.status for one in answered] == [201, 200, 422]
    lines = log.lines()
    assert {(one["message"], one["by"]) for one in lines} == {
        ("answered", tablet.subs["asha@shop.example"])
    }
    assert [(one["what"], one["status"]) for one in lines] == [
        ("POST /staff/kiosk/{form}", 201),
        ("POST /staff/kiosk/{form}", 303),
        ("GET /staff/kiosk/{form}/thanks", 200),
        ("POST /staff/kiosk/{form}", 422),
    ]

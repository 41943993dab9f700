"""Nothing personal is ever in a log of forms, on the good way and on every bad one."""

import base64
import json
import sys
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mteja.errors import Conflict
from mteja.forms import intake
from tests import blanks
from tests.component.conftest import Answer, Forms

MARKERS = {
    "email": "marker.person@private.example",
    "phone": "+14155550132",
    "name": "Markername",
    "street": "77 Marker Street",
    "city": "Markerville",
    "message": "Markermessage",
    "serial": "MARKERSERIAL7",
    "token": "markertoken",
}
PERSON = {"email": MARKERS["email"], "name": MARKERS["name"]}
FULL = PERSON | {
    "phone": MARKERS["phone"],
    "address": {"line1": MARKERS["street"], "city": MARKERS["city"], "country": "US"},
}
PAIRS = [("email", MARKERS["email"]), ("name", MARKERS["name"])]


def wrong(error: Exception) -> Callable[[pytest.MonkeyPatch], None]:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    return lambda patch: patch.setattr(intake, "record", fail)


def right(_: pytest.MonkeyPatch) -> None:
    return None


def warranty(forms: Forms) -> Answer:
    card = {"product": "demo-lamp", "serial": MARKERS["serial"]}
    forms.taken("warranty", {"email": "first@example.com", "name": "First"} | card)
    return forms.fill_in("warranty", PERSON | card)


REFUSED = ClientError(
    {"Error": {"Code": "ValidationException", "Message": f"bad: {MARKERS}"}}, "PutItem"
)
CASES: dict[str, tuple[Callable[[Forms], Answer], Callable[[pytest.MonkeyPatch], None], int]] = {
    "taken": (lambda forms: forms.fill_in("in-store", FULL), right, 202),
    "taken from a browser": (lambda forms: forms.browse("newsletter", PAIRS), right, 303),
    "a message": (
        lambda forms: forms.fill_in("contact", PERSON | {"message": MARKERS["message"]}),
        right, 202,
    ),
    "a field that is wrong": (
        lambda forms: forms.fill_in("in-store", FULL | {"phone": MARKERS["name"]}), right, 422,
    ),
    "a browser's field that is wrong": (
        lambda forms: forms.browse("newsletter", [("email", MARKERS["name"])]), right, 422,
    ),
    "a field that is named by a person": (
        lambda forms: forms.fill_in("newsletter", PERSON | {MARKERS["email"]: "x"}), right, 422,
    ),
    "a form that is named by a person": (
        lambda forms: forms.fill_in(MARKERS["email"], PERSON), right, 404,
    ),
    "no JSON": (
        lambda forms: forms.post(
            "newsletter", MARKERS["email"].encode(), {"content-type": "application/json"}
        ),
        right, 400,
    ),
    "another content type": (
        lambda forms: forms.post(
            "newsletter", MARKERS["email"].encode(), {"content-type": MARKERS["name"]}
        ),
        right, 415,
    ),
    "a serial number that is taken": (warranty, right, 409),
    "a link that is forged": (
        lambda forms: forms.ask("/v1/forms/profile", {"t": MARKERS["token"] * 5}), right, 401,
    ),
    "a personal address": (
        lambda forms: forms.ask(f"/forms/{MARKERS['email']}", {"name": MARKERS["name"]}),
        right, 404,
    ),
    "our mistake": (
        lambda forms: forms.fill_in("newsletter", PERSON), wrong(KeyError(str(MARKERS))), 500,
    ),
    "busy": (
        lambda forms: forms.fill_in("newsletter", PERSON), wrong(Conflict(str(MARKERS))), 503,
    ),
    "DynamoDB refuses": (
        lambda forms: forms.fill_in("newsletter", PERSON), wrong(REFUSED), 503,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_no_log_line_holds_anything_personal(
    forms: Forms,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    name: str,
) -> None:
    act, arrange, expected = CASES[name]
    arrange(monkeypatch)
    for handler in forms.app.LOG.handlers:
        monkeypatch.setattr(handler, "stream", sys.stdout)
    with caplog.at_level("DEBUG"):
        answer = act(forms)
    assert answer.status == expected
    output = capsys.readouterr()
    told = f"{output.out}{output.err}{caplog.text}"
    if answer.headers["content-type" if answer.status != 303 else "location"] == "application/json":
        told += answer.text
    told += repr([record.__dict__ for record in caplog.records])
    assert output.out, "a handler says what it did"
    for line in output.out.splitlines():
        json.loads(line)
    for marker in MARKERS.values():
        assert marker not in told
        assert base64.b64encode(marker.encode()).decode() not in told


# A page shows a browser its own form again, and its own address in other languages.
@pytest.mark.parametrize(
    "name", [one for one in CASES if "browser" not in one and "addr" not in one]
)
def test_no_answer_repeats_anything_personal(
    forms: Forms, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    act, arrange, _ = CASES[name]
    arrange(monkeypatch)
    answer = act(forms)
    for marker in MARKERS.values():
        assert marker not in f"{answer.headers}{answer.text}"


def test_nothing_personal_is_stored_in_clear(forms: Forms) -> None:
    forms.taken("in-store", FULL)
    forms.taken("contact", PERSON | {"message": MARKERS["message"], "campaign": MARKERS["email"]})
    forms.taken("preorder", FULL | {"product": "demo-lamp"}, idempotency_key=MARKERS["email"])
    forms.browse("newsletter", [*PAIRS, ("newsletter", "true")], blanks.MULTIPART)
    stored = repr(forms.everything)
    for marker in MARKERS.values():
        assert marker not in stored

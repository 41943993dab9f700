"""What can't be taken is refused with a clear answer, the field named, and nothing stored."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from markupsafe import escape

from mteja.errors import Conflict
from mteja.forms import intake
from mteja.http.limits import Limit
from mteja.http.request import MAX_BODY_BYTES
from tests import blanks
from tests.component.conftest import Forms

JSON = {"content-type": "application/json"}
OK: dict[str, Any] = {"email": "asha@example.com", "name": "Asha"}
HOSTILE = """"><script>alert(1)</script>'{{ 7 * 7 }}%s"""

BODIES: dict[str, tuple[bytes, dict[str, str], int, str]] = {
    "nothing": (b"", JSON, 400, "malformed-body"),
    "half": (b'{"email": "a', JSON, 400, "malformed-body"),
    "a list": (b"[]", JSON, 400, "malformed-body"),
    "NaN": (b'{"email": NaN}', JSON, 400, "malformed-body"),
    "a name twice": (b'{"email": "a", "email": "b"}', JSON, 400, "malformed-body"),
    "too deep": (b'{"a":' * 100_000, JSON, 400, "malformed-body"),
    "no UTF-8": (b'{"name": "\xff"}', JSON, 400, "malformed-body"),
    "no content type": (b"{}", {}, 415, "unsupported-media-type"),
    "text": (b"{}", {"content-type": "text/plain"}, 415, "unsupported-media-type"),
    "XML": (b"<a/>", {"content-type": "application/xml"}, 415, "unsupported-media-type"),
}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("form", ["newsletter", "preorder", "warranty"])
def test_a_body_that_can_not_be_read_is_refused(forms: Forms, name: str, form: str) -> None:
    body, headers, status, problem = BODIES[name]
    answer = forms.post(form, body, headers, base64_body=True)
    assert (answer.status, answer.problem) == (status, problem)
    assert forms.everything == ([], [])


@pytest.mark.parametrize("base64_body", [True, False])
@pytest.mark.parametrize("over", [0, 1])
def test_a_body_over_the_limit_is_too_large(forms: Forms, base64_body: bool, over: int) -> None:
    empty = json.dumps({"padding": ""}).encode()
    body = json.dumps({"padding": "x" * (MAX_BODY_BYTES - len(empty) + over)}).encode()
    assert len(body) == MAX_BODY_BYTES + over
    answer = forms.post("newsletter", body, JSON, base64_body=base64_body)
    expected = (413, "too-large") if over else (422, "invalid-field")
    assert (answer.status, answer.problem) == expected
    assert forms.everything == ([], [])


FIELDS: list[tuple[str, dict[str, Any], str]] = [
    ("newsletter", {"email": "nobody"}, "email"),
    ("newsletter", {"email": ["a@example.com", "b@example.com"]}, "email"),
    ("newsletter", {"name": "x" * 10_000}, "name"),
    ("newsletter", {"name": "As\x00ha"}, "name"),
    ("newsletter", {"name": 5}, "name"),
    ("newsletter", {"name": {"full": ["Asha"]}}, "name.full"),
    ("newsletter", {"newsletter": "perhaps"}, "newsletter"),
    ("newsletter", {"colour": "red"}, "colour"),
    ("newsletter", {"phone": "+14155550132"}, "phone"),  # a field of other forms
    ("newsletter", {"__proto__": {"admin": True}}, "__proto__"),
    ("newsletter", {"_admin": True}, "_admin"),
    ("newsletter", {"asha@example.com": "x"}, "body"),
    ("in-store", {"phone": True}, "phone"),
    ("in-store", {"address": {"line1": "x", "planet": "Mars"}}, "address"),
    ("in-store", {"address": {"city": "x" * 10_000}}, "address.city"),
    ("in-store", {"heard_from": {"$gt": ""}}, "heard_from"),
    ("preorder", {"product": "demo-chair"}, "product"),  # not to be had in advance
    ("preorder", {"product": "demo-lamp", "quantity": 0}, "quantity"),
    ("preorder", {"product": "demo-lamp", "quantity": 11}, "quantity"),
    ("preorder", {"product": "demo-lamp", "quantity": 10**30}, "quantity"),
    ("preorder", {"product": "demo-lamp", "quantity": 1.5}, "quantity"),
    ("preorder", {"quantity": 1}, "product"),
    ("warranty", {"product": "demo-lamp", "serial": "SN#1"}, "serial"),
    ("warranty", {"product": "demo-lamp"}, "serial"),
    ("warranty", {"product": "demo-lamp", "serial": "1", "bought_on": "2090-01-01"}, "bought_on"),
    ("contact", {"message": ["a"]}, "message"),
    ("contact", {"message": "x" * 2_001}, "message"),
    ("profile", {"income": "500-1500"}, "income"),  # sensitive: not asked of strangers
    ("profile", {"children": 2}, "children"),
    ("profile", {"interests": ["lamps", "guns"]}, "interests"),
    ("profile", {"birthday": "1.2.1990"}, "birthday"),
]


@pytest.mark.parametrize(("form", "wrong", "field"), FIELDS, ids=lambda one: str(one)[:40])
def test_a_field_that_is_wrong_is_named_and_nothing_is_stored(
    forms: Forms, form: str, wrong: dict[str, Any], field: str
) -> None:
    answer = forms.fill_in(form, OK | wrong)
    assert (answer.status, answer.problem) == (422, "invalid-field")
    assert list(answer.faults) == [field]
    for value in map(str, wrong.values()):
        assert len(value) < 4 or value not in answer.text
    assert forms.everything == ([], [])


def test_everything_that_is_wrong_is_told_at_once(forms: Forms) -> None:
    answer = forms.fill_in("in-store", {"email": "x", "phone": "y", "name": [], "z": 1})
    assert answer.status == 422
    assert list(answer.faults) == ["email", "name", "phone", "z"]


@pytest.mark.parametrize("kind", [blanks.URLENCODED, blanks.MULTIPART])
def test_a_browser_sees_the_form_again_with_what_is_wrong(forms: Forms, kind: str) -> None:
    answer = forms.browse("newsletter", [("email", "asha@"), ("name", HOSTILE)], kind)
    assert answer.status == 422
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert 'value="asha@"' in answer.text
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text
    assert forms.everything == ([], [])


@pytest.mark.parametrize("accept", ["application/json", "*/*", ""])
@pytest.mark.parametrize("kind", [blanks.URLENCODED, blanks.MULTIPART])
def test_a_program_that_sends_a_form_reads_what_is_wrong_as_json(
    forms: Forms, accept: str, kind: str
) -> None:
    answer = forms.browse("newsletter", [("email", "asha@")], kind, accept=accept)
    assert (answer.status, answer.problem) == (422, "invalid-field")
    assert list(answer.faults) == ["email"]
    headers = {"content-type": kind, "accept": accept}
    unread = forms.post("newsletter", b"\xff", headers, base64_body=True)
    assert (unread.status, unread.problem) == (400, "malformed-body")


KINDS = pytest.mark.parametrize(
    "kind",
    [JSON["content-type"], blanks.URLENCODED, blanks.MULTIPART],
    ids=["json", "urlencoded", "multipart"],
)
# Of each form of the demonstration, what it may be sent, with one field that is wrong.
ODD: list[tuple[str, dict[str, Any], str]] = [
    ("newsletter", {"colour": "red"}, "colour"),
    ("newsletter", {"name": "x" * 10_000}, "name"),
    ("newsletter", {"name": "As\x00ha"}, "name"),
    ("newsletter", {"name": "As\x1b[31mha"}, "name"),
    ("newsletter", {"email": "\u202easha@example.com\x07"}, "email"),
    ("newsletter", {"newsletter": "perhaps"}, "newsletter"),
    ("in-store", {"name": {"first": "x" * 10_000}}, "name.first"),
    ("in-store", {"name": {"middle": "x"}}, "name"),
    ("in-store", {"address": {"line1": "x" * 10_000}}, "address.line1"),
    ("in-store", {"address": {"city": "Mwa\x00nza"}}, "address.city"),
    ("in-store", {"phone": "+1415555013\x7f2"}, "phone"),
    ("in-store", {"phone": "1" * 10_000}, "phone"),
    ("in-store", {"heard_from": "pigeon"}, "heard_from"),
    ("preorder", {"product": "demo-lamp", "quantity": "many"}, "quantity"),
    ("preorder", {"product": "demo-lamp\x00"}, "product"),
    ("warranty", {"product": "demo-lamp", "serial": "S\x00N"}, "serial"),
    ("warranty", {"product": "demo-lamp", "serial": "9" * 10_000}, "serial"),
    ("warranty", {"product": "demo-lamp", "serial": "9", "bought_on": "soon"}, "bought_on"),
    ("rewards", {"points": "1000"}, "points"),
    ("contact", {"message": "x" * 10_000}, "message"),
    ("contact", {"message": "a\x00b"}, "message"),
    ("contact", {"message": "a", "campaign": "x" * 10_000}, "campaign"),
    ("profile", {"interests": "guns"}, "interests"),
    ("profile", {"birthday": "1990-02-30"}, "birthday"),
    ("profile", {"income": "500-1500"}, "income"),
]


def encoded(values: dict[str, Any], kind: str) -> bytes:
    """Return values as a program sends them under a content type."""
    if kind == JSON["content-type"]:
        return json.dumps(values).encode()
    pairs = []
    for name, value in values.items():
        parts = value if isinstance(value, dict) else {"": value}
        pairs += [(f"{name}.{part}".strip("."), str(one)) for part, one in parts.items()]
    return blanks.urlencoded(pairs) if kind == blanks.URLENCODED else blanks.multipart(pairs)


@KINDS
@pytest.mark.parametrize(
    ("form", "wrong", "field"),
    ODD,
    ids=[f"{number}-{form}-{field}" for number, (form, _, field) in enumerate(ODD)],
)
def test_whatever_its_content_type_what_is_wrong_is_named_and_nothing_is_stored(
    forms: Forms, kind: str, form: str, wrong: dict[str, Any], field: str
) -> None:
    headers = {"content-type": kind, "accept": "application/json"}
    answer = forms.post(form, encoded(OK | wrong, kind), headers, base64_body=True)
    assert (answer.status, answer.problem) == (422, "invalid-field")
    assert list(answer.faults) == [field]
    assert forms.everything == ([], [])


@KINDS
@pytest.mark.parametrize(
    ("text", "status", "problem"),
    [
        (b"\xff\xfe", 400, "malformed-body"),
        (b"\xed\xa0\x80", 400, "malformed-body"),  # half of a pair of surrogates
        (b"x" * MAX_BODY_BYTES, 413, "too-large"),
    ],
    ids=["no UTF-8", "surrogate", "too large"],
)
def test_whatever_its_content_type_a_body_that_can_not_be_read_is_refused(
    forms: Forms, kind: str, text: bytes, status: int, problem: str
) -> None:
    body = encoded(OK | {"name": "MARK"}, kind).replace(b"MARK", text)
    headers = {"content-type": kind, "accept": "application/json"}
    answer = forms.post("newsletter", body, headers, base64_body=True)
    assert (answer.status, answer.problem) == (status, problem)
    assert forms.everything == ([], [])


@pytest.mark.parametrize(
    "kind", ["application/xml", "text/plain", "text/html", "application/octet-stream", "json", ""]
)
def test_a_form_of_another_content_type_is_refused_whatever_is_in_it(
    forms: Forms, kind: str
) -> None:
    for body in (json.dumps(OK).encode(), blanks.urlencoded(list(OK.items()))):
        answer = forms.post("newsletter", body, {"content-type": kind}, base64_body=True)
        assert (answer.status, answer.problem) == (415, "unsupported-media-type")
    assert forms.everything == ([], [])


def test_a_file_is_not_taken(forms: Forms) -> None:
    body = blanks.multipart([("email", "asha@example.com")], {"photo": b"GIF89a"})
    headers = {"content-type": blanks.MULTIPART, "accept": "application/json"}
    answer = forms.post("newsletter", body, headers, base64_body=True)
    assert list(answer.faults) == ["photo"]
    assert forms.everything == ([], [])


@pytest.mark.parametrize("form", ["nothing", "NEWSLETTER", "news%6Cetter", "", "x" * 5_000])
def test_a_form_that_there_is_not_is_not_found(forms: Forms, form: str) -> None:
    for answer in (forms.fill_in(form, OK), forms.ask(f"/v1/forms/{form}")):
        assert (answer.status, answer.problem) == (404, "unknown-form")
    assert forms.everything == ([], [])


@pytest.mark.parametrize("text", [HOSTILE, "Robert'); DROP TABLE customers;--", "=1+1",
                                  "\u202eevil", "${7*7}", "../../etc/passwd"])  # fmt: skip
def test_hostile_text_is_text(forms: Forms, text: str) -> None:
    assert forms.fill_in("newsletter", OK | {"name": text}).status == 202
    page = forms.browse("newsletter", [("email", "asha@"), ("name", text)]).text
    assert f'value="{escape(text)}"' in page


@pytest.mark.parametrize(
    "error",
    [
        Conflict("busy"),
        ClientError({"Error": {"Code": "ThrottlingException", "Message": "x"}}, "PutItem"),
        EndpointConnectionError(endpoint_url="https://dynamodb.example"),
    ],
)
def test_where_aws_is_busy_it_is_said_so(
    forms: Forms, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(intake, "record", fail)
    answer = forms.fill_in("newsletter", OK)
    assert answer.status == 503
    assert int(answer.headers["retry-after"]) > 0
    page = forms.browse("newsletter", [("email", OK["email"])])
    assert page.status == 503
    assert page.headers["content-type"] == "text/html; charset=utf-8"


def test_more_than_an_item_holds_is_too_large(
    forms: Forms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mteja.recording.record.MAX_ITEM_BYTES", 1_000)
    answer = forms.fill_in("contact", OK | {"message": "x" * 2_000})
    assert (answer.status, answer.problem) == (413, "too-large")
    assert forms.everything == ([], [])


def test_one_address_sends_so_many_forms_a_minute(
    forms: Forms, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr(forms.app, "LIMIT", Limit(5, lambda: clock[0]))
    for number in range(5):
        forms.taken("newsletter", OK | {"name": f"A{number}"})
    stored = forms.everything
    answer = forms.fill_in("newsletter", OK)
    assert (answer.status, answer.problem) == (429, "rate-limited")
    assert answer.headers["retry-after"] == "12"
    assert forms.everything == stored
    assert forms.ask("/v1/forms/newsletter").status == 429
    page = forms.browse("newsletter", [("email", OK["email"])])
    assert (page.status, page.headers["retry-after"]) == (429, "12")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert forms.fill_in("newsletter", OK, address="192.0.2.2").status == 202
    clock[0] += 12
    assert forms.fill_in("newsletter", OK | {"name": "later"}).status == 202

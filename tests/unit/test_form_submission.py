"""What was sent to a form, whatever its content type."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mteja.errors import InvalidInput, MalformedBody, MtejaError, UnsupportedMediaType
from mteja.forms import submission
from mteja.forms.submission import Submission, is_form, read_submission
from tests import blanks

JSON = "application/json"


def read(body: bytes | str, kind: str = JSON, **headers: str) -> Submission:
    raw = body.encode() if isinstance(body, str) else body
    return read_submission(raw, {"content-type": kind, **headers})


def told(values: list[tuple[str, str]], kind: str) -> Submission:
    body = blanks.urlencoded(values) if kind == blanks.URLENCODED else blanks.multipart(values)
    return read(body, kind)


FORMS = pytest.mark.parametrize("kind", [blanks.URLENCODED, blanks.MULTIPART])


@pytest.mark.parametrize("kind", [JSON, f"{JSON}; charset=utf-8", "Application/JSON ",
                                  "application/vnd.api+json"])  # fmt: skip
def test_json_is_read_as_it_is(kind: str) -> None:
    sent = {
        "email": "a@example.com",
        "address": {"city": "Mwanza"},
        "n": 1,
        "yes": True,
        "no": None,
    }
    assert read(json.dumps(sent), kind) == Submission(sent, {}, html=False)


@FORMS
def test_a_form_is_read_and_waits_for_a_page(kind: str) -> None:
    values = [("email", "a+b@example.com"), ("name", "Zoë & Co = 100 %"), ("empty", "")]
    assert told(values, kind) == Submission(dict(values), {}, html=True)


@FORMS
def test_several_ticks_are_a_list(kind: str) -> None:
    values = [("interests", "lamps"), ("email", "a@example.com"), ("interests", "kitchen")]
    assert told(values, kind).values["interests"] == ["lamps", "kitchen"]


@FORMS
def test_names_with_a_dot_reach_into_a_field(kind: str) -> None:
    values = [("address.line1", "1 Uhuru Street"), ("address.city", "Mwanza")]
    assert told(values, kind).values == {
        "address": {"line1": "1 Uhuru Street", "city": "Mwanza"},
    }
    assert read('{"address.city": "Mwanza"}').values == {"address": {"city": "Mwanza"}}


@FORMS
def test_what_the_page_sends_along_is_no_field(kind: str) -> None:
    own = {"_shown": "1.x", "_website": "", "_asked": "email name", "_lang": "sw", "_link": "t"}
    assert told([*own.items(), ("email", "x")], kind) == Submission({"email": "x"}, own, html=True)


def test_other_names_that_look_like_the_pages_own_are_fields() -> None:
    assert read('{"__proto__": 1, "_x": 2}') == Submission(
        {"__proto__": 1, "_x": 2}, {}, html=False
    )


def test_what_the_page_sends_along_is_text() -> None:
    assert read('{"_lang": 5, "_link": ["t"]}').own == {"_lang": "", "_link": ""}
    assert told([("_lang", "sw"), ("_lang", "ca")], blanks.URLENCODED).own == {"_lang": ""}


def test_a_form_that_asks_for_json_gets_json() -> None:
    wants = {"accept": "application/json"}
    assert not read(b"a=1", blanks.URLENCODED, **wants).html
    assert is_form({"content-type": blanks.URLENCODED})
    assert not is_form({"content-type": JSON})
    assert not is_form({})


@pytest.mark.parametrize("kind", ["", "text/plain", "application/xml", "application/jsonp",
                                  "multipart/mixed; boundary=x", "image/png"])  # fmt: skip
def test_other_content_types_are_not_taken(kind: str) -> None:
    with pytest.raises(UnsupportedMediaType):
        read(b"{}", kind)


def test_a_body_without_content_type_is_not_taken() -> None:
    with pytest.raises(UnsupportedMediaType):
        read_submission(b"{}", {})


NO_JSON = {
    "nothing": "",
    "half": '{"email": ',
    "a list": '["email"]',
    "a text": '"email"',
    "null": "null",
    "not a number": '{"n": NaN}',
    "infinity": '{"n": -Infinity}',
    "too deep": '{"a":' * 200_000 + "1" + "}" * 200_000,
    "a number without end": '{"n": ' + "9" * 5_000 + "}",
    "a name twice": '{"email": "a@example.com", "email": "b@example.com"}',
    "a name twice, inside": '{"address": {"city": "a", "city": "b"}}',
    "two values": '{"a": 1} {"b": 2}',
    "a comment": '{"a": 1 /* b */}',
    "bytes that are no text": b'{"name": "\xff\xfe"}',
    "latin-1": '{"name": "Zoë"}'.encode("latin-1"),
    "utf-16": '{"name": "x"}'.encode("utf-16"),
}


@pytest.mark.parametrize("body", NO_JSON.values(), ids=NO_JSON)
def test_what_is_no_json_object_is_malformed(body: str | bytes) -> None:
    with pytest.raises(MalformedBody):
        read(body)


NO_URLENCODED = {
    "bytes that are no text": b"name=\xff",
    "escaped bytes that are no text": b"name=%FF%FE",
    "a name without value": b"email",
    "too many": b"&".join(b"a%d=1" % number for number in range(201)),
}


@pytest.mark.parametrize("body", NO_URLENCODED.values(), ids=NO_URLENCODED)
def test_what_is_not_urlencoded_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedBody):
        read(body, blanks.URLENCODED)


PART = f'--{blanks.BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\n\r\n'
NO_MULTIPART = {
    "nothing": (b"", blanks.MULTIPART),
    "no boundary": (blanks.multipart([("a", "1")]), "multipart/form-data"),
    "an empty boundary": (blanks.multipart([("a", "1")]), "multipart/form-data; boundary="),
    "another boundary": (blanks.multipart([("a", "1")]), "multipart/form-data; boundary=other"),
    "no end": (f"{PART}1".encode(), blanks.MULTIPART),
    "no header": (f"--{blanks.BOUNDARY}\r\n\r\n1\r\n--{blanks.BOUNDARY}--\r\n".encode(),
                  blanks.MULTIPART),
    "bytes that are no text": (f"{PART}".encode() + b"\xff" + blanks.multipart([]),
                               blanks.MULTIPART),
    "a name that is no text": (PART.replace('"a"', '"?"').encode().replace(b"?", b"\xff")
                               + b"1\r\n" + blanks.multipart([]), blanks.MULTIPART),
    "too many": (blanks.multipart([(f"a{one}", "1") for one in range(201)]), blanks.MULTIPART),
}  # fmt: skip


@pytest.mark.parametrize(("body", "kind"), NO_MULTIPART.values(), ids=NO_MULTIPART)
def test_what_is_no_multipart_is_malformed(body: bytes, kind: str) -> None:
    with pytest.raises(MalformedBody):
        read(body, kind)


def test_nothing_urlencoded_is_nothing() -> None:
    assert read(b"", blanks.URLENCODED).values == {}


def test_files_are_not_taken() -> None:
    body = blanks.multipart([("email", "a@example.com")], {"photo": b"\x89PNG"})
    with pytest.raises(InvalidInput) as caught:
        read(body, blanks.MULTIPART)
    assert (caught.value.field, caught.value.template) == ("photo", submission.FILE)
    assert read(blanks.multipart([("a", "1")], {"photo": b""}), blanks.MULTIPART).values == {
        "a": "1"
    }


TWICE: list[tuple[str, list[tuple[str, Any]]]] = [
    ("address", [("address.city", "a"), ("address", "b")]),
    ("address.city", [("address", "b"), ("address.city", "a")]),
]


@pytest.mark.parametrize(("named", "values"), TWICE)
def test_a_field_whole_and_in_parts_is_given_twice(
    named: str, values: list[tuple[str, str]]
) -> None:
    for body, kind in ((blanks.urlencoded(values), blanks.URLENCODED),
                       (json.dumps(dict(values)).encode(), JSON)):  # fmt: skip
        with pytest.raises(InvalidInput) as caught:
            read(body, kind)
        assert (caught.value.field, caught.value.template) == (named, submission.TWICE)


@FORMS
def test_a_part_that_is_given_twice_is_a_list_that_no_field_takes(kind: str) -> None:
    values = [("address.city", "a"), ("address.city", "b")]
    assert told(values, kind).values == {"address": {"city": ["a", "b"]}}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("favourite_colour", "favourite_colour"),
        ("firstName", "firstName"),
        ("__proto__", "__proto__"),
        ("x-y.z", "x-y.z"),
        ("anna@example.com", "body"),
        ("<script>", "body"),
        ("a" * 41, "body"),
        ("", "body"),
        ("\ud800", "body"),
    ],
)
def test_an_unknown_field_is_named_where_its_name_is_a_word(name: str, shown: str) -> None:
    assert submission.unknown_field(name).field == shown


@given(
    body=st.binary(max_size=400),
    kind=st.sampled_from([JSON, blanks.URLENCODED, blanks.MULTIPART, "text/plain"]),
)
def test_any_bytes_are_read_or_refused(body: bytes, kind: str) -> None:
    try:
        read(body, kind)
    except MtejaError:
        return


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.text(max_size=40)))
def test_browsers_and_programs_say_the_same(values: dict[str, str]) -> None:
    clean = {
        name: value.replace("\r", "").replace("\n", "").encode("utf-8", "ignore").decode()
        for name, value in values.items()
    }
    pairs = list(clean.items())
    expected = read(json.dumps(clean)).values
    assert told(pairs, blanks.URLENCODED).values == expected
    if pairs:
        assert told(pairs, blanks.MULTIPART).values == expected

"""Whatever is typed into a field comes back as the same text, or is refused by its field's name."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mteja.errors import InvalidInput, MalformedBody
from mteja.staff.bodies import Call, CallOfSomebody, Note, OtherCustomer, Sale, Traits
from mteja.staff.parsing import from_json
from tests import kit
from tests.component.front import Front

HOSTILE = (
    "<script>alert(1)</script>",
    "{{7*7}} ${7*7} <%= 7*7 %>",
    "'; DROP TABLE customers; --",
    '=HYPERLINK("http://evil.example")',
    "CUSTOMER#cus_1\\u0000",
    "../../etc/passwd",
    "%00%0a",
    "null",
    "Robert\u200e \u202e nekcahs",
    "👩\u200d👩\u200d👧 family",
    "Ünïcødé ﷽ 漢字",
    "\u00a0x\u00a0y",
)
CONTROL = ("\x00", "\x07", "\x1b[31m", "\x7f", "\x85", "\u2028")


@pytest.fixture
def front(aws: dict[str, str]) -> Front:
    return Front()


@pytest.fixture
def asha(front: Front) -> str:
    return str(front.told("/v1/customers", {"name": "Asha"})["id"])


_NAMES = st.sampled_from(
    "email phone name first_name last_name address loyalty first full line1 city who why outcome "
    "heard_from kind follow_up_on currency total lines title quantity text customer".split()
)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_comes_back_as_text(front: Front, asha: str, text: str) -> None:
    path = f"/v1/customers/{asha}"
    traits = {"name": text, "address": {"line1": text, "city": text}}
    version = front.person(asha)["version"]
    assert front.patch(path, traits, version).status == 200
    said = {"who": text, "why": text, "outcome": text}
    front.told(f"{path}/calls", said | {"follow_up_on": "2026-12-01"})
    front.told(f"{path}/notes", {"text": text})
    line = {"product_id": text[:40], "sku": text[:40], "title": text, "total": 1}
    front.told(f"{path}/sales", {"currency": "USD", "total": 1, "lines": [line]})

    kept = text.strip()
    values = front.person(asha)["traits"]
    assert values["name"]["value"]["full"] == kept
    assert values["address"]["value"]["line1"] == kept
    for kind in ("call", "task"):
        (entry,) = front.timeline(asha, kind=kind)["items"]
        assert {entry["data"][name] for name in said} == {kept}
    (note,) = front.timeline(asha, kind="note")["items"]
    assert note["data"]["text"] == kept
    (sale,) = front.timeline(asha, kind="sale")["items"]
    assert sale["data"]["lines"][0]["title"] == kept
    assert front.ask("/v1/tasks").body["items"][0]["name"] == kept


@pytest.mark.parametrize("control", CONTROL)
def test_control_characters_are_refused_by_the_fields_name(
    front: Front, asha: str, control: str
) -> None:
    text = f"Marked{control}secret"
    before = kit.digest(kit.all_items())
    path = f"/v1/customers/{asha}"
    for at, body, field in (
        ("/v1/customers", {"name": text}, "name"),
        ("/v1/customers", {"name": {"first": text}}, "name.first"),
        ("/v1/customers", {"name": "A", "address": {"city": text}}, "address.city"),
        ("/v1/customers", {"loyalty": text}, "loyalty"),
        (f"{path}/calls", {"who": text}, "who"),
        (f"{path}/calls", {"why": text}, "why"),
        (f"{path}/notes", {"text": text}, "text"),
        (f"{path}/sales", {"currency": "USD", "total": 1, "lines": [{"sku": text}]}, "lines.0.sku"),
        ("/v1/calls", {"name": text, "why": "x"}, "name"),
    ):
        answer = front.post(at, body)
        assert answer.status == 422
        assert answer.body["errors"][0]["field"] == field
        assert "Marked" not in str(answer.body)
    audited = [item for item in kit.all_items() if item["sk"]["S"].startswith("ACCESS#")]
    assert kit.digest(kit.all_items()) == before
    assert len(audited) == 1  # of who made the customer


def test_a_line_has_no_second_line(front: Front, asha: str) -> None:
    for field in ("who", "name"):
        body = {"why": "x", "phone": "+14155550123", field: "Asha\nExample"}
        assert front.post("/v1/calls", body).body["errors"][0]["field"] == field


@pytest.mark.parametrize(
    ("shape", "body", "field"),
    [
        (Traits, {"name": "x" * 10_000}, "name"),
        (Traits, {"name": {"last": "x" * 101}}, "name.last"),
        (Traits, {"email": "x" * 255}, "email"),
        (Traits, {"address": {"postal_code": "1" * 101}}, "address.postal_code"),
        (Traits, {"address": "x" * 201}, "address"),
        (Call, {"who": "x" * 201}, "who"),
        (Call, {"outcome": "x" * 4_001}, "outcome"),
        (Note, {"text": "x" * 4_001}, "text"),
    ],
)
def test_what_is_too_long_is_refused_by_the_fields_name(shape: Any, body: Any, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        from_json(shape, json.dumps(body).encode())
    assert refused.value.field == field


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe{}", b'{"text": "\\ud800"}', b"[" * 5_000, b'{"a": 1} {}']
)
def test_what_is_no_json_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedBody):
        from_json(Note, body)


_MARK = "Q7Q7Q7"
_TEXTS = st.text(max_size=20).map(_MARK.__add__)
_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES | _TEXTS, inner),
    max_leaves=6,
)
_BODIES = st.dictionaries(_NAMES | _TEXTS, _ANYTHING, max_size=5) | _ANYTHING


@settings(max_examples=300, deadline=None)
@given(
    shape=st.sampled_from([Traits, Call, CallOfSomebody, Sale, Note, OtherCustomer]), body=_BODIES
)
def test_any_body_fits_or_is_refused_without_its_values(shape: Any, body: Any) -> None:
    told = ""
    try:
        from_json(shape, json.dumps(body).encode())
    except MalformedBody:
        pass  # half a pair of surrogates
    except InvalidInput as refused:
        told = f"{refused.field} {refused.message}"
    assert _MARK not in told

"""Fields of forms as people, keyboards and screen readers meet them."""

from html.parser import HTMLParser
from typing import Any

import pytest

from mteja.forms.countries import country_options
from mteja.pages.rendering import environment

HOSTILE = """"><script>alert(1)</script>'{{ 7919 * 7 }}&amp;"""
TYPES = "text email phone date number quantity serial textarea password".split()
_SHOW = (
    '{% import "fields.html" as fields %}{{ fields.error_summary(all) }}'
    "{% for f in all %}{{ fields.field(f) }}{% endfor %}"
)


class Elements(HTMLParser):
    """All start tags with their attributes, and all text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.found if tag in tags]


def shown(*fields: dict[str, Any], language: str = "en") -> Elements:
    return Elements(environment(language).from_string(_SHOW).render(all=list(fields)))


def options(*values: str) -> list[dict[str, str]]:
    return [{"value": value, "label": value.title()} for value in values]


@pytest.mark.parametrize("asked", TYPES)
def test_a_field_is_bound_to_its_label_help_and_error(asked: str) -> None:
    field = {"name": "n", "type": asked, "label": "L", "help": "H", "error": "E", "required": True}
    page = shown(field)
    (control,) = page.all("input", "textarea")
    assert {"for": "f-n"} in page.all("label")
    assert control["id"] == "f-n"
    assert control["aria-describedby"] == "h-n e-n"
    assert control["aria-invalid"] == "true"
    assert "required" in control
    assert {"h-n", "e-n"} <= {one.get("id") for one in page.all("p")}
    assert {"href": "#f-n"} in page.all("a")


def test_a_field_without_fault_says_none() -> None:
    page = shown({"name": "n", "type": "text", "label": "L"})
    (control,) = page.all("input")
    assert "aria-invalid" not in control
    assert "aria-describedby" not in control
    assert page.all("a") == []


@pytest.mark.parametrize(
    ("asked", "kind", "completed"),
    [("email", "email", "email"), ("phone", "tel", "tel"), ("quantity", "number", None)],
)
def test_a_telephone_shows_the_right_keys(asked: str, kind: str, completed: str | None) -> None:
    (control,) = shown({"name": "n", "type": asked, "label": "L"}).all("input")
    assert control["type"] == kind
    assert control.get("autocomplete") == completed


def test_one_of_few_is_a_group_of_buttons_and_one_of_many_a_list() -> None:
    few = shown(
        {"name": "n", "type": "choice", "label": "L", "options": options("a", "b"), "value": "b"}
    )
    assert [one["value"] for one in few.all("input") if "checked" in one] == ["b"]
    assert few.all("input")[0]["id"] == "f-n"
    assert len(few.all("fieldset")) == len(few.all("legend")) == 1
    many = shown(
        {"name": "n", "type": "range", "label": "L", "options": options(*"abcdefgh"), "value": "c"}
    )
    assert [one["value"] for one in many.all("option") if "selected" in one] == ["c"]


def test_several_can_be_chosen() -> None:
    page = shown(
        {
            "name": "n",
            "type": "choices",
            "label": "L",
            "options": options("a", "b", "c"),
            "value": ["a", "c"],
            "error": "E",
        }
    )
    assert [one["value"] for one in page.all("input") if "checked" in one] == ["a", "c"]
    assert page.all("fieldset")[0]["aria-describedby"] == "e-n"


def test_consent_is_never_given_beforehand() -> None:
    (box,) = shown({"name": "n", "type": "consent", "label": "L"}).all("input")
    assert "checked" not in box
    (box,) = shown({"name": "n", "type": "consent", "label": "L", "value": True}).all("input")
    assert box["value"] == "true"
    assert "checked" in box


def test_an_address_is_a_group_that_browsers_fill_in() -> None:
    page = shown(
        {
            "name": "address",
            "type": "address",
            "label": "L",
            "value": {"city": "Mwanza"},
            "errors": {"country": "E"},
        }
    )
    controls = {one["name"]: one for one in page.all("input")}
    assert list(controls) == [
        f"address.{part}" for part in ("line1", "line2", "city", "region", "postal_code", "country")
    ]
    assert controls["address.city"]["value"] == "Mwanza"
    assert controls["address.line1"]["autocomplete"] == "address-line1"
    assert controls["address.country"]["aria-invalid"] == "true"
    assert {"href": "#f-address.country"} in page.all("a")


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Address, Postal code: E"), ("sw", "Address, Msimbo wa posta: E"),
     ("ca", "Address, Codi postal: E")],
)  # fmt: skip
def test_what_is_wrong_with_an_address_is_told_of_its_part(language: str, said: str) -> None:
    field = {
        "name": "address",
        "type": "address",
        "label": "Address",
        "errors": {"postal_code": "E"},
    }
    page = shown(field, language=language)
    assert said in page.text
    assert {"href": "#f-address.postal_code"} in page.all("a")


def test_an_address_can_ask_for_some_parts_and_a_known_country() -> None:
    page = shown(
        {
            "name": "address",
            "type": "address",
            "label": "L",
            "parts": ["city", "country"],
            "value": {"country": "TZ"},
            "listed": country_options("en", "TZ"),
        }
    )
    assert [one["name"] for one in page.all("input", "select")] == [
        "address.city",
        "address.country",
    ]
    assert [one["value"] for one in page.all("option") if "selected" in one] == ["TZ"]


def test_a_hidden_field_has_no_label() -> None:
    page = shown({"name": "campaign", "type": "hidden", "label": "L", "value": "spring"})
    assert page.all("label") == []
    assert page.all("input") == [{"type": "hidden", "name": "campaign", "value": "spring"}]


@pytest.mark.parametrize(
    "asked", [*TYPES, "hidden", "consent", "choice", "choices", "range", "product", "address"]
)
def test_hostile_text_stays_text(asked: str) -> None:
    field = {
        "name": "n",
        "type": asked,
        "label": HOSTILE,
        "help": HOSTILE,
        "error": HOSTILE,
        "required": True,
        "value": {"city": HOSTILE} if asked == "address" else HOSTILE,
        "options": [{"value": HOSTILE, "label": HOSTILE}] if asked != "address" else [],
    }
    for language in ("en", "sw", "ca"):
        page = shown(field, language=language)
        assert page.all("script") == []
        assert "55433" not in page.text
        values = [one.get("value") for one in page.all("input", "option")]
        if asked not in {"textarea", "consent"}:
            assert HOSTILE in values


def test_a_text_area_keeps_its_lines() -> None:
    page = shown({"name": "n", "type": "textarea", "label": "L", "value": "\nfirst\nsecond"})
    assert "\nfirst\nsecond" in page.text


def test_the_number_of_faults_is_told_in_every_language() -> None:
    faulty = {"name": "n", "type": "text", "label": "L", "error": "E"}
    assert "with 1 field" in shown(faulty).text
    assert "with 2 fields" in shown(faulty, faulty | {"name": "m"}).text
    assert "sehemu 2" in shown(faulty, faulty | {"name": "m"}, language="sw").text

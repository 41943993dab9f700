"""Hosted pages of forms, and what a program is told of a form."""

import re
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest

from mteja import links
from tests import blanks, kit, reading
from tests.component.conftest import Forms
from tests.unit.test_page_fields import Elements

FORMS = [one.id for one in blanks.ASKING.forms]
EVERY = pytest.mark.parametrize("form", FORMS)
OK = [("email", "asha@example.com"), ("name", "Asha")]


@EVERY
def test_a_form_is_told_as_the_contract_says(forms: Forms, form: str) -> None:
    body = forms.ask(f"/v1/forms/{form}").body
    declared = blanks.form(form)
    assert (body["id"], body["kind"]) == (form, declared.kind)
    assert ("remaining" in body) is (form == "preorder")
    for field, asked in zip(body["fields"], declared.without_sensitive().fields, strict=True):
        assert field["name"] == asked.name
        assert field["type"] == asked.field.type
        assert field["required"] is asked.required
        assert field["label"]
        offers = asked.field.type in {"choice", "choices", "range", "product"}
        assert bool(field["options"]) is offers


@EVERY
@pytest.mark.parametrize(("language", "word"), [("en", "Send"), ("sw", "Tuma"), ("ca", "Envia")])
def test_a_page_is_shown_in_the_visitors_language(
    forms: Forms, form: str, language: str, word: str
) -> None:
    for answer in (
        forms.ask(f"/forms/{form}", headers={"accept-language": language}),
        forms.ask(f"/forms/{form}", {"lang": language}, {"accept-language": "en"}),
    ):
        assert answer.status == 200
        assert answer.headers["content-language"] == language
        page = Elements(answer.text)
        assert ("html", {"lang": language}) in page.found
        assert word in page.text
        title = blanks.form(form).form.title
        assert isinstance(title, dict)
        assert title[language] in page.text


@EVERY
def test_every_field_is_there_once_with_its_label(forms: Forms, form: str) -> None:
    page = Elements(forms.ask(f"/forms/{form}").text)
    (sent_to,) = page.all("form")
    assert (sent_to["method"], sent_to["action"]) == ("post", f"../v1/forms/{form}")
    controls = page.all("input", "textarea", "select")
    labelled = {one.get("for") for one in page.all("label")}
    for asked in blanks.form(form).without_sensitive().fields:
        mine = [one for one in controls if str(one.get("name")).partition(".")[0] == asked.name]
        assert mine, asked.name
        for control in mine:
            free = control.get("type") in {"hidden", "radio", "checkbox"}
            assert free or control.get("id") in labelled, control
    ids = [one["id"] for _, one in page.found if "id" in one]
    assert len(ids) == len(set(ids))


@EVERY
def test_a_page_lets_in_nothing_from_elsewhere(forms: Forms, form: str) -> None:
    answer = forms.ask(f"/forms/{form}")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; base-uri 'none'; ")
    assert "frame-ancestors https://shop.example" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert "x-robots-tag" not in answer.headers
    page = Elements(answer.text)
    assert not [one for one in page.all("script") if not one.get("src")]
    for element in page.all("script", "link", "img", "iframe"):
        assert not str(element.get("src") or element.get("href")).startswith(("http", "//"))
    assert not [one for _, one in page.found if any(name.startswith("on") for name in one)]
    assert not [one for _, one in page.found if "style" in one]


@EVERY
def test_what_a_page_needs_is_served_beside_it(forms: Forms, form: str) -> None:
    page = Elements(forms.ask(f"/forms/{form}").text)
    files = [str(one["href"]) for one in page.all("link")]
    assert files
    for file in files:
        assert file.startswith("../assets/")
        answer = forms.ask(file.removeprefix(".."))
        assert answer.status == 200
        assert answer.headers["cache-control"].endswith("immutable")
    assert forms.ask("/assets/nothing.css").status == 404


def sent(forms: Forms, form: str = "newsletter") -> list[tuple[str, str]]:
    """Return what a browser sends along of a page that it shows now."""
    page = Elements(forms.ask(f"/forms/{form}").text)
    hidden = [one for one in page.all("input") if str(one["name"]).startswith("_")]
    return [(str(one["name"]), str(one.get("value") or "")) for one in hidden]


def test_a_page_that_was_filled_in_by_a_person_is_taken(forms: Forms) -> None:
    own = sent(forms)
    assert {name for name, _ in own} == {"_shown", "_website", "_lang"}
    forms.now_ms += 5_000
    answer = forms.browse("newsletter", OK + own)
    assert answer.status == 303
    thanks = forms.ask("/forms/newsletter/thanks", {"lang": "en"})
    assert "Thank you" in thanks.text


@pytest.mark.parametrize(
    ("after_ms", "own", "said"),
    [
        (500, {}, "That was very quick"),
        (90_000_000, {}, "open for too long"),
        (5_000, {"_website": "https://buy.example"}, "leave the field for robots empty"),
        (5_000, {"_shown": f"{kit.NOW_MS}.forged"}, "open for too long"),
    ],
)
def test_who_is_taken_for_a_robot_loses_nothing_that_was_typed(
    forms: Forms, after_ms: int, own: dict[str, str], said: str
) -> None:
    sent_along = dict(sent(forms)) | own
    forms.now_ms += after_ms
    answer = forms.browse("newsletter", OK + list(sent_along.items()))
    assert answer.status == 422
    page = Elements(answer.text)
    assert said in page.text
    links = {str(one["href"]) for one in page.all("a") if str(one["href"]).startswith("#f-")}
    assert links <= {f"#{one.get('id')}" for _, one in page.found}
    assert "asha@example.com" in [one.get("value") for one in page.all("input")]
    assert forms.everything == ([], [])
    again = [
        (str(one["name"]), str(one.get("value") or ""))
        for one in page.all("input")
        if str(one["name"]).startswith("_")
    ]
    forms.now_ms += 5_000
    assert forms.browse("newsletter", OK + again).status == 303


def test_robots_find_a_field_that_people_do_not_see(forms: Forms) -> None:
    page = Elements(forms.ask("/forms/newsletter").text)
    (trap,) = [one for one in page.all("input") if one["name"] == "_website"]
    assert (trap["tabindex"], trap["autocomplete"], trap["value"]) == ("-1", "off", "")
    style = (kit.ROOT / "layers/core/mteja/pages/static/page.css").read_text()
    assert re.search(r"\.trap\b", style)


def test_what_is_wrong_stands_beside_its_field_and_on_top(forms: Forms) -> None:
    values = [("email", "nobody"), ("phone", "1"), ("address.line1", "x"),
              ("address.country", "Mars"), ("heard_from", "friend"),
              ("colour", "red")]  # fmt: skip
    answer = forms.browse("in-store", values)
    page = Elements(answer.text)
    links = [one["href"] for one in page.all("a") if str(one["href"]).startswith("#f-")]
    assert links == ["#f-email", "#f-phone", "#f-address.country"]
    assert "colour: This form has no such field" in page.text
    ids = {one.get("id") for _, one in page.found}
    assert {str(one).removeprefix("#") for one in links} <= ids
    invalid = [
        one["name"] for one in page.all("input", "select") if one.get("aria-invalid") == "true"
    ]
    assert invalid == ["email", "phone", "address.country"]
    chosen = [one["value"] for one in page.all("input", "option")
              if "checked" in one or "selected" in one]  # fmt: skip
    assert "friend" in chosen


@pytest.mark.parametrize("language", ["sw", "ca"])
def test_what_is_wrong_is_said_in_the_language_of_the_page(forms: Forms, language: str) -> None:
    english = forms.browse("in-store", [("email", "nobody"), ("colour", "red")]).text
    other = forms.browse("in-store", [("email", "nobody"), ("colour", "red"), ("_lang", language)])
    assert other.headers["content-language"] == language
    for text in ("Not an e-mail address", "This form has no such field"):
        assert text in english
        assert text not in other.text


def languages(path: str, page: Elements) -> dict[str, tuple[str, dict[str, str]]]:
    """Return by language the path and query that its link in a page leads to."""
    found = {}
    for link in page.all("a"):
        if link.get("hreflang"):
            parts = urlsplit(urljoin(f"{path}", str(link["href"])))
            found[str(link["hreflang"])] = (parts.path, dict(parse_qsl(parts.query)))
    return found


@pytest.mark.parametrize(
    "values",
    [
        [("email", "nobody")],
        [("email", "a"), ("email", "b")],
        [("address.x", "1"), ("address", "")],
    ],
    ids=["fault", "twice", "unreadable"],
)
def test_another_language_of_a_page_that_answers_a_form_is_the_forms_own_page(
    forms: Forms, values: list[tuple[str, str]]
) -> None:
    answer = forms.browse("in-store", values)
    assert answer.status == 422
    for language, (path, query) in languages("/v1/forms/in-store", Elements(answer.text)).items():
        assert (path, query) == ("/forms/in-store", {"lang": language})
        assert forms.ask(path, query).headers["content-language"] == language


def test_another_language_of_a_personal_form_is_personal_too(forms: Forms) -> None:
    forms.taken("newsletter", {"email": "asha@example.com", "name": "Asha"})
    customer = reading.owner_of(forms.recorder, "email", "asha@example.com")
    made = links.new_link(links.PROFILE_LINK, customer, forms.now_ms, 30)
    token = links.make(made, forms.recorder.vault.index)
    asked = forms.ask("/forms/profile", {"t": token})
    wrong = forms.browse("profile", [("phone", "1"), ("_link", token), ("_asked", "phone")])
    assert (asked.status, wrong.status) == (200, 422)
    for at, answer in (("/forms/profile", asked), ("/v1/forms/profile", wrong)):
        path, query = languages(at, Elements(answer.text))["sw"]
        assert (path, query) == ("/forms/profile", {"t": token, "lang": "sw"})
    again = forms.ask("/forms/profile", {"t": token, "lang": "sw"})
    assert 'name="_asked" value="phone address birthday"' in again.text


def test_an_address_may_say_what_a_card_says_and_not_who_somebody_is(forms: Forms) -> None:
    query = {"serial": "SN-1", "product": "demo-chair", "email": "x@example.com", "name": "X"}
    page = Elements(forms.ask("/forms/warranty", query).text)
    values = {one["name"]: one.get("value") for one in page.all("input") if one.get("name")}
    assert values["serial"] == "SN-1"
    assert (values["email"], values["name"]) == ("", "")
    checked = [one["value"] for one in page.all("input") if "checked" in one]
    assert checked == ["demo-chair"]
    campaign = Elements(forms.ask("/forms/contact", {"campaign": "spring"}).text)
    assert {"type": "hidden", "name": "campaign", "value": "spring"} in campaign.all("input")


@pytest.mark.parametrize("query", [{"status": "<b>"}, {"status": "waiting", "position": "<b>9"},
                                   {"status": "reserved", "position": "-1"}])  # fmt: skip
def test_an_address_can_not_write_into_the_page_of_thanks(
    forms: Forms, query: dict[str, str]
) -> None:
    answer = forms.ask("/forms/preorder/thanks", query)
    assert answer.status == 200
    assert "<b>" not in answer.text
    assert "place in line" not in answer.text


def test_a_page_that_there_is_not_is_a_page(forms: Forms) -> None:
    answer = forms.ask("/forms/nothing")
    assert answer.status == 404
    assert "There is no such page" in answer.text
    assert forms.ask("/forms/nothing/thanks").status == 404


SHAPES = [
    [("address", "1 High Street")],
    [("address.city", "a"), ("address.city", "b")],
    [("address.planet", "Mars")],
    [("name.first", "Asha"), ("name.last", "Juma")],
    [("name", "a"), ("name", "b")],
    [("phone", "1"), ("phone", "2")],
    [("heard_from", "friend"), ("heard_from", "search")],
    [("heard_from.x", "y")],
    [("interests.x", "y"), ("newsletter.x", "y"), ("quantity.x", "1"), ("product.x", "y")],
    [("interests", "lamps"), ("newsletter", "true"), ("newsletter", "true"), ("serial.x", "1")],
    [("birthday", "x"), ("message.x", "y"), ("bought_on", "a"), ("bought_on", "b")],
]


@EVERY
@pytest.mark.parametrize("sent_along", SHAPES, ids=lambda one: one[0][0])
def test_whatever_shape_was_sent_the_form_is_shown_again(
    forms: Forms, form: str, sent_along: list[tuple[str, str]]
) -> None:
    answer = forms.browse(form, [("email", "nobody"), *sent_along])
    assert answer.status == 422
    assert Elements(answer.text).all("form")


def test_a_product_that_is_promised_says_so(forms: Forms) -> None:
    told: dict[str, Any] = {"name": "B", "product": "demo-lamp", "quantity": 10}
    assert "10 pieces left" in forms.ask("/forms/preorder").text
    forms.taken("preorder", told | {"email": "a@example.com"})
    assert "all are promised; you can join the waiting list" in forms.ask("/forms/preorder").text

"""What every page does: its language, its addresses, its headers, its files, its problems."""

import re
from typing import Any

import pytest

from mteja import errors
from mteja.business.model import Business
from mteja.forms import turnstile
from mteja.http.request import parse
from mteja.pages import assets
from mteja.pages.headers import Policy, security
from mteja.pages.languages import choose
from mteja.pages.responses import page, problem_page, see_other
from mteja.pages.visit import Visit, visit
from tests import kit

OFFERED = ("en", "sw", "ca")


@pytest.mark.parametrize(
    ("asked", "accepted", "chosen"),
    [
        (None, None, "en"),
        (None, "", "en"),
        ("sw", "ca", "sw"),
        ("de", "ca", "ca"),
        (None, "sw", "sw"),
        (None, "sw-TZ", "sw"),
        (None, "SW-tz, en;q=0.5", "sw"),
        (None, "en;q=0.3, ca;q=0.8, sw;q=0.5", "ca"),
        (None, "de, ca;q=0.1", "ca"),
        (None, "de", "en"),
        (None, "*", "en"),
        (None, "en;q=0, *", "sw"),
        (None, "ca;q=2, sw;q=0.2", "sw"),
        (None, "ca;q=abc, ;;, sw-", "en"),
        (None, "ca-ES-valencia", "ca"),
    ],
)
def test_a_language_is_chosen(asked: str | None, accepted: str | None, chosen: str) -> None:
    assert choose(asked, accepted, OFFERED) == chosen


def test_a_region_serves_who_asks_for_its_language() -> None:
    assert choose(None, "pt", ["en", "pt-BR"]) == "pt-BR"


def _visit(path: str, business: Business, **how: Any) -> Visit:
    return visit(parse(kit.http_event("GET", path, **how)), business, assets="/assets")


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/privacy", "./forms/newsletter"),
        ("/forms/preorder", "../forms/newsletter"),
        ("/staff/", "../forms/newsletter"),
        ("/staff/customers/cus_1/timeline", "../../../forms/newsletter"),
    ],
)
def test_addresses_are_relative_to_the_page(
    path: str, address: str, the_business: Business
) -> None:
    assert _visit(path, the_business).url("/forms/newsletter") == address


def test_a_language_that_was_asked_for_goes_along(the_business: Business) -> None:
    asked = _visit("/forms/x", the_business, query={"lang": "ca", "t": "a b"})
    assert asked.language == "ca"
    assert asked.url("/forms/y", page="2") == "../forms/y?lang=ca&page=2"
    assert asked.in_language("sw") == "?lang=sw&t=a+b"
    unknown = _visit("/forms/x", the_business, query={"lang": "xx"})
    assert unknown.url("/forms/y") == "../forms/y"


def test_a_page_that_answers_what_was_sent_has_an_address_of_its_own(
    the_business: Business,
) -> None:
    sent = _visit("/v1/forms/x", the_business, query={"q": "secret"})
    shown = sent.at("/forms/x", t="a b", customer=None)
    assert shown.in_language("sw") == "../../forms/x?t=a+b&lang=sw"
    assert shown.url("/forms/y") == sent.url("/forms/y")
    asked = _visit("/staff/call", the_business, query={"lang": "ca"}).at("/staff/call")
    assert asked.in_language("sw") == "../staff/call?lang=sw"


@pytest.mark.parametrize("name", ["path", "self", "lang"])
def test_no_name_of_a_parameter_is_taken_for_the_path(name: str, the_business: Business) -> None:
    visit = _visit("/staff/find", the_business)
    assert visit.url("/staff/find", **{name: "x"}) == f"../staff/find?{name}=x"


def test_a_page_is_in_the_visitors_language(the_business: Business) -> None:
    asked = _visit("/forms/x", the_business, headers={"Accept-Language": "sw-TZ"})
    response = problem_page(asked, errors.NotFound("form"))
    assert response["statusCode"] == 404
    assert response["headers"]["content-language"] == "sw"
    assert '<html lang="sw">' in response["body"]
    assert "Ukurasa huu haupo" in response["body"]


def test_a_page_allows_nothing_but_its_own_files() -> None:
    headers = security()
    policy = dict(one.split(" ", 1) for one in headers["content-security-policy"].split("; "))
    assert policy.pop("default-src") == policy.pop("base-uri") == "'none'"
    assert policy.pop("frame-ancestors") == "'none'"
    assert set(policy.values()) == {"'self'"}
    assert {"style-src", "script-src", "img-src", "connect-src", "form-action"} <= set(policy)
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-frame-options"] == "DENY"


def test_a_page_may_be_shown_in_the_owners_own_site() -> None:
    headers = security(
        Policy(("https://shop.example",), {"script-src": ("https://challenges.example",)})
    )
    policy = headers["content-security-policy"]
    assert "frame-ancestors https://shop.example" in policy
    assert "script-src 'self' https://challenges.example" in policy
    assert "x-frame-options" not in headers


def test_an_asset_is_named_after_its_content_and_kept_for_ever() -> None:
    name = assets.named("page.css")
    assert re.fullmatch(r"page\.[0-9a-f]{12}\.css", name)
    response = assets.answer(f"/assets/{name}")
    assert response["headers"]["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in response["headers"]["cache-control"]
    assert "--paper" in response["body"]


def test_the_asset_of_another_version_is_not_kept() -> None:
    response = assets.answer("/assets/page.000000000000.css")
    assert response["statusCode"] == 200
    assert response["headers"]["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["/assets/", "/assets/page.css", "/assets/../answers.x.py", "/assets/none.0.css", ""]
)
def test_no_other_file_is_given(path: str) -> None:
    with pytest.raises(errors.NotFound):
        assets.answer(path)


def test_every_asset_has_a_type_and_calls_nobody() -> None:
    for path in sorted((kit.ROOT / "layers/core/mteja/pages/static").iterdir()):
        response = assets.answer(assets.named(path.name))
        assert response["headers"]["content-type"]
        foreign = re.findall(r"(?:url\(|@import|https?://)[^\s\"')]*", response["body"])
        assert set(foreign) <= {"http://www.w3.org/2000/svg", "https://github.com/leeoniya/uPlot"}


_BYTES = {
    "staff.js": 1_024,
    "asked.js": 3_072,
    "kiosk.js": 9_216,
    "kiosk-held.js": 4_096,
    "kiosk-worker.js": 2_048,
    "charts.js": 6_144,
    "copy.js": 1_024,
    "uplot.js": 55_000,  # of others: tests/unit/test_vendored.py
}


def test_scripts_are_small() -> None:
    folder = kit.ROOT / "layers/core/mteja/pages/static"
    sizes = {path.name: path.stat().st_size for path in folder.glob("*.js")}
    assert sizes.keys() == _BYTES.keys()
    assert {name for name, size in sizes.items() if size > _BYTES[name]} == set()


_TEMPLATES = kit.ROOT / "layers/core/mteja/pages/templates"


# But for mails, which carry their style in themselves, since nothing is read beside them.
@pytest.mark.parametrize(
    "template", [one for one in sorted(_TEMPLATES.rglob("*.html")) if one.parent.name != "mail"]
)
def test_a_template_has_no_script_style_or_address_of_its_own(template: Any) -> None:
    text = template.read_text(encoding="utf-8").replace(f"{turnstile.ORIGIN}/", "")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|https?://|\|\s*safe", text)
    # `_` takes its text for HTML: a variable goes through `translated`.
    assert not re.search(r"\b(?:_|gettext)\((?!\")", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.NotFound("form"), 404),
        (errors.NotAllowed(), 403),
        (errors.InvalidInput("email", "wrong"), 422),
        (errors.TooLarge(), 413),
        (errors.MalformedBody(), 400),
        (errors.Conflict("busy"), 503),
        (ValueError("asha@example.com"), 500),
    ],
)
def test_a_problem_is_told_without_its_text(
    error: Exception, status: int, the_business: Business
) -> None:
    response = problem_page(_visit("/forms/x", the_business), error)
    assert response["statusCode"] == status
    assert response["headers"]["content-type"] == "text/html; charset=utf-8"
    assert "example.com" not in response["body"]
    assert "<h1>" in response["body"]
    assert ("retry-after" in response["headers"]) == (status == 503)


def test_another_page_is_led_to_with_its_cookies() -> None:
    response = see_other("../thanks", cookies=["a=b; Secure"])
    assert response["statusCode"] == 303
    assert response["headers"]["location"] == "../thanks"
    assert response["headers"]["cache-control"] == "no-store"
    assert response["cookies"] == ["a=b; Secure"]


def test_cookies_are_read_from_either_place() -> None:
    event = kit.http_event("GET", "/", headers={"Cookie": "a=1; b=x=y; c"})
    assert parse(event).cookies == {"a": "1", "b": "x=y"}
    event["cookies"] = ["a=2", "d=4"]
    assert parse(event).cookies == {"a": "2", "d": "4", "b": "x=y"}


def test_what_a_template_lacks_is_an_error(the_business: Business) -> None:
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        page(_visit("/forms/x", the_business), "problem.html", {"frame": "public.html"})


@pytest.mark.parametrize(
    ("language", "number", "said"),
    [
        ("en", 4_000, "4,000 points"),
        ("en", 999, "999 points"),
        ("en", 1, "1 point"),
        ("ca", 12_500, "12.500 punts"),
        ("sw", 4_000, "pointi 4,000"),
    ],
)
def test_how_many_of_something_is_written_as_people_write_numbers(
    language: str, number: int, said: str
) -> None:
    from mteja.pages.rendering import environment

    text = '{{ ngettext("%(num)s point", "%(num)s points", number) }}'
    assert environment(language).from_string(text).render(number=number) == said

"""Turnstile, for forms that ask for it: no answer of it is taken on trust."""

import io
import json
import urllib.error
import urllib.request
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import pytest

from mteja.business.forms import Turnstile
from mteja.forms import turnstile
from tests import blanks
from tests.component.conftest import Forms
from tests.unit.test_page_fields import Elements

SITE_KEY = "0x4AAAAAAAexample"
SIGN_UP = {"email": "asha@example.com", "name": "Asha"}


class Cloudflare:
    """Says who is a person; `away` where it can't be asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, list[str]]] = []
        self.away = False

    def urlopen(self, request: urllib.request.Request, timeout: float) -> io.BytesIO:
        assert request.full_url.startswith("https://challenges.cloudflare.com/")
        assert 0 < timeout <= 5
        if self.away:
            raise urllib.error.URLError("no route")
        assert isinstance(request.data, bytes)
        told = parse_qs(request.data.decode())
        self.asked.append(told)
        return io.BytesIO(json.dumps({"success": told["response"] == ["a-person"]}).encode())


@pytest.fixture
def cloudflare(forms: Forms, monkeypatch: pytest.MonkeyPatch) -> Cloudflare:
    """The newsletter asks for Turnstile."""
    made = Cloudflare()
    monkeypatch.setattr(urllib.request, "urlopen", made.urlopen)
    guarded = tuple(
        one.model_copy(update={"turnstile": one.id == "newsletter"}) for one in blanks.ASKING.forms
    )
    declared = Turnstile(site_key=SITE_KEY, secret="forms/turnstile/secret")
    asking = blanks.ASKING.model_copy(update={"forms": guarded, "turnstile": declared})
    monkeypatch.setattr(forms.app, "FORMS", replace(forms.app.FORMS, asking=asking))
    return made


def answered(text: Any) -> dict[str, Any]:
    return SIGN_UP | {turnstile.ANSWER: text}


def test_a_person_is_let_through(forms: Forms, cloudflare: Cloudflare) -> None:
    assert forms.fill_in("newsletter", answered("a-person")).status == 202
    assert cloudflare.asked[-1]["response"] == ["a-person"]
    assert set(cloudflare.asked[-1]) == {"secret", "response"}, "the visitor is not told of"


@pytest.mark.parametrize("text", [None, "", "a-robot", "x" * 3_000, ["a-person"], 5])
def test_a_robot_is_not(forms: Forms, cloudflare: Cloudflare, text: Any) -> None:
    answer = forms.fill_in("newsletter", answered(text))
    assert (answer.status, list(answer.faults)) == (422, [turnstile.ANSWER])
    assert forms.everything == ([], [])


def test_who_does_not_answer_is_not_let_through(forms: Forms, cloudflare: Cloudflare) -> None:
    assert forms.fill_in("newsletter", SIGN_UP).status == 422


def test_where_it_can_not_be_asked_the_form_may_be_sent_again(
    forms: Forms, cloudflare: Cloudflare
) -> None:
    cloudflare.away = True
    answer = forms.fill_in("newsletter", answered("a-person"))
    assert (answer.status, answer.headers["retry-after"]) == (503, "1")
    assert forms.everything == ([], [])


def test_other_forms_do_not_ask_it(forms: Forms, cloudflare: Cloudflare) -> None:
    assert forms.fill_in("rewards", SIGN_UP).status == 202
    assert cloudflare.asked == []


def test_the_page_shows_it_and_lets_nothing_else_in(forms: Forms, cloudflare: Cloudflare) -> None:
    answer = forms.ask("/forms/newsletter")
    page = Elements(answer.text)
    assert [one["data-sitekey"] for one in page.all("div") if "data-sitekey" in one] == [SITE_KEY]
    assert [one["src"] for one in page.all("script")] == [turnstile.SCRIPT]
    policy = answer.headers["content-security-policy"]
    assert f"script-src 'self' {turnstile.ORIGIN}" in policy
    assert f"frame-src {turnstile.ORIGIN}" in policy
    assert turnstile.ORIGIN not in forms.ask("/forms/rewards").headers["content-security-policy"]

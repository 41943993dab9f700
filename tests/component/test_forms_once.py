"""The same form sent again counts once: within ten minutes, under one key, and at once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests import blanks, kit, reading
from tests.component.conftest import Forms

SIGN_UP = {"email": "asha@example.com", "name": "Asha", "newsletter": True}
MINUTE = 60_000


def count(forms: Forms) -> int:
    return len(reading.entries(forms.recorder, "form"))


def test_the_same_content_within_ten_minutes_counts_once(forms: Forms) -> None:
    first = forms.taken("newsletter", SIGN_UP)
    stored = forms.everything
    forms.now_ms += 9 * MINUTE + 59_000
    assert forms.taken("newsletter", SIGN_UP) == first
    assert forms.everything == stored


def test_after_ten_minutes_it_is_sent_anew(forms: Forms) -> None:
    first = forms.taken("newsletter", SIGN_UP)
    forms.now_ms += 10 * MINUTE + 1_000
    second = forms.taken("newsletter", SIGN_UP)
    assert second["interaction_id"] != first["interaction_id"]
    assert count(forms) == 2
    forms.now_ms += 9 * MINUTE
    assert forms.taken("newsletter", SIGN_UP) == second


def test_ten_minutes_are_ten_minutes(forms: Forms) -> None:
    forms.taken("newsletter", SIGN_UP)
    forms.now_ms += 10 * MINUTE - 1
    forms.taken("newsletter", SIGN_UP)
    assert count(forms) == 1
    forms.now_ms += 1
    forms.taken("newsletter", SIGN_UP)
    assert count(forms) == 2


def test_what_means_the_same_is_the_same(forms: Forms) -> None:
    first = forms.taken("newsletter", SIGN_UP)
    again: list[dict[str, Any]] = [
        {"newsletter": "on", "name": " Asha ", "email": "ASHA@example.com"},
        {"newsletter": 1, "name": {"full": "Asha"}, "email": "asha@example.com "},
    ]
    for values in again:
        assert forms.taken("newsletter", values) == first
    answer = forms.browse("newsletter", [("email", "asha@example.com"), ("name", "Asha"),
                                         ("newsletter", "true"), ("_lang", "sw")])  # fmt: skip
    assert answer.status == 303
    assert count(forms) == 1


@pytest.mark.parametrize(
    "other",
    [{"name": "Asha J"}, {"email": "ben@example.com"}, {"newsletter": False}, {"name": None}],
)
def test_other_content_is_another_form(forms: Forms, other: dict[str, Any]) -> None:
    first = forms.taken("newsletter", SIGN_UP)
    assert forms.taken("newsletter", SIGN_UP | other) != first
    assert count(forms) == 2


def test_the_same_values_in_another_form_are_another_form(forms: Forms) -> None:
    for form in ("rewards", "in-store", "profile"):
        forms.taken(form, {"email": "asha@example.com", "name": "Asha"})
    assert count(forms) == 3


def test_under_one_key_it_counts_once_for_long(forms: Forms) -> None:
    first = forms.taken("newsletter", SIGN_UP, idempotency_key="one")
    forms.now_ms += 5 * 24 * 60 * MINUTE
    assert forms.taken("newsletter", SIGN_UP, idempotency_key="one") == first
    assert count(forms) == 1


def test_under_another_key_it_is_sent_anew(forms: Forms) -> None:
    first = forms.taken("newsletter", SIGN_UP, idempotency_key="one")
    assert forms.taken("newsletter", SIGN_UP, idempotency_key="two") != first
    assert forms.taken("newsletter", SIGN_UP) != first
    assert count(forms) == 3


def test_nobody_can_use_up_anothers_key(forms: Forms) -> None:
    forms.taken("newsletter", {"email": "squatter@example.com"}, idempotency_key="order-1")
    told = forms.taken("newsletter", SIGN_UP, idempotency_key="order-1")
    assert count(forms) == 2
    assert told["interaction_id"] in {one.id for one in reading.entries(forms.recorder, "form")}


@pytest.mark.parametrize("key", ["", "x" * 201, "a\x00b"])
def test_a_key_that_is_none_is_refused(forms: Forms, key: str) -> None:
    answer = forms.fill_in("newsletter", SIGN_UP, idempotency_key=key)
    assert (answer.status, answer.problem) == (422, "invalid-field")
    assert list(answer.faults) == ["Idempotency-Key"]
    assert forms.everything == ([], [])


@pytest.mark.parametrize("form", ["newsletter", "preorder", "warranty", "contact"])
def test_sent_many_times_at_once_it_counts_once(forms: Forms, form: str) -> None:
    values: dict[str, Any] = {"email": "asha@example.com", "name": "Asha"}
    more: dict[str, dict[str, Any]] = {
        "newsletter": {"newsletter": True},
        "preorder": {"product": "demo-lamp", "quantity": 3},
        "warranty": {"product": "demo-lamp", "serial": "SN-1"},
        "contact": {"message": "Hello"},
    }
    values |= more[form]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: forms.taken(form, values), range(24)))
    assert len({repr(one) for one in answers}) == 1
    assert count(forms) == 1
    (profile,) = reading.profiles(forms.recorder).values()
    assert profile.claims == ("2026-11-22", 1)
    if form == "preorder":
        taken = [item for item in forms.items if item["sk"] == "COUNT"]
        assert [item["taken"] for item in taken] == [3]


def test_what_was_kept_to_recognise_it_says_nothing_of_anybody(forms: Forms) -> None:
    forms.taken("newsletter", SIGN_UP)
    (receipt,) = [item for item in forms.items if item["sk"] == "RECEIPT"]
    assert str(receipt["pk"]).startswith("RECEIPT#forms#v1#")
    assert set(receipt) == {"pk", "sk", "v", "at", "told", "expires_at"}
    assert receipt["told"] == {
        "interaction_id": reading.entries(forms.recorder, "form")[0].id,
    }
    assert receipt["expires_at"] == kit.NOW_MS // 1000 + 90 * 86_400


def test_a_second_click_in_the_browser_leads_to_the_same_thanks(forms: Forms) -> None:
    values = [("email", "asha@example.com"), ("name", "Asha"), ("product", "demo-lamp")]
    pages = [forms.browse("preorder", values, kind).headers["location"]
             for kind in (blanks.URLENCODED, blanks.MULTIPART, blanks.URLENCODED)]  # fmt: skip
    assert pages == ["../../forms/preorder/thanks?status=reserved&lang=en"] * 3
    assert count(forms) == 1

"""Against robots on hosted pages: the field that people don't see, and when the page was shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mteja.errors import InvalidInput
from mteja.forms import guard
from mteja.forms.submission import SHOWN, TRAP
from mteja.times import DAY_MS
from mteja.vault.index import BlindIndex
from tests.fakes.memory import memory_vault
from tests.fakes.memory_kms import MemoryKms
from tests.kit import NOW_MS

KMS = MemoryKms()
INDEX = memory_vault(KMS).index


def refused(
    own: dict[str, str], *, form: str = "newsletter", now_ms: int
) -> tuple[str, str] | None:
    """Return which field is refused, and why; None where a person may have filled it in."""
    try:
        guard.check(form, own, now_ms, INDEX)
    except InvalidInput as error:
        return error.field, error.template
    return None


def shown(at_ms: int = NOW_MS) -> dict[str, str]:
    return {SHOWN: guard.token("newsletter", at_ms, INDEX), TRAP: ""}


@pytest.mark.parametrize(
    ("after_ms", "expected"),
    [
        (-1, (SHOWN, guard.TOO_OLD)),
        (0, (SHOWN, guard.TOO_FAST)),
        (1_999, (SHOWN, guard.TOO_FAST)),
        (2_000, None),
        (DAY_MS, None),
        (DAY_MS + 1, (SHOWN, guard.TOO_OLD)),
    ],
)
def test_people_take_a_little_while_and_not_for_ever(
    after_ms: int, expected: tuple[str, str] | None
) -> None:
    assert refused(shown(), now_ms=NOW_MS + after_ms) == expected


def test_what_people_do_not_see_stays_empty() -> None:
    own = shown() | {TRAP: "https://buy.example"}
    assert refused(own, now_ms=NOW_MS + 5_000) == (TRAP, guard.TRAPPED)
    assert refused({TRAP: "x"}, now_ms=NOW_MS) == (TRAP, guard.TRAPPED)


def test_a_form_of_the_owners_own_site_has_neither() -> None:
    assert refused({}, now_ms=NOW_MS) is None


def test_the_time_is_signed_for_one_form() -> None:
    assert refused(shown(), form="contact", now_ms=NOW_MS + 5_000) == (SHOWN, guard.TOO_OLD)
    at, _, mac = shown()[SHOWN].partition(".")
    earlier = f"{int(at) - 5_000}.{mac}"
    assert refused({SHOWN: earlier}, now_ms=NOW_MS) == (SHOWN, guard.TOO_OLD)
    other = guard.token("newsletter", NOW_MS, BlindIndex(MemoryKms().client(), "another"))
    assert refused({SHOWN: other}, now_ms=NOW_MS + 5_000) == (SHOWN, guard.TOO_OLD)


def test_a_page_that_was_open_over_midnight_still_counts() -> None:
    midnight = NOW_MS // DAY_MS * DAY_MS
    assert refused(shown(midnight - 3_000), now_ms=midnight + 3_000) is None


def test_many_pages_of_a_day_cost_one_call() -> None:
    kms = MemoryKms()
    index = memory_vault(kms).index
    for second in range(50):
        own = {SHOWN: guard.token("newsletter", NOW_MS + second * 1_000, index)}
        guard.check("newsletter", own, NOW_MS + second * 1_000 + 5_000, index)
    assert kms.calls == ["GenerateMac"]


@pytest.mark.parametrize(
    "sent", ["", ".", "1", "x.y", f"{NOW_MS}", f"{NOW_MS}.", "-1.x", "9" * 14 + ".x", "9" * 400,
             "٣.x", f"{NOW_MS}.\ud800", f"{NOW_MS}.é"],
)  # fmt: skip
def test_junk_is_an_old_page(sent: str) -> None:
    assert refused({SHOWN: sent}, now_ms=NOW_MS + 5_000) == (SHOWN, guard.TOO_OLD)


@given(st.text(st.characters(categories=None), max_size=60))
def test_any_text_is_an_old_page(sent: str) -> None:
    assert refused({SHOWN: sent}, now_ms=NOW_MS + 5_000) == (SHOWN, guard.TOO_OLD)

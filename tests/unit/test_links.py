"""Links of customers: what opens, what is forged, cut, too old or of another kind."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mteja import links
from mteja.errors import BadSignature, LinkExpired
from mteja.links import PROFILE_LINK, Link, make, new_link, open_link
from mteja.times import DAY_MS
from mteja.vault.index import BlindIndex
from tests.fakes.memory import memory_vault
from tests.fakes.memory_kms import MemoryKms
from tests.kit import NOW_MS

CUSTOMER = "cus_01JZZZZZZZZZZZZZZZZZZZZZZZ"
INDEX = memory_vault().index
TOKEN = make(new_link(PROFILE_LINK, CUSTOMER, NOW_MS, 30), INDEX)


def opened(token: str, *, kind: str = PROFILE_LINK, now_ms: int = NOW_MS) -> Link:
    return open_link(token, kind, now_ms, INDEX)


def test_a_link_opens_what_it_was_made_for() -> None:
    link = opened(TOKEN)
    assert (link.kind, link.customer) == (PROFILE_LINK, CUSTOMER)
    assert link.expires_at == (NOW_MS + 30 * DAY_MS) // 1000 * 1000
    assert TOKEN.isascii()
    assert len(TOKEN) < links._MAX_LENGTH


def test_a_link_ends_with_its_day() -> None:
    last = (NOW_MS + 30 * DAY_MS) // 1000 * 1000
    assert opened(TOKEN, now_ms=last)
    with pytest.raises(LinkExpired):
        opened(TOKEN, now_ms=last + 1)


def test_a_link_of_another_kind_opens_nothing() -> None:
    with pytest.raises(BadSignature):
        opened(TOKEN, kind="survey")
    with pytest.raises(BadSignature):
        opened(make(new_link("survey", CUSTOMER, NOW_MS, 30), INDEX))


def test_an_old_link_of_another_kind_does_not_say_that_it_is_old() -> None:
    with pytest.raises(BadSignature):
        opened(TOKEN, kind="survey", now_ms=NOW_MS + 99 * DAY_MS)


@pytest.mark.parametrize("at", range(len(TOKEN)))
def test_a_changed_link_opens_nothing(at: int) -> None:
    other = "A" if TOKEN[at] != "A" else "B"
    with pytest.raises(BadSignature):
        opened(TOKEN[:at] + other + TOKEN[at + 1 :])


@pytest.mark.parametrize("length", range(len(TOKEN)))
def test_a_cut_link_opens_nothing(length: int) -> None:
    with pytest.raises(BadSignature):
        opened(TOKEN[:length])


@pytest.mark.parametrize("around", ["{}=", "{}==", " {}", "{}\n", "{}A", "{}.", "{}?", "{}%3D"])
def test_one_link_is_written_in_one_way(around: str) -> None:
    with pytest.raises(BadSignature):
        opened(around.format(TOKEN))


def test_nobody_else_can_make_one() -> None:
    raw = urlsafe_b64decode(TOKEN + "=" * (-len(TOKEN) % 4))
    payload = json.dumps([PROFILE_LINK, "cus_02", NOW_MS], separators=(",", ":")).encode()
    for mac in (raw[-16:], bytes(16)):
        with pytest.raises(BadSignature):
            opened(urlsafe_b64encode(payload + mac).rstrip(b"=").decode())
    other = BlindIndex(MemoryKms().client(), "another-key")
    with pytest.raises(BadSignature):
        opened(make(new_link(PROFILE_LINK, CUSTOMER, NOW_MS, 30), other))


@given(
    st.text(max_size=500) | st.binary(max_size=300).map(lambda raw: urlsafe_b64encode(raw).decode())
)
def test_any_text_opens_nothing(token: str) -> None:
    with pytest.raises(BadSignature):
        opened(token)

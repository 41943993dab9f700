"""Quiet hours by the clock of a time zone, on days when it is changed too; and the cap."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mteja.business.mailing import Cap, QuietHours
from mteja.mail.rules import cap_until, quiet_until
from mteja.times import DAY_MS, to_ms

_NIGHT = QuietHours(begin="21:00", end="08:00")
_MADRID = "Europe/Madrid"
_HOUR_MS = 3_600_000


def _ms(text: str, zone: str, fold: int = 0) -> int:
    return to_ms(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold))


@pytest.mark.parametrize(
    ("now", "zone", "until"),
    [
        ("2026-11-24T12:00", "Africa/Dar_es_Salaam", None),
        ("2026-11-24T20:59", "Africa/Dar_es_Salaam", None),
        ("2026-11-24T21:00", "Africa/Dar_es_Salaam", "2026-11-25T08:00"),
        ("2026-11-25T07:59", "Africa/Dar_es_Salaam", "2026-11-25T08:00"),
        ("2026-11-25T08:00", "Africa/Dar_es_Salaam", None),
        # The night in which the clock is put forward (29 March 2026, 02:00 is 03:00) and back.
        ("2026-03-28T23:00", _MADRID, "2026-03-29T08:00"),
        ("2026-10-24T23:00", _MADRID, "2026-10-25T08:00"),
        ("2026-12-31T23:00", "Pacific/Kiritimati", "2027-01-01T08:00"),
    ],
)
def test_the_night_ends_by_the_clock(now: str, zone: str, until: str | None) -> None:
    expected = None if until is None else _ms(until, zone)
    assert quiet_until(_ms(now, zone), _NIGHT, zone) == expected


def test_the_night_of_a_changed_clock_is_an_hour_shorter_or_longer() -> None:
    for night, hours in (("2026-03-28T21:00", 10), ("2026-10-24T21:00", 12)):
        begun = _ms(night, _MADRID)
        assert quiet_until(begun, _NIGHT, _MADRID) == begun + hours * _HOUR_MS


def test_an_end_that_the_clock_leaps_over_is_after_the_leap() -> None:
    hours = QuietHours(begin="21:00", end="02:30")
    now = _ms("2026-03-29T01:30", _MADRID)
    assert quiet_until(now, hours, _MADRID) == _ms("2026-03-29T03:30", _MADRID)


def test_hours_at_noon_do_not_pass_midnight() -> None:
    hours = QuietHours(begin="12:00", end="14:00")
    assert quiet_until(_ms("2026-11-24T13:00", _MADRID), hours, _MADRID) == _ms(
        "2026-11-24T14:00", _MADRID
    )
    assert quiet_until(_ms("2026-11-24T23:00", _MADRID), hours, _MADRID) is None


_CLOCK = st.integers(0, 24 * 60 - 1).map(lambda minute: f"{minute // 60:02d}:{minute % 60:02d}")
_ZONES = st.sampled_from(
    [_MADRID, "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu"]
)
_MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@given(_MOMENTS, _CLOCK, _CLOCK, _ZONES)
def test_it_is_quiet_for_a_while_and_then_no_more(
    moment: datetime, begin: str, end: str, zone: str
) -> None:
    if begin == end:
        return
    hours = QuietHours(begin=begin, end=end)
    now = to_ms(moment)
    until = quiet_until(now, hours, zone)
    if until is None:
        return
    assert now < until <= now + DAY_MS + 2 * _HOUR_MS
    # Where the hours begin as they end, by a clock that was put back in between, more of them come.
    after = quiet_until(until, hours, zone)
    assert after is None or after > until


def test_the_hours_of_the_owners_file_leave_time() -> None:
    with pytest.raises(ValueError, match="same time"):
        QuietHours(begin="08:00", end="08:00")


@pytest.mark.parametrize(
    ("sent", "until"),
    [
        ([], None),
        ([10], None),
        ([10, 20], 10 + 7 * DAY_MS),
        ([10, 20, 30], 20 + 7 * DAY_MS),
        ([-8 * DAY_MS, 10], None),
    ],
    ids=["none", "one", "two", "three", "an old one"],
)
def test_the_cap_ends_when_enough_are_old(sent: list[int], until: int | None) -> None:
    assert cap_until(sent, 100, Cap(messages=2, days=7)) == until


@given(st.lists(st.integers(0, 30 * DAY_MS)), st.integers(1, 5), st.integers(1, 10))
def test_after_the_cap_there_is_room_for_one(sent: list[int], messages: int, days: int) -> None:
    cap, now = Cap(messages=messages, days=days), 30 * DAY_MS
    until = cap_until(sent, now, cap)
    if until is None:
        assert sum(at > now - days * DAY_MS for at in sent) < messages
    else:
        assert until > now
        assert cap_until(sent, until, cap) is None
        assert cap_until(sent, until - 1, cap) is not None

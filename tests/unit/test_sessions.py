"""Where a session begins and ends, exactly; and that sessions partition what happened."""

import random
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mteja.times import DAY_MS
from mteja.tracking.packed import EVENT_SHARDS, hashed_name, shard_of
from mteja.tracking.sessions import Session
from tests.visits import DAY, batch, event, leave, moment, page, sessions_of

NEXT = DAY + timedelta(days=1)
MINUTE = 60_000


@pytest.mark.parametrize(
    ("first", "second", "number"),
    [
        ("10:58", "11:02", 1),  # not cut at the hour
        ("10:05", "10:50", 2),
        ("10:00:00", "10:30:00", 1),
        ("10:00:00", "10:30:01", 2),
        ("00:00", "00:30", 1),
    ],
)
def test_a_session_goes_on_within_half_an_hour(first: str, second: str, number: int) -> None:
    made = sessions_of([batch(page(moment(first))), batch(page(moment(second)))])
    assert len(made) == number


def test_the_half_hour_slides() -> None:
    views = [page(moment("09:00") + step * 29 * MINUTE, f"/{step}") for step in range(6)]
    (one,) = sessions_of([batch(views)])
    assert [view.path for view in one.views] == ["/0", "/1", "/2", "/3", "/4", "/5"]
    assert one.end - one.start == 5 * 29 * MINUTE


def test_a_millisecond_more_than_half_an_hour_is_another_session() -> None:
    at = moment("10:00")
    assert len(sessions_of([batch([page(at), page(at + 30 * MINUTE)])])) == 1
    assert len(sessions_of([batch([page(at), page(at + 30 * MINUTE + 1)])])) == 2


def test_midnight_cuts_no_session() -> None:
    (one,) = sessions_of([batch([page(moment("23:59")), page(moment("00:01", NEXT))], "with-id")])
    assert len(one.views) == 2


def test_midnight_cuts_no_session_of_who_has_another_hash_since() -> None:
    told = [
        batch(page(moment("23:59"), "/a"), "hash-1"),
        batch(page(moment("00:01", NEXT), "/b"), "hash-2", before="hash-1"),
        batch(page(moment("00:29", NEXT), "/c"), "hash-2", before="hash-1"),
        batch(page(moment("00:55", NEXT), "/d"), "hash-2"),
    ]
    (one,) = sessions_of(told)
    assert (one.visitor, one.path) == ("hash-1", ["/a", "/b", "/c", "/d"])


def test_what_comes_after_midnight_of_before_it_is_told_under_the_name_of_the_day() -> None:
    told = [
        batch(page(moment("23:20")), "hash-1"),
        batch(page(moment("23:58")), "hash-2", received_at=moment("00:02", NEXT), before="hash-1"),
    ]
    assert [one.visitor for one in sessions_of(told)] == ["hash-1", "hash-1"]


def test_two_visitors_and_two_sites_are_never_one_session() -> None:
    at = moment("10:00")
    told = [batch(page(at), "v1"), batch(page(at), "v2"), batch(page(at), "v1", site="blog")]
    assert len(sessions_of(told)) == 3


def test_entry_path_exit_and_duration() -> None:
    at = moment("10:00")
    views = [page(at, "/in"), page(at + MINUTE, "/a"), page(at + MINUTE, "/a", id="z")]
    (one,) = sessions_of([batch([*views, page(at + 3 * MINUTE, "/out")])])
    assert (one.path, one.end - one.start, one.bounced) == (["/in", "/a", "/out"], 180_000, False)


def test_one_page_with_nothing_done_on_it_is_a_bounce() -> None:
    at = moment("10:00")
    (looked,) = sessions_of([batch([page(at), leave(at + MINUTE)])])
    (saved,) = sessions_of([batch([page(at), event(at + MINUTE, "Saved")])])
    assert (looked.bounced, saved.bounced) == (True, False)


def test_closing_a_page_hours_later_begins_no_session_and_tells_how_long_it_was_used() -> None:
    at = moment("10:00")
    (one,) = sessions_of([batch([page(at), leave(at + 5 * 60 * MINUTE, active_ms=90_000)])])
    assert (one.active_ms, one.end) == (90_000, at)


def test_a_page_that_was_hidden_several_times_tells_all_the_time_in_the_end() -> None:
    at = moment("10:00")
    told = [leave(at + step * MINUTE, active_ms=step * 1000) for step in (1, 2, 3)]
    (one,) = sessions_of([batch([page(at), *told])])
    assert one.active_ms == 3000


def test_the_time_on_a_page_goes_to_its_latest_view() -> None:
    at = moment("10:00")
    views = [page(at, "/a"), page(at + MINUTE, "/b"), page(at + 2 * MINUTE, "/a")]
    (one,) = sessions_of([batch([*views, leave(at + 3 * MINUTE, "/a", 7)])])
    assert [view.active_ms for view in one.views] == [None, None, 7]


def test_a_goal_is_a_page_or_an_event() -> None:
    at = moment("10:00")
    (bought,) = sessions_of([batch([page(at), page(at + 1, "/thank-you/42")])])
    (signed,) = sessions_of([batch([page(at), event(at + 1, "Signed Up")])])
    (neither,) = sessions_of([batch(page(at, "/thank"))])
    reached = [sorted(one.goals) for one in (bought, signed, neither)]
    assert reached == [["order"], ["newsletter"], []]


def test_what_a_server_tells_without_a_page_is_no_visit() -> None:
    (one,) = sessions_of([batch(event(moment("10:00"), "Order Packed"))])
    assert not one.is_visit


def test_an_event_from_the_future_happened_when_it_came() -> None:
    at = moment("10:00")
    (one,) = sessions_of([batch([page(at + 80 * 365 * DAY_MS)], received_at=at)])
    assert one.start == at


@pytest.mark.parametrize(("days", "counted"), [(0, 1), (1, 1), (2, 1), (3, 0), (20_000, 0)])
def test_what_comes_more_than_two_days_after_its_own_is_late(days: int, counted: int) -> None:
    at = moment("10:00")
    made = sessions_of([batch(page(at), received_at=at + days * DAY_MS)])
    assert len(made) == counted


def test_a_message_counts_once_in_however_many_batches_it_came() -> None:
    view = page(moment("10:00"))
    made = sessions_of([batch(view), batch([view, view]), batch(view, id="again")])
    assert [len(one.views) for one in made] == [1]


def test_robots_are_in_no_session() -> None:
    assert sessions_of([batch(page(moment("10:00")), bot="Googlebot")]) == []


TIMES = st.lists(st.integers(0, 2 * DAY_MS), min_size=1, max_size=40)


@given(TIMES, st.randoms(use_true_random=False))
def test_any_order_and_repetition_of_batches_makes_the_same_sessions(
    times: list[int], chance: random.Random
) -> None:
    begins = moment("00:00")
    told = [batch(page(begins + at, f"/{at % 5}"), f"v{at % 3}") for at in times]
    again = told + chance.choices(told, k=len(told))
    chance.shuffle(again)
    assert _shown(sessions_of(again)) == _shown(sessions_of(told))


@given(TIMES)
def test_sessions_partition_what_happened(times: list[int]) -> None:
    begins = moment("00:00")
    told = [batch(page(begins + at, f"/{at % 5}"), f"v{at % 3}") for at in times]
    made = sessions_of(told)
    seen = sorted(view.event.id for one in made for view in one.views)
    assert seen == sorted(one.events[0].id for one in told)
    for one in made:
        steps = [view.at for view in one.views]
        assert all(later - earlier <= 30 * MINUTE for earlier, later in pairwise(steps))
        assert (one.start, one.end) == (steps[0], steps[-1])
    for one in made:
        others = [two for two in made if two.visitor == one.visitor and two is not one]
        assert all(abs(two.start - one.end) > 30 * MINUTE for two in others)


def _shown(made: list[Session]) -> list[str]:
    return [repr(one) for one in made]


@given(st.text(min_size=1), st.text(min_size=1), st.integers(0, EVENT_SHARDS - 1))
def test_who_has_another_hash_since_midnight_is_in_the_same_shard(
    one: str, two: str, shard: int
) -> None:
    assert shard_of(hashed_name(shard, one)) == shard_of(hashed_name(shard, two)) == shard


def test_a_page_that_is_loaded_again_is_a_bounce_still() -> None:
    at = moment("10:00")
    (one,) = sessions_of([batch([page(at, "/a"), page(at + 1000, "/a")])])
    assert (one.path, one.bounced) == (["/a"], True)


def test_a_session_ends_where_a_server_names_another_customer() -> None:
    at = moment("10:00")
    told = [
        batch(page(at, "/a")),
        batch(event(at + MINUTE, "Signed In"), customer="cus_a", trust="verified"),
        batch(page(at + 2 * MINUTE, "/b")),
        batch(event(at + 3 * MINUTE, "Signed In"), customer="cus_b", trust="verified"),
        batch(page(at + 4 * MINUTE, "/c")),
        batch(event(at + 5 * MINUTE, "Order Completed"), customer="cus_b", trust="verified"),
    ]
    assert [(one.customer, one.path) for one in sessions_of(told)] == [
        ("cus_a", ["/a", "/b"]), ("cus_b", ["/c"]),
    ]  # fmt: skip

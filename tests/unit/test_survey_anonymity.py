"""What may be told of an anonymous survey."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mteja.surveys.scoring.anonymity import FEWEST, Block, blocks, told, told_of_several, within

MONDAY = date(2026, 3, 2)
CELLS = st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 40))
WEEKS = st.lists(
    st.integers(0, 30).map(lambda number: MONDAY + timedelta(weeks=number)), max_size=200
)


def week(number: int) -> date:
    return MONDAY + timedelta(weeks=number)


def test_a_cell_of_few_is_not_told_and_neither_is_what_gives_it_away() -> None:
    assert told({"a": 30, "b": 20, "c": 9}) == {"a"}  # b would leave c as the remainder
    assert told({"a": 30, "b": 6, "c": 4}) == {"a"}  # together they are ten
    assert told({"a": 30, "b": 20, "c": 3, "d": 3}) == {"a"}  # six remain: b must go too
    assert told({"a": 30, "b": 10}) == {"a", "b"}
    assert told({"a": 30, "b": 0}) == frozenset()
    assert told({}) == frozenset()


@given(CELLS)
def test_what_is_not_told_is_many_or_nothing(counts: dict[str, int]) -> None:
    shown = told(counts)
    hidden = counts.keys() - shown
    assert all(counts[name] >= FEWEST for name in shown)
    if hidden and shown:
        assert len(hidden) >= 2
        assert sum(counts[name] for name in hidden) >= FEWEST
    if not hidden:
        assert all(count >= FEWEST for count in counts.values())


def test_of_several_choices_neither_few_who_did_nor_few_who_did_not_are_told() -> None:
    assert told_of_several({"a": 10, "b": 9, "c": 31, "d": 30}, 40) == {"a", "d"}


def test_weeks_are_taken_together_until_they_hold_enough() -> None:
    answers = [week(0)] * 4 + [week(1)] * 5 + [week(3)] + [week(4)] * 12 + [week(5)] * 9
    assert blocks(answers, week(40)) == (
        Block(week(0), week(4) - timedelta(days=1)),
        Block(week(4), week(5) - timedelta(days=1)),
    )


def test_no_block_goes_over_new_year() -> None:
    """So that what is read of one year tells its blocks, whatever came before."""
    december, january = date(2026, 12, 28), date(2027, 1, 4)
    answers = [december] * 6 + [january] * 6 + [january + timedelta(weeks=1)] * 6
    assert [block.first for block in blocks(answers, date(2027, 6, 1))] == [january]


def test_a_week_counts_once_it_is_over() -> None:
    answers = [week(0)] * 10
    assert blocks(answers, week(1) - timedelta(days=1)) == ()
    assert len(blocks(answers, week(1))) == 1


def test_what_is_asked_for_is_answered_with_whole_blocks() -> None:
    every = blocks([week(number) for number in range(4) for _ in range(FEWEST)], week(40))
    assert within(every, week(0) + timedelta(days=1), week(3)) == every[1:3]
    assert within(every, week(0), week(9)) == every


@given(WEEKS, st.integers(0, 31), st.integers(0, 31), st.integers(0, 31), st.integers(0, 31))
def test_no_two_reports_differ_by_few(
    answers: list[date], one: int, other: int, first: int, last: int
) -> None:
    """Read at any two times, of any days: the answers that are in one and not in the other are none
    or enough."""
    every = [blocks(answers, week(when)) for when in sorted((one, other))]
    seen = [
        {
            at
            for at, answer in enumerate(answers)
            for block in within(some, week(first), week(last) if some is every[0] else week(31))
            if block.first <= answer <= block.last
        }
        for some in every
    ]
    for apart in (seen[0] - seen[1], seen[1] - seen[0]):
        assert not apart or len(apart) >= FEWEST

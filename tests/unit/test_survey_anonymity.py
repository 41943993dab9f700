"""What may be told of an anonymous survey. An attacker who has every report that can be asked for,
and knows how they are made, goes through everything that could have been answered."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mteja.surveys.scoring import anonymity
from mteja.surveys.scoring.anonymity import (
    ANSWERED,
    FEWEST,
    GROUPS,
    Block,
    Counts,
    EachInOne,
    EachInSeveral,
    NoneOrEnough,
    Rule,
    Span,
    Step,
    WholeOrNot,
    blocks,
    score_steps,
    span,
    steps,
    told,
    within,
)
from mteja.surveys.scoring.nps import Score

MONDAY = date(2026, 3, 2)
CELLS = st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 40))
WEEKS = st.lists(
    st.integers(0, 30).map(lambda number: MONDAY + timedelta(weeks=number)), max_size=200
)
FEW = 3
"""In the place of ten, so that everything that could have been answered can be gone through."""

type Case = tuple[Counts, ...]
"""The counts of each block."""
type Shape = tuple[Span, ...]


def week(number: int) -> date:
    return MONDAY + timedelta(weeks=number)


def closed(number: int) -> date:
    """Return the first day on which the answers of a week are counted."""
    return week(number + 1) + timedelta(days=1)


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
    counts = {"a": 10, "b": 9, "c": 31, "d": 30, ANSWERED: 40}
    assert EachInSeveral().told(counts, frozenset()) == {"a", "d"}


def test_of_two_choices_how_many_made_both_is_enough_or_not_told() -> None:
    rule = EachInSeveral()
    assert rule.told({"a": 30, "b": 20, ANSWERED: 40}, frozenset()) == {"a", "b"}
    assert rule.told({"a": 28, "b": 16, ANSWERED: 40}, frozenset()) == {"a"}  # four made both


def test_what_is_told_in_steps_grows_by_enough() -> None:
    """The second block says of b what is too little; with the third it is enough."""
    grown: list[Counts] = [{"a": 20, "b": 10}, {"a": 10, "b": 4}, {"a": 0, "b": 6}]
    both = frozenset("ab")
    assert steps(grown, EachInOne()) == (Step(1, both), Step(3, both))
    assert span(steps(grown, EachInOne()), 0, 2) == Span(0, 1, both)
    assert span(steps(grown, EachInOne()), 1, 3) == Span(1, 3, both)
    assert span(steps(grown, EachInOne()), 1, 2) is None


def test_a_later_step_may_tell_more_of_the_whole_and_not_of_what_is_new() -> None:
    grown: list[Counts] = [{"a": 20, "b": 6, "c": 4}, {"a": 10, "b": 6, "c": 6}]
    found = steps(grown, EachInOne())
    assert [step.cells for step in found] == [frozenset("a"), frozenset("abc")]
    assert span(found, 1, 2) == Span(1, 2, frozenset("a"))
    assert span(found, 0, 2) == Span(0, 2, frozenset("abc"))


def test_a_score_is_told_where_it_leaves_its_groups_open() -> None:
    assert score_steps([Score(12, 0, 0)]) == ()
    assert score_steps([Score(30, 4, 3)]) == ()  # at most seven are no promoters and no passives
    (alone,) = score_steps([Score(30, 12, 4)])
    assert alone.cells == {"net"}
    (whole,) = score_steps([Score(30, 12, 10)])
    assert whole.cells >= GROUPS
    # The groups wait for ten more of each; the score goes on without them.
    later = score_steps([Score(20, 20, 20), Score(20, 20, 2), Score(20, 20, 8)])
    assert [step.cells >= GROUPS for step in later] == [True, False, True]


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


def test_a_week_counts_once_it_is_over_and_nobody_can_change_its_answers() -> None:
    answers = [week(0)] * 10
    assert blocks(answers, closed(0) - timedelta(days=1)) == ()
    assert len(blocks(answers, closed(0))) == 1


def test_what_is_asked_for_is_answered_with_whole_blocks() -> None:
    every = blocks([week(number) for number in range(4) for _ in range(FEWEST)], week(40))
    assert within(every, week(0) + timedelta(days=1), week(3)) == every[1:3]
    assert within(every, week(0), week(9)) == every


@given(WEEKS, st.integers(0, 31), st.integers(0, 31), st.integers(0, 31), st.integers(0, 31))
def test_no_two_reports_differ_by_few_answers(
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


def shares_of(n: int, cells: int) -> Iterator[tuple[int, ...]]:
    """Yield every way in which n people may be in cells."""
    if cells == 1:
        yield (n,)
        return
    for first in range(n + 1):
        yield from ((first, *rest) for rest in shares_of(n - first, cells - 1))


def of_one_choice(sizes: Sequence[int], cells: int) -> Iterator[Case]:
    names = "abcdef"[:cells]
    every = [[dict(zip(names, one, strict=True)) for one in shares_of(n, cells)] for n in sizes]
    yield from product(*every)


def of_two_choices(sizes: Sequence[int]) -> Iterator[Case]:
    """Yield what may be chosen of a and b: one of them, or both. How many chose both is counted, so
    that it is looked for; it is no cell."""
    every = [
        [{"a": a + both, "b": b + both, ANSWERED: n} for a, b, both in shares_of(n, 3)]
        for n in sizes
    ]
    yield from product(*every)


def told_by(rule: Rule) -> Callable[[Case], Shape]:
    """Return what gives of which blocks something is told, and which cells: in any report."""

    def shape(case: Case) -> Shape:
        found = steps(case, rule)
        every = (span(found, *those) for those in combinations(range(len(case) + 1), 2))
        return tuple(dict.fromkeys(one for one in every if one is not None))

    return shape


def sums(shape: Shape, case: Case) -> Hashable:
    """Return the figures that are told."""
    return tuple(
        sum(one[name] for one in case[these.begin : these.end])
        for these in shape
        for name in sorted(these.cells)
    )


def score_told(case: Case) -> Shape:
    found = score_steps([Score(one["a"], one["b"], one["c"]) for one in case])
    every = (span(found, *those) for those in combinations(range(len(case) + 1), 2))
    return tuple(dict.fromkeys(one for one in every if one is not None))


def scores(shape: Shape, case: Case) -> Hashable:
    """Return the scores that are told, with their groups where they are."""
    by_block = [Score(one["a"], one["b"], one["c"]) for one in case]
    seen = []
    for these in shape:
        whole = Score()
        for one in by_block[these.begin : these.end]:
            whole = whole.with_more(one)
        seen.append(whole if these.cells >= GROUPS else whole.without_groups)
    return tuple(seen)


def solved(
    cases: Iterable[Case],
    told_of: Callable[[Case], Shape],
    figures: Callable[[Shape, Case], Hashable],
    cells: Sequence[str],
    *,
    knows_rule: bool = False,
) -> list[tuple[Case, int, int, str]]:
    """Return what an attacker knows for sure who has every report: cells of few, some but none, of
    any blocks, which are the same in everything that could have been answered. `knows_rule`: also
    that more would be told of other answers."""
    every = [(case, told_of(case)) for case in cases]
    found = []
    for shape in {shape for _, shape in every}:
        alike: defaultdict[Hashable, list[Case]] = defaultdict(list)
        for case, its in every:
            if its == shape or not knows_rule:
                alike[figures(shape, case)].append(case)
        meant = {figures(shape, case) for case, its in every if its == shape}
        for those in (alike[one] for one in meant):
            for begin, end in combinations(range(len(those[0]) + 1), 2):
                for name in cells:
                    counts = {sum(one[name] for one in case[begin:end]) for case in those}
                    if len(counts) == 1 and 0 < min(counts) < anonymity.FEWEST:
                        found.append((those[0], begin, end, name))
    return found


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anonymity, "FEWEST", FEW)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(("most", "cells"), [(18, 2), (15, 3), (12, 4)])
def test_nobody_who_knows_the_rule_can_solve_for_a_cell_of_few(most: int, cells: int) -> None:
    for n in range(1, most + 1):
        cases = of_one_choice((n,), cells)
        names = "abcd"[:cells]
        assert solved(cases, told_by(EachInOne()), sums, names, knows_rule=True) == [], n


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(
    ("sizes", "cells"),
    [((9, 9), 2), ((5, 5, 5), 2), ((6, 4), 3), ((7, 7), 3), ((4, 5, 5), 3), ((6, 5), 4)],
    ids=str,
)
def test_nobody_can_solve_for_a_cell_of_few_from_all_reports(
    sizes: tuple[int, ...], cells: int
) -> None:
    cases = of_one_choice(sizes, cells)
    assert solved(cases, told_by(EachInOne()), sums, "abcd"[:cells]) == []


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("rule", [WholeOrNot(), NoneOrEnough()], ids=["whole", "none"])
@pytest.mark.parametrize("sizes", [(9,), (7, 7), (10, 10)])
def test_nobody_can_solve_for_what_is_told_as_a_whole(rule: Rule, sizes: tuple[int, ...]) -> None:
    assert solved(of_one_choice(sizes, 2), told_by(rule), sums, "ab") == []


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("sizes", [(9,), (12,), (7, 7), (10, 9), (12, 7)])
def test_nobody_can_solve_for_who_chose_several(sizes: tuple[int, ...]) -> None:
    rule = told_by(EachInSeveral())
    assert solved(of_two_choices(sizes), rule, sums, "ab") == []


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("sizes", [(9,), (12,), (16,), (8, 8), (10, 9), (12, 7)])
def test_nobody_can_solve_for_a_group_of_a_score(sizes: tuple[int, ...]) -> None:
    cases = of_one_choice(sizes, 3)
    assert solved(cases, score_told, scores, "abc") == []


@pytest.mark.usefixtures("few")
def test_the_attacker_finds_what_a_careless_rule_gives_away() -> None:
    """A part of the whole that is told at any time; and a whole that is told with all cells."""

    class AtAnyTime(EachInOne):
        def again(self, more: Counts, cells: frozenset[str]) -> bool:
            return True

    class AllCells(EachInOne):
        def told(self, whole: Counts, cells: frozenset[str]) -> frozenset[str]:
            return frozenset(whole)

    for careless in (AtAnyTime(), AllCells()):
        for knows_rule in (True, False):
            cases = of_one_choice((7, 7), 2)
            assert solved(cases, told_by(careless), sums, "ab", knows_rule=knows_rule)

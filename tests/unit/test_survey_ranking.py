"""What people put before what."""

from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mteja.surveys.scoring.ranking import Ranking, ranking

OPTIONS = ("convenience", "price", "quality", "selection")
BALLOTS = st.lists(
    st.permutations(OPTIONS).flatmap(lambda order: st.integers(0, 4).map(lambda n: order[:n])),
    max_size=30,
)


def ranked(*ballots: tuple[int, str], options: str) -> Ranking:
    """Return the ranking of so many people each: `(42, "MNCK")`."""
    return ranking(
        ((tuple(order), ()) for people, order in ballots for _ in range(people)), options
    )


# Electowiki and Wikipedia, "Borda count": Tennessee chooses its capital, in per cent.
TENNESSEE = ranked((42, "MNCK"), (26, "NCKM"), (15, "CKNM"), (17, "KCNM"), options="MNCK")


@pytest.mark.parametrize(
    ("made", "options", "points"),
    [
        (TENNESSEE, "NCMK", (194, 173, 126, 107)),
        # D. Lippman, "Math in Society", Borda count: where to meet. He counts from 1 for the last,
        # 325, 253, 228 and 194 of 100 ballots; from 0 that is 100 less.
        (
            ranked((51, "STOP"), (25, "TPOS"), (10, "PTOS"), (14, "OTPS"), options="STOP"),
            "TSOP",
            (225, 153, 128, 94),
        ),
    ],
    ids=["tennessee", "math-in-society"],
)
def test_points_are_those_of_the_literature(
    made: Ranking, options: str, points: tuple[float, ...]
) -> None:
    assert [one.option for one in made.items] == list(options)
    assert tuple(one.borda for one in made.items) == points


def test_who_loses_every_duel_may_be_most_often_first() -> None:
    by_option = {one.option: one for one in TENNESSEE.items}
    assert {name: one.wins for name, one in by_option.items()} == {"N": 3, "C": 2, "K": 1, "M": 0}
    assert max(by_option.values(), key=lambda one: one.first_share).option == "M"
    assert by_option["M"].first_share == 0.42
    # Wikipedia, "Condorcet method": of the same ballots, Nashville beats Memphis by 58 to 42.
    duels = {(one.option, one.over): one.count for one in TENNESSEE.pairwise}
    assert (duels["N", "M"], duels["M", "N"]) == (58, 42)
    assert (duels["N", "C"], duels["N", "K"], duels["C", "K"]) == (68, 68, 83)


def test_what_was_not_ranked_shares_the_places_that_are_left() -> None:
    made = ranked((1, "AB"), options="ABCD")
    assert [(one.option, one.borda, one.mean_rank, one.ranked) for one in made.items] == [
        ("A", 3.0, 1.0, 1), ("B", 2.0, 2.0, 1), ("C", 0.5, 3.5, 0), ("D", 0.5, 3.5, 0),
    ]  # fmt: skip
    duels = {(one.option, one.over): one.count for one in made.pairwise}
    assert (duels["B", "C"], duels["C", "B"], duels["C", "D"], duels["D", "C"]) == (1, 0, 0, 0)


def test_a_ranking_of_nothing_is_none() -> None:
    made = ranking([((), OPTIONS), (("price",), OPTIONS)], OPTIONS)
    assert made.n == 1
    assert ranking([((), OPTIONS)], OPTIONS).items == ()


def test_an_option_that_the_owner_took_away_is_passed_over() -> None:
    made = ranking([(("parking", "price", "quality"), ())], ("price", "quality"))
    assert [(one.option, one.mean_rank) for one in made.items] == [("price", 1), ("quality", 2)]


def test_a_place_that_wins_whatever_stands_in_it_is_told() -> None:
    orders = list(permutations(OPTIONS)) * 5
    taken_first = ranking(((order, order) for order in orders), OPTIONS)
    assert taken_first.biased is True
    assert [place.count for place in taken_first.places] == [120, 0, 0, 0]
    # The same taste in everybody, whatever was shown first: each place holds it equally often.
    of_taste = ranking(((OPTIONS, order) for order in orders), OPTIONS)
    assert of_taste.biased is False
    assert [place.share for place in of_taste.places] == [0.25] * 4


def test_nothing_is_said_of_places_where_nothing_was_shuffled() -> None:
    made = ranking([(OPTIONS, ())], OPTIONS)
    assert (made.places, made.biased) == ((), None)


@given(BALLOTS, st.randoms(use_true_random=False))
def test_the_order_of_answers_says_nothing(ballots: list[list[str]], chance: Random) -> None:
    shuffled = list(ballots)
    chance.shuffle(shuffled)
    assert _of(shuffled) == _of(ballots)


@given(BALLOTS, st.permutations(OPTIONS))
def test_names_of_options_say_nothing(ballots: list[list[str]], names: list[str]) -> None:
    called = dict(zip(OPTIONS, names, strict=True))
    renamed = _of([[called[option] for option in ballot] for ballot in ballots])
    before = {called[one.option]: one for one in _of(ballots).items}
    for one in renamed.items:
        same = before[one.option]
        assert (one.borda, one.mean_rank, one.first_share, one.wins) == (
            same.borda, same.mean_rank, same.first_share, same.wins,
        )  # fmt: skip


@given(BALLOTS)
def test_each_person_gives_the_same_points(ballots: list[list[str]]) -> None:
    made = _of(ballots)
    assert sum(one.borda for one in made.items) == pytest.approx(made.n * 6)
    for one in made.items:
        assert 1 <= one.mean_rank <= 4
        assert one.borda == pytest.approx(made.n * (4 - one.mean_rank), abs=1e-3 * (made.n + 1))


@given(BALLOTS, st.integers(0, 9))
def test_skips_change_nothing(ballots: list[list[str]], skips: int) -> None:
    assert _of([*ballots, *[[]] * skips]) == _of(ballots)


def _of(ballots: list[list[str]]) -> Ranking:
    return ranking(((ballot, ()) for ballot in ballots), OPTIONS)

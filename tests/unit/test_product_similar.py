"""What goes with what, and what is next."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mteja.products import similar
from mteja.products.similar import (
    BOUGHT,
    MAX_BASKET,
    MIN_SUPPORT,
    SAVED,
    TOP,
    VIEWED,
    Baskets,
    Pairs,
    PairsTogether,
    Similar,
    strength,
)
from mteja.products.suggest import Popular, Reason, Touched, strongest, suggest

BASKETS = st.dictionaries(
    st.integers(0, 30).map(str), st.lists(st.sampled_from("abcdefgh"), max_size=8), max_size=30
)


COUNTS = st.integers(0, 10_000)


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_how_much_two_go_together_is_the_same_from_both_sides(
    both: int, one: int, other: int, neither: int
) -> None:
    people = both + one + other + neither
    from_one = strength(both, both + one, both + other, people)

    assert from_one == strength(both, both + other, both + one, people)
    assert 0 <= from_one < 1


def test_fewer_than_three_people_are_no_sign() -> None:
    baskets = [["lamp", "shade"]] * (MIN_SUPPORT - 1) + [["rug"]] * 50

    assert similar.similar({BOUGHT: Baskets(baskets)}) == {}


def test_what_is_bought_by_everybody_goes_with_nothing_in_particular() -> None:
    baskets = [["bag", "lamp"], ["bag", "rug"], ["bag", "shade"]] * 10

    assert "bag" not in similar.similar({BOUGHT: Baskets(baskets)})


def test_products_that_are_bought_together_are_told_with_how_many_people() -> None:
    baskets = [["lamp", "shade"]] * 10 + [["rug", "mat"]] * 10 + [["lamp"], ["rug"]]

    (beside,) = similar.similar({BOUGHT: Baskets(baskets)})["lamp"]

    assert (beside.product, beside.people) == ("shade", {BOUGHT: 10})


def test_a_sign_of_money_weighs_more_than_one_of_looking() -> None:
    bought = Baskets([["lamp", "shade"]] * 10 + [["lamp"], ["shade"], ["rug"], ["mat"]] * 5)
    seen = Pairs()
    for basket in [["lamp", "rug"]] * 10 + [["lamp"], ["rug"], ["shade"], ["mat"]] * 5:
        seen.add(basket)

    first, second = similar.similar({BOUGHT: bought, VIEWED: PairsTogether(seen)})["lamp"]

    assert (first.product, dict(first.people)) == ("shade", {BOUGHT: 10})
    assert (second.product, dict(second.people)) == ("rug", {VIEWED: 10})


@pytest.mark.parametrize(("visits", "go_together"), [(9, False), (10, True)])
def test_who_looks_at_two_products_every_day_is_no_crowd(visits: int, *, go_together: bool) -> None:
    seen = Pairs()
    for basket in [["lamp", "shade"]] * visits + [["rug"], ["mat"]] * 20:
        seen.add(basket)

    assert ("lamp" in similar.similar({VIEWED: PairsTogether(seen)})) is go_together


def test_of_very_many_pairs_the_rarer_ones_are_lost_while_days_are_merged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mteja.products.similar.MOST_PAIRS", 10)
    whole = Pairs()
    for day in range(9):
        part = Pairs()
        for basket in [["lamp", "shade"], ["lamp", f"p{day}", f"q{day}"]]:
            part.add(basket)
        whole.merge(part)

    assert len(whole.pairs) <= 10
    assert whole.pairs["lamp", "shade"] == 9
    assert whole.singles["lamp"] == 18


def test_pairs_among_some_products_know_no_other() -> None:
    seen = Pairs()
    seen.add(["lamp", "shade", "rug"])

    some = seen.among({"lamp", "shade"})

    assert (some.people, dict(some.singles)) == (1, {"lamp": 1, "shade": 1})
    assert dict(some.pairs) == {("lamp", "shade"): 1}


def test_at_most_twenty_are_kept() -> None:
    baskets = [["lamp", f"p{number}"] for number in range(30) for _ in range(5)]
    baskets += [["other"]] * 300

    assert len(similar.similar({BOUGHT: Baskets(baskets)})["lamp"]) == TOP


def test_of_whoever_buys_everything_the_latest_count() -> None:
    everything = [f"p{number}" for number in range(MAX_BASKET * 4)]

    together = Baskets([everything] * MIN_SUPPORT)

    assert set(together.products()) == set(everything[:MAX_BASKET])


@given(BASKETS, st.randoms(use_true_random=False))
def test_the_order_of_people_and_of_their_products_changes_nothing(
    baskets: dict[str, list[str]], random: Random
) -> None:
    shuffled = [random.sample(one, len(one)) for one in baskets.values()]
    random.shuffle(shuffled)

    one = similar.similar({BOUGHT: Baskets(baskets.values()), SAVED: Baskets(baskets.values())})
    assert similar.similar({BOUGHT: Baskets(shuffled), SAVED: Baskets(shuffled)}) == one


@given(BASKETS)
def test_what_goes_with_one_goes_with_the_other(baskets: dict[str, list[str]]) -> None:
    found = similar.similar({BOUGHT: Baskets(baskets.values())})

    for product, beside in found.items():
        for one in beside:
            back = {other.product: other for other in found[one.product]}
            assert back[product].score == one.score
            assert back[product].people == one.people


@given(st.lists(st.lists(st.sampled_from("abcdef"), max_size=6), max_size=20), st.integers(0, 20))
def test_views_that_are_counted_in_parts_are_those_that_are_counted_whole(
    baskets: list[list[str]], at: int
) -> None:
    whole, one, two = Pairs(), Pairs(), Pairs()
    for number, basket in enumerate(baskets):
        whole.add(basket)
        (one if number < at else two).add(basket)
    one.merge(two)

    assert one == whole
    for pair, n in whole.pairs.items():
        assert n == sum(set(pair) <= set(basket) for basket in baskets)


def test_of_too_many_pairs_the_most_frequent_are_kept() -> None:
    pairs = Pairs(9, Counter(a=9, b=9, c=9), Counter({("a", "b"): 3, ("a", "c"): 5, ("b", "c"): 3}))

    assert pairs.most(2).pairs == {("a", "c"): 5, ("a", "b"): 3}
    assert pairs.most(3) is pairs


BESIDE = {
    "lamp": [Similar("shade", 0.9, {BOUGHT: 14, VIEWED: 3}), Similar("bulb", 0.5, {SAVED: 4})],
    "rug": [Similar("bulb", 0.6, {BOUGHT: 5}), Similar("mat", 0.1, {BOUGHT: 3})],
}


SELLS = [Popular("bag", 40, 1.0), Popular("mat", 30, 0.1)]


def test_suggestions_are_new_in_order_and_say_why() -> None:
    touched = [Touched("lamp", BOUGHT, 2), Touched("rug", VIEWED, 1)]

    found = suggest(touched, {"lamp", "rug"}, BESIDE, SELLS, 9)

    # By hand: bag 2; shade 0.9/0.9; bulb (0.5 + 0.25 * 0.6)/0.9; mat 0.25 * 0.1/0.9 + 2 * 0.1.
    assert [(one.product, round(one.score, 4)) for one in found] == [
        ("bag", 2.0),
        ("shade", 1.0),
        ("bulb", 0.7222),
        ("mat", 0.2278),
    ]
    assert found[0].because == (Reason("popular", 40),)
    assert found[1].because == (Reason(BOUGHT, 14, "lamp"),)
    assert found[2].because == (Reason(SAVED, 4, "lamp"), Reason(BOUGHT, 5, "rug"))
    assert found[3].because == (Reason(BOUGHT, 3, "rug"),)


def test_whoever_did_nothing_yet_is_told_what_sells_best() -> None:
    found = suggest([], set(), BESIDE, SELLS, 1)

    assert [one.product for one in found] == ["bag"]


def test_of_what_was_done_with_a_product_the_strongest_counts() -> None:
    done = [Touched("lamp", VIEWED, 9), Touched("lamp", BOUGHT, 1), Touched("lamp", BOUGHT, 2)]

    assert strongest(done) == [Touched("lamp", BOUGHT, 2)]


@given(
    st.lists(
        st.builds(
            Touched,
            st.sampled_from(["lamp", "rug", "bag"]),
            st.sampled_from([BOUGHT, SAVED, VIEWED]),
            st.integers(0, 9),
        )
    ),
    st.sets(st.sampled_from(["shade", "bulb", "mat", "bag"])),
    st.integers(0, 6),
)
def test_nothing_that_is_known_is_suggested_and_nothing_twice(
    done: list[Touched], known: set[str], limit: int
) -> None:
    touched = strongest(done)
    found = suggest(touched, known, BESIDE, SELLS, limit)

    products = [one.product for one in found]
    assert len(products) == len(set(products)) <= limit
    assert not known & set(products)
    assert all(one.because for one in found)

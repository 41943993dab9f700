"""When the next order comes, and whether it comes: the model against the literature's numbers, and
what must hold of it whatever the shop."""

import math
from datetime import date, timedelta
from itertools import batched
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mteja.predictions.fitting import MIN_RETURNED, fit, least
from mteja.predictions.model import Model
from mteja.predictions.rhythm import Rhythm, rhythm, rhythm_of_numbers
from mteja.predictions.student import Student, incomplete_beta
from tests import histories

TODAY = date(2026, 11, 30)
SHOP = Model(mean=math.log(30), weight=2.0, shape=3.0, scale=1.5, leave=0.5, stay=4.0)

_parameter = st.floats(0.05, 50.0)
models = st.builds(
    Model,
    mean=st.floats(0.5, 6.0),
    weight=_parameter,
    shape=st.floats(0.6, 50.0),
    scale=_parameter,
    leave=_parameter,
    stay=_parameter,
)
gaps = st.lists(st.integers(1, 300), max_size=12)
silences = st.integers(0, 500)


def after(of: list[int], silence: int) -> Rhythm:
    """Return the rhythm of purchases with such gaps, the last of them so many days ago."""
    days = [0]
    for gap in of:
        days.append(days[-1] + gap)
    known = rhythm_of_numbers(days, days[-1] + silence)
    assert known is not None
    return known


@pytest.mark.parametrize(
    ("freedom", "t", "tail"),
    [
        # Student's t table (NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2).
        (1, 6.314, 0.05),
        (5, 2.015, 0.05),
        (10, 1.812, 0.05),
        (10, 2.764, 0.01),
        (30, 2.042, 0.025),
        (100, 1.290, 0.10),
    ],
)
def test_tails_of_students_t_are_those_of_the_tables(freedom: int, t: float, tail: float) -> None:
    assert Student(freedom, 0.0, 1.0).above(t) == pytest.approx(tail, abs=1e-4)
    assert Student(freedom, 0.0, 1.0).above(-t) == pytest.approx(1 - tail, abs=1e-4)
    assert Student(freedom, 0.0, 1.0).where_above(tail) == pytest.approx(t, abs=2e-3)


def test_the_incomplete_beta_function_of_whole_numbers_is_a_binomial_sum() -> None:
    # I_x(a, b) is the chance of a or more successes of a + b - 1 (NIST DLMF 8.17.5).
    x, a, b = 0.3, 3, 5
    n = a + b - 1
    wanted = sum(math.comb(n, k) * x**k * (1 - x) ** (n - k) for k in range(a, n + 1))
    assert incomplete_beta(a, b, x) == pytest.approx(wanted, abs=1e-12)


def test_the_posterior_of_a_normal_with_a_prior_is_that_of_the_literature() -> None:
    # Murphy (2007), equations 85 to 89, of the data 1, 2, 3 and the prior (0, 1, 2, 3): the mean is
    # (0 + 6) / 4, the scale 3 + 2 / 2 + 1 * 3 * 2**2 / (2 * 4).
    model = Model(mean=0.0, weight=1.0, shape=2.0, scale=3.0, leave=1.0, stay=1.0)
    assert model.posterior(Rhythm(3, 2.0, 2.0, 0)) == (1.5, 4.0, 3.5, 5.5)


def of_gaps(gaps: list[int]) -> Rhythm:
    """Return the rhythm of gaps as if each were known to the moment."""
    logs = [math.log(gap) for gap in gaps]
    mean = math.fsum(logs) / len(logs) if logs else 0.0
    return Rhythm(len(logs), mean, math.fsum((log - mean) ** 2 for log in logs), 0)


def test_the_likelihood_of_gaps_is_the_product_of_what_each_was_foretold() -> None:
    # What is exchangeable can be told one after another: p(a, b, c) = p(a) p(b | a) p(c | a, b).
    seen = [12, 30, 25]
    one_by_one = 0.0
    for number, gap in enumerate(seen):
        told = SHOP.of(of_gaps(seen[:number])).next_gap
        width = 1e-5
        near = told.above(math.log(gap) - width) - told.above(math.log(gap) + width)
        one_by_one += math.log(near / (2 * width))
    assert SHOP._of_gaps(of_gaps(seen)) == pytest.approx(one_by_one, abs=1e-4)


@given(models, gaps)
def test_at_the_moment_of_a_purchase_who_left_is_told_by_the_beta_alone(
    model: Model, of: list[int]
) -> None:
    # Fader, Hardie, Lee (2005): the posterior mean of leaving is a / (a + b + x).
    known = after(of, 0)
    wanted = model.leave / (model.leave + model.stay + known.gaps)
    assert 1 - model.of(known).is_customer == pytest.approx(wanted)


@given(models, gaps, silences)
def test_chances_are_between_none_and_all(model: Model, of: list[int], silence: int) -> None:
    standing = model.of(after(of, silence))
    assert 0.0 <= standing.buys_within(90) <= standing.is_customer <= 1.0 + 1e-9
    assert standing.buys_within(30) <= standing.buys_within(90) + 1e-9


@given(models, gaps, silences, st.integers(1, 300))
def test_who_is_silent_for_longer_is_less_likely_still_a_customer(
    model: Model, of: list[int], silence: int, more: int
) -> None:
    earlier = model.of(after(of, silence)).is_customer
    assert model.of(after(of, silence + more)).is_customer <= earlier + 1e-9


@given(models, gaps, st.integers(1, 300))
def test_who_is_late_is_less_likely_to_come_within_90_days_the_later_it_gets(
    model: Model, of: list[int], more: int
) -> None:
    # The hazard of a log-normal gap falls from e times its median on at the latest (Mill's ratio);
    # before, who is about to be due is likelier to come than who has just bought.
    late = math.ceil(math.exp(model.of(after(of, 0)).next_gap.middle + 1))
    now, later = (model.of(after(of, silence)) for silence in (late, late + more))
    assert later.buys_within(90) <= now.buys_within(90) + 1e-9


@given(st.integers(2, 10), st.integers(10, 100), st.floats(0.05, 0.9), models)
def test_regular_gaps_make_a_narrower_interval(
    pairs: int, gap: int, odd: float, model: Model
) -> None:
    # The same number of gaps with the same mean, in logarithms.
    mean = math.log(gap)
    regular = Rhythm(2 * pairs, mean, 0.0, 0)
    irregular = Rhythm(2 * pairs, mean, 2 * pairs * odd**2, 0)
    widths = [
        math.log(late / early)
        for _, early, late in (model.of(one).waits() for one in (regular, irregular))
    ]
    assert widths[0] < widths[1]


@given(models, gaps, silences)
def test_the_interval_holds_the_expected_day_and_lies_ahead(
    model: Model, of: list[int], silence: int
) -> None:
    wait, early, late = model.of(after(of, silence)).waits()
    assert 0.0 <= early <= wait <= late


@given(st.lists(st.integers(0, 400), min_size=1, max_size=20), st.randoms())
def test_in_which_order_purchases_come_does_not_matter(days: list[int], chance: object) -> None:
    shuffled = sorted(days, key=lambda _: chance.random())  # type: ignore[attr-defined]
    assert rhythm_of_numbers(days, 400) == rhythm_of_numbers(shuffled + days, 400)


@given(models, gaps, silences, st.randoms())
def test_in_which_order_gaps_came_does_not_matter(
    model: Model, of: list[int], silence: int, chance: object
) -> None:
    shuffled = sorted(of, key=lambda _: chance.random())  # type: ignore[attr-defined]
    one, other = model.of(after(of, silence)), model.of(after(shuffled, silence))
    assert one.buys_within(90) == pytest.approx(other.buys_within(90), abs=1e-9)


def test_who_buys_once_is_judged_by_the_shop_and_who_buys_often_by_themselves() -> None:
    once, often = after([], 0), after([7] * 30, 0)
    assert SHOP.of(once).waits()[0] == pytest.approx(30, abs=0.01)
    assert SHOP.of(often).waits()[0] == pytest.approx(7, abs=1)


def test_two_orders_of_a_day_are_one_purchase_and_later_ones_are_not_known_yet() -> None:
    days = [TODAY - timedelta(days=40), TODAY - timedelta(days=10), TODAY - timedelta(days=10)]
    known = rhythm([*days, TODAY + timedelta(days=1)], TODAY)
    assert known == Rhythm(1, math.log(30), pytest.approx(1 / (6 * 30**2)), 10)  # type: ignore[arg-type]
    assert known.usual == pytest.approx(30)
    assert rhythm([TODAY + timedelta(days=1)], TODAY) is None


def test_nothing_is_said_of_a_shop_where_few_came_back() -> None:
    few = [Rhythm(1, 3.0, 0.0, 5)] * (MIN_RETURNED - 1)
    assert fit([*few, *[Rhythm(0, 0.0, 0.0, 9)] * 500]) is None
    assert fit([*few, Rhythm(1, 2.0, 0.0, 5)]) is not None


def test_a_fit_finds_what_made_the_history_and_is_the_same_each_time() -> None:
    known = [rhythm_of_numbers(days, 1_000) for days in histories.of_habit(200, 1_000).values()]
    rhythms = [one for one in known if one is not None]
    model = fit(rhythms)
    assert model is not None
    # Gaps from a week to two months, kept by a day or two; a tenth leave after each purchase.
    assert 22 < model.usual < 45
    assert model.scale / model.shape < 0.05
    assert 0.04 < model.leave / (model.leave + model.stay) < 0.2
    assert fit(rhythms[::-1]) == model


@pytest.mark.parametrize("gap", [1, 7, 30])
def test_where_all_come_like_clockwork_a_moment_late_is_not_gone(gap: int) -> None:
    # Whole days hide how regular somebody is: without that, the variance would be next to nothing.
    known = [rhythm_of_numbers(range(ago, 1_000, gap), 1_000) for ago in range(640, 700)]
    model = fit([one for one in known if one is not None])
    assert model is not None
    waits = model.of(after([gap] * 20, 0)).waits()
    assert waits == pytest.approx((gap, gap, gap), abs=0.8)
    assert waits[2] - waits[1] > 0.5
    assert model.of(after([gap] * 20, gap)).is_customer > 0.9


def test_a_simplex_walks_to_the_bottom_of_a_valley() -> None:
    # Rosenbrock's function, least at (1, 1).
    x, y = least(lambda at: (1 - at[0]) ** 2 + 100 * (at[1] - at[0] ** 2) ** 2, (-1.2, 1.0))
    assert x == pytest.approx(1, abs=0.1)
    assert y == pytest.approx(1, abs=0.2)


def lives(of: Model, people: int, seed: int) -> list[tuple[Rhythm, float | None]]:
    """Return persons whom the model itself makes, each looked at on some day after their first
    purchase, and in how many days they buy again, None where they never do."""
    chance = Random(seed)  # noqa: S311
    found: list[tuple[Rhythm, float | None]] = []
    for _ in range(people):
        spread = 1 / math.sqrt(chance.gammavariate(of.shape, 1 / of.scale))
        mean = chance.gauss(of.mean, spread / math.sqrt(of.weight))
        leaves = chance.betavariate(of.leave, of.stay)
        look = chance.uniform(0, 400)
        logs: list[float] = []
        day, following = 0.0, None
        while chance.random() >= leaves:
            log = chance.gauss(mean, spread)
            if day + math.exp(log) > look:
                following = day + math.exp(log) - look
                break
            day += math.exp(log)
            logs.append(log)
        middle = math.fsum(logs) / len(logs) if logs else 0.0
        away = math.fsum((log - middle) ** 2 for log in logs)
        found.append((Rhythm(len(logs), middle, away, math.floor(look - day)), following))
    return found


def test_chances_come_true_as_often_as_they_say_whoever_is_silent_for_how_long() -> None:
    seen = lives(SHOP, 4_000, 1)
    told = sorted((SHOP.of(known).buys_within(90), (following or math.inf) <= 90)
                  for known, following in seen)  # fmt: skip
    for some in batched(told, len(told) // 5, strict=True):
        came = sum(it for _, it in some) / len(some)
        expected = math.fsum(chance for chance, _ in some) / len(some)
        assert came == pytest.approx(expected, abs=4 * math.sqrt(0.25 / len(some)))


def test_eight_of_ten_who_buy_again_do_so_within_the_interval_and_half_by_the_date() -> None:
    held = early = people = 0
    for known, following in lives(SHOP, 2_000, 2):
        if following is not None and known.gaps >= 2:
            wait, first, last = SHOP.of(known).waits()
            # The look is at the end of a whole day of silence.
            people += 1
            held += first - 1 <= following <= last
            early += following <= wait
    assert people > 500
    assert held / people == pytest.approx(0.8, abs=0.05)
    assert early / people == pytest.approx(0.5, abs=0.05)

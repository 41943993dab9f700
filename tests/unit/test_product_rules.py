"""Products: what a day was, ratings, best sellers, what stands. Each formula with its source."""

import math
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mteja.products import days, ranking, report
from mteja.products.days import Figures, Sale, SoldLine
from mteja.products.interest import Interest
from mteja.products.rating import rating
from mteja.products.signals import Signal, signal_of
from mteja.products.standing import Opinion, standing
from mteja.products.storing import SoldDay
from mteja.summaries.rows import OTHER
from mteja.tracking.packed import Event

TODAY = date(2026, 11, 24)


def sale(*lines: tuple[str, int, int], total: int | None = None, refunded: int = 0) -> Sale:
    """Return an order of lines of product, pieces and total."""
    told = tuple(SoldLine(product, product.title(), n, amount) for product, n, amount in lines)
    whole = sum(line.total for line in told) if total is None else total
    return Sale("ord_1", "cus_1", 0, "USD", whole, refunded, told)


@pytest.mark.parametrize(
    ("name", "properties", "signal"),
    [
        ("Product Viewed", {"product_id": "507f1f77bcf8"}, ("viewed", "507f1f77bcf8", None)),
        ("Product Viewed", {"product_id": 632910392}, ("viewed", "632910392", None)),
        ("Product Added to Wishlist", {"product_id": " lamp "}, ("saved", "lamp", None)),
        ("Product Removed from Wishlist", {"product_id": "lamp"}, ("unsaved", "lamp", None)),
        ("Product Reviewed", {"product_id": "lamp", "rating": "5"}, ("rated", "lamp", 5)),
        ("Product Reviewed", {"product_id": "lamp", "rating": 1.0}, ("rated", "lamp", 1)),
    ],
)
def test_events_of_segments_specification_say_something_of_a_product(
    name: str, properties: dict[str, object], signal: tuple[str, str, int | None]
) -> None:
    found = signal_of(Event("m1", "event", 7, name=name, properties=properties))

    assert found is not None
    assert (found.kind, found.product, found.stars) == signal
    assert (found.at, found.id) == (7, "m1")


@pytest.mark.parametrize(
    ("name", "properties"),
    [
        ("Product Clicked", {"product_id": "lamp"}),
        ("Product Viewed", {}),
        ("Product Viewed", {"product_id": ""}),
        ("Product Viewed", {"product_id": True}),
        ("Product Viewed", {"product_id": ["lamp"]}),
        ("Product Viewed", {"product_id": "x" * 101}),
        ("Product Viewed", {"product_id": "la\x00mp"}),
        ("Product Reviewed", {"product_id": "lamp"}),
        ("Product Reviewed", {"product_id": "lamp", "rating": 0}),
        ("Product Reviewed", {"product_id": "lamp", "rating": 6}),
        ("Product Reviewed", {"product_id": "lamp", "rating": 4.5}),
        ("Product Reviewed", {"product_id": "lamp", "rating": True}),
        ("Product Reviewed", {"product_id": "lamp", "rating": "five"}),
    ],
)
def test_what_can_not_be_right_says_nothing(name: str, properties: dict[str, object]) -> None:
    assert signal_of(Event("m1", "event", 7, name=name, properties=properties)) is None


def test_a_page_view_says_nothing_of_a_product() -> None:
    told = Event("m1", "page", 7, name="Product Viewed", properties={"product_id": "lamp"})

    assert signal_of(told) is None


def test_a_days_orders_are_pieces_orders_and_money_of_each_product() -> None:
    day = days.of_sales([sale(("lamp", 2, 2000), ("lamp", 1, 900)), sale(("lamp", 1, 1000))])

    assert day == {"lamp": Figures(sold=4, orders=2, net={"USD": 3900})}


def test_what_was_given_back_is_taken_from_each_line_by_its_part() -> None:
    # 30.00 of lines and 3.00 of shipping, 11.00 given back: a third of each line.
    part = sale(("lamp", 1, 2000), ("shade", 1, 1000), total=3300, refunded=1100)

    assert days.kept(part) == [1333, 667]
    assert sum(days.kept(part)) == 2000


def test_an_order_that_was_wholly_given_back_sold_nothing() -> None:
    assert days.of_sales([sale(("lamp", 1, 2000), refunded=2000)]) == {}


def test_what_was_given_away_is_sold_for_nothing() -> None:
    assert days.of_sales([sale(("sample", 1, 0))]) == {"sample": Figures(sold=1, orders=1)}


@given(
    st.lists(st.integers(-10, 10_000), max_size=8),
    st.integers(0, 5_000),
    st.integers(0, 90_000),
)
def test_lines_never_bring_less_than_nothing_nor_more_than_they_cost(
    amounts: list[int], shipping: int, refunded: int
) -> None:
    total = max(sum(amounts) + shipping, 0)
    lines = [("lamp", 1, amount) for amount in amounts]
    brought = days.kept(sale(*lines, total=total, refunded=refunded))

    assert len(brought) == len(amounts)
    for net, amount in zip(brought, amounts, strict=True):
        assert 0 <= net <= max(amount, 0)
    if refunded >= total > 0:
        assert sum(brought) == 0


def test_a_visitor_who_reloads_a_page_looks_once_a_day() -> None:
    told = [Signal("viewed", "lamp", at, f"m{at}") for at in range(5)]
    told.append(Signal("saved", "lamp", 9, "m9"))

    assert days.of_visitor(told) == {"lamp": Figures(views=1, saves=1)}


_FIGURES = st.builds(
    Figures,
    sold=st.integers(0, 9),
    net=st.dictionaries(st.sampled_from(["TZS", "USD"]), st.integers(1, 99)),
    views=st.integers(0, 9),
)
_DAYS = st.lists(st.dictionaries(st.sampled_from("abc"), _FIGURES), max_size=5)


@given(_DAYS, st.randoms(use_true_random=False))
def test_days_add_up_in_any_order_and_grouping(parts: list[days.Day], random: Random) -> None:
    shuffled = random.sample(parts, len(parts))
    at = len(parts) // 2
    halves = [days.merged(shuffled[:at]), days.merged(shuffled[at:])]

    assert days.merged(halves) == days.merged(parts)


def test_one_five_never_beats_fifty_of_4_8() -> None:
    one_five = rating([0, 0, 0, 0, 1])
    fifty = rating([0, 0, 0, 10, 40])

    assert (one_five.mean, one_five.n) == (5.0, 1)
    assert fifty.mean == pytest.approx(4.8)
    assert one_five.bound is not None
    assert fifty.bound is not None
    # By hand: mean 20/6, variance (80/6 - (20/6)^2)/7; and mean 255/55, (1215/55 - (255/55)^2)/56.
    assert one_five.bound == pytest.approx(20 / 6 - 1.645 * math.sqrt((80 / 6 - 400 / 36) / 7))
    expected = 255 / 55 - 1.645 * math.sqrt((1215 / 55 - (255 / 55) ** 2) / 56)
    assert fifty.bound == pytest.approx(expected)
    assert fifty.bound > 4.4 > 2.5 > one_five.bound


def test_what_nobody_rated_has_no_rating() -> None:
    assert rating([0] * 5) == rating([0, 0, 0, 0, 0])
    assert (rating([0] * 5).mean, rating([0] * 5).n, rating([0] * 5).bound) == (None, 0, None)


@given(st.lists(st.integers(0, 50), min_size=5, max_size=5))
def test_a_bound_lies_between_1_and_5_and_one_more_five_raises_it(stars: list[int]) -> None:
    now = rating([*stars[:4], stars[4] + 1])
    before = rating(stars)

    assert now.bound is not None
    assert now.bound <= 5
    if before.bound is not None:
        assert now.bound > before.bound


def test_a_piece_sold_two_weeks_ago_counts_half() -> None:
    sold = {TODAY: 4, TODAY - timedelta(days=14): 4, TODAY - timedelta(days=28): 4}

    assert ranking.best_seller_score(sold, TODAY) == pytest.approx(4 + 2 + 1)


@pytest.mark.parametrize(
    ("before", "recent", "shown"),
    [
        (0, 0, "steady"),
        (0, 5, "steady"),  # by chance in 2/32 of all cases
        (0, 6, "up"),  # 2/64
        (6, 0, "down"),
        (40, 60, "steady"),  # 0.057
        (39, 61, "up"),  # 0.035
        (5_000, 5_100, "steady"),
        (5_000, 5_300, "up"),
    ],
)
def test_a_trend_is_shown_where_it_is_more_than_chance(
    before: int, recent: int, shown: str
) -> None:
    assert ranking.trend(before, recent) == shown


@given(st.integers(0, 2_000), st.integers(0, 2_000))
def test_a_trend_turned_round_is_the_other(before: int, recent: int) -> None:
    other = {"up": "down", "down": "up", "steady": "steady"}

    assert ranking.trend(recent, before) == other[ranking.trend(before, recent)]


def _opinion(who: str, saved: int | None = None, stars: int | None = None, **how: bool) -> Opinion:
    interest = Interest(
        saved=None if saved is None else (1, "m", saved),
        stars=None if stars is None else (1, "m", stars),
    )
    return Opinion(who, "lamp", interest, how.get("verified", True))


def test_saved_but_not_bought_and_ratings_of_buyers() -> None:
    bought = {"cus_1": ["lamp"], "cus_2": ["shade"]}
    opinions = [
        _opinion("cus_1", saved=1, stars=5),
        _opinion("cus_2", saved=1, stars=1),
        _opinion("cus_3", saved=0),
        _opinion("visitor", saved=1, stars=4),
    ]

    stand = standing(bought, opinions, {"lamp": "Lamp"})["lamp"]

    assert (stand.title, stand.buyers) == ("Lamp", 1)
    assert (stand.saved, stand.saved_not_bought) == (3, 2)
    assert stand.stars == [1, 0, 0, 1, 1]
    assert stand.stars_of_buyers == [0, 0, 0, 0, 1]


def test_who_only_claims_to_be_a_buyer_gets_no_mark() -> None:
    stand = standing({"cus_1": ["lamp"]}, [_opinion("cus_1", stars=5, verified=False)], {})["lamp"]

    assert stand.stars == [0, 0, 0, 0, 1]
    assert stand.stars_of_buyers == [0, 0, 0, 0, 0]


def test_products_that_nobody_bought_stand_up_to_a_number_and_bought_ones_always(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mteja.products.standing.MAX_NOT_BOUGHT", 2)
    saved = Interest(saved=(1, "m1", 1))
    made_up = [Opinion(f"VISITOR#{n}", f"made-up-{n}", saved, verified=False) for n in range(9)]
    wanted = [Opinion(f"VISITOR#{n}", "wanted", saved, verified=False) for n in range(3)]

    stands = standing({"cus_1": ["lamp", "shade", "rug"]}, [*made_up, *wanted], {})

    assert sorted(stands) == ["lamp", "made-up-0", "rug", "shade", "wanted"]


@pytest.mark.parametrize("days", [7, 8, 30])
def test_what_sells_steadily_is_steady_also_in_the_morning(days: int) -> None:
    first = TODAY - timedelta(days=days - 1)
    sold = {
        TODAY - timedelta(days=back): SoldDay({"lamp": Figures(sold=40 if back else 1)}, {}, 0)
        for back in range(days)
    }

    (row,) = report.shown(report.rows(sold, {}, {}, first, TODAY, TODAY), "best")

    assert row["trend"] == "steady"
    assert row["sold_before"] == row["sold_recently"] == 40 * ((days - 1) // 2)


def test_products_that_no_summary_tells_apart_are_no_product() -> None:
    seen = {"lamp": Figures(views=2), OTHER: Figures(views=900, saves=3)}

    rows = report.shown(report.rows({}, seen, {}, TODAY, TODAY, TODAY), "viewed")

    assert [one["product_id"] for one in rows] == ["lamp"]
    assert report.others(seen) == {"views": 900, "saved": 3, "removed": 0}

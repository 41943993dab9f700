"""Names on networks, personal codes, classes of reach, and what somebody brought."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mteja.products.days import Sale, SoldLine
from mteja.social.advocates import Advocate, ranked
from mteja.social.codes import code_of_visit, codes_in, new_code
from mteja.social.handles import NETWORKS, handle
from mteja.social.reach import MAX_COUNTS, Counted, class_of, greatest, with_counts
from mteja.social.referrals import REMEMBERED_DAYS, Referrals, Visit
from mteja.times import DAY_MS

CODE, OTHER = "REF-KXQTMWPRD", "REF-AAAAAAAAA"
NOW = 1_790_000_000_000


@pytest.mark.parametrize(
    ("network", "told"),
    [
        ("instagram", "@Asha.Example"),
        ("instagram", " asha.example "),
        ("instagram", "https://www.instagram.com/asha.example/?hl=en"),
        ("instagram", "instagram.com/Asha.Example"),
        ("tiktok", "https://www.tiktok.com/@asha.example"),
        ("youtube", "https://youtube.com/@asha.example"),
        ("facebook", "https://m.facebook.com/asha.example"),
        ("x", "https://twitter.com/asha.example"),
    ],
)
def test_a_name_is_the_same_however_it_is_written(network: str, told: str) -> None:
    assert handle(network, told) == "asha.example"


@pytest.mark.parametrize("network", ["instagram", "tiktok", "x"])
def test_a_name_may_begin_and_end_with_an_underscore(network: str) -> None:
    assert handle(network, "@_asha_") == "_asha_"


@pytest.mark.parametrize(
    "told",
    [
        "",
        "@",
        "a b",
        "a..b",
        ".a",
        "@@a",
        "<script>alert(1)</script>",
        "javascript:alert(1)",
        "https://evil.example/asha",
        "https://instagram.com.evil.example/asha",
        "https://instagram.com/p/Cx1",
        "https://instagram.com/explore",
        "None",
        "undefined",
        "https://tiktok.com/@asha",
        "https://[",
        "=HYPERLINK(1)",
        "\uff41sha",
        "a" * 51,
        "as\u202eha",
    ],
)
def test_what_is_no_name_on_instagram_is_refused(told: str) -> None:
    assert handle("instagram", told) is None


@given(st.sampled_from(sorted(NETWORKS)), st.text(max_size=80))
def test_a_name_read_again_is_itself(network: str, told: str) -> None:
    name = handle(network, told)
    if name is not None:
        assert handle(network, name) == handle(network, f"@{name}") == name
        assert "<" not in name
        assert name.isascii()


def test_codes_are_recognised_however_they_are_written_and_among_others() -> None:
    assert codes_in(["SPRING10", f" {CODE.lower()} ", "REF-1", OTHER]) == [CODE, OTHER]
    assert codes_in([new_code()]) != []
    assert len({new_code() for _ in range(1_000)}) == 1_000


def test_the_code_of_a_visit_is_that_of_its_link() -> None:
    assert code_of_visit([None, {"source": "x"}, {"ref": CODE.lower()}]) == CODE
    assert code_of_visit([{"campaign": CODE}]) == CODE
    assert code_of_visit([{"ref": "friend", "term": CODE}]) is None


@pytest.mark.parametrize(
    ("followers", "name"),
    [
        # Mediakix (2019).
        (999, None),
        (1_000, "nano"),
        (9_999, "nano"),
        (10_000, "micro"),
        (50_000, "mid"),
        (499_999, "mid"),
        (500_000, "macro"),
        (1_000_000, "mega"),
    ],
)
def test_classes_begin_where_the_trade_says(followers: int, name: str | None) -> None:
    assert class_of(followers) == name


def test_of_a_day_the_last_count_stands_and_the_latest_are_kept() -> None:
    days = [Counted("x", f"2026-{month:02d}-{day:02d}", day) for month in (1, 2, 3)
            for day in range(1, 29)]  # fmt: skip
    counts = with_counts({}, days)
    assert len(counts["x"]) == MAX_COUNTS
    assert counts["x"][-1] == ("2026-03-28", 28)
    again = with_counts(counts, [Counted("x", "2026-03-28", 5), Counted("tiktok", "2026-01-01", 9)])
    assert again["x"][-1] == ("2026-03-28", 5)
    assert greatest(again) == Counted("tiktok", "2026-01-01", 9)
    assert greatest({}) is None


@given(st.permutations(range(6)))
def test_in_which_order_different_days_are_counted_does_not_matter(order: list[int]) -> None:
    told = [Counted("x", f"2026-01-0{day + 1}", 100 * day) for day in range(6)]
    assert with_counts({}, [told[one] for one in order]) == with_counts({}, told)


def sale(buyer: str | None, *codes: str, at: int = NOW, net: int = 1_000, back: int = 0) -> Sale:
    line = SoldLine("lamp", "Lamp", 1, net)
    return Sale(f"{buyer}-{at}", buyer, at, "USD", net, back, (line,), codes)


def brought(sales: list[Sale], *visits: Visit) -> dict[str, tuple[int, Counter[str]]]:
    found = Referrals([(CODE, "asha"), (OTHER, "juma")], visits)
    found.take(sales)
    return {who: (one.orders, one.net) for who, one in found.of.items()}


def test_orders_with_a_code_are_brought_by_its_holder_less_what_was_given_back() -> None:
    sales = [sale("b", CODE.lower(), net=900), sale(None, "X", CODE), sale("c", CODE, back=400)]
    assert brought(sales) == {"asha": (3, Counter(USD=2500))}


def test_nobody_brings_their_own_orders_nor_what_was_wholly_given_back() -> None:
    assert (
        brought([sale("asha", CODE), sale("b", CODE, back=1_000), sale("c", "REF-ZZZZZZZZZ")]) == {}
    )


def test_a_code_in_the_order_tells_more_than_a_visit_and_the_last_visit_most() -> None:
    day = DAY_MS
    visits = (Visit("b", NOW - 5 * day, CODE), Visit("b", NOW - 2 * day, OTHER))
    assert set(brought([sale("b")], *visits)) == {"juma"}
    assert set(brought([sale("b", CODE)], *visits)) == {"asha"}
    assert set(brought([sale("b", at=NOW - 3 * day)], *visits)) == {"asha"}
    late = sale("b", at=NOW + (REMEMBERED_DAYS - 1) * day)
    assert brought([late], *visits) == {}
    assert brought([sale("c")], *visits) == {}


def test_ones_own_code_or_link_hides_nobody_who_brought_the_order() -> None:
    assert set(brought([sale("asha", CODE, OTHER)])) == {"juma"}
    visits = (Visit("asha", NOW - 5 * DAY_MS, OTHER), Visit("asha", NOW - DAY_MS, CODE))
    assert set(brought([sale("asha")], *visits)) == {"juma"}
    assert set(brought([sale("asha", CODE)], *visits)) == {"juma"}


def test_two_codes_of_one_person_count_for_that_person() -> None:
    found = Referrals([(CODE, "asha"), (OTHER, "asha")])
    found.take([sale("b", CODE), sale("c", OTHER), sale("asha", OTHER)])
    assert found.of["asha"].orders == 2


def test_a_code_that_two_hold_tells_of_neither() -> None:
    found = Referrals([(CODE, "asha"), (CODE, "juma")])
    found.take([sale("b", CODE)])
    assert found.of == {}


def test_revenue_goes_before_class_and_class_before_followers() -> None:
    several = [
        Advocate("a", 0, {}, Counted("x", "2026-01-01", 12_000)),
        Advocate("b", 1, {"USD": 50}, None),
        Advocate("c", 0, {}, Counted("x", "2026-01-01", 2_000_000)),
        Advocate("d", 3, {"TZS": 9_000_000}, None),
        Advocate("e", 0, {}, Counted("x", "2026-01-01", 11_000)),
        Advocate("f", 2, {"USD": 900}, Counted("x", "2026-01-01", 10)),
    ]
    assert [one.customer for one in ranked(several, "USD")] == list("fbdcae")

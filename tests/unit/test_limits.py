"""So many requests a minute from one address."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from mteja import config
from mteja.errors import Misconfigured, RateLimited
from mteja.http import limits
from mteja.http.limits import Limit


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def taken(limit: Limit, address: str, times: int) -> int:
    """Return how many of so many requests are let through."""
    through = 0
    for _ in range(times):
        try:
            limit.take(address)
        except RateLimited:
            continue
        through += 1
    return through


def test_a_minutes_requests_may_come_at_once_and_not_one_more(clock: Clock) -> None:
    limit = Limit(60, clock)
    assert taken(limit, "192.0.2.1", 100) == 60


def test_the_bucket_fills_steadily_and_never_over(clock: Clock) -> None:
    limit = Limit(60, clock)
    taken(limit, "192.0.2.1", 60)
    clock.now += 0.9
    assert taken(limit, "192.0.2.1", 5) == 0
    clock.now += 0.1
    assert taken(limit, "192.0.2.1", 5) == 1
    clock.now += 10
    assert taken(limit, "192.0.2.1", 50) == 10
    clock.now += 3_600
    assert taken(limit, "192.0.2.1", 100) == 60


def test_who_waits_as_long_as_told_is_let_through(clock: Clock) -> None:
    limit = Limit(7, clock)
    taken(limit, "192.0.2.1", 7)
    with pytest.raises(RateLimited) as caught:
        limit.take("192.0.2.1")
    assert caught.value.retry_after_s == 9  # 60 / 7, and not a moment less
    clock.now += caught.value.retry_after_s
    limit.take("192.0.2.1")


def test_requests_that_were_refused_cost_nothing(clock: Clock) -> None:
    limit = Limit(60, clock)
    taken(limit, "192.0.2.1", 1_000)
    clock.now += 1
    assert taken(limit, "192.0.2.1", 5) == 1


def test_another_address_has_a_bucket_of_its_own(clock: Clock) -> None:
    limit = Limit(1, clock)
    assert taken(limit, "192.0.2.1", 2) == 1
    assert taken(limit, "192.0.2.2", 2) == 1


def test_who_has_many_addresses_of_ipv6_has_one_bucket(clock: Clock) -> None:
    limit = Limit(1, clock)
    assert taken(limit, "2001:db8:1:2::1", 1) == 1
    assert taken(limit, "2001:db8:1:2:ffff::9", 1) == 0
    assert taken(limit, "2001:db8:1:3::1", 1) == 1
    assert taken(limit, "no:address", 2) == 1


def test_an_address_has_a_bucket_for_each_thing_and_ipv6_is_reduced_there_too(
    clock: Clock,
) -> None:
    limit = Limit(1, clock)
    limit.take("2001:db8:1:2::1", within="shop")
    limit.take("2001:db8:1:2::1", within="blog")
    with pytest.raises(RateLimited):
        limit.take("2001:db8:1:2:ffff::9", within="shop")


def test_only_so_many_addresses_are_remembered(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_ADDRESSES", 2)
    limit = Limit(1, clock)
    for address in ("192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.3"):
        taken(limit, address, 1)
    assert taken(limit, "192.0.2.1", 1) == 0  # came lately
    assert taken(limit, "192.0.2.2", 1) == 1  # forgotten


def test_at_once_counts_as_one_after_the_other(clock: Clock) -> None:
    limit = Limit(50, clock)
    with ThreadPoolExecutor(16) as pool:
        through = sum(pool.map(lambda _: taken(limit, "192.0.2.1", 1), range(400)))
    assert through == 50


@pytest.mark.parametrize("value", ["", "0", "-1", "many", "1.5", "٣"])
def test_a_wrong_limit_is_found_at_start(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORM_REQUESTS_PER_MINUTE", value)
    with pytest.raises(Misconfigured):
        config.form_requests_per_minute()


def test_the_limit_is_what_the_template_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORM_REQUESTS_PER_MINUTE", "60")
    assert config.form_requests_per_minute() == 60


def test_a_request_that_is_worth_several_counts_as_them_and_at_most_as_all(clock: Clock) -> None:
    limit = Limit(60, clock)
    limit.take("192.0.2.1", number=58)
    with pytest.raises(RateLimited) as caught:
        limit.take("192.0.2.1", number=5)
    assert caught.value.retry_after_s == 3
    assert taken(limit, "192.0.2.1", 5) == 2
    clock.now += 60
    limit.take("192.0.2.1", number=2_500)

"""Robots are told from browsers by their User-Agent."""

import pytest
from crawleruseragents import CRAWLER_USER_AGENTS_DATA

from mteja.tracking.robots import robot_of

_BROWSERS = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/26.1 Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/26.1 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 9; CUBOT_P30) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/120.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) "
    "SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 13; TECNO KI5q) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Version/4.0 Chrome/142.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/535.0.0;]",
    "Opera/9.80 (Android; Opera Mini/81.0/191.300; U; en) Presto/2.12.423 Version/12.16",
]  # fmt: skip


@pytest.mark.parametrize("user_agent", _BROWSERS)
def test_a_browser_is_no_robot(user_agent: str) -> None:
    assert robot_of(user_agent) is None


def test_every_example_of_the_list_is_a_robot() -> None:
    missed = [
        example
        for entry in CRAWLER_USER_AGENTS_DATA
        for example in entry["instances"]
        if robot_of(example) is None
    ]
    assert missed == []


def test_who_it_is_can_be_told() -> None:
    assert robot_of("Mozilla/5.0 (compatible; Googlebot/2.1; +http://x)") == "Googlebot/"

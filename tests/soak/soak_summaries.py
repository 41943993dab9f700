"""A day of a million events: an event takes no longer than one of a small day.

Run by `make soak`, not with the tests: it takes minutes.
"""

from mteja_bench.ground import bench_place
from mteja_bench.summaries import measure


def test_a_million_events_take_a_hundred_times_what_ten_thousand_take() -> None:
    results = measure(bench_place(), (10_000, 1_000_000))
    for result in results:
        print(" ".join(result.row()))  # noqa: T201 - what it measured
    assert not [result.what for result in results if result.missed]

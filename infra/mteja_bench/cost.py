"""What it costs to take a million page views, of what was measured and the list prices.

The mix is the design's (section 12): 1.3 beacons and 3.5 events a page view. A function's billed
time is worked out of its processor time: with 512 MB it has 512/1769 of a processor, and it waits
for one answer of DynamoDB. What summaries cost is worked out with them (mteja_bench.summaries).
"""

from collections.abc import Sequence

from mteja_bench import prices
from mteja_bench.report import Result
from mteja_bench.summaries import A_MILLION
from mteja_bench.template import memory_mb
from mteja_bench.warm_beacons import A_BEACON

_BEACONS = 1.3e6
_WRITE_UNITS = 1  # of a beacon: a bar of its own
_WHOLE_PROCESSOR_MB = 1769
_WAIT_MS = 6
_ACCESS_LOG_BYTES = 205  # of the API, with what CloudWatch adds; beacons itself logs refusals alone
_BAR_USD = 2.75
# Browsers keep the tracker for a day: one fetch in so many page views.
_VIEWS_A_FETCH = 4


def measure(results: Sequence[Result]) -> list[Result]:
    """Return dollars a million page views by what they are for, of the results of `warm` and
    `summaries`."""
    measured = {one.what: one.measured for one in results}
    memory = memory_mb("beacons")
    billed_ms = measured[A_BEACON] * _WHOLE_PROCESSOR_MB / memory + _WAIT_MS
    lambda_usd = prices.LAMBDA_REQUEST + billed_ms / 1000 * memory / 1024 * prices.LAMBDA_GB_SECOND
    parts = {
        "writing": (_BEACONS * _WRITE_UNITS * prices.WRITE_UNIT, "one unit a beacon"),
        "HTTP API": (_BEACONS * prices.HTTP_API_REQUEST, "what a function URL would save"),
        "function": (_BEACONS * lambda_usd, f"{billed_ms:.0f} ms of {memory} MB"),
        "access log": (_BEACONS * _ACCESS_LOG_BYTES / 1e9 * prices.LOG_GB, ""),
        "summaries": (measured[A_MILLION], "of the same events"),
    }
    total = sum(dollars for dollars, _ in parts.values())
    fetched = 1e6 / _VIEWS_A_FETCH * (prices.HTTP_API_REQUEST + lambda_usd)
    note = f"once in {_VIEWS_A_FETCH} page views, without a CDN; beside the mix"
    return [
        *(Result(name, round(usd, 2), None, "USD", note) for name, (usd, note) in parts.items()),
        Result("all of a million page views", round(total, 2), _BAR_USD, "USD"),
        Result("the tracker's own fetches", round(fetched, 2), None, "USD", note),
    ]

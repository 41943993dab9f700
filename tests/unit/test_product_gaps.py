"""The shop's median gap between purchases."""

import pytest

from mteja.products.gaps import gap_item


@pytest.mark.parametrize(
    ("days_of", "median", "gaps"),
    [
        ([], None, 0),
        ([[5], [9]], None, 0),
        ([[1, 8]], 7.0, 1),
        ([[1, 8], [1, 11]], 8.5, 2),
        # Who buys often counts most: each gap is one.
        ([[0, 3, 6, 9, 12], [0, 90]], 3.0, 5),
    ],
)
def test_each_gap_that_has_ended_counts_once(
    days_of: list[list[int]], median: float | None, gaps: int
) -> None:
    (told,) = gap_item(days_of).values()
    assert told == {"median": median, "gaps": gaps}

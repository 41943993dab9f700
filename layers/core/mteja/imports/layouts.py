"""The exports that are known by their headings, and which columns of a file hold our fields."""

from collections.abc import Iterable
from itertools import chain

from mteja import discovery
from mteja.imports.layout import Layout

LAYOUTS: tuple[Layout, ...] = tuple(
    chain.from_iterable(discovery.members("mteja.imports.exports", "LAYOUTS").values())
)


def folded(heading: str) -> str:
    """Return a heading as it is compared: without case, and with single blanks."""
    return " ".join(heading.split()).casefold()


def recognise(headings: Iterable[str]) -> Layout | None:
    """Return the layout of a file with these headings, or None."""
    there = {folded(heading) for heading in headings}
    for layout in LAYOUTS:
        if layout.marks <= there:
            return layout
    return None


def columns(layout: Layout, headings: Iterable[str]) -> dict[str, int]:
    """Return the column of each field that the file has."""
    at: dict[str, int] = {}
    for number, heading in enumerate(headings):
        at.setdefault(folded(heading), number)
    found: dict[str, int] = {}
    for name, spellings in layout.headings.items():
        for spelling in spellings:
            if folded(spelling) in at:
                found[name] = at[folded(spelling)]
                break
    return found


def line_item_columns(headings: Iterable[str]) -> list[int]:
    """Return the columns `line_item_1`, `line_item_2`, … that WebToffee's export adds."""
    return [
        number
        for number, heading in enumerate(headings)
        if folded(heading).removeprefix("line_item_").isdecimal()
        and folded(heading).startswith("line_item_")
    ]

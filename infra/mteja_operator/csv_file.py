"""A CSV file of any length, row by row: encoding, delimiter and line numbers taken care of."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from mteja.imports.cells import Reading, Refused, Row

_DELIMITERS = ",;\t"


class FileError(Exception):
    """The file as a whole can't be read. One line that says what to do."""


@dataclass(frozen=True)
class Header:
    """The headings of a file and how its cells are divided."""

    headings: tuple[str, ...]
    delimiter: str


@dataclass(frozen=True)
class BadRow:
    """A row that has more or fewer cells than headings: something in it is not quoted, or lost."""

    line: int
    refused: Refused


class CsvFile:
    def __init__(self, path: Path, encoding: str = "utf-8") -> None:
        self._path = path
        self._encoding = "utf-8-sig" if encoding.lower() in {"utf-8", "utf8"} else encoding

    def header(self) -> Header:
        """Return the first row. Raises FileError."""
        with self._path.open("rb") as raw:
            first = next(self._decoded(raw, lambda _: None), "")
        delimiter = max(_DELIMITERS, key=first.count)
        headings = next(csv.reader([first], delimiter=delimiter), [])
        if len([one for one in headings if one.strip()]) < 2:
            raise FileError("the first line has no headings with commas between them")
        return Header(tuple(headings), delimiter)

    def rows(
        self,
        header: Header,
        columns: dict[str, int],
        line_items: list[int],
        reading: Reading,
        read: Callable[[int], None],
    ) -> Iterator[Row | BadRow]:
        """Yield the rows after the header, by our field names. Raises FileError.

        `read` is told how many bytes were read since it was told last.
        """
        with self._path.open("rb") as raw:
            parsed = csv.reader(self._decoded(raw, read), delimiter=header.delimiter, strict=True)
            before = 0
            try:
                for cells in parsed:
                    line, before = before + 1, parsed.line_num
                    if line == 1 or not any(cell.strip() for cell in cells):
                        continue
                    if len(cells) != len(header.headings):
                        why = f"{len(cells)} cells where the headings are {len(header.headings)}"
                        yield BadRow(line, Refused("line", why))
                        continue
                    named = {name: cells[at] for name, at in columns.items()}
                    if line_items:
                        packed = [cells[at] for at in line_items if cells[at].strip()]
                        named["line_items"] = ";".join(packed)
                    yield Row(line, named, reading)
            except csv.Error as error:
                raise FileError(f"line {before + 1} is not CSV: {error}") from None

    def _decoded(self, raw: BinaryIO, read: Callable[[int], None]) -> Iterator[str]:
        encoding = self._encoding
        for number, line in enumerate(raw, start=1):
            read(len(line))
            try:
                yield line.decode(encoding)
            except UnicodeDecodeError:
                advice = "save it as CSV UTF-8, or name its encoding with --encoding"
                raise FileError(f"line {number} is not {self._encoding}: {advice}") from None
            if number == 1 and encoding == "utf-8-sig":
                encoding = "utf-8"

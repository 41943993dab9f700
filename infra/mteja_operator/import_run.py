"""One import from its file to its end: groups, facts, lanes, refusals and progress."""

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from mteja.business.sources import Source
from mteja.errors import Unreadable
from mteja.imports.cells import Reading, Refused, Row
from mteja.imports.customers import customer_fact
from mteja.imports.groups import Group, by_order, one_by_one
from mteja.imports.layout import CUSTOMERS, Layout
from mteja.imports.layouts import columns, line_item_columns
from mteja.imports.orders import order_fact, summary
from mteja.recording.facts import Fact
from mteja.times import now_ms
from mteja_operator.csv_file import BadRow, CsvFile, Header
from mteja_operator.import_state import Progress, save
from mteja_operator.lanes import Lanes

_SAVE_EVERY = 200


@dataclass(frozen=True)
class Import:
    """What is imported, and how it is read. Times are epoch ms."""

    path: Path
    file: CsvFile
    header: Header
    layout: Layout
    reading: Reading
    source: Source
    region: str
    as_of: int
    spread_days: int

    def groups(self, read: Callable[[int], None]) -> Iterator[Group]:
        """Yield the file's orders or customers, and the rows that are neither."""
        bad: list[Group] = []
        rows = self._good(read, bad)
        grouped = (
            one_by_one(rows)
            if self.layout.kind == CUSTOMERS
            else by_order(rows, self.layout.group_by)
        )
        for group in grouped:
            yield from bad
            bad.clear()
            yield group
        yield from bad

    def _good(self, read: Callable[[int], None], bad: list[Group]) -> Iterator[Row]:
        used = columns(self.layout, self.header.headings)
        packed = line_item_columns(self.header.headings)
        for row in self.file.rows(self.header, used, packed, self.reading, read):
            if isinstance(row, BadRow):
                bad.append(Group([Row(row.line, {}, self.reading)], row.refused))
            else:
                yield row

    def fact(self, group: Group) -> Fact:
        """Return what a group says. Raises Refused."""
        if group.refused is not None:
            raise group.refused
        if self.layout.kind == CUSTOMERS:
            return customer_fact(
                group.rows[0],
                self.source,
                region=self.region,
                as_of=self.as_of,
                received_at=now_ms(),
                spread_days=self.spread_days,
            )
        return order_fact(
            group.rows,
            self.layout,
            self.source,
            region=self.region,
            received_at=now_ms(),
            spread_days=self.spread_days,
        )


class Refusals:
    """`FILE.refused.csv`: line, field and what is wrong with it. No values: they may be
    personal.
    """

    def __init__(self, path: Path, *, go_on: bool) -> None:
        self.path = path.with_name(f"{path.name}.refused.csv")
        self._go_on = go_on and self.path.exists()
        self._file: IO[str] | None = None
        if not self._go_on:
            self.path.unlink(missing_ok=True)

    def add(self, line: int, refused: Refused) -> None:
        if self._file is None:
            self._file = self.path.open("a", encoding="utf-8", newline="")
            if not self._go_on:
                csv.writer(self._file).writerow(["line", "field", "problem"])
        csv.writer(self._file).writerow([line, refused.field, refused.problem])
        self._file.flush()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


@dataclass
class Trial:
    """What an import would do: counts, and nothing of anybody."""

    groups: int = 0
    refused: int = 0
    counted: int = 0
    net: Counter[str] = field(default_factory=Counter)
    first: int | None = None
    last: int | None = None
    with_consent: int = 0
    nameless: int = 0


def try_out(plan: Import, read: Callable[[int], None], refusals: Refusals) -> Trial:
    """Read the whole file and record nothing."""
    trial = Trial()
    for group in plan.groups(read):
        trial.groups += 1
        try:
            fact = plan.fact(group)
        except Refused as refused:
            trial.refused += 1
            refusals.add(group.line, refused)
            continue
        trial.with_consent += bool(fact.consents)
        trial.nameless += not fact.identifiers
        told = summary(fact)
        if told:
            trial.counted += bool(told["counts"])
            trial.net[str(told["currency"])] += int(str(told["net"]))
            at = int(str(told["at"]))
            trial.first = at if trial.first is None else min(trial.first, at)
            trial.last = at if trial.last is None else max(trial.last, at)
    return trial


class Run:
    """Records a file, and keeps the progress up to which nothing is left out."""

    def __init__(
        self,
        plan: Import,
        record: Callable[[Fact], str],
        progress: Progress,
        refusals: Refusals,
        workers: int,
    ) -> None:
        self._plan = plan
        self._progress = progress
        self._refusals = refusals
        self._ended: dict[int, str] = {}
        self._lines: dict[int, int] = {}
        self._since_saved = 0
        self._error: Exception | None = None
        self._lanes = Lanes(workers, record, self._done, self._failed)

    def go(self, read: Callable[[int], None]) -> Progress:
        """Record what is not recorded yet. Raises the first error that is no row's fault: then all
        that was done is saved, and running again goes on from there."""
        skip = self._progress.done
        try:
            for number, group in enumerate(self._plan.groups(read)):
                if self._error is not None:
                    break
                if number < skip:
                    continue
                self._lines[number] = group.line
                try:
                    fact = self._plan.fact(group)
                except Refused as refused:
                    self._lanes.refuse(number, refused)
                    continue
                self._lanes.put(number, fact)
        finally:
            self._lanes.finish()
            self._save(finished=False)
        if self._error is not None:
            raise self._error
        self._save(finished=True)
        return self._progress

    def _done(self, number: int, result: str) -> None:
        self._end(number, "known" if result == "duplicate" else "recorded")

    def _failed(self, number: int, error: Exception) -> None:
        if isinstance(error, Unreadable):
            error = Refused("order", error.reason)
        if isinstance(error, Refused):
            self._refusals.add(self._lines[number], error)
            self._end(number, "refused")
        elif self._error is None:
            self._error = error
            self._lanes.stop()

    def _end(self, number: int, how: str) -> None:
        """Note an end, and move the mark up to which everything has ended."""
        self._ended[number] = how
        self._lines.pop(number, None)
        ended: Counter[str] = Counter()
        done = self._progress.done
        while done in self._ended:
            ended[self._ended.pop(done)] += 1
            done += 1
        self._progress = replace(
            self._progress,
            done=done,
            recorded=self._progress.recorded + ended["recorded"],
            known=self._progress.known + ended["known"],
            refused=self._progress.refused + ended["refused"],
        )
        self._since_saved += 1
        if self._since_saved >= _SAVE_EVERY:
            self._save(finished=False)

    def _save(self, *, finished: bool) -> None:
        self._since_saved = 0
        self._progress = replace(self._progress, finished=finished)
        save(self._plan.path, self._progress)

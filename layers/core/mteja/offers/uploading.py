"""Codes that were made in the shop, put into a list, and taken out of it again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import batched

from mteja.business.winning_back import CodesList
from mteja.errors import NotFound
from mteja.offers import stock
from mteja.offers.codes import typed
from mteja.offers.items import CodeItem, LowStockItem
from mteja.offers.standing import key_of, put
from mteja.store import offer_keys
from mteja.store.attempts import until_it_holds
from mteja.store.table import Delete, State, Table, Write

# Two writes a code; a transaction holds 100.
_IN_ONE = 45
MOST_COUNTED = 10_000
"""So many codes of a list are counted."""
NO_CODE, ELSEWHERE, REPEATED, COLUMNS = "no-code", "elsewhere", "repeated", "columns"
# What stands over codes in a table of one column.
_HEADINGS = frozenset(
    typed(text) for text in ("code", "codes", "coupon", "coupon code", "discount code")
)
_AROUND = "\ufeff\"',; \t"
_BETWEEN = frozenset(",;\t")


@dataclass
class Uploaded:
    """What became of codes: how many were `added`, how many were in the list before (given to
    somebody or not), and by line (from 1) why others were not taken: NO_CODE for what nobody can
    type or is too long, ELSEWHERE for one that is in another list or ours, REPEATED, COLUMNS for a
    line of a table with more than codes."""

    added: int = 0
    known: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


@dataclass
class Removed:
    """What became of codes that were to be taken out: how many were `removed`, how many are `gone`,
    given to somebody or used, and how many are `unknown` in this list."""

    removed: int = 0
    gone: int = 0
    unknown: int = 0


@dataclass(frozen=True)
class Stock:
    """The list `name`. `low_codes`: with so few left, staff have a task."""

    table: Table
    name: str
    low_codes: int

    def upload(self, lines: Iterable[str], now_ms: int) -> Uploaded:
        """Put codes into the list, one a line; empty lines and a heading are nothing. Done again,
        or cut off and done again, each is there once. Raises Conflict, errors of AWS."""
        told = Uploaded()
        for some in batched(_plain(lines, told), _IN_ONE, strict=False):
            until_it_holds(partial(self._add, some, told, now_ms), "the list is being changed")
        told.refused.sort()
        low = offer_keys.low_stock(self.name)
        if self.table.get(low) is not None and self._has_enough():
            self.table.transact([Delete(low)])
        return told

    def _has_enough(self) -> bool:
        return len(stock.some_free(self.table, self.name, self.low_codes + 1)) > self.low_codes

    def _add(self, some: Sequence[tuple[int, str, str]], told: Uploaded, now_ms: int) -> None:
        stored = self.table.get_many(offer_keys.code(plain) for _, _, plain in some)
        writes: list[Write] = []
        known: list[tuple[int, str | None]] = []
        for line, code, plain in some:
            key = offer_keys.code(plain)
            if key in stored:
                known.append((line, CodeItem.model_validate(stored[key]).stock))
                continue
            item = CodeItem(pk=key.pk, sk=key.sk, code=code, stock=self.name)
            writes += [put(item, State.ABSENT), stock.free(item, now_ms)]
        if writes:
            self.table.transact(writes)
        told.added += len(writes) // 2
        told.known += sum(where == self.name for _, where in known)
        told.refused += [(line, ELSEWHERE) for line, where in known if where != self.name]

    def remove(self, lines: Iterable[str]) -> Removed:
        """Take codes out of the list that nobody was given, so that they are in none: they were put
        into the wrong one. Raises Conflict, errors of AWS."""
        told = Removed()
        for some in batched(_plain(lines, Uploaded()), _IN_ONE, strict=False):
            until_it_holds(partial(self._remove, some, told), "the list is being changed")
        return told

    def _remove(self, some: Sequence[tuple[int, str, str]], told: Removed) -> None:
        stored = self.table.get_many(offer_keys.code(plain) for _, _, plain in some)
        known = [(plain, stored.get(offer_keys.code(plain))) for _, _, plain in some]
        mine = [
            (plain, code)
            for plain, raw in known
            if raw is not None and (code := CodeItem.model_validate(raw)).stock == self.name
        ]
        free = [(plain, code) for plain, code in mine if code.offer is None and not code.spoilt]
        writes: list[Write] = []
        for plain, code in free:
            writes.append(Delete(key_of(code), code.v))
            writes.append(Delete(offer_keys.free_code(self.name, plain), State.PRESENT))
        if writes:
            self.table.transact(writes)
        told.removed += len(free)
        told.gone += len(mine) - len(free)
        told.unknown += len(some) - len(mine)

    def free(self) -> int:
        """Return how many codes nobody has, at most MOST_COUNTED."""
        return len(stock.some_free(self.table, self.name, MOST_COUNTED))


def _plain(lines: Iterable[str], told: Uploaded) -> Iterator[tuple[int, str, str]]:
    """Yield what can be a code: its line, as it is shown, and what all ways of typing it have in
    common."""
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        code = line.strip().strip(_AROUND)
        plain = typed(code)
        if not code or (not seen and plain in _HEADINGS):
            continue
        if _BETWEEN & set(code):
            told.refused.append((number, COLUMNS))
        elif plain is None:
            told.refused.append((number, NO_CODE))
        elif plain in seen:
            told.refused.append((number, REPEATED))
        else:
            seen.add(plain)
            yield number, code, plain


def low_stocks(table: Table, declared: Iterable[CodesList]) -> list[LowStockItem]:
    """Return those of the lists with few codes left, the one that is low for longest first; not of
    lists that no rule takes codes from any more. One Query."""
    known = {one.name for one in declared}
    pointers = table.query(offer_keys.LOW_STOCKS, index="open")
    names = [str(one["pk"]).partition("#")[2] for one in pointers]
    wanted = [offer_keys.low_stock(name) for name in names if name in known]
    stored = table.get_many(wanted)
    return [LowStockItem.model_validate(stored[key]) for key in wanted if key in stored]


def named(name: str, declared: Iterable[CodesList]) -> str:
    """Return a list that a rule takes codes from. Raises NotFound for any other."""
    if name not in {one.name for one in declared}:
        raise NotFound("list")
    return name

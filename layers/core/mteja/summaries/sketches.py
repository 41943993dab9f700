"""Counts and quantiles that merge: of a day's shards, of a month's days. Ours, since the libraries
that are well kept bring a native extension or NumPy with them (docs/decisions/0015).

Both are exact while there is little, and a sketch from then on. What they hold depends on what was
put in, never on the order or on how it was split: merging is commutative and associative, and
merged sketches are equal to the byte.
"""

import math
from base64 import b64encode
from binascii import a2b_base64
from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import blake2b

_HASH_BYTES = 5
_EXACT_MEMBERS = 256
_INDEX_BITS = 12
_REGISTERS = 1 << _INDEX_BITS
_RANK_BITS = 8 * _HASH_BYTES - _INDEX_BITS

_EXACT_VALUES = 64
# Relative error of a quantile: that of a bin.
QUANTILE_ERROR = 0.01
_GAMMA = (1 + QUANTILE_ERROR) / (1 - QUANTILE_ERROR)
_LOG_GAMMA = math.log(_GAMMA)
_LARGEST = 10**9


class Distinct:
    """How many different texts there were: exactly up to 256 (but for one chance in 30 million that
    two hash alike), then by a HyperLogLog with a relative standard error of 1.6 %.

    The estimator is Ertl's (https://arxiv.org/abs/1702.01284, algorithm 6), which needs no table of
    corrections.
    """

    __slots__ = ("_hashes", "_registers")

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._hashes: set[int] = set()
        self._registers: bytearray | None = None
        for text in texts:
            self.add(text)

    def add(self, text: str) -> None:
        hashed = blake2b(text.encode("utf-8", "replace"), digest_size=_HASH_BYTES).digest()
        self._put(int.from_bytes(hashed))

    def _put(self, hashed: int) -> None:
        if self._registers is None:
            self._hashes.add(hashed)
            if len(self._hashes) > _EXACT_MEMBERS:
                self._become_registers()
            return
        rest = hashed & ((1 << _RANK_BITS) - 1)
        rank = _RANK_BITS - rest.bit_length() + 1
        place = hashed >> _RANK_BITS
        if rank > self._registers[place]:
            self._registers[place] = rank

    def _become_registers(self) -> None:
        self._registers = bytearray(_REGISTERS)
        hashes, self._hashes = self._hashes, set()
        for hashed in hashes:
            self._put(hashed)

    def take(self, other: "Distinct") -> None:
        """Add all that another one saw."""
        if other._registers is None:
            self._take_hashes(other._hashes)
        else:
            self._take_registers(other._registers)

    def _take_hashes(self, hashes: Iterable[int]) -> None:
        if self._registers is None:
            self._hashes.update(hashes)
            if len(self._hashes) > _EXACT_MEMBERS:
                self._become_registers()
        else:
            for hashed in hashes:
                self._put(hashed)

    def _take_registers(self, registers: bytes | bytearray) -> None:
        if self._registers is None:
            self._become_registers()
        self._registers = bytearray(map(max, self._registers or b"", registers))

    @property
    def count(self) -> int:
        if self._registers is None:
            return len(self._hashes)
        ranks = Counter(self._registers)
        z = _REGISTERS * _tau(1 - ranks[_RANK_BITS + 1] / _REGISTERS)
        for rank in range(_RANK_BITS, 0, -1):
            z = 0.5 * (z + ranks[rank])
        z += _REGISTERS * _sigma(ranks[0] / _REGISTERS)
        return round(_REGISTERS * _REGISTERS / (2 * math.log(2) * z))

    def packed(self) -> str:
        """Return it as text."""
        if self._registers is not None:
            return f"r{b64encode(self._registers).decode()}"
        hashes = b"".join(one.to_bytes(_HASH_BYTES) for one in sorted(self._hashes))
        return f"h{b64encode(hashes).decode()}"

    @classmethod
    def unpacked(cls, text: str) -> "Distinct":
        made = cls()
        made.take_packed(text)
        return made

    def take_packed(self, text: str) -> None:
        """Add all that one saw that is told as text, without making it first: reports do so some
        hundred thousand times."""
        raw = a2b_base64(text[1:])
        if text[0] == "r":
            self._take_registers(raw)
        elif len(raw) == _HASH_BYTES:
            self._take_hashes((int.from_bytes(raw),))
        else:
            parts = range(0, len(raw), _HASH_BYTES)
            self._take_hashes([int.from_bytes(raw[at : at + _HASH_BYTES]) for at in parts])


def _sigma(x: float) -> float:
    if x == 1:
        return math.inf
    y, z, before = 1.0, x, -1.0
    while z != before:
        x *= x
        before = z
        z += x * y
        y += y
    return z


def _tau(x: float) -> float:
    if x in (0, 1):
        return 0.0
    y, z, before = 1.0, 1 - x, -1.0
    while z != before:
        x = math.sqrt(x)
        before = z
        y *= 0.5
        z -= (1 - x) ** 2 * y
    return z / 3


class Quantiles:
    """Quantiles of whole numbers from 0: exact up to 64 of them, then within 1 % of the true value
    (DDSketch, https://arxiv.org/abs/1908.10693: counts in bins whose bounds grow by 2 %)."""

    __slots__ = ("_bins", "_count", "_values")

    def __init__(self, values: Iterable[int] = ()) -> None:
        self._values: list[int] = []
        self._bins: Counter[int] = Counter()
        self._count = 0
        for value in values:
            self.add(value)

    def add(self, value: int) -> None:
        value = min(max(value, 0), _LARGEST)
        self._count += 1
        if self._count <= _EXACT_VALUES:
            self._values.append(value)
            return
        self._become_bins()
        self._bins[_bin(value)] += 1

    def _become_bins(self) -> None:
        if self._values:
            values, self._values = self._values, []
            self._bins.update(map(_bin, values))

    def take(self, other: "Quantiles") -> None:
        """Add all that another one saw."""
        self._take_values(other._values)
        if other._bins:
            self._take_bins(other._bins, other._bins.total())

    def take_packed(self, told: list[list[int]]) -> None:
        """Add all that one saw that is told as JSON, without making it first."""
        if len(told) == 1:
            self._take_values(told[0])
        else:
            self._take_bins(dict(zip(*told, strict=True)), sum(told[1]))

    def _take_values(self, values: list[int]) -> None:
        self._count += len(values)
        if self._count <= _EXACT_VALUES:
            self._values += values
        elif values:
            self._become_bins()
            for value in values:
                self._bins[_bin(value)] += 1

    def _take_bins(self, bins: Mapping[int, int], count: int) -> None:
        self._count += count
        self._become_bins()
        self._bins.update(bins)

    def at(self, share: float) -> int | None:
        """Return the value below which a share of all lie, None where there are none. Between two
        of them, it is interpolated."""
        if self._count == 0:
            return None
        place = share * (self._count - 1)
        low = self._ranked(math.floor(place))
        high = self._ranked(math.ceil(place))
        return round(low + (high - low) * (place - math.floor(place)))

    def _ranked(self, rank: int) -> float:
        if self._values:
            return sorted(self._values)[rank]
        seen, place = 0, 0
        for place, number in sorted(self._bins.items()):  # noqa: B007 - the last one is wanted
            seen += number
            if seen > rank:
                break
        return 0 if place < 0 else 2 * _GAMMA**place / (_GAMMA + 1)

    def packed(self) -> list[object]:
        """Return it as JSON: values, or bins and their counts."""
        if self._values or not self._bins:
            return [sorted(self._values)]
        places = sorted(self._bins)
        return [places, [self._bins[place] for place in places]]

    @classmethod
    def unpacked(cls, told: list[list[int]]) -> "Quantiles":
        made = cls()
        made.take_packed(told)
        return made


def _bin(value: int) -> int:
    """Return the bin of a value: -1 for 0, i for more than gamma^(i-1) and at most gamma^i."""
    return -1 if value == 0 else math.ceil(math.log(value) / _LOG_GAMMA)

"""What runs did: handed out, worked and told.

A worker notes what it does for its bucket under its own attempt, every few customers and at its
end. So nothing is added up that two could add to, and of one that was killed at most the last few
are missing here (what it made of them stands in the offers).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from mteja.inactivity.acting import MOVED, WAITS
from mteja.inactivity.items import LastRunItem, PartItem, RunItem
from mteja.inactivity.queue import Work
from mteja.inactivity.watching import ACTED, ASKED, EXPIRED, HELD_OUT, SKIPPED
from mteja.store import offer_keys
from mteja.store.table import Put, State, Table, TransactionLost
from mteja.times import DAY_MS

FOUND, FAILED, SOONER = "found", "failed", "sooner"
COUNTS = (FOUND, MOVED, ACTED, HELD_OUT, SKIPPED, EXPIRED, ASKED, WAITS, FAILED, SOONER)
"""FOUND: entries of the index; less those that MOVED, they are the customers who were due. ACTED
and HELD_OUT: offers; SKIPPED: steps; EXPIRED: entries of what can't be spent any more; ASKED:
messages whether all is still right; FAILED: customers who failed in the last attempt so far;
SOONER: customers whose due date came nearer by a change of rules."""
_KEPT_DAYS = 400
MOST_DAYS = 400


def last_run(table: Table) -> tuple[date | None, str | None]:
    """Return the last day that was handed out whole, and the digest of the rules of then; None and
    None before the first."""
    known = _last(table)
    return (None, None) if known is None else (date.fromisoformat(known.day), known.rules)


def note_run(table: Table, run: date, first: date, handed_out: int, now_ms: int) -> None:
    """Note what a run handed out."""
    key = offer_keys.run(run, now_ms)
    item = RunItem(
        pk=key.pk,
        sk=key.sk,
        at=now_ms,
        first=first.isoformat(),
        buckets=handed_out,
        expires_at=_expires(now_ms),
    )
    table.put(item.model_dump())


def note_last(table: Table, run: date, rules: str) -> None:
    """Note that a day was handed out whole, by rules with this digest. A later day that stands
    there stays."""
    known = _last(table)
    day = run if known is None else max(run, date.fromisoformat(known.day))
    if known is not None and (known.day, known.rules) == (day.isoformat(), rules):
        return
    key = offer_keys.last_run()
    v = 1 if known is None else known.v + 1
    item = LastRunItem(pk=key.pk, sk=key.sk, v=v, day=day.isoformat(), rules=rules)
    try:
        table.transact([Put(item.model_dump(), State.ABSENT if known is None else known.v)])
    except TransactionLost:
        return  # another run of this moment; the next one looks back two days anyway


@dataclass
class Part:
    """What one attempt at a bucket has done so far. `units`: read and write units. `rest`: what it
    handed out again, for want of time."""

    counts: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    units: tuple[float, float] = (0.0, 0.0)
    ms: int = 0
    ended: bool = False
    rest: Work | None = None


def note_part(table: Table, bucket: Work, attempt: str, part: Part, now_ms: int) -> None:
    """Write what an attempt has done, whole, over what it wrote before."""
    key = offer_keys.run_part(bucket.run, bucket.partition, bucket.after, attempt)
    item = PartItem(
        pk=key.pk,
        sk=key.sk,
        at=now_ms,
        counts=dict(part.counts),
        skipped=dict(part.skipped),
        half_units=(round(part.units[0] * 2), round(part.units[1] * 2)),
        ms=part.ms,
        ended=part.ended,
        rest=None if part.rest is None else offer_keys.rest_after(part.rest.after),
        expires_at=_expires(now_ms),
    )
    table.put(item.model_dump(exclude_none=True))


@dataclass(frozen=True)
class Report:
    """What a run did. `at`: when it was last handed out; `buckets`: messages; `left`: those of
    which nobody has come to the end yet; `due`: customers who were; `skipped`: steps by reason;
    `unended`: attempts that never came to their end, or have not yet; `ms`: of all workers
    together."""

    day: date
    at: int
    first: date
    buckets: int
    left: int
    due: int
    counts: Counter[str]
    skipped: Counter[str]
    read_units: float
    write_units: float
    ms: int
    unended: int


def reports(table: Table, first: date, last: date) -> list[Report]:
    """Return the runs of some days, the latest first, with one Query a day: 400 days at most."""
    span = min((last - first).days, MOST_DAYS)
    days = [last - timedelta(days=back) for back in range(span + 1)]
    found = (report(table, day) for day in days)
    return [one for one in found if one is not None]


def report(table: Table, day: date) -> Report | None:
    """Return the run for a day; None where there was none."""
    several: list[RunItem] = []
    parts: list[PartItem] = []
    for raw in table.query(offer_keys.run_partition(day)):
        if str(raw["sk"]).startswith(offer_keys.RUN_PREFIX):
            several.append(RunItem.model_validate(raw))
        else:
            parts.append(PartItem.model_validate(raw))
    return _summed(day, several, parts) if several else None


def _summed(day: date, several: Sequence[RunItem], parts: Sequence[PartItem]) -> Report:
    counts = _sum(one.counts for one in parts)
    # Who failed is found again by the next attempt: of all attempts, the last one says who did.
    failed = sum(one.counts.get(FAILED, 0) for one in _last_attempts(parts))
    counts[FOUND] -= counts[FAILED] - failed
    counts[FAILED] = failed
    buckets = max(one.buckets for one in several)
    return Report(
        day=day,
        at=max(one.at for one in several),
        first=min(date.fromisoformat(one.first) for one in several),
        buckets=buckets,
        left=max(0, buckets - len(_whole(parts))),
        due=counts[FOUND] - counts[MOVED],
        counts=+counts,
        skipped=_sum(one.skipped for one in parts),
        read_units=sum(one.half_units[0] for one in parts) / 2,
        write_units=sum(one.half_units[1] for one in parts) / 2,
        ms=sum(one.ms for one in parts),
        unended=sum(1 for one in parts if not one.ended),
    )


def _whole(parts: Iterable[PartItem]) -> set[str]:
    """Return the buckets that were worked to the end, with the rests of them that were handed out
    again."""
    ended: dict[tuple[str, str], set[str | None]] = {}
    for one in parts:
        if one.ended:
            ended.setdefault(offer_keys.of_part(one.sk)[:2], set()).add(one.rest)

    def whole(bucket: str, rest: str) -> bool:
        # A rest that is all of the bucket again is the same message once more.
        return any(
            next_one is None or (next_one != rest and whole(bucket, next_one))
            for next_one in ended.get((bucket, rest), ())
        )

    return {bucket for bucket, rest in ended if not rest and whole(bucket, rest)}


def _last_attempts(parts: Iterable[PartItem]) -> Iterable[PartItem]:
    """Return of each bucket, or rest of one, what was done last: attempts sort by their begin."""
    last: dict[tuple[str, str], PartItem] = {}
    for one in sorted(parts, key=lambda it: offer_keys.of_part(it.sk)[2]):
        last[offer_keys.of_part(one.sk)[:2]] = one
    return last.values()


def _sum(several: Iterable[dict[str, int]]) -> Counter[str]:
    return sum((Counter(one) for one in several), Counter[str]())


def _last(table: Table) -> LastRunItem | None:
    raw = table.get(offer_keys.last_run())
    return None if raw is None else LastRunItem.model_validate(raw)


def _expires(now_ms: int) -> int:
    return (now_ms + _KEPT_DAYS * DAY_MS) // 1000

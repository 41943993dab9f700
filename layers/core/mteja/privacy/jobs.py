"""Jobs: asked for by staff, done by a worker, looked up by id."""

import os
import re
from collections.abc import Iterator

from mteja.errors import NotFound
from mteja.ids import ulid
from mteja.privacy.items import JobItem
from mteja.store import keys
from mteja.store.keys import Key
from mteja.store.table import Put, State, Table

OPEN = "job"
_KEPT_DAYS = 400
_ID = re.compile(r"job_[0-9A-HJKMNP-TV-Z]{26}")


def ask(table: Table, kind: str, customers: list[str], asked_by: str, now_ms: int) -> JobItem:
    """Write down a new job and return it. Whoever asks then sends its id to the worker's queue."""
    job_id = f"job_{ulid(now_ms)}"
    key = keys.job(job_id)
    job = JobItem(
        pk=key.pk,
        sk=key.sk,
        v=1,
        id=job_id,
        kind=kind,
        status="waiting",
        customers=customers,
        asked_by=asked_by,
        asked_at=now_ms,
        open_pk=OPEN,
        open_sk=keys.open_position(now_ms, job_id),
        expires_at=now_ms // 1000 + _KEPT_DAYS * 86_400,
    )
    _put(table, job, State.ABSENT)
    return job


def find(table: Table, job_id: str) -> JobItem:
    """Return a job. Raises NotFound, also for what is no id."""
    raw = table.get(keys.job(job_id)) if _ID.fullmatch(job_id) else None
    if raw is None:
        raise NotFound("job")
    return JobItem.model_validate(raw)


def unfinished(table: Table) -> Iterator[JobItem]:
    """Yield the jobs that are not done, oldest first."""
    for pointer in table.query(OPEN, index="open"):
        raw = table.get(Key(str(pointer["pk"]), str(pointer["sk"])))
        if raw is not None:
            yield JobItem.model_validate(raw)


def finish(table: Table, job: JobItem, receipt: dict[str, object], now_ms: int) -> JobItem:
    """Write down that a job is done, with its receipt. Raises TransactionLost when another worker
    has finished it meanwhile."""
    done = job.model_copy(
        update={
            "v": job.v + 1,
            "status": "done",
            "done_at": now_ms,
            "receipt": receipt,
            "open_pk": None,
            "open_sk": None,
        }
    )
    _put(table, done, job.v)
    return done


def _put(table: Table, job: JobItem, when: State | int) -> None:
    table.transact([Put(job.model_dump(exclude_none=True), when)], os.urandom(16).hex())

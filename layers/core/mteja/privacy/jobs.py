"""Jobs: asked for by staff, done by a worker, looked up by id."""

import re
from collections.abc import Iterator, Sequence

from mteja.business.forms import Product
from mteja.customers.reading import read_person
from mteja.errors import NotFound
from mteja.forms.preorder import settle
from mteja.ids import ulid
from mteja.privacy.erasure import Receipt, erase
from mteja.privacy.items import JobItem
from mteja.privacy.tracks import Tracks
from mteja.store import index_keys, keys
from mteja.store.keys import Key
from mteja.store.table import Put, State, Table
from mteja.vault.vault import Vault

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
        open_sk=index_keys.open_position(now_ms, job_id),
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


def work(
    job: JobItem,
    *,
    table: Table,
    vault: Vault,
    tracks: Tracks,
    now_ms: int,
    products: Sequence[Product] = (),
) -> JobItem:
    """Do an erasure, or what is left of one, and write its receipt as it grows; return the job as
    it is done. What the person had ordered before it is there goes to those who wait.

    Raises TransactionLost when another worker is at it, and what `erase` raises.
    """
    current = job
    customers = _members(table, job.customers)
    if customers != job.customers:
        current = _noted(table, job, {"customers": customers})

    def save(receipt: Receipt) -> None:
        nonlocal current
        current = _noted(table, current, {"status": "working", "receipt": receipt.as_json()})

    receipt = erase(
        customers,
        table=table,
        vault=vault,
        tracks=tracks,
        now_ms=now_ms,
        receipt=Receipt.of(job.receipt),
        save=save,
    )
    for product in products:
        settle(product, table)
    done = {
        "status": "done",
        "done_at": now_ms,
        "receipt": receipt.as_json(),
        "open_pk": None,
        "open_sk": None,
    }
    return _noted(table, current, done)


def _members(table: Table, asked: list[str]) -> list[str]:
    """Return whom an erasure is about: those it was asked for, and whoever was linked with them
    since."""
    members = set(asked)
    for customer in asked:
        try:
            members |= set(read_person(table, customer).ids)
        except NotFound:
            continue  # erased in an earlier run
    return sorted(members)


def unfinished(table: Table) -> Iterator[JobItem]:
    """Yield the jobs that are not done, oldest first."""
    for pointer in table.query(OPEN, index="open"):
        raw = table.get(Key(str(pointer["pk"]), str(pointer["sk"])))
        if raw is not None:
            yield JobItem.model_validate(raw)


def _noted(table: Table, job: JobItem, changes: dict[str, object]) -> JobItem:
    changed = job.model_copy(update=changes | {"v": job.v + 1})
    _put(table, changed, job.v)
    return changed


def _put(table: Table, job: JobItem, when: State | int) -> None:
    table.transact([Put(job.model_dump(exclude_none=True), when)])

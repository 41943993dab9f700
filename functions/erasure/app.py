"""Queue of erasures: each message is the id of a job. Takes them one by one and writes receipts.

What fails comes again (partial batch answer), in the end to the dead-letter queue. Erasing again
what is half erased goes on where it stopped.
"""

import json
from typing import Any

from mteja import starting
from mteja.business import asking, business
from mteja.business.load import sites
from mteja.observing import logger
from mteja.privacy import jobs
from mteja.privacy.tracks import Tracks
from mteja.store.apart import events_table
from mteja.store.table import customers_table
from mteja.times import now_ms
from mteja.troubles import trouble
from mteja.vault.vault import vault

SERVICE = "erasure"
LOG = logger(SERVICE)
starting.ready()


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    failed: list[dict[str, str]] = []
    for record in event["Records"]:
        job = json.loads(record["body"])["job"]
        try:
            run(job)
        except Exception as error:
            LOG.error("erasure failed", job=job, **trouble(error))
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def run(job_id: str) -> None:
    table = customers_table()
    job = jobs.find(table, job_id)
    if job.status == "done":
        LOG.info("erased already", job=job_id)
        return
    done = jobs.work(
        job,
        table=table,
        vault=vault(),
        now_ms=now_ms(),
        products=asking().products,
        tracks=Tracks.of(events_table(), sites(), business().time_zone),
    )
    LOG.info("erased", job=job_id, removed=done.receipt["removed"])

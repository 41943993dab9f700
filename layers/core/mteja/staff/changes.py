"""What staff may change of persons: link, undo a link, erase. Each is noted in the audit trail."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mteja.customers.duplicates import duplicates
from mteja.customers.linking import link, unlink
from mteja.customers.reading import read_known
from mteja.errors import InvalidInput
from mteja.privacy import jobs
from mteja.staff import cursors
from mteja.staff.request import StaffRequest
from mteja.times import rfc3339

LINK = "POST /v1/customers/{id}/link"
UNLINK = "POST /v1/customers/{id}/unlink"
ERASE = "POST /v1/customers/{id}/erase"
JOB = "GET /v1/jobs/{job}"
DUPLICATES = "GET /v1/duplicates"
_LIST = "duplicates"
_PAGE = 50


@dataclass(frozen=True)
class Changes(StaffRequest):
    """What a member of staff changes in one request. `send` puts a job's id into the
    worker's queue."""

    send: Callable[[str], None]

    def link(self, customer: str, other: str) -> dict[str, Any]:
        """Answer `POST /v1/customers/{id}/link`. Raises NotFound, InvalidInput, Conflict."""
        self._both(customer, other, LINK)
        person = link(self.within.table, customer, other, self.viewer.sub, self.now)
        return {"id": person.id, "members": list(person.ids)}

    def unlink(self, customer: str, other: str) -> dict[str, Any]:
        """Answer `POST /v1/customers/{id}/unlink`. Raises NotFound, InvalidInput, Conflict."""
        self._both(customer, other, UNLINK)
        person = unlink(self.within.table, customer, other, self.viewer.sub, self.now)
        return {"id": person.id, "members": list(person.ids)}

    def duplicates(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Answer `GET /v1/duplicates`: a page of candidates, the likelier first within it."""
        after = None
        if "cursor" in query:
            after = cursors.decode_text(query["cursor"], _LIST)
        try:
            page = duplicates(self.within.table, after, _PAGE)
        except ValueError:
            raise InvalidInput("cursor", "not a cursor of this list") from None
        more = None if page.next is None else cursors.encode(_LIST, page.next)
        items = [
            {
                "id": "+".join(one.customers),
                "customers": list(one.customers),
                "evidence": [{"kind": kind, "fact": it} for kind, it in one.evidence.items()],
                "score": one.score,
            }
            for one in sorted(page.pairs, key=lambda one: -one.score)
        ]
        return {"items": items, "next": more}

    def erase(self, customer: str) -> dict[str, Any]:
        """Answer `POST /v1/customers/{id}/erase`: all members, by a job. Raises NotFound."""
        person = read_known(self.within.table, customer)
        self._note(ERASE, person.ids)
        table, who = self.within.table, self.viewer.sub
        job = jobs.ask(table, "erase", list(person.ids), who, self.now)
        self.send(job.id)
        return {"job": job.id}

    def job(self, job_id: str) -> dict[str, Any]:
        """Answer `GET /v1/jobs/{job}`. Raises NotFound."""
        job = jobs.find(self.within.table, job_id)
        shown: dict[str, Any] = {"job": job.id, "kind": job.kind, "status": job.status, "url": None}
        if job.done_at is not None:
            shown |= {"done_at": rfc3339(job.done_at), "receipt": job.receipt}
        return shown

    def _both(self, customer: str, other: str, what: str) -> None:
        """Note who asks, when both customers are known."""
        for one in (customer, other):
            read_known(self.within.table, one)
        self._note(what, sorted([customer, other]))

"""The tasks that staff have with persons: the list of what is open, and saying that one is done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mteja.business.load import surveying, win_back
from mteja.customers.entries import EntryMaker
from mteja.customers.opening import Opener
from mteja.customers.reading import Person, read_person
from mteja.customers.tasks import Task, close, open_tasks, task_id
from mteja.errors import InvalidInput, NotFound
from mteja.offers.items import LowStockItem
from mteja.offers.uploading import low_stocks
from mteja.staff import cursors, shown
from mteja.staff.customers import Answer
from mteja.staff.request import StaffRequest
from mteja.surveys.fact import ASKED, KIND
from mteja.surveys.recovering import has_recovered
from mteja.times import rfc3339

LIST = "GET /v1/tasks"
DONE = "POST /v1/tasks/{id}/done"
_NAME = "tasks"
_PAGE = 25  # each may be a person to read, to note and to open
_MOST_READ, _MOST_DETRACTORS = 50, 10


@dataclass(frozen=True)
class Tasks(StaffRequest):
    """What a member of staff does about tasks in one request."""

    def open(self, query: Mapping[str, str]) -> Answer:
        """Answer `GET /v1/tasks`: what is open, due first, with whom it is for; on the first page
        the lists that need codes, until there are more. Each person is noted in the audit trail,
        once a page. Raises InvalidInput for a cursor that is none."""
        after = None
        if "cursor" in query:
            after = cursors.decode_text(query["cursor"], _NAME)
        try:
            page = open_tasks(self.within.table, after, _PAGE)
        except ValueError:
            raise InvalidInput("cursor", "not a cursor of this list") from None
        told = self._told(page.tasks)
        more = None if page.next is None else cursors.encode(_NAME, page.next)
        few = self._few_codes() if after is None else []
        codes = [{"name": one.pk.partition("#")[2], "low_since": rfc3339(one.at)} for one in few]
        return Answer(told.body | {"codes": codes, "next": more}, told.unreadable)

    def _few_codes(self) -> list[LowStockItem]:
        return low_stocks(self.within.table, win_back().lists())

    def of_detractors(self, survey: str) -> Answer:
        """Return what is open since somebody answered a survey that they would not recommend us,
        due first: the first ten of the first fifty open tasks, as `open` tells them; `more` says
        that there may be more."""
        page = open_tasks(self.within.table, None, _MOST_READ)
        found = [task for task in page.tasks if task.item.data.get(ASKED) == survey]
        more = len(found) > _MOST_DETRACTORS or page.next is not None
        told = self._told(found[:_MOST_DETRACTORS])
        return Answer(told.body | {"more": more}, told.unreadable)

    def done(self, task: str) -> dict[str, Any]:
        """Answer `POST /v1/tasks/{id}/done`. Done already, nothing changes: it says who did it, and
        when. Raises NotFound, Conflict."""
        closed = close(self.within.table, task, self.viewer.sub, self.now)
        self._note(DONE, read_person(self.within.table, closed.customer).ids)
        data = closed.item.data
        return {
            "id": task_id(closed.customer, closed.item.id),
            "customer": closed.customer,
            "status": data["status"],
            "done_at": rfc3339(int(str(data["done_at"]))),
            "done_by": data["done_by"],
        }

    def _told(self, listed: Iterable[Task]) -> Answer:
        """Tell of tasks, each person noted as seen, once."""
        table = self.within.table
        persons: dict[str, tuple[Person, Opener] | None] = {}
        items: list[dict[str, Any]] = []
        for task in listed:
            if task.customer not in persons:
                persons[task.customer] = self._seen(task)
            seen = persons[task.customer]
            if seen is not None:
                person, opener = seen
                entry = EntryMaker(table, opener).entry(task.customer, task.item)
                told = shown.task(entry, person, opener)
                if KIND in task.item.data:
                    told["recovered"] = has_recovered(table, person.ids, surveying())
                items.append(told)
        unreadable = sum(seen[1].unreadable for seen in persons.values() if seen is not None)
        return Answer({"items": items}, unreadable)

    def _seen(self, task: Task) -> tuple[Person, Opener] | None:
        """Return the person of a task, noted as seen; None where it is being erased."""
        try:
            person = read_person(self.within.table, task.customer)
        except NotFound:
            return None
        self._note(LIST, person.ids)
        return person, Opener(person.ids, self.within.table, self.within.vault.keyring)

"""**Tasks**: what was promised to customers, due first."""

from mteja.staff.pages.asking import Ask, Response
from mteja.staff.tasks import Tasks
from mteja.times import business_day, now_ms

SECTION = "tasks"
_TEMPLATE = "staff/tasks.html"


def show(ask: Ask) -> Response:
    """Answer `GET /staff/tasks?cursor=`."""
    asked = ask.request.query
    query = {"cursor": asked["cursor"]} if "cursor" in asked else {}
    found = ask.told(ask.by_staff(Tasks).open(query))
    today = business_day(now_ms(), ask.business.time_zone).isoformat()
    return ask.page(
        _TEMPLATE,
        SECTION,
        tasks=found["items"],
        few_codes=found["codes"],
        more=found["next"],
        first_page="cursor" not in asked,
        today=today,
    )


def done(ask: Ask) -> Response:
    """Answer `POST /staff/tasks/{task}/done`."""
    ask.by_staff(Tasks).done(ask.parts["task"])
    return ask.see_other("/staff/tasks")

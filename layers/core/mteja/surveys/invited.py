"""How many were invited to a survey on a day: counted, of nobody."""

from datetime import date

from mteja.store import keys, survey_keys
from mteja.store.table import Add, Table
from mteja.surveys.items import InvitedItem
from mteja.surveys.reading import months

COUNTER = "sent"


def counted(survey: str, day: date, which: str, by: int = 1) -> Add:
    """Return the write that counts invitations of a day. `which`: an id, by which those of a busy
    day are spread."""
    return Add(survey_keys.invited(survey, day, which), COUNTER, by)


def read_invited(table: Table, survey: str, first_day: date, last_day: date) -> int:
    """Return how many were invited on these days, both included. One Query a month, strongly
    consistent."""
    between = keys.days_between(first_day, last_day)
    return sum(
        InvitedItem.model_validate(raw).sent
        for month in months(first_day, last_day)
        for raw in table.query(survey_keys.invited_partition(survey, month), between=between)
    )

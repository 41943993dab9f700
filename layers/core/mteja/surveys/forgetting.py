"""What an erased customer answered is removed with it: its answers count in no report any more."""

from datetime import date

from mteja.customers.items import InteractionItem
from mteja.store import survey_keys
from mteja.store.keys import INTERACTION_PREFIX, Key
from mteja.store.table import Delete, Table, Write


def forgotten(key: Key, table: Table) -> list[Write]:
    """Return the writes that go with the removal of one item of a customer's partition: where it is
    an answer to a survey, what reports count of it, its texts, and how it stands."""
    response = key.sk.rpartition("#")[2]
    if not key.sk.startswith(INTERACTION_PREFIX) or not response.startswith(
        survey_keys.RESPONSE_PREFIX
    ):
        return []
    raw = table.get(key)
    if raw is None:
        return []
    told = InteractionItem.model_validate(raw).data
    survey, day = str(told["survey"]), date.fromisoformat(str(told["day"]))
    return [
        Delete(survey_keys.answered(survey, day, response)),
        Delete(survey_keys.said(survey, day, response)),
        Delete(survey_keys.response(response)),
    ]

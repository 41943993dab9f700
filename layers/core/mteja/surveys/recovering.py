"""Whether somebody who would not recommend the business would, by now."""

from collections.abc import Iterable, Iterator
from itertools import islice

from mteja.business.surveys import Surveying
from mteja.customers.items import InteractionItem
from mteja.store import keys
from mteja.store.table import Table
from mteja.surveys.fact import KIND
from mteja.surveys.scoring.nps import is_detractor

MAX_READ = 50
"""So many of the newest entries of a timeline are looked at."""


def has_recovered(table: Table, members: Iterable[str], surveying: Surveying) -> bool:
    """Whether the latest score that a person gave, in whichever survey, is no detractor's. One that
    was changed is as it is now."""
    asks = {
        survey.id: question.id
        for survey in surveying.surveys
        for question in survey.questions
        if question.kind == "nps"
    }
    given = [it for member in members for it in _scores(table, member, asks)]
    return bool(given) and not is_detractor(max(given)[1])


def _scores(table: Table, customer: str, asks: dict[str, str]) -> Iterator[tuple[int, int]]:
    """Yield when a customer gave its latest score (epoch ms), and which."""
    entries = table.query(
        keys.customer_partition(customer),
        prefix=keys.INTERACTION_PREFIX,
        newest_first=True,
        limit=MAX_READ,
    )
    for raw in islice(entries, MAX_READ):
        entry = InteractionItem.model_validate(raw)
        answers = entry.data.get("answers") if entry.kind == KIND else None
        if isinstance(answers, dict):
            score = answers.get(asks.get(str(entry.data["survey"]), ""))
            if isinstance(score, int):
                yield entry.at, score
                return

"""What staff see of how fresh a person's fields are, and what to ask at the next call: what the
form of profiles would ask, with what can be confirmed in a word first."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from mteja.business.forms import Asking, FormField
from mteja.customers import person as persons
from mteja.customers.reading import Person
from mteja.forms.definition import definition, profile_form
from mteja.forms.progressive import known_of, to_ask
from mteja.freshness.rules import goes_stale
from mteja.freshness.suspect import suspect_fields
from mteja.store.table import Table
from mteja.times import DAY_MS

FRESH, STALE, SUSPECT = "fresh", "stale", "suspect"


@dataclass(frozen=True)
class Standing:
    """By field whether what is known is fresh; and the fields to ask at the next call, a few at a
    time: known to be wrong, stale, not known, in this order."""

    states: Mapping[str, str]
    to_ask: tuple[str, ...]


def standing_of(person: Person, asking: Asking, table: Table, now_ms: int) -> Standing:
    """Return how a person's fields stand."""
    suspect = suspect_fields(table, person, now_ms)
    declared = {one.name: one for one in asking.fields}
    states = {
        name: SUSPECT if name in suspect else _state(declared.get(name), one.entry.seen, now_ms)
        for name, one in persons.traits(person).items()
    }
    form = profile_form(asking)
    if form is None:
        return Standing(states, ())
    known = known_of(person, asking.trust_rule, now_ms, suspect)
    every = form.model_copy(update={"at_most": len(form.fields)})
    asked = to_ask(replace(definition(form.id, asking, "web"), form=every), known, now_ms)
    names = sorted(
        (one.name for one in asked.fields),
        key=lambda name: (name not in suspect, name not in states),
    )
    return Standing(states, tuple(names[: form.at_most]))


def _state(field: FormField | None, seen_ms: int, now_ms: int) -> str:
    if field is None or field.fresh_days is None or not goes_stale(field):
        return FRESH
    return FRESH if now_ms - seen_ms <= field.fresh_days * DAY_MS else STALE

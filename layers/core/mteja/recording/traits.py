"""What a fact changes of a customer's fields, and what of it the timeline keeps."""

from mteja.customers.items import InteractionItem
from mteja.customers.traits import Change, Observed, observe
from mteja.ids import derived_id
from mteja.recording.draft import Draft
from mteja.recording.facts import Fact, canonical
from mteja.store import keys
from mteja.store.table import Put
from mteja.vault.index import BlindIndex, equality_tag


def set_traits(draft: Draft, customer: str, fact: Fact, index: BlindIndex) -> None:
    """Take what the fact tells of a customer's fields, each by trust and time."""
    if fact.confirmed:
        _confirm(draft, customer, fact)
    if not fact.traits:
        return
    tag_key = index.tag_key(customer)
    fields = dict(draft.traits(customer).fields)
    for name, value in sorted(fact.traits.items()):
        raw = canonical(value)
        new = Observed(
            name, equality_tag(tag_key, name, raw), fact.trust, fact.source, fact.told_at
        )
        fields[name], change = observe(
            fields.get(name),
            new,
            lambda name=name, raw=raw: draft.seal(  # type: ignore[misc]
                customer, "TRAITS", name, raw, fact.told_at
            ),
        )
        if change is not None:
            keep_change(draft, customer, change, new)
    draft.change_traits(customer, fields=fields)


def _confirm(draft: Draft, customer: str, fact: Fact) -> None:
    """Move when values were last observed that are said to be still right. Whoever says so can't
    open what is stored: what came in the place of the value that they speak of stays as it is."""
    fields = dict(draft.traits(customer).fields)
    for name, as_of in fact.confirmed.items():
        entry = fields.get(name)
        if entry is not None and entry.at <= as_of:
            seen = max(entry.seen, fact.observed_at)
            fields[name] = entry.model_copy(update={"seen": seen})
    draft.change_traits(customer, fields=fields)
    # Whoever has just said so is asked again in a year (mteja.freshness.rules).
    asked = max(draft.profile(customer).fresh_asked_at or 0, fact.observed_at)
    draft.change(customer, fresh_asked_at=asked)


def keep_change(draft: Draft, customer: str, change: Change, new: Observed) -> None:
    """Keep old and new in the timeline. Their envelopes stay bound to TRAITS."""
    entry_id = derived_id("trt", customer, new.field, new.tag.hex(), str(new.at))
    key = keys.interaction(customer, new.at, entry_id)
    item = InteractionItem(
        pk=key.pk,
        sk=key.sk,
        id=entry_id,
        kind="trait",
        at=new.at,
        source=new.source,
        trust=new.trust,
        data={
            "field": change.field,
            "late": change.late,
            "current": change.current.model_dump(),
            "other": change.other.model_dump(),
        },
    )
    draft.add(Put(item.model_dump(exclude_none=True)))

"""What a fact tells that happened: calls, notes, forms, requests."""

from mteja.customers.items import InteractionItem
from mteja.recording.draft import Draft
from mteja.recording.facts import Fact, canonical
from mteja.recording.reading import loose_scope
from mteja.store import index_keys, keys
from mteja.store.table import Put
from mteja.times import business_day

# So long is kept a request that is nobody's: no erasure leads to it.
_NOBODYS_DAYS = 90


def keep_happenings(draft: Draft, customer: str | None, fact: Fact, zone: str) -> None:
    """Keep what happened in the timeline of the customer, or by itself where it is nobody's."""
    for one in fact.happenings:
        if customer is None and one.kind != "request":
            continue  # a remark about somebody whom we don't know
        key = (
            keys.request(one.id) if customer is None else keys.interaction(customer, one.at, one.id)
        )
        sealed = None
        if one.personal is not None:
            sealed = draft.seal(
                customer or loose_scope(fact), key.sk, "personal",
                canonical(one.personal), one.at,
            )  # fmt: skip
        apart = {
            name: draft.seal(customer, key.sk, name, canonical(value), one.at)
            for name, value in one.apart.items()
            if customer is not None
        }
        item = InteractionItem(
            pk=key.pk,
            sk=key.sk,
            id=one.id,
            kind=one.kind,
            at=one.at,
            source=fact.source,
            trust=fact.trust,
            data=dict(one.data),
            sealed=sealed,
            apart=dict(one.kept) | apart or None,
            open_pk=one.open_as,
            open_sk=(
                None
                if one.open_as is None
                else index_keys.open_position(one.open_until or one.at, f"{key.pk}+{one.id}")
            ),
            log_pk=index_keys.log(one.kind, business_day(one.at, zone), one.id)
            if one.logged
            else None,
            log_sk=index_keys.log_position(one.at, fact.source, one.id) if one.logged else None,
            expires_at=(
                fact.received_at // 1000 + _NOBODYS_DAYS * 86_400 if customer is None else None
            ),
        )
        draft.add(Put(item.model_dump(exclude_none=True)))

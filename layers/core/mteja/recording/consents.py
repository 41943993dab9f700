"""What a fact states of consents."""

from mteja.consent.gate import newness
from mteja.consent.statement import statement
from mteja.customers.items import ConsentItem
from mteja.identity.identifiers import Trust
from mteja.recording.draft import Draft
from mteja.recording.facts import Fact
from mteja.sources.own import stated_to
from mteja.store import index_keys, keys
from mteja.store.table import Put
from mteja.times import business_day
from mteja.vault.index import BlindIndex


def state_consents(draft: Draft, customer: str, fact: Fact, index: BlindIndex, zone: str) -> None:
    """Keep the statements of a fact, each with a proof, and what stands by the latest of them."""
    profile = draft.profile(customer)
    # What anybody could type is no consent until it is confirmed: it stands apart.
    claimed = fact.trust is Trust.CLAIMED
    stated = (profile.claimed_consents if claimed else profile.consents) or {}
    known = {purpose: dict(by_source) for purpose, by_source in stated.items()}
    source = stated_to(fact.source)
    for consent in fact.consents:
        by_source = known.setdefault(consent.purpose, {})
        latest = by_source.get(source)
        new = (consent.status, consent.at)
        if latest is None or newness(new) > newness(latest):
            by_source[source] = new
        if latest is not None and latest[0] == consent.status:
            continue  # said before: a later time is noted, and no new statement
        key = keys.consent(customer, consent.purpose, source, consent.at, consent.status)
        log_id = f"{customer}#{consent.purpose}"
        item = ConsentItem(
            pk=key.pk,
            sk=key.sk,
            purpose=consent.purpose,
            status=consent.status,
            at=consent.at,
            channel=consent.channel,
            source=source,
            trust=fact.trust,
            text_version=consent.text_version,
            proof=index.proof(statement(customer, source, fact.trust, consent)),
            log_pk=index_keys.log("consent", business_day(consent.at, zone), customer),
            log_sk=index_keys.log_position(consent.at, source, log_id),
        )
        draft.add(Put(item.model_dump(exclude_none=True)))
    if fact.consents:
        draft.change(customer, **{"claimed_consents" if claimed else "consents": known})

"""From a fact and what is stored to one transaction."""

import json
from dataclasses import dataclass, field

from mteja.business.model import Business
from mteja.consent.gate import newness
from mteja.consent.statement import statement
from mteja.customers.items import ConsentItem, InteractionItem, ReceiptItem
from mteja.customers.traits import Change, Observed, observe
from mteja.due import next_due
from mteja.errors import RateLimited
from mteja.identity.identifiers import Trust
from mteja.identity.resolve import Attachment
from mteja.ids import derived_id
from mteja.orders import counting
from mteja.recording.draft import Draft
from mteja.recording.facts import Fact, Happening, Json
from mteja.recording.identity import (
    hold_identifiers,
    link_members,
    note_candidates,
    set_claims_aside,
)
from mteja.recording.orders import Merged, order_entry_id, order_entry_key, timeline
from mteja.recording.reading import Stored, loose_scope, other_purchases
from mteja.sources.own import stated_to
from mteja.store import keys
from mteja.store.table import Check, Put, State, Table, TransactionLost
from mteja.times import business_day
from mteja.vault.index import equality_tag
from mteja.vault.vault import Vault

_RECEIPT_DAYS = 90
# Claims about one customer that a day takes: what anybody may type must not fill a timeline.
MAX_CLAIMS_A_DAY = 200
_UNTIL_A_NEW_CLAIM_S = 3_600
# Kinds of happenings that stand by themselves where they are nobody's.
_OF_NOBODY = frozenset({"request", "form"})


def canonical(value: Json) -> bytes:
    """Return the bytes by which two values of a field are the same."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


@dataclass
class Planner:
    """Plans one fact. `customer` is where it goes, None where nobody is known. `told`: what the
    receipt will tell whoever sends the fact again."""

    fact: Fact
    stored: Stored
    attachment: Attachment | None
    customer: str | None
    merged: Merged | None
    table: Table
    vault: Vault
    business: Business
    draft: Draft
    told: dict[str, Json] = field(default_factory=dict)

    def plan(self) -> None:
        """Fill the draft. Raises TransactionLost where what was read has gone meanwhile,
        RateLimited for one claim too many, and what riders raise."""
        if self.customer is not None:
            self._take_up(self.customer)
            self._claims(self.customer)
            if self.attachment is not None:
                self._identity(self.customer, self.attachment)
            self._traits(self.customer)
            self._declined(self.customer)
            self._consents(self.customer)
        for seen, version in self.fact.if_versions.items():
            self.draft.add(Check(keys.profile(seen), version))
        if self.merged is not None:
            self._wait_for_erasure(self.merged)
            self._order(self.merged)
        self._happenings()
        for rider in self.fact.riders:
            self.told |= rider.ride(self.stored, self.customer, self.draft)
        self._receipt()

    def _take_up(self, customer: str) -> None:
        is_new = self.attachment is not None and self.attachment.customer is None
        profile = self.stored.profile(customer)
        if (profile is None and not is_new) or (profile is not None and profile.erased_at):
            raise TransactionLost
        trust = self.fact.trust.value
        self.draft.take_up(customer, profile, self.fact.received_at, trust)
        self.draft.take_up_traits(customer, self.stored.traits(customer))

    def _claims(self, customer: str) -> None:
        if self.fact.trust is not Trust.CLAIMED:
            return
        day = business_day(self.fact.received_at, self._zone).isoformat()
        known = self.draft.profile(customer).claims
        number = known[1] if known is not None and known[0] == day else 0
        if number >= MAX_CLAIMS_A_DAY:
            raise RateLimited(_UNTIL_A_NEW_CLAIM_S)
        self.draft.change(customer, claims=(day, number + 1))

    def _declined(self, customer: str) -> None:
        profile = self.draft.profile(customer)
        if self.fact.trust is Trust.CLAIMED and profile.trust == Trust.VERIFIED:
            return  # what anybody typed keeps nothing from being asked
        known = profile.declined or {}
        declined = {name: at for name, at in known.items() if name not in self.fact.traits}
        declined |= dict.fromkeys(self.fact.declined, self.fact.observed_at)
        if declined != known:
            self.draft.change(customer, declined=dict(sorted(declined.items())) or None)

    def _wait_for_erasure(self, merged: Merged) -> None:
        """An order whose customer is being erased is about to be nobody's: come back then."""
        owner = merged.before.customer if merged.before else None
        profile = self.stored.profile(owner) if owner is not None else None
        if profile is not None and profile.erased_at is not None:
            raise TransactionLost

    def _identity(self, customer: str, attachment: Attachment) -> None:
        for _, loser in attachment.take:
            if not self.draft.has(loser):
                profile = self.stored.profile(loser)
                if profile is None:
                    raise TransactionLost
                self.draft.take_up(loser, profile, profile.created_at, profile.trust)
        if attachment.promote:
            adopted = [known for known, _ in attachment.adopt]
            set_claims_aside(self.draft, customer, adopted, self.stored)
        hold_identifiers(self.draft, customer, attachment, self.fact)
        link_members(self.draft, customer, attachment.link, self.stored, self.fact)
        note_candidates(
            self.draft,
            customer,
            attachment.candidates,
            self.stored,
            self.fact,
            self._evidence(),
        )

    def _evidence(self) -> str:
        """Return the id of the timeline entry that shows what a candidate rests on."""
        if self.fact.order is not None:
            return order_entry_id(self.fact.source, self.fact.order.order_id)
        return self.fact.happenings[0].id if self.fact.happenings else self.fact.source

    def _traits(self, customer: str) -> None:
        if not self.fact.traits:
            return
        tag_key = self.vault.index.tag_key(customer)
        fields = dict(self.draft.traits(customer).fields)
        fact = self.fact
        for name, value in sorted(fact.traits.items()):
            raw = canonical(value)
            new = Observed(
                name, equality_tag(tag_key, name, raw), fact.trust, fact.source, fact.observed_at
            )
            fields[name], change = observe(
                fields.get(name),
                new,
                lambda name=name, raw=raw: self.draft.seal(  # type: ignore[misc]
                    customer, "TRAITS", name, raw, fact.observed_at
                ),
            )
            if change is not None:
                self._trait_changed(customer, change, new)
        self.draft.change_traits(customer, fields=fields)

    def _trait_changed(self, customer: str, change: Change, new: Observed) -> None:
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
        self.draft.add(Put(item.model_dump(exclude_none=True)))

    def _consents(self, customer: str) -> None:
        profile = self.draft.profile(customer)
        # What anybody could type is no consent until it is confirmed: it stands apart.
        claimed = self.fact.trust is Trust.CLAIMED
        stated = (profile.claimed_consents if claimed else profile.consents) or {}
        known = {purpose: dict(by_source) for purpose, by_source in stated.items()}
        source = stated_to(self.fact.source)
        for consent in self.fact.consents:
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
                trust=self.fact.trust,
                text_version=consent.text_version,
                proof=self.vault.index.proof(statement(customer, source, self.fact.trust, consent)),
                log_pk=keys.log("consent", business_day(consent.at, self._zone), customer),
                log_sk=keys.log_position(consent.at, source, log_id),
            )
            self.draft.add(Put(item.model_dump(exclude_none=True)))
        if self.fact.consents:
            self.draft.change(customer, **{"claimed_consents" if claimed else "consents": known})

    def _order(self, merged: Merged) -> None:
        news = self.fact.order
        if news is None:
            return
        source = self.fact.source
        standing = None
        if merged.before is not None:
            standing = self.stored.entry(order_entry_key(merged.before, source, news.order_id))
        after, writes = timeline(
            merged,
            source=source,
            trust=self.fact.trust,
            zone=self._zone,
            news=news,
            standing=standing,
        )
        said = news.state.version if news.state is not None else ""
        if after.customer is None and self.fact.traits and said > (after.loose_version or ""):
            after = after.model_copy(update=self._loose(news.order_id, said))
        when = State.ABSENT if merged.before is None else merged.before.v
        self.draft.add(Put(after.model_dump(exclude_none=True), when), *writes)
        before_share, after_share = counting.share(merged.before), counting.share(after)
        owner_before = merged.before.customer if merged.before else None
        if owner_before != after.customer:
            self._move_share(owner_before, before_share, None)
            self._move_share(after.customer, None, after_share)
        elif before_share != after_share:
            self._move_share(after.customer, before_share, after_share)

    def _move_share(
        self, customer: str | None, before: counting.Share | None, after: counting.Share | None
    ) -> None:
        if customer is None or before == after or self.fact.order is None:
            return
        if not self.draft.has(customer):
            profile = self.stored.profile(customer)
            if profile is None:
                return  # its totals are gone with it
            self.draft.take_up(customer, profile, profile.created_at, profile.trust)
        totals = self.draft.profile(customer).orders
        others: list[int] = []
        if counting.moves_an_end(totals, before, after):
            entry = order_entry_id(self.fact.source, self.fact.order.order_id)
            others = other_purchases(self.table, customer, entry)
        changed = counting.totals_after(totals, before, after, others)
        self.draft.change(customer, orders=changed)
        if changed.last != totals.last:
            self._set_due(customer, changed.last)

    def _set_due(self, customer: str, last_purchase: int | None) -> None:
        day = next_due(
            last_purchase,
            self.fact.received_at,
            zone=self._zone,
            days_since_purchase=self.business.win_back.days_since_purchase,
            customer=customer,
            spread_days=self.fact.spread_days,
        )
        self.draft.change(
            customer,
            due_pk=None if day is None else keys.due(day, customer),
            due_sk=None if day is None else customer,
        )

    def _loose(self, order_id: str, version: str) -> dict[str, object]:
        """Seal what an order of nobody says of a person to the key of its month."""
        scope = loose_scope(self.fact)
        sealed = self.draft.seal(
            scope,
            keys.order_partition(self.fact.source, order_id),
            "traits",
            canonical(dict(self.fact.traits)),
            self.fact.observed_at,
        )
        return {
            "loose": sealed,
            "loose_scope": scope,
            "loose_version": version,
            "loose_at": self.fact.observed_at,
        }

    def _happenings(self) -> None:
        for one in self.fact.happenings:
            owner = self.customer
            if owner is None and one.kind not in _OF_NOBODY:
                continue  # a remark about somebody whom we don't know
            key = keys.request(one.id) if owner is None else keys.interaction(owner, one.at, one.id)
            sealed = None
            if one.personal is not None:
                sealed = self.draft.seal(
                    owner or loose_scope(self.fact), key.sk, "personal",
                    canonical(one.personal), one.at,
                )  # fmt: skip
            item = InteractionItem(
                pk=key.pk,
                sk=key.sk,
                id=one.id,
                kind=one.kind,
                at=one.at,
                source=self.fact.source,
                trust=self.fact.trust,
                data=dict(one.data),
                sealed=sealed,
                open_pk=one.open_as,
                open_sk=(
                    None
                    if one.open_as is None
                    else keys.open_position(one.open_until or one.at, f"{key.pk}+{one.id}")
                ),
                log_pk=self._log(one) if one.logged else None,
                log_sk=(
                    keys.log_position(one.at, self.fact.source, one.id) if one.logged else None
                ),
            )
            self.draft.add(Put(item.model_dump(exclude_none=True)))

    def _log(self, one: Happening) -> str:
        return keys.log(one.kind, business_day(one.at, self._zone), one.id)

    def _receipt(self) -> None:
        receipt = self.fact.receipt
        if receipt is None:
            return
        key = keys.receipt(self.fact.source, receipt.digest)
        known = self.stored.stale_receipt(self.fact)
        self.told = dict(receipt.told) | self.told
        item = ReceiptItem(
            pk=key.pk,
            sk=key.sk,
            v=known.v + 1 if known else 1,
            delivery=receipt.delivery,
            at=self.fact.received_at,
            told=dict(self.told) or None,
            expires_at=self.fact.received_at // 1000 + _RECEIPT_DAYS * 86_400,
        )
        when = known.v if known else State.ABSENT
        self.draft.add(Put(item.model_dump(exclude_none=True), when))

    @property
    def _zone(self) -> str:
        return self.business.time_zone

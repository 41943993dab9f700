"""From a fact and what is stored to one transaction."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from mteja.business.model import Business
from mteja.customers.items import ReceiptItem
from mteja.customers.language import later, read_tag
from mteja.customers.present import told_of
from mteja.due import due_days, due_keys, moves
from mteja.errors import RateLimited
from mteja.identity.identifiers import Trust
from mteja.identity.resolve import Attachment
from mteja.orders import counting
from mteja.recording.consents import state_consents
from mteja.recording.draft import Draft
from mteja.recording.facts import Fact, Json, canonical
from mteja.recording.happenings import keep_happenings
from mteja.recording.identity import (
    hold_identifiers,
    link_members,
    note_candidates,
    set_claims_aside,
)
from mteja.recording.orders import (
    Merged,
    country_of,
    order_entry_id,
    order_entry_key,
    timeline,
)
from mteja.recording.reading import Stored, loose_scope, other_purchases
from mteja.recording.traits import set_traits
from mteja.store import index_keys, keys
from mteja.store.table import Check, Put, State, Table, TransactionLost
from mteja.times import business_day, day_begins
from mteja.vault.vault import Vault

if TYPE_CHECKING:
    from mteja.business.winning_back import Watching

_RECEIPT_DAYS = 90
# Claims about one customer that a day takes: what anybody may type must not fill a timeline.
MAX_CLAIMS_A_DAY = 200


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
    watching: "Callable[[], Watching]"
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
            set_traits(self.draft, self.customer, self.fact, self.vault.index)
            self._declined(self.customer)
            state_consents(self.draft, self.customer, self.fact, self.vault.index, self._zone)
        for seen, version in self.fact.if_versions.items():
            self.draft.add(Check(keys.profile(seen), version))
        if self.merged is not None:
            self._wait_for_erasure(self.merged)
            self._order(self.merged)
        keep_happenings(self.draft, self.customer, self.fact, self._zone)
        for rider in self.fact.riders:
            self.told |= rider.ride(self.stored, self.customer, self.draft)
        self._language()
        self._log_today()
        self._set_due_dates()
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
        now = self.fact.received_at
        day = business_day(now, self._zone)
        known = self.draft.profile(customer).claims
        number = known[1] if known is not None and known[0] == day.isoformat() else 0
        if number >= MAX_CLAIMS_A_DAY:
            tomorrow = day_begins(day + timedelta(days=1), self._zone)
            raise RateLimited((tomorrow - now + 999) // 1000)
        self.draft.change(customer, claims=(day.isoformat(), number + 1))

    def _declined(self, customer: str) -> None:
        profile = self.draft.profile(customer)
        if self.fact.trust is Trust.CLAIMED and profile.trust == Trust.VERIFIED:
            return  # what anybody typed keeps nothing from being asked
        known = profile.declined or {}
        declined = {name: at for name, at in known.items() if name not in self.fact.traits}
        declined |= dict.fromkeys(self.fact.declined, self.fact.observed_at)
        if declined != known:
            self.draft.change(customer, declined=dict(sorted(declined.items())) or None)

    def _language(self) -> None:
        """After the riders, of which one may have set aside what was claimed."""
        told = read_tag(self.fact.language)
        if self.customer is None or told is None:
            return
        profile = self.draft.profile(self.customer)
        if self.fact.trust is Trust.CLAIMED and profile.trust == Trust.VERIFIED:
            return
        at = self.fact.observed_at if self.fact.language_at is None else self.fact.language_at
        self.draft.change(self.customer, language=later(profile.language, (told, at)))

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
            country=country_of(self.fact.traits),
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

    def _set_due_dates(self) -> None:
        """Move the due dates of whom the fact changes in what they hang on."""
        for customer, before, now in self.draft.profiles():
            if moves(before, now) or self.draft.tells_more_of(customer):
                told = self.draft.told_of(customer)
                if told is None:
                    told = told_of(self.table, now)
                due = due_keys(
                    due_days(now, self.watching(), self._zone, told),
                    self.fact.received_at,
                    zone=self._zone,
                    customer=customer,
                    spread_days=self.fact.spread_days,
                )
                self.draft.change(customer, **due)

    def _log_today(self) -> None:
        """Put the customer into the log of the day on which something new was told of it, where
        nothing of the fact stands there: an order of last month, a change of address by the shop.
        So each night knows of whom it was told, and whether a shop was heard from.

        The entry of a change stands there for it, and else PROFILE, which may have to leave another
        day: a unit more, and it is the item that is near its kilobyte.
        """
        customer, now = self.customer, self.fact.received_at
        if customer is None:
            return
        day = business_day(now, self._zone)
        told = index_keys.log(index_keys.TOLD, day, customer)
        if self._order_stands_in(day) or self.draft.profile(customer).log_pk == told:
            return
        is_order_news = self.merged is not None and self.merged.fresh
        if not (is_order_news or self.draft.is_new_of(customer)):
            return
        if self.draft.is_logged(customer, day):
            return
        logged = {"log_pk": told, "log_sk": index_keys.log_position(now, self.fact.source)}
        entry = self.draft.entry_of_change(customer)
        if entry is None:
            self.draft.change(customer, **logged)
        else:
            self.draft.amend(entry, **logged)

    def _order_stands_in(self, day: date) -> bool:
        """Whether the fact's order is the customer's and of a day: its entry stands there, whether
        or not this fact changes it."""
        after = None if self.merged is None else self.merged.after
        if after is None or after.customer != self.customer or after.placed_at is None:
            return False
        return business_day(after.placed_at, self._zone) == day

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

"""Taking a confirmation: an address and what was agreed to with it become verified, once.

Whoever follows the link has the mailbox. So it is the consent of whoever holds the address by then,
and the address is verified where a claim still holds it. What else was claimed of the customer
stands aside, as after any verified fact.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mteja import links
from mteja.customers.items import Hold, Holder, IdentifierItem, ProfileItem
from mteja.customers.traits import Observed, observe
from mteja.errors import LinkExpired
from mteja.identity.identifiers import EMAIL, Identifier, Trust
from mteja.identity.resolve import Known
from mteja.mail.items import ConfirmedItem, MessageItem, SuspectItem
from mteja.mail.links import CONFIRM, parted
from mteja.mail.suspects import trusted_again
from mteja.recording.draft import Draft
from mteja.recording.facts import Consent, Fact, Json, Receipt
from mteja.recording.identity import set_claims_aside
from mteja.recording.reading import Stored
from mteja.recording.record import Recorder, record
from mteja.recording.traits import keep_change
from mteja.sources.own import MAIL
from mteja.store import keys
from mteja.store.keys import Key
from mteja.store.table import Put, TransactionLost
from mteja.surveys.inviting import with_invitations

CONFIRMED, ALREADY = "confirmed", "already"


@dataclass(frozen=True)
class Asked:
    """What a link asks to confirm: the message, and what it makes true."""

    message: MessageItem
    confirms: ConfirmedItem


def opened(token: str, within: Recorder, now_ms: int) -> Asked:
    """Return what a link asks to confirm. Raises BadSignature, and LinkExpired for one that is too
    old or whose customer is gone."""
    link = links.open_link(token, CONFIRM, now_ms, within.vault.index)
    customer, message_id = parted(link.customer)
    raw = within.table.get(keys.message(customer, message_id))
    message = None if raw is None else MessageItem.model_validate(raw)
    if message is None or message.confirms is None:
        raise LinkExpired
    return Asked(message, message.confirms)


def confirm(token: str, within: Recorder, now_ms: int) -> str:
    """Take a confirmation; return CONFIRMED, or ALREADY where the link was used before.

    Raises BadSignature, LinkExpired, and what recording raises.
    """
    asked = opened(token, within, now_ms)
    key = keys.identifier(EMAIL, asked.confirms.held.index)
    raw = within.table.get(key)
    holders = [] if raw is None else list(IdentifierItem.model_validate(raw).holders)
    if not holders:
        raise LinkExpired  # nobody is found by it any more
    customer = holders[0]
    profile = within.table.get(keys.profile(customer))
    if profile is None:
        raise LinkExpired
    rider = ConfirmationRider(asked, customer, ProfileItem.model_validate(profile))
    channel = f"confirmed:{asked.confirms.form}"
    fact = Fact(
        source=MAIL,
        trust=Trust.VERIFIED,
        observed_at=now_ms,
        received_at=now_ms,
        consents=tuple(
            Consent(purpose, "granted", now_ms, channel, version)
            for purpose, version in asked.confirms.stated
        ),
        receipt=Receipt(asked.message.id, None),
        customer=customer,
        language=asked.message.language,
        riders=(rider,),
    )
    return CONFIRMED if record(with_invitations(fact), within).result == "recorded" else ALREADY


class ConfirmationRider:
    """Makes an address verified whose envelopes wait in the message."""

    def __init__(self, asked: Asked, customer: str, profile: ProfileItem) -> None:
        self._asked = asked
        self._customer = customer
        self._held = {(one.kind, one.index) for one in profile.identifiers}
        self._key = keys.identifier(EMAIL, asked.confirms.held.index)
        self._suspect = keys.suspect(EMAIL, asked.confirms.held.index)

    def reads(self) -> Iterable[Key]:
        return {
            self._key,
            self._suspect,
            *(keys.identifier(kind, index) for kind, index in self._held),
        }

    def ride(self, stored: Stored, customer: str | None, draft: Draft) -> Mapping[str, Json]:
        """Raises TransactionLost where others hold what is held, than when this was begun."""
        item = stored.item(IdentifierItem, self._key)
        if item is None or customer is None or list(item.holders) != [customer]:
            raise TransactionLost
        mine = {(one.kind, one.index) for one in draft.profile(customer).identifiers}
        if mine != self._held:
            raise TransactionLost
        if stored.item(SuspectItem, self._suspect) is not None:
            draft.add(trusted_again(EMAIL, self._asked.confirms.held.index))
        of_this_customer = customer == self._asked.message.customer
        if of_this_customer and item.holders[customer].hold is not Hold.VERIFIED:
            self._promote(item, customer, stored, draft)
        return {}

    def _promote(self, item: IdentifierItem, customer: str, stored: Stored, draft: Draft) -> None:
        confirms = self._asked.confirms
        if draft.profile(customer).trust != Trust.VERIFIED:
            # The value is not at hand, and only its index is looked at.
            known = Known(Identifier(EMAIL, ""), confirms.held.index, item.v, dict(item.holders))
            set_claims_aside(draft, customer, [known], stored)
        holders = {customer: Holder(hold=Hold.VERIFIED)}
        changed = item.model_copy(update={"v": item.v + 1, "holders": holders})
        draft.add(Put(changed.model_dump(exclude_none=True), item.v))
        identifiers = [
            confirms.held if (one.kind, one.index) == (EMAIL, confirms.held.index) else one
            for one in draft.profile(customer).identifiers
        ]
        draft.change(customer, identifiers=identifiers)
        self._set_trait(customer, draft)

    def _set_trait(self, customer: str, draft: Draft) -> None:
        entry = self._asked.confirms.trait
        traits = draft.traits(customer)
        new = Observed(EMAIL, entry.tag, Trust.VERIFIED, entry.source, entry.at)
        standing, change = observe(traits.fields.get(EMAIL), new, lambda: entry.sealed)
        aside = {
            name: one for name, one in traits.aside.items() if (name, one.tag) != (EMAIL, entry.tag)
        }
        fields = dict(traits.fields) | {EMAIL: standing}
        draft.change_traits(customer, fields=fields, aside=aside)
        if change is not None:
            keep_change(draft, customer, change, new)

    def let_go(self) -> None:
        """Nothing was taken."""

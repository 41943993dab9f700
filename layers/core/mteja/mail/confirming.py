"""Taking a confirmation: an address and what was agreed to with it become verified, once.

Whoever follows the link has the mailbox. So it is the consent of whoever holds the address by then,
and the address is verified where a claim still holds it. Where nobody holds it, since a verified
fact of something else set it aside meanwhile, it is of who signed up with it. What else was claimed
of the customer stands aside, as after any verified fact.
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
from mteja.store.table import Put, State, TransactionLost
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
    index = asked.confirms.held.index
    raw = within.table.get(keys.identifier(EMAIL, index))
    holders = [] if raw is None else list(IdentifierItem.model_validate(raw).holders)
    customer = holders[0] if holders else asked.message.customer
    found = within.table.get(keys.profile(customer))
    profile = None if found is None else ProfileItem.model_validate(found)
    if profile is None or (EMAIL, index) not in _held(profile):
        raise LinkExpired  # it is nobody's any more
    rider = ConfirmationRider(asked, customer, profile)
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
        self._held = _held(profile)
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
        if customer is None or (item is not None and list(item.holders) != [customer]):
            raise TransactionLost
        if _held(draft.profile(customer)) != self._held:
            raise TransactionLost
        if stored.item(SuspectItem, self._suspect) is not None:
            draft.add(trusted_again(EMAIL, self._asked.confirms.held.index))
        of_this_customer = customer == self._asked.message.customer
        verified = item is not None and item.holders[customer].hold is Hold.VERIFIED
        if of_this_customer and not verified:
            self._promote(item, customer, stored, draft)
        return {}

    def _promote(
        self, item: IdentifierItem | None, customer: str, stored: Stored, draft: Draft
    ) -> None:
        confirms = self._asked.confirms
        v, holders = (None, {}) if item is None else (item.v, dict(item.holders))
        if draft.profile(customer).trust != Trust.VERIFIED:
            # The value is not at hand, and only its index is looked at.
            known = Known(Identifier(EMAIL, ""), confirms.held.index, v, holders)
            set_claims_aside(draft, customer, [known], stored)
        verified = IdentifierItem(
            pk=self._key.pk,
            sk=self._key.sk,
            v=(v or 0) + 1,
            holders={customer: Holder(hold=Hold.VERIFIED)},
        )
        draft.add(Put(verified.model_dump(exclude_none=True), State.ABSENT if v is None else v))
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


def _held(profile: ProfileItem) -> set[tuple[str, str]]:
    return {(one.kind, one.index) for one in profile.identifiers}

"""Confirming a sign-up: what anybody typed becomes the person's own word over a link in a mail
(double opt-in).

A public form can't open what is stored, and neither can whoever takes the confirmation. So what
will hold once the address is confirmed is sealed here, where the address is still in hand, and
waits in the message.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mteja.business.model import Business
from mteja.consent.gate import allowed
from mteja.customers.items import HeldIdentifier, Hold, ProfileItem, TraitEntry
from mteja.identity.identifiers import EMAIL, Trust
from mteja.mail.items import ConfirmedItem
from mteja.mail.messages import Message, new_id
from mteja.mail.outbox import post
from mteja.recording.draft import Draft
from mteja.recording.facts import Consent, Json, canonical
from mteja.recording.reading import Stored
from mteja.sources.own import MAIL
from mteja.store import keys
from mteja.store.keys import Key
from mteja.times import DAY_MS, business_day
from mteja.vault.index import equality_tag
from mteja.vault.sealing import Place

TEMPLATE = "confirm"
CONFIRM_WITHIN_MS = 3 * DAY_MS
# A stranger may type another's address: so many mails a day reach it, whoever types it.
MOST_A_DAY = 3


@dataclass(frozen=True)
class SignUp:
    """What somebody typed in a form, as far as it is to be confirmed."""

    form: str
    email: str
    consents: tuple[Consent, ...]
    language: str
    at_ms: int
    business: Business


class SignUpRider:
    """Writes the mail that asks to confirm, at most MOST_A_DAY to a customer."""

    def __init__(self, sign_up: SignUp) -> None:
        self._sign_up = sign_up
        self._id = new_id(sign_up.at_ms)

    def reads(self) -> Iterable[Key]:
        return ()

    def ride(
        self,
        stored: Stored,  # noqa: ARG002 - the draft has what it needs
        customer: str | None,
        draft: Draft,
    ) -> Mapping[str, Json]:
        if customer is None:
            return {}
        sign_up, profile = self._sign_up, draft.profile(customer)
        index = draft.index.of(EMAIL, sign_up.email)
        day = business_day(sign_up.at_ms, sign_up.business.time_zone).isoformat()
        known = profile.confirmations
        number = known[1] if known is not None and known[0] == day else 0
        if number >= MOST_A_DAY or _stands_already(profile, index, sign_up):
            return {}
        draft.change(customer, confirmations=(day, number + 1))
        message = Message(
            id=self._id,
            template=TEMPLATE,
            language=sign_up.language,
            due=sign_up.at_ms,
            not_after=sign_up.at_ms + CONFIRM_WITHIN_MS,
            to=index,
            confirms=_confirmed(sign_up, customer, index, draft),
        )
        draft.add(post(message, customer))
        return {}

    def let_go(self) -> None:
        """Nothing was taken."""


def _stands_already(profile: ProfileItem, index: str, sign_up: SignUp) -> bool:
    held = any(one.index == index and one.hold is Hold.VERIFIED for one in profile.identifiers)
    return held and all(
        allowed(one.purpose, [profile.consents], sign_up.business) for one in sign_up.consents
    )


def _confirmed(sign_up: SignUp, customer: str, index: str, draft: Draft) -> ConfirmedItem:
    at, verified = sign_up.at_ms, Trust.VERIFIED.value
    raw = canonical(sign_up.email)
    held = Place(customer, keys.profile(customer).sk, f"identifier:{EMAIL}", MAIL, verified, at)
    field = Place(customer, keys.traits(customer).sk, EMAIL, MAIL, verified, at)
    return ConfirmedItem(
        form=sign_up.form,
        stated=[(one.purpose, one.text_version) for one in sign_up.consents],
        held=HeldIdentifier(
            kind=EMAIL,
            index=index,
            sealed=draft.seal_for(held, sign_up.email.encode()),
            hold=Hold.VERIFIED,
            trust=verified,
            source=MAIL,
            at=at,
        ),
        trait=TraitEntry(
            sealed=draft.seal_for(field, raw),
            tag=equality_tag(draft.index.tag_key(customer), EMAIL, raw),
            trust=verified,
            source=MAIL,
            at=at,
            seen=at,
        ),
    )

"""Taking a form: from what was sent to what is recorded, in one of three modes.

What anybody types on the web is a claim. What staff type, or a customer on the shop's own tablet,
and what comes over a customer's own link, is verified.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from mteja.business.forms import Asking
from mteja.business.load import mailing
from mteja.business.load import rewards as declared_rewards
from mteja.customers.reading import read_person
from mteja.errors import InvalidInput, TooLarge, Unreadable
from mteja.forms import preorder
from mteja.forms.checking import Checked, check
from mteja.forms.consenting import consents, words_riders
from mteja.forms.definition import PREORDER, WARRANTY, Definition
from mteja.forms.fact import form_fact
from mteja.forms.items import WarrantyItem
from mteja.forms.preorder import PlaceRider
from mteja.forms.sender import WEB, Sender
from mteja.forms.values import TOO_GREAT, Setting
from mteja.forms.warranty import WarrantyRider
from mteja.identity.identifiers import EMAIL, Trust
from mteja.ids import ulid
from mteja.recording.record import Recorder, record
from mteja.recording.riders import Rider
from mteja.store import product_keys
from mteja.times import business_day


@dataclass(frozen=True)
class FormTaken:
    """What became of a form. `status` is accepted, reserved, waiting, or cancelled: of a form that
    comes again after its place was given up. `position` counts those who wait, from 1."""

    result: str
    interaction: str
    status: str
    position: int | None = None
    customer: str | None = None
    notes: tuple[str, ...] = ()

    def told(self) -> dict[str, Any]:
        """Return what whoever sent it is told: `{"interaction_id", "status", "position"}`, the
        last of who waits."""
        body = {"interaction_id": self.interaction, "status": self.status}
        return body if self.position is None else body | {"position": self.position}


def take(
    form: Definition,
    sent: Mapping[str, object],
    sender: Sender,
    *,
    asking: Asking,
    within: Recorder,
) -> FormTaken:
    """Take a form; when this returns, it is durable. The same content again, within ten minutes or
    under the same key at any time, counts once and is answered as before.

    Raises InvalidInput and InvalidFields for what is wrong with it, AlreadyTaken for a serial
    number that is registered, TooLarge for more than can be kept, RateLimited, Conflict, and errors
    of AWS as they are.
    """
    business = within.business
    today = business_day(sender.received_at, business.time_zone)
    setting = Setting(business.country, today, form)
    checked = check(
        form,
        sent,
        setting,
        known=sender.customer is not None,
        seen=sent if sender.over_link and sender.confirmed is None else (),
    )
    holder, giver = _registered_to(form, checked, sender, within), None
    if holder is not None and sender.customer is not None:
        giver = holder if holder in read_person(within.table, sender.customer).ids else None
        sender = replace(sender, customer=None)  # the card is about whoever gets the piece
        checked = check(form, sent, setting)
    interaction = f"frm_{ulid(sender.received_at)}"
    riders = (
        *_riders(form, checked, sender, interaction, giver, today, within),
        *words_riders(form, checked.values, sender.language),
        *_sign_up(form, checked, sender, within),
    )
    fact = form_fact(form, checked, sender, interaction, within, riders)
    if fact.trust is Trust.VERIFIED:
        from mteja.surveys.inviting import with_invitations

        fact = with_invitations(fact)
    if declared_rewards() is not None:
        from mteja.rewards.joining import with_joining

        mails = mailing().mail is not None if sender.mode != WEB else sender.welcomes
        fact = with_joining(fact, form, interaction, mails=mails, within=within)
    try:
        recorded = record(fact, within)
    except Unreadable:  # more than an item of the table holds
        raise TooLarge from None
    told = recorded.told
    taken = FormTaken(
        recorded.result,
        str(told["interaction_id"]),
        "accepted",
        None,
        recorded.customer,
        recorded.notes,
    )
    return _in_line(taken, told, asking, within) if "ticket" in told else taken


def _in_line(
    taken: FormTaken, told: Mapping[str, object], asking: Asking, within: Recorder
) -> FormTaken:
    """Serve those who wait, if there is room; say how the pre-order stands now."""
    product_id, ticket_id = str(told["product"]), str(told["ticket"])
    product = asking.product(product_id)
    served = 0
    if told["status"] == preorder.WAITING and product is not None:
        served = preorder.settle(product, within.table)
    ticket = preorder.find_ticket(product_id, ticket_id, within.table)
    state = str(told["status"]) if ticket is None else ticket.state
    position = told.get("position")
    if state != preorder.WAITING or not isinstance(position, int):
        return replace(taken, status=state)
    # Whoever was served just now was ahead.
    return replace(taken, status=state, position=max(1, position - served))


def _registered_to(
    form: Definition, checked: Checked, sender: Sender, within: Recorder
) -> str | None:
    """Return who has the piece that a warranty card is about, where the card came over a customer's
    link: the holder passes it on with it, to whom the card names. None for a piece that is new, and
    for other forms and senders.

    A card that comes again after it was passed on must be taken for the same card: it is asked who
    has the piece, and not only whether the link's customer has it.
    """
    product, serial = checked.values.get("product"), checked.values.get("serial")
    if form.kind != WARRANTY or not sender.over_link or product is None or serial is None:
        return None
    raw = within.table.get(product_keys.warranty(str(product), str(serial)))
    return None if raw is None else WarrantyItem.model_validate(raw).customer


def _sign_up(
    form: Definition, checked: Checked, sender: Sender, within: Recorder
) -> Iterator[Rider]:
    """Yield what asks for a confirmation by mail, where somebody claims to agree."""
    values, at = checked.values, sender.received_at
    stated = consents(form, values, mode=sender.mode, language=sender.language, at_ms=at)
    if sender.confirms and sender.trust is Trust.CLAIMED and stated and EMAIL in values:
        told = (form.id, str(values[EMAIL]), stated, sender.language, at, within.business)
        from mteja.mail.sign_up import SignUp, SignUpRider

        yield SignUpRider(SignUp(*told))


def _riders(
    form: Definition,
    checked: Checked,
    sender: Sender,
    interaction: str,
    giver: str | None,
    today: date,
    within: Recorder,
) -> Iterator[Rider]:
    values, at, trust = checked.values, sender.received_at, sender.trust.value
    product = form.product(str(values.get("product", "")))
    if product is None:
        return
    if form.kind == PREORDER and product.preorder is not None:
        asked = values.get("quantity")
        quantity = asked if isinstance(asked, int) else 1
        most = product.preorder.most_of_an_order
        if quantity > most:
            raise InvalidInput("quantity", TOO_GREAT, most=most)
        yield PlaceRider(product, interaction, quantity, at, trust, within.table)
    if form.kind == WARRANTY and "serial" in values:
        bought_on = date.fromisoformat(str(values.get("bought_on") or today))
        yield WarrantyRider(product.id, str(values["serial"]), bought_on, at, trust, giver)

"""Taking a form: from checked values to a fact, in one of three modes.

What anybody types on the web is a claim. What staff type, or a customer on the shop's own tablet,
and what comes over a customer's own link, is verified.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from mteja.business.forms import Asking, FormField
from mteja.business.load import mailing
from mteja.business.load import rewards as declared_rewards
from mteja.customers import tasks
from mteja.customers.reading import read_person
from mteja.errors import InvalidInput, TooLarge, Unreadable
from mteja.forms import preorder
from mteja.forms.checking import Checked, check
from mteja.forms.consenting import agreed, consents, words_riders
from mteja.forms.definition import CONTACT, PREORDER, PROFILE, WARRANTY, Definition
from mteja.forms.items import WarrantyItem
from mteja.forms.preorder import PlaceRider
from mteja.forms.values import TOO_GREAT, Setting
from mteja.forms.warranty import WarrantyRider
from mteja.identity.identifiers import EMAIL, PHONE, Identifier, Trust
from mteja.ids import new_customer_id, ulid
from mteja.recording.facts import Fact, Happening, Json, Receipt
from mteja.recording.record import Recorder, record
from mteja.recording.riders import Rider
from mteja.sources.own import FORMS, KIOSK, STAFF
from mteja.store import product_keys
from mteja.times import business_day, day_begins

WEB = "web"
# Equal content that comes again within so long is the same submission (contract, "Forms").
_SAME_FOR_MS = 600_000
_SOURCES = {WEB: FORMS, "staff": STAFF, "kiosk": KIOSK}
# Kinds of fields whose answers are kept in clear so that reports need no key.
_CLEAR = frozenset({"choice", "choices", "product", "quantity"})
# Neither an e-mail address nor a telephone number.
_LABEL = re.compile(r"(?!.*[0-9]{7})[\w .:|/~-]{1,100}")


@dataclass(frozen=True)
class Confirmed:
    """What a person says is still right: `fields`, and of them those whose value stands with the
    customer itself, as a fact has them (`here`)."""

    fields: tuple[str, ...]
    here: Mapping[str, int]


@dataclass(frozen=True)
class Sender:
    """How a form came in. `customer`: whose link it came over, or for whom staff filled it in;
    `by` and `location`: which member of staff, and where; `key`: the sender's Idempotency-Key;
    `confirms`: what is claimed is to be confirmed by mail; `welcomes`: who joins gets a mail;
    `reads`: the language of whoever filled it in, where that is known. `confirmed`: of what was
    asked whether it is still right, all that is. Then leaving something out says nothing."""

    mode: str
    language: str
    received_at: int
    customer: str | None = None
    by: str | None = None
    location: str | None = None
    key: str | None = None
    confirms: bool = False
    reads: str | None = None
    welcomes: bool = False
    confirmed: Confirmed | None = None

    @property
    def trust(self) -> Trust:
        return Trust.CLAIMED if self.mode == WEB and not self.customer else Trust.VERIFIED

    @property
    def over_link(self) -> bool:
        return self.mode == WEB and self.customer is not None


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
    fact = _fact(form, checked, sender, interaction, within, riders)
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


def _fact(
    form: Definition,
    checked: Checked,
    sender: Sender,
    interaction: str,
    within: Recorder,
    riders: tuple[Rider, ...],
) -> Fact:
    source, at = _SOURCES[sender.mode], sender.received_at
    kept = {one.name for one in form.fields if one.field.is_trait}
    rests = kept | {one.name for one in form.fields if form.kind == PROFILE}
    values = checked.values
    named = [Identifier(kind, str(values[kind])) for kind in (EMAIL, PHONE) if kind in values]
    return Fact(
        source=source,
        trust=sender.trust,
        observed_at=at,
        received_at=at,
        identifiers=tuple(named),
        traits={name: value for name, value in values.items() if name in kept},
        consents=consents(form, values, mode=sender.mode, language=sender.language, at_ms=at),
        happenings=tuple(_happenings(form, checked, sender, interaction, within)),
        receipt=_receipt(form, checked, sender, interaction, within),
        customer=sender.customer,
        # A telephone that is everybody's names nobody. Made to a customer, what was said by it is
        # seen, answered and erased like anybody's. What is promised needs a name.
        makes=None if form.kind in {PREORDER, WARRANTY} else new_customer_id(at),
        unconfirmed=sender.over_link,
        declined=tuple(name for name in checked.declined if name in rests),
        confirmed={} if sender.confirmed is None else sender.confirmed.here,
        language=sender.reads,
        riders=riders,
    )


def _happening(form: Definition, checked: Checked, sender: Sender, interaction: str) -> Happening:
    clear: dict[str, Json] = {
        one.name: checked.values[one.name]
        for one in form.fields
        if one.name in checked.values and _is_clear(one.field, checked.values[one.name])
    }
    agreed_to: list[Json] = [field.name for field in agreed(form, checked.values)]
    personal = {
        name: value
        for name, value in checked.values.items()
        if name not in clear and not isinstance(value, bool)
    }
    facts: dict[str, Json] = {
        "form": form.id,
        "form_kind": form.kind,
        "form_version": form.version,
        "mode": sender.mode,
        "language": sender.language,
        "captured_by": sender.by,
        "location": sender.location,
        "agreed": agreed_to or None,
        "declined": list(checked.declined) or None,
        "confirmed": None if sender.confirmed is None else list(sender.confirmed.fields) or None,
        "answers": clear or None,
    }
    data: dict[str, Json] = {name: value for name, value in facts.items() if value is not None}
    return Happening(
        kind="form",
        id=interaction,
        at=sender.received_at,
        data=data,
        personal=personal or None,
        logged=True,
    )


def _is_clear(field: FormField, value: Json) -> bool:
    """Whether an answer says nothing of a person by itself. A hidden field says what the owner's
    site puts there, or anybody: of it, a plain label."""
    if field.type == "hidden":
        return isinstance(value, str) and _LABEL.fullmatch(value) is not None
    return field.type in _CLEAR and not field.sensitive


def _happenings(
    form: Definition, checked: Checked, sender: Sender, interaction: str, within: Recorder
) -> Iterator[Happening]:
    yield _happening(form, checked, sender, interaction)
    if form.kind != CONTACT or sender.mode != WEB:
        return
    # Somebody waits for an answer: staff find it among their tasks, due today.
    zone = within.business.time_zone
    today = business_day(sender.received_at, zone)
    yield Happening(
        kind=tasks.KIND,
        id=f"tsk_{ulid(sender.received_at)}",
        at=sender.received_at,
        data={"due_on": today.isoformat(), "status": "open", "form": interaction},
        personal={"why": checked.values["message"]} if "message" in checked.values else None,
        open_as=tasks.OPEN,
        open_until=day_begins(today, zone),
    )


def _receipt(
    form: Definition, checked: Checked, sender: Sender, interaction: str, within: Recorder
) -> Receipt:
    """The content is part of the receipt even where the sender gives a key, so that nobody can use
    up another's key. A MAC, since a digest of what a person said could be guessed."""
    content = [
        form.id,
        sender.mode,
        sender.customer,
        sender.key,
        checked.values,
        list(checked.declined),
    ]
    if sender.confirmed is not None:
        content.append(list(sender.confirmed.fields))
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    digest = within.vault.index.of("receipt", text)
    for_ms = None if sender.key is not None else _SAME_FOR_MS
    return Receipt(digest, None, for_ms, {"interaction_id": interaction})


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

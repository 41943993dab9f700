"""The fact that a form with checked values is."""

import json
import re
from collections.abc import Iterator

from mteja.business.forms import FormField
from mteja.customers import tasks
from mteja.forms.checking import Checked
from mteja.forms.consenting import agreed, consents
from mteja.forms.definition import CONTACT, PREORDER, PROFILE, WARRANTY, Definition
from mteja.forms.sender import WEB, Sender
from mteja.identity.identifiers import EMAIL, PHONE, Identifier
from mteja.ids import new_customer_id, ulid
from mteja.recording.facts import Fact, Happening, Json, Receipt
from mteja.recording.record import Recorder
from mteja.recording.riders import Rider
from mteja.sources.own import FORMS, KIOSK, STAFF
from mteja.times import business_day, day_begins

# Equal content that comes again within so long is the same submission (contract, "Forms").
_SAME_FOR_MS = 600_000
_SOURCES = {WEB: FORMS, "staff": STAFF, "kiosk": KIOSK}
# Kinds of fields whose answers are kept in clear so that reports need no key.
_CLEAR = frozenset({"choice", "choices", "product", "quantity"})
# Neither an e-mail address nor a telephone number.
_LABEL = re.compile(r"(?!.*[0-9]{7})[\w .:|/~-]{1,100}")


def form_fact(
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

"""Who somebody is: `identify`, `group` and `alias` as facts.

Traits that Segment's specification reserves and that we know (e-mail, telephone, name, address)
become ours; others only where the owner's file declares a field of that name which is kept as a
property of the customer.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from mteja.errors import InvalidInput
from mteja.identity import identifiers
from mteja.identity.identifiers import EMAIL, Identifier
from mteja.orders.platforms.person import Address, Name, Person
from mteja.recording.facts import Fact, Json, Receipt
from mteja.recording.riders import Rider
from mteja.segment.door import Sender
from mteja.segment.messages import Message, text_of
from mteja.tracking.events import Refused

if TYPE_CHECKING:
    from mteja.business.forms import Asking, FormField

PEOPLE = frozenset({"identify", "group", "alias"})
COMPANY = "company"
_UNDERSTOOD = frozenset("email phone name address firstName first_name lastName last_name".split())
_UNREAD = frozenset({"consent", "product", "quantity", "serial", "hidden"})


@dataclass(frozen=True)
class Here:
    """Where national telephone numbers are dialled, what day it is in the business, and what the
    owner's file declares, which is loaded when a trait may be declared there: it is a tenth of the
    function's start."""

    region: str
    today: date
    asking: "Callable[[], Asking]"


def fact(
    sent: Message,
    sender: Sender,
    *,
    here: Here,
    received_at: int,
    receipt: Receipt,
    riders: tuple[Rider, ...],
) -> Fact:
    """Return what a call says of a person. Raises Refused for a `group` without name and id.

    It makes a customer only where it names one: by a user id, an e-mail or a telephone.
    """
    who, traits = _said(sent, sender, here)
    named = who.identifiers(sender.source, here.region)
    if not sender.verified:
        # A claim is found by no platform id, so it need not be looked up.
        named = tuple(one for one in named if one.kind == EMAIL or not one.attaches)
    visitor = None if sent.anonymous_id is None else identifiers.visitor(sent.anonymous_id)
    if isinstance(visitor, Identifier):
        named = (*named, visitor)
    says_who = bool(who.customer_id or who.emails or who.phones)
    return Fact(
        source=sender.source,
        trust=sender.trust,
        observed_at=sent.at,
        received_at=received_at,
        identifiers=named,
        traits=traits,
        receipt=receipt,
        finds_only=not says_who,
        language=text_of(sent.context.get("locale"), 20),
        riders=riders,
    )


def of_traits(given: Mapping[str, Any], user_id: str | None, region: str) -> Person:
    """Return what traits say of a person; what is no e-mail or telephone is left out."""
    mail, number = text_of(given.get("email"), 254), text_of(given.get("phone"), 40)
    return Person(
        customer_id=user_id,
        emails=(mail,) if mail and isinstance(identifiers.email(mail), Identifier) else (),
        phones=(number,)
        if number and isinstance(identifiers.phone(number, region), Identifier)
        else (),
        names=tuple(_names(given)),
        addresses=(_address(given.get("address")),),
    )


def _said(sent: Message, sender: Sender, here: Here) -> tuple[Person, dict[str, Json]]:
    given = sent.part("traits")
    match sent.type:
        case "group":
            company = text_of(given.get("name")) or sent.text("groupId")
            if company is None:
                raise Refused("no-group")
            return Person(sent.user_id), {COMPANY: company}
        case "alias":
            return Person(sent.user_id), {}
    person = of_traits(given, sent.user_id, here.region)
    others = {name: value for name, value in given.items() if name not in _UNDERSTOOD}
    declared = dict(_declared(others, here, sensitive=sender.verified)) if others else {}
    return person, declared | person.traits(here.region)


def _names(given: Mapping[str, Any]) -> Iterator[Name]:
    """Reserved traits may be written in camelCase or in snake_case."""
    first = text_of(given.get("firstName")) or text_of(given.get("first_name"))
    last = text_of(given.get("lastName")) or text_of(given.get("last_name"))
    yield Name(first, last, text_of(given.get("name")))


def _address(given: object) -> Address:
    if isinstance(given, str):
        return Address(line1=text_of(given))
    if not isinstance(given, dict):
        return Address()
    return Address(
        line1=text_of(given.get("street")),
        city=text_of(given.get("city")),
        region=text_of(given.get("state")),
        postal_code=text_of(given.get("postalCode") or given.get("postal_code")),
        country=text_of(given.get("country")),
    )


def _declared(
    given: Mapping[str, Any], here: Here, *, sensitive: bool
) -> Iterator[tuple[str, Json]]:
    """Yield the traits that the owner's file declares, where their value can be right."""
    from mteja.forms.values import Setting, read_value

    setting = Setting(here.region, here.today)
    for field in here.asking().fields:
        if not field.trait or field.type in _UNREAD:
            continue
        if field.name not in given or (field.sensitive and not sensitive):
            continue
        try:
            value = read_value(field, _as_typed(field, given[field.name]), setting)
        except InvalidInput:
            continue
        if value is not None:
            yield field.name, value


def _as_typed(field: "FormField", value: object) -> object:
    """Segment writes a day as a time."""
    if field.type == "date" and isinstance(value, str):
        return value.partition("T")[0]
    return value

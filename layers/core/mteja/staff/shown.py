"""Persons and their timelines in the words of the contract ("Customers")."""

from collections.abc import Mapping
from typing import Any

from mteja.business.model import Business
from mteja.customers import person as rules
from mteja.customers.entries import Entry
from mteja.customers.language import told_by
from mteja.customers.opening import Opened, Opener
from mteja.customers.person import MembersIdentifier, MembersTrait
from mteja.customers.reading import Person
from mteja.identity.identifiers import EMAIL, PHONE
from mteja.products.interest import Interest
from mteja.times import rfc3339

_PLATFORM_CUSTOMER = "customer"
# Fields whose value is an object, with all its members; writers leave out the empty ones.
_WHOLE: dict[str, dict[str, Any]] = {
    "name": dict.fromkeys(("first", "last", "full")),
    "address": dict.fromkeys(("line1", "line2", "city", "region", "postal_code", "country")),
}


def person(one: Person, opener: Opener, business: Business) -> dict[str, Any]:
    """Return the whole person, opened. `last_login_at` is null where no log-in was ever told."""
    totals = rules.orders(one)
    traits = rules.traits(one)
    return {
        "id": one.id,
        "members": list(one.ids),
        "created_at": rfc3339(rules.created_at(one)),
        "trust": rules.trust(one),
        "traits": {field: _trait(found, opener) for field, found in traits.items()},
        "aside": [{"field": it.field} | _trait(it, opener) for it in rules.aside(one)],
        "identifiers": [_identifier(it, opener, business) for it in rules.identifiers(one)],
        "orders": {
            "count": totals.count,
            "net": {currency: amount for currency, (_, amount) in totals.net.items()},
            "first_at": moment(totals.first),
            "last_at": moment(totals.last),
        },
        "last_seen_at": moment(rules.last_seen(one)),
        "last_login_at": moment(rules.last_login(one)),
        "language": told_by(one),
        "consents": [
            {
                "purpose": consent.purpose,
                "status": consent.status,
                "at": rfc3339(consent.at),
                "channel": consent.channel,
                "text_version": consent.text_version,
                "source": consent.source,
                "verified": consent.trust == "verified",
            }
            for consent in rules.consents(one)
        ],
        "candidates": [
            {"customer": other, "evidence": _evidence(evidence, business)}
            for other, evidence in rules.candidates(one).items()
        ],
        "version": rules.version(one),
    }


def in_list(one: Person, opener: Opener, matched_on: str) -> dict[str, Any]:
    """Return a person as one line of a list: enough to choose the right one."""
    return wanting(one, opener) | {"matched_on": matched_on}


def wanting(one: Person, opener: Opener) -> dict[str, Any]:
    """Return a person who may be written to, as one line of a list."""
    return {"id": one.id} | named(one, opener) | {"trust": rules.trust(one)}


def task(one: Entry, whose: Person, opener: Opener) -> dict[str, Any]:
    """Return a task's entry with the person for whom it is: enough to do it."""
    told = entry(one)
    shown = {name: told[name] for name in ("id", "at", "customer", "data")}
    return shown | named(whose, opener)


def named(one: Person, opener: Opener) -> dict[str, Any]:
    """Return how a person is called and reached: name, email and phone, null where unknown."""
    traits = rules.traits(one)
    values = {
        field: opener.trait(it.customer, field, it.entry).value
        for field, it in traits.items()
        if field in {"name", EMAIL, PHONE}
    }
    for it in rules.identifiers(one):
        if it.held.kind in {EMAIL, PHONE} and it.held.kind not in traits:
            values.setdefault(it.held.kind, opener.identifier(it.customer, it.held).value)
    name = values.get("name")
    return {
        "name": name.get("full") if isinstance(name, dict) else None,
        "email": values.get(EMAIL),
        "phone": values.get(PHONE),
    }


def holds_phone_ending(one: Person, opener: Opener, endings: tuple[str, ...]) -> bool:
    """Whether a person is found by a telephone number with one of these ends."""
    for it in rules.identifiers(one):
        if it.held.kind == PHONE:
            number = opener.identifier(it.customer, it.held).value
            if number is not None and number.endswith(endings):
                return True
    return False


def entry(one: Entry) -> dict[str, Any]:
    """Return an entry of the timeline. `customer` is the member whose it is."""
    data = one.data
    if one.kind == "trait":
        data = data | {when: _whole(str(data["field"]), data[when]) for when in ("old", "new")}
    return {
        "id": one.id,
        "kind": one.kind,
        "at": rfc3339(one.at),
        "source": one.source,
        "trust": one.trust,
        "customer": one.customer,
        "data": data,
    }


def interest(one: Interest) -> dict[str, Any]:
    """Return what a person thinks of a product."""
    return {
        "saved": one.is_saved,
        "stars": one.rating,
        "viewed_on_days": len(one.days),
        "last_viewed_on": None if one.last_day is None else str(one.last_day),
    }


def moment(ms: int | None) -> str | None:
    return None if ms is None else rfc3339(ms)


def _trait(found: MembersTrait, opener: Opener) -> dict[str, Any]:
    opened = opener.trait(found.customer, found.field, found.entry)
    return {
        "value": _whole(found.field, opened.value),
        "verified": found.entry.trust == "verified",
        "source": found.entry.source,
        "observed_at": rfc3339(found.entry.seen),
    } | _mark(opened)


def _whole(field: str, value: Any) -> Any:
    return _WHOLE.get(field, {}) | value if isinstance(value, dict) else value


def _identifier(found: MembersIdentifier, opener: Opener, business: Business) -> dict[str, Any]:
    opened = opener.identifier(found.customer, found.held)
    return {
        "kind": _kind(found.held.kind, business),
        "value": opened.value,
        "verified": found.held.hold == "verified",
        "source": found.held.source,
    } | _mark(opened)


def _evidence(evidence: Mapping[str, str], business: Business) -> list[dict[str, str]]:
    return [{"kind": _kind(kind, business), "fact": fact} for kind, fact in evidence.items()]


def _kind(kind: str, business: Business) -> str:
    """`customer@shopify-demo` is shown as `shopify:customer`; of a source that is no longer
    declared, its own name stands for the platform's."""
    what, at, source_id = kind.partition("@")
    if not at or what != _PLATFORM_CUSTOMER:
        return kind
    platforms = {source.id: source.platform for source in business.sources}
    return f"{platforms.get(source_id, source_id)}:{what}"


def _mark(opened: Opened) -> dict[str, bool]:
    return {} if opened.readable else {"unreadable": True}

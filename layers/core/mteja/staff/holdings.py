"""What a person has registered, ordered before it is there, and likes, as it stands today."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from mteja.business.forms import Asking
from mteja.customers.reading import Person
from mteja.forms.items import TicketItem
from mteja.forms.warranty import Standing, standing
from mteja.products.reading import thoughts
from mteja.staff import shown
from mteja.store import product_keys
from mteja.store.table import Table
from mteja.times import rfc3339


def holdings(
    person: Person, asking: Callable[[], Asking], table: Table, today: date
) -> dict[str, Any]:
    """Return `owns` (pieces with their warranty) and `preorders` (with how they stand). What forms
    ask is loaded, and tickets are read, only where there is something."""
    owned = [item for member in person.members for item in member.owns]
    places = [item for member in person.members for item in member.places]
    products = asking().products if owned else ()
    tickets = table.get_many(
        product_keys.preorder_ticket(one.product, one.ticket) for one in places
    )
    preorders = []
    for place in sorted(places, key=lambda one: -one.at):
        raw = tickets.get(product_keys.preorder_ticket(place.product, place.ticket))
        if raw is not None:
            preorders.append({"product": place.product} | ticket(place.ticket, raw))
    return {
        "owns": [
            piece(standing(one, products, today)) for one in sorted(owned, key=lambda one: -one.at)
        ],
        "preorders": preorders,
    }


def likes(person: Person) -> list[dict[str, Any]]:
    """Return what a person saved and rated, and what they looked at often: favourites first, then
    what has the most stars. `stars_verified`: the rating is their own word by a verified source."""
    items = [item for member in person.members for item in member.interests]
    found = [
        {"product_id": product, "stars_verified": one.verified} | shown.interest(one.interest)
        for product, one in thoughts(items).items()
        if one.interest.is_saved or one.interest.rating is not None or one.interest.looks_often
    ]
    return sorted(found, key=_liking)


def _liking(one: Mapping[str, Any]) -> tuple[bool, int, int, str]:
    return not one["saved"], -(one["stars"] or 0), -one["viewed_on_days"], one["product_id"]


def piece(one: Standing) -> dict[str, Any]:
    """Return a registered piece. `warranty_ends_on` is null for a product without warranty."""
    return {
        "product": one.product,
        "serial": one.serial,
        "bought_on": one.bought_on.isoformat(),
        "warranty_ends_on": None if one.ends_on is None else one.ends_on.isoformat(),
        "in_warranty": one.valid,
    }


def ticket(ticket_id: str, stored: Any) -> dict[str, Any]:
    """Return a pre-order."""
    one = TicketItem.model_validate(stored)
    return {
        "ticket": ticket_id,
        "status": one.state,
        "quantity": one.quantity,
        "at": rfc3339(one.at),
    }

"""What staff do with forms at the counter, audit entry included, and the pages that forms have."""

from collections.abc import Iterator, Mapping
from typing import Any

from mteja import links
from mteja.audit import Viewer
from mteja.business import asking
from mteja.forms import preorder
from mteja.forms.definition import definition
from mteja.forms.intake import FormTaken, take
from mteja.forms.sender import WEB, Sender
from mteja.forms.visitors import Service
from mteja.forms.web import respond
from mteja.http.request import Request
from mteja.staff.forms import Forms
from mteja_bench.bodies.base import Shopper
from mteja_bench.ground import Ground
from mteja_bench.path import Path, Step
from mteja_bench.paths_forms import LAMP, in_store, person

_NOW = 1_795_600_000_000
_VIEWER = Viewer("member-of-staff", None)
_CHAIR = "demo-chair"


def paths() -> Iterator[Path]:
    yield from _at_the_counter()
    yield from _warranty()
    yield from _places()
    yield from _pages()


def _at_the_counter() -> Iterator[Path]:
    new, guest = in_store(Shopper(841)), in_store(Shopper(842))
    customers: list[str] = []

    def made(ground: Ground) -> str:
        customers.append(_customer_of(_desk(ground).fill_in("in-store", **_how(new))))
        return "recorded"

    def again(ground: Ground) -> str:
        told = {"heard_from": "friend", "address": {"line1": "2 Other Street", "city": "Arusha"}}
        how = _how(told, customer=customers[0], location="main-shop")
        return _desk(ground).fill_in("in-store", **how).result

    def on_tablet(ground: Ground) -> str:
        how = _how(guest, mode="kiosk", location="market-stall", key="a-tablet-1")
        return _desk(ground).fill_in("in-store", **how).result

    yield Path("desk: form of staff, new customer", (made,), 19)
    yield Path("desk: form of staff, known customer, address new", (again,), 13)
    yield Path("desk: form at the tablet, new customer", (on_tablet,), 19)
    yield Path("desk: the tablet sends it again", (on_tablet,), 2, (), "duplicate")


def _warranty() -> Iterator[Path]:
    first, second, third = (Shopper(number) for number in (851, 852, 853))
    card = {"product": _CHAIR, "serial": "SN-0851"}
    customers: list[str] = []

    def registered(ground: Ground) -> str:
        for shopper, told in ((first, card), (second, {"product": _CHAIR, "serial": "SN-0852"})):
            taken = _desk(ground).fill_in("warranty", **_how(person(shopper) | told))
            customers.append(_customer_of(taken))
        return "recorded"

    def passed_on(ground: Ground) -> str:
        _desk(ground).pass_on(_CHAIR, card["serial"], customers[1])
        return "recorded"

    def by_holder(ground: Ground) -> str:
        sender = Sender(WEB, "en", _NOW, customer=customers[1])
        form = definition("warranty", asking(), WEB)
        values = person(third) | card
        return take(form, values, sender, asking=asking(), within=ground.recorder()).result

    def recalled(ground: Ground) -> str:
        seen = _desk(ground).recall({"product": _CHAIR, "from": "SN-0851", "to": "SN-0852"})
        return f"{len(seen.body['items'])} found"

    yield Path("desk: warranty passed on by staff", (passed_on,), 18, (registered,))
    yield Path("form: warranty passed on over its holder's link, to a new customer",
               (by_holder,), 23)  # fmt: skip
    yield Path("desk: recall list of two pieces", (recalled,), 4, (), "2 found")


def _places() -> Iterator[Path]:
    """After the pre-orders of mteja_bench.paths_forms: all pieces are one customer's, and another
    waits."""

    def tickets(ground: Ground) -> dict[str, str]:
        found = preorder.tickets(LAMP, ground.recorder().table, None, 10)
        return {ticket.state: ticket_id for ticket_id, ticket in found}

    def cancelled(ground: Ground) -> str:
        desk, ticket = _desk(ground), reserved[0]
        return str(desk.cancel(LAMP, ticket)["status"])

    def remembered(ground: Ground) -> str:
        reserved[:] = [tickets(ground)[preorder.RESERVED]]
        return "recorded"

    def settled(ground: Ground) -> str:
        (product,) = (one for one in asking().products if one.id == LAMP)
        return f"{preorder.settle(product, ground.recorder().table)} served"

    def listed(ground: Ground) -> str:
        return f"{len(_desk(ground).places(LAMP, {}).body['items'])} found"

    reserved: list[str] = []
    yield Path("desk: pre-order cancelled, who waits is served",
               (cancelled,), 18, (remembered,), preorder.CANCELLED)  # fmt: skip
    yield Path("desk: pre-order cancelled, nobody waits",
               (cancelled,), 10, (remembered,), preorder.CANCELLED)  # fmt: skip
    yield Path("pre-order: settled, nobody waits", (settled,), 0, (), "0 served")
    yield Path("desk: list of two pre-orders", (listed,), 4, (), "2 found")


def _pages() -> Iterator[Path]:
    customers: list[str] = []

    def made(ground: Ground) -> str:
        told = _how(person(Shopper(861)))
        customers.append(_customer_of(_desk(ground).fill_in("newsletter", **told)))
        return "recorded"

    def over_link(ground: Ground) -> str:
        index = ground.recorder().vault.index
        token = links.make(links.new_link(links.PROFILE_LINK, customers[0], _NOW, 30), index)
        return _shown(ground, "profile", {"t": token})

    def page(form: str) -> Step:
        return lambda ground: _shown(ground, form, {})

    yield Path("form page: newsletter", (page("newsletter"),), 0, (), "200")
    yield Path("form page: pre-order, with what remains", (page("preorder"),), 0, (), "200")
    yield Path("form page: profile over a link", (over_link,), 0, (made,), "200")


def _shown(ground: Ground, form: str, query: Mapping[str, str]) -> str:
    """Show a form's page as a new process does; return its status."""
    path = f"/forms/{form}"
    request = Request("GET", path, {}, {"form": form}, dict(query), {}, "", b"")
    answer, _ = respond(request, Service(ground.recorder(), asking(), ground.secrets()), _NOW)
    return str(answer["statusCode"])


def _desk(ground: Ground) -> Forms:
    return Forms(_VIEWER, ground.recorder(), _NOW, asking())


def _how(sent: Mapping[str, object], mode: str = "staff", **more: str) -> dict[str, Any]:
    return {"sent": sent, "mode": mode, "language": "en"} | more


def _customer_of(taken: FormTaken) -> str:
    return str(taken.customer)

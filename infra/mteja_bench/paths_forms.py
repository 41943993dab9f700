"""What customers fill in on the web."""

from collections.abc import Iterator
from typing import Any

from mteja import links
from mteja.business import asking
from mteja.forms.definition import definition
from mteja.forms.intake import FormTaken, take
from mteja.forms.sender import WEB, Sender
from mteja.forms.shown import form as shown
from mteja.forms.visitors import Service, visitor
from mteja.http.request import Request
from mteja_bench.bodies import shopify
from mteja_bench.bodies.base import Shopper
from mteja_bench.ground import Ground
from mteja_bench.path import Path, Step, deliver

NOW = 1_795_600_000_000
LAMP = "demo-lamp"


def paths() -> Iterator[Path]:
    yield from _sign_up()
    yield from _preorder()
    yield from _warranty()
    yield from _little_by_little()


def _sign_up() -> Iterator[Path]:
    new, known = Shopper(801), Shopper(802)
    ordered = _ordered(known)
    newsletter = _newsletter(new)
    yield Path("form: first consent of all, new customer", (_sent("newsletter", newsletter),), 18)
    yield Path("form: newsletter, new customer",
               (_sent("newsletter", _newsletter(Shopper(803))),), 16)  # fmt: skip
    yield Path("form: newsletter, known customer",
               (_sent("newsletter", _newsletter(known)),), 12, (ordered,))  # fmt: skip
    yield Path("form: contact, known customer", (_sent("contact", _message(known)),), 12)
    told = in_store(Shopper(804))
    yield Path("form: in-store with telephone and address, new customer",
               (_sent("in-store", told),), 16)  # fmt: skip
    yield Path("form: the same sent again", (_sent("in-store", told),), 0, (), "duplicate")


def _preorder() -> Iterator[Path]:
    order = in_store(Shopper(811)) | {"product": LAMP, "quantity": 10}
    del order["heard_from"]
    yield Path("form: pre-order, reserved, new customer",
               (_sent("preorder", order),), 22, (), "reserved")  # fmt: skip
    later = order | {"email": Shopper(812).email, "phone": Shopper(812).phone, "quantity": 1}
    yield Path("form: pre-order, waiting, new customer",
               (_sent("preorder", later),), 23, (), "waiting")  # fmt: skip


def _warranty() -> Iterator[Path]:
    card = person(Shopper(821)) | {"product": LAMP, "serial": "SN-0042"}
    yield Path("form: warranty, new customer", (_sent("warranty", card),), 17)


def _little_by_little() -> Iterator[Path]:
    shopper = Shopper(831)
    customers: list[str] = []

    def ordered(ground: Ground) -> str:
        customers.append(str(deliver(ground, shopify.order(831, shopper))[1]))
        return "recorded"

    def asked(ground: Ground) -> str:
        recorder = ground.recorder()
        link = links.new_link(links.PROFILE_LINK, customers[0], NOW, 30)
        token = links.make(link, recorder.vault.index)
        request = Request("GET", "/v1/forms/profile", {}, {}, {"t": token}, {}, "", b"")
        service = Service(recorder, asking(), ground.secrets())
        who = visitor("profile", request, service, NOW)
        return "recorded" if shown(who.asked, "en", recorder.table)["fields"] else "nothing"

    def told(ground: Ground) -> str:
        return _take(ground, "profile", {"birthday": "1990-02-28"}, customers[0]).result

    yield Path("form: what a profile asks, over a link", (asked,), 0, (ordered,))
    yield Path("form: profile, one field, over a link", (told,), 9)


def _ordered(shopper: Shopper) -> Step:
    return lambda ground: deliver(ground, shopify.order(shopper.number, shopper))[0]


def _sent(form: str, values: dict[str, Any]) -> Step:
    def step(ground: Ground) -> str:
        taken = _take(ground, form, values)
        return taken.result if taken.status == "accepted" else taken.status

    return step


def _take(
    ground: Ground,
    form: str,
    values: dict[str, Any],
    customer: str | None = None,
    *,
    confirms: bool = False,
) -> FormTaken:
    declared = asking()
    sender = Sender(WEB, "en", NOW, customer=customer, confirms=confirms)
    within = ground.recorder()
    return take(definition(form, declared, WEB), values, sender, asking=declared, within=within)


def sign_up(shopper: Shopper, *, newsletter: bool = True) -> Step:
    """Return the step of a newsletter's form, which asks by mail to confirm it."""

    def step(ground: Ground) -> str:
        values = person(shopper) | {"newsletter": newsletter}
        return _take(ground, "newsletter", values, confirms=True).result

    return step


def person(shopper: Shopper) -> dict[str, Any]:
    return {"email": shopper.email, "name": shopper.name}


def _newsletter(shopper: Shopper) -> dict[str, Any]:
    return person(shopper) | {"newsletter": True}


def _message(shopper: Shopper) -> dict[str, Any]:
    return person(shopper) | {"message": "Do you open on Sundays, and until when?"}


def in_store(shopper: Shopper) -> dict[str, Any]:
    address = {"line1": shopper.street, "city": shopper.city, "country": shopper.country}
    more = {"phone": shopper.phone, "address": address, "heard_from": "friend"}
    return person(shopper) | more

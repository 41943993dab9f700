"""Whom customers reach: followers and the personal code of one, and who of them likes a product."""

from typing import Any

from mteja.errors import InvalidInput, NotFound
from mteja.forms.labels import fault_text
from mteja.social.handles import NETWORKS
from mteja.staff.bodies import Followers
from mteja.staff.pages import customer as page_of_customer
from mteja.staff.pages.asking import Ask, Response
from mteja.staff.pages.wishes import consents_asked, product_title
from mteja.staff.parsing import from_fields
from mteja.staff.social import Social
from mteja.store.apart import summaries_table
from mteja.times import business_day, now_ms


def show(ask: Ask) -> Response:
    """Answer `GET /staff/customers/{customer}/reach`."""
    return _page(ask, {}, None)


def code(ask: Ask) -> Response:
    """Answer `POST /staff/customers/{customer}/code`."""
    customer = ask.parts["customer"]
    _social(ask).code(customer)
    return ask.see_other(f"/staff/customers/{customer}/reach")


def followers(ask: Ask) -> Response:
    """Answer `POST /staff/customers/{customer}/followers`."""
    customer = ask.parts["customer"]
    typed = {name: ask.form.get(name, "").strip() for name in ("network", "followers", "on")}
    number = typed["followers"]
    told: dict[str, Any] = {name: text for name, text in typed.items() if text}
    if number.isascii() and number.isdecimal() and len(number) < 12:
        told["followers"] = int(number)
    try:
        _social(ask).followers(customer, from_fields(Followers, told))
    except InvalidInput as fault:
        return _page(ask, typed, fault)
    return ask.see_other(f"/staff/customers/{customer}/reach")


def advocates(ask: Ask) -> Response:
    """Answer `GET /staff/advocates?product=&purpose=&cursor=`."""
    asked = ask.request.query
    by = _social(ask)
    product = asked.get("product", "").strip()
    purpose, purposes = consents_asked(ask)
    query = {"purpose": purpose} | ({"cursor": asked["cursor"]} if "cursor" in asked else {})
    try:
        found = ask.told(by.advocates(product, query))
    except InvalidInput as fault:
        if fault.field == "id":
            raise NotFound("product") from None
        raise
    return ask.page(
        "staff/advocates.html",
        "reports",
        product=product,
        title=product_title(ask, product),
        purpose=purpose,
        purposes=purposes,
        networks=NETWORKS,
        found=found["items"],
        more=found["next"],
        first_page="cursor" not in asked,
    )


def _page(ask: Ask, typed: dict[str, str], fault: InvalidInput | None) -> Response:
    customer = ask.parts["customer"]
    told = ask.told(_social(ask).reach(customer))
    faults = {} if fault is None else {fault.field: fault_text(fault, ask.visit.language)}
    return ask.page(
        "staff/reach.html",
        page_of_customer.SECTION,
        status=422 if fault else 200,
        customer=customer,
        told=told,
        typed=typed,
        faults=faults,
        networks=NETWORKS,
        options=[{"value": name, "label": title} for name, title in NETWORKS.items()],
        today=business_day(now_ms(), ask.business.time_zone).isoformat(),
    )


def _social(ask: Ask) -> Social:
    """Raises NotAllowed for who may not see persons."""
    return ask.by_staff(lambda viewer, within, now: Social(viewer, within, now, summaries_table()))

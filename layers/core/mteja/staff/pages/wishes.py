"""What customers may want: suggestions for one, and who is interested in one product."""

from typing import Any

from mteja.business import asking
from mteja.business.forms import text_in
from mteja.business.model import Basis
from mteja.errors import InvalidInput, NotFound
from mteja.staff.pages import customer as page_of_customer
from mteja.staff.pages.asking import Ask, Response
from mteja.staff.products import DEFAULT_PURPOSE, Wants, tables_apart


def suggestions(ask: Ask) -> Response:
    """Answer `GET /staff/customers/{customer}/suggestions`."""
    customer = ask.parts["customer"]
    found = ask.told(_wants(ask).suggestions(customer, {}))
    return ask.page(
        "staff/suggestions.html",
        page_of_customer.SECTION,
        customer=customer,
        suggestions=found["items"],
    )


def interested(ask: Ask) -> Response:
    """Answer `GET /staff/interested?product=&purpose=&cursor=`: who saved, rated or often looked at
    a product, has not bought it, and may be written to for a purpose."""
    asked = ask.request.query
    by = _wants(ask)
    product = asked.get("product", "").strip()
    purpose, purposes = consents_asked(ask)
    query = {"purpose": purpose} | ({"cursor": asked["cursor"]} if "cursor" in asked else {})
    try:
        found: dict[str, Any] = ask.told(by.interested(product, query))
    except InvalidInput as fault:
        if fault.field == "id":
            raise NotFound("product") from None
        raise
    return ask.page(
        "staff/interested.html",
        "reports",
        product=product,
        title=product_title(ask, product),
        purpose=purpose,
        purposes=purposes,
        found=found["items"],
        more=found["next"],
        first_page="cursor" not in asked,
    )


def product_title(ask: Ask, product: str) -> str:
    """Return what the owner's file calls a product; of others their id."""
    declared = next((one for one in asking().products if one.id == product), None)
    return product if declared is None else text_in(declared.title, ask.visit.language) or product


def consents_asked(ask: Ask) -> tuple[str, dict[str, str]]:
    """Return the purpose that was chosen, or what is usual, or the first that there is; and the
    titles of all purposes that people agree to."""
    purposes = {
        one.id: text_in(one.title, ask.visit.language) or one.id
        for one in ask.business.purposes
        if one.basis is Basis.CONSENT
    }
    for one in (ask.request.query.get("purpose", ""), DEFAULT_PURPOSE):
        if one in purposes:
            return one, purposes
    return next(iter(purposes), DEFAULT_PURPOSE), purposes


def _wants(ask: Ask) -> Wants:
    """Raises NotAllowed for who may not see persons."""
    return ask.by_staff(lambda viewer, within, now: Wants(viewer, within, now, tables_apart()))

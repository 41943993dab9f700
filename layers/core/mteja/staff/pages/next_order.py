"""What one customer does next: the next order, the group and its history, and how sure that is; and
who may be about to leave."""

from mteja.staff.pages import customer as page_of_customer
from mteja.staff.pages.asking import Ask, Response
from mteja.staff.pages.wishes import consents_asked
from mteja.staff.predictions import Next
from mteja.store.apart import summaries_table


def show(ask: Ask) -> Response:
    """Answer `GET /staff/customers/{customer}/next`."""
    customer = ask.parts["customer"]
    told = ask.told(_next(ask).prediction(customer))
    return ask.page("staff/next.html", page_of_customer.SECTION, customer=customer, told=told)


def leaving(ask: Ask) -> Response:
    """Answer `GET /staff/leaving?purpose=&cursor=`: everybody, or who agreed to a purpose."""
    asked = ask.request.query
    _, purposes = consents_asked(ask)
    purpose = asked.get("purpose", "")
    query = {name: asked[name] for name in ("purpose", "cursor") if asked.get(name)}
    found = ask.told(_next(ask).leaving(query))
    return ask.page(
        "staff/leaving.html",
        "reports",
        purpose=purpose,
        purposes=purposes,
        kept={"purpose": purpose} if purpose else {},
        found=found["items"],
        more=found["next"],
        first_page="cursor" not in asked,
    )


def _next(ask: Ask) -> Next:
    """Raises NotAllowed for who may not see persons."""
    return ask.by_staff(lambda viewer, within, now: Next(viewer, within, now, summaries_table()))

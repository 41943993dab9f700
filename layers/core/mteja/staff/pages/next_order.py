"""What one customer does next: the next order, the group and its history, and how sure that is."""

from mteja.staff.pages import customer as page_of_customer
from mteja.staff.pages.asking import Ask, Response
from mteja.staff.predictions import Next
from mteja.store.apart import summaries_table


def show(ask: Ask) -> Response:
    """Answer `GET /staff/customers/{customer}/next`."""
    customer = ask.parts["customer"]
    by = ask.by_staff(lambda viewer, within, now: Next(viewer, within, now, summaries_table()))
    told = ask.told(by.prediction(customer))
    return ask.page("staff/next.html", page_of_customer.SECTION, customer=customer, told=told)

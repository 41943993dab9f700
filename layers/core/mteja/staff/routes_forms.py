"""Routes to fill in forms at the counter, and to what was registered and ordered by them."""

from aws_lambda_powertools.event_handler import Response

from mteja.business import asking
from mteja.errors import InvalidInput
from mteja.forms.submission import read_submission
from mteja.http.headers import idempotency_key
from mteja.pages import languages
from mteja.staff import forms
from mteja.staff.bodies import OtherCustomer
from mteja.staff.forms import Forms
from mteja.staff.parsing import from_json
from mteja.staff.responding import (
    by_staff,
    done,
    looked_at,
    parameter,
    query,
    request,
    router,
)


@router.post("/v1/staff/forms/<form>")
def fill_in(form: str) -> Response[str]:
    by = _forms()
    sent, asked = request(), query("mode", "location", "customer", "lang")
    offered = by.within.business.languages
    taken = by.fill_in(
        form,
        read_submission(sent.body, sent.headers).values,
        mode=asked.get("mode", "staff"),
        language=languages.choose(asked.get("lang"), sent.headers.get("accept-language"), offered),
        customer=asked.get("customer"),
        location=asked.get("location"),
        key=idempotency_key(sent.headers),
    )
    return done(201, forms.FILL_IN, taken.told() | {"customer": taken.customer})


@router.post("/v1/customers/<customer>/links")
def make_link(customer: str) -> Response[str]:
    send = query("send").get("send", "false")
    if send not in {"true", "false"}:
        raise InvalidInput("send", "true or false")
    return done(201, forms.LINK, _forms().link(customer, send=send == "true"))


@router.get("/v1/warranties")
def recall() -> Response[str]:
    by = _forms()
    return looked_at(forms.RECALL, by.viewer, by.recall(query("product", "from", "to", "cursor")))


@router.post("/v1/warranties/<product>/<serial>/transfer")
def pass_on(product: str, serial: str) -> Response[str]:
    by = _forms()
    to = from_json(OtherCustomer, request().body).customer
    product, serial = parameter("product", product), parameter("serial", serial)
    return done(200, forms.PASSES_ON, by.pass_on(product, serial, to))


@router.get("/v1/preorders/<product>")
def list_places(product: str) -> Response[str]:
    by = _forms()
    return looked_at(
        forms.PLACES, by.viewer, by.places(parameter("product", product), query("cursor"))
    )


@router.post("/v1/preorders/<product>/<ticket>/cancel")
def cancel_place(product: str, ticket: str) -> Response[str]:
    return done(200, forms.CANCEL, _forms().cancel(parameter("product", product), ticket))


def _forms() -> Forms:
    return by_staff(lambda viewer, within, now: Forms(viewer, within, now, asking()))

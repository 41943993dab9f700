"""Routes to fill in forms at the counter, and to what came of them. No function imports this."""

from collections.abc import Mapping
from typing import Any, Literal

from mteja import errors
from mteja.http.operations import Body, Operation, Parameter, Success
from mteja.staff import answers_forms, examples
from mteja.staff.api_parts import (
    BAD_CURSOR,
    BAD_KEY,
    CURSOR,
    CUSTOMER,
    KEY,
    NOT_ALLOWED,
    UNKNOWN,
    UNREADABLE,
)
from mteja.staff.bodies import OtherCustomer

_FORM_ID = "frm_01K0EXAMP1E0F0NEF0RM000001"
_PRODUCT = Parameter("product", "a product of the owner's file", example="demo-lamp", at="path")
_PIECE: dict[str, Any] = {
    "product": "demo-lamp",
    "serial": "SN-10",
    "bought_on": "2026-03-01",
    "warranty_ends_on": "2028-03-01",
    "in_warranty": True,
}
_HOLDER = {"customer": examples.ONE, "name": "Asha Example", "email": None, "phone": None}
_PLACE: dict[str, Any] = {
    "ticket": _FORM_ID,
    "status": "reserved",
    "quantity": 1,
    "at": "2026-03-01T10:01:00.000Z",
}
_FIELDS = {"email": "asha@example.com", "name": "Asha Example", "newsletter": True}

_FILL_IN = Operation(
    "POST",
    "/v1/staff/forms/{form}",
    "fillInForm",
    "Fill in a form at the counter",
    "Verified: what staff type, or a customer on the shop's tablet (`mode=kiosk`). The fields are "
    "those of the form, as JSON or as a browser sends them. The same content within ten minutes, "
    "or under the same `Idempotency-Key` at any time, counts once.",
    Success(
        201,
        "The form",
        answers_forms.FilledIn,
        {"interaction_id": _FORM_ID, "status": "accepted", "customer": examples.ONE},
    ),
    parameters=(
        Parameter("form", "a form of the owner's file", example="in-store", at="path"),
        Parameter("mode", "who typed it", Literal["staff", "kiosk"]),
        Parameter("location", "where, as the owner's file calls it", example="main-shop"),
        Parameter("customer", "for whom it is filled in, where that is known"),
        Parameter("lang", "the language in which it was asked"),
        KEY,
    ),
    bodies=(
        Body(Mapping[str, Any], _FIELDS),
        Body(Mapping[str, Any], _FIELDS, "application/x-www-form-urlencoded"),
        Body(Mapping[str, Any], _FIELDS, "multipart/form-data"),
    ),
    refuses=(
        NOT_ALLOWED,
        *UNREADABLE,
        errors.UnsupportedMediaType(),
        errors.NotFound("form"),
        UNKNOWN,
        errors.InvalidInput("email", "not an e-mail address that can be used"),
        errors.AlreadyTaken("serial", "is registered already"),
        BAD_KEY,
    ),
)

_LINK = Operation(
    "POST",
    "/v1/customers/{id}/links",
    "makeCustomersLink",
    "Make a customer's own link",
    "Whoever has it fills in forms as this customer, verified, for 30 days, and is asked only what "
    "is not known. It shows no value. With `send` the customer gets a link by e-mail, too, or by "
    "SMS: at most one a day, in the language that they read.",
    Success(
        201,
        "The link",
        answers_forms.CustomersLink,
        {
            "token": "WyJjdXN0b21lciIs",
            "path": "/forms/profile?t=WyJjdXN0b21lciIs",
            "expires_at": "2026-03-31T10:01:00.000Z",
            "message": "msg_01JEXAMPLEEXAMPLEEXAMPLE00",
        },
    ),
    parameters=(
        CUSTOMER,
        Parameter("send", "whether the customer is written one, too", example="true"),
    ),
    refuses=(
        NOT_ALLOWED,
        UNKNOWN,
        errors.InvalidInput("send", "true or false"),
        errors.Conflict("the customer is too busy"),
    ),
)

_RECALL = Operation(
    "GET",
    "/v1/warranties",
    "listWarranties",
    "List who has pieces by their serial numbers",
    "From one serial number to another, in the order in which people count. Each holder is noted "
    "in the audit trail.",
    Success(200, "A page", answers_forms.Recall, {"items": [_PIECE | _HOLDER], "next": None}),
    parameters=(
        Parameter("product", "a product of the owner's file", example="demo-lamp"),
        Parameter("from", "the first serial number", example="SN-9"),
        Parameter("to", "the last serial number", example="SN-12"),
        CURSOR,
    ),
    refuses=(
        NOT_ALLOWED,
        errors.InvalidInput("product", "not a declared product"),
        BAD_CURSOR,
    ),
)

_PASS_ON = Operation(
    "POST",
    "/v1/warranties/{product}/{serial}/transfer",
    "passWarrantyOn",
    "Pass a piece on to another customer",
    "Its warranty goes on; both timelines say so.",
    Success(
        200,
        "The piece's holder",
        answers_forms.PassedOn,
        {"product": "demo-lamp", "serial": "SN-10", "customer": examples.TWO},
    ),
    parameters=(_PRODUCT, Parameter("serial", "its serial number", example="SN-10", at="path")),
    bodies=(Body(OtherCustomer, {"customer": examples.TWO}),),
    refuses=(
        NOT_ALLOWED,
        *UNREADABLE,
        errors.NotFound("warranty"),
        UNKNOWN,
        errors.InvalidInput("customer", "the id of another customer"),
        errors.AlreadyTaken("serial", "is registered already"),
    ),
)

_PLACES = Operation(
    "GET",
    "/v1/preorders/{product}",
    "listPreorders",
    "List a product's pre-orders",
    "What is promised and who waits, oldest first. Each customer is noted in the audit trail.",
    Success(
        200,
        "A page",
        answers_forms.Places,
        {"capacity": 10, "remaining": 9, "items": [_PLACE | _HOLDER], "next": None},
    ),
    parameters=(_PRODUCT, CURSOR),
    refuses=(NOT_ALLOWED, errors.NotFound("pre-order"), BAD_CURSOR),
)

_CANCEL = Operation(
    "POST",
    "/v1/preorders/{product}/{ticket}/cancel",
    "cancelPreorder",
    "Cancel a pre-order",
    "Its place goes to the first who waits. Cancelling again changes nothing.",
    Success(
        200,
        "The pre-order",
        answers_forms.CancelledPlace,
        _PLACE | {"status": "cancelled", "customer": examples.ONE},
    ),
    parameters=(_PRODUCT, Parameter("ticket", "the pre-order", example=_FORM_ID, at="path")),
    refuses=(NOT_ALLOWED, errors.NotFound("pre-order")),
)

OPERATIONS = (_FILL_IN, _LINK, _RECALL, _PASS_ON, _PLACES, _CANCEL)

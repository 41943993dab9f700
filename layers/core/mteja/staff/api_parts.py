"""What the descriptions of several routes of the staff API share. No function imports this."""

from mteja import errors
from mteja.http.operations import Parameter
from mteja.staff import answers, examples

CUSTOMER = Parameter("id", "any member of the person", answers.CustomerId, examples.ONE, "path")
CURSOR = Parameter("cursor", "`next` of the page before")
UNKNOWN = errors.NotFound("customer")
NOT_ALLOWED = errors.NotAllowed()
BAD_CURSOR = errors.InvalidInput("cursor", "not a cursor of this list")
UNREADABLE = (errors.MalformedBody(), errors.TooLarge())
KEY = Parameter(
    "Idempotency-Key",
    "names one attempt, so that it can be sent again: 1 to 200 printable characters",
    example="5f3c2b7e-1f3f-4b55-9a38-0d3a8c1d7a10",
    at="header",
)
BAD_KEY = errors.InvalidInput("Idempotency-Key", "1 to 200 printable characters")

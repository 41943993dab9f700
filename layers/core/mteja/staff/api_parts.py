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

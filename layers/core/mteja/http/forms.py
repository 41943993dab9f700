"""What an HTML form sends: fields and their values, urlencoded (URL Standard, section 5)."""

from urllib.parse import parse_qsl

from mteja.errors import MalformedBody, UnsupportedMediaType
from mteja.http.request import Request

URLENCODED = "application/x-www-form-urlencoded"
MOST_FIELDS = 200


def fields(request: Request) -> dict[str, str]:
    """Return the fields of a form. Of one that is there twice, the last value counts.

    Raises UnsupportedMediaType, MalformedBody.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != URLENCODED:
        raise UnsupportedMediaType
    return dict(pairs(request.body))


def pairs(body: bytes) -> list[tuple[str, str]]:
    """Return names and values in their order.

    Raises MalformedBody for what is not urlencoded, for bytes that are no UTF-8, and for more than
    MOST_FIELDS.
    """
    try:
        text = body.decode("ascii")
        return parse_qsl(
            text,
            keep_blank_values=True,
            strict_parsing=bool(text),
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        raise MalformedBody from None

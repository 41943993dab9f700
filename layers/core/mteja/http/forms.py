"""What an HTML form sends: fields and their values, urlencoded (URL Standard, section 5)."""

from urllib.parse import parse_qsl

from mteja.errors import MalformedBody, UnsupportedMediaType
from mteja.http.request import Request

URLENCODED = "application/x-www-form-urlencoded"
_MOST_FIELDS = 200


def fields(request: Request) -> dict[str, str]:
    """Return the fields of a form. Of one that is there twice, the last value counts.

    Raises UnsupportedMediaType, and MalformedBody for bytes that are no UTF-8 and for too many.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != URLENCODED:
        raise UnsupportedMediaType
    try:
        pairs = parse_qsl(
            request.body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        raise MalformedBody from None
    return dict(pairs)

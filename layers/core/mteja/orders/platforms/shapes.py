"""Kinds of fields that the bodies of several platforms share. All are bounded in size."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from mteja.money import exponent
from mteja.times import to_ms


class Body(BaseModel):
    """Part of a body: what the platform adds is ignored, what we rely on must be there."""

    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True)


def _text_of_number(value: object) -> object:
    """Ids and amounts are strings for some senders and numbers for others."""
    if isinstance(value, bool):
        return value
    return str(value) if isinstance(value, int | float) else value


def _currency(value: object) -> object:
    if not isinstance(value, str):
        return value
    exponent(value.upper())
    return value.upper()


def _moment(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("a time is text")
    return to_ms(datetime.fromisoformat(value))


def _gmt_moment(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("a time is text")
    moment = datetime.fromisoformat(value)
    return to_ms(moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC))


Text = Annotated[str, Field(max_length=500)]
LongText = Annotated[str, Field(max_length=5000)]
Key = Annotated[
    str, BeforeValidator(_text_of_number), Field(pattern=r"^[!-~]{1,255}$", max_length=255)
]
Amount = Annotated[str, BeforeValidator(_text_of_number), Field(max_length=30)]
Minor = Annotated[int, Field(ge=0, le=10**15, strict=True)]
Currency = Annotated[str, BeforeValidator(_currency)]
# Times become epoch milliseconds: RFC 3339 with an offset; the same without one, meaning UTC; and
# epoch seconds.
Moment = Annotated[int, BeforeValidator(_moment, json_schema_input_type=datetime)]
GmtMoment = Annotated[int, BeforeValidator(_gmt_moment)]
Seconds = Annotated[int, Field(ge=0, lt=10**11, strict=True)]

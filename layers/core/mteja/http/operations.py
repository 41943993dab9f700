"""How an area tells what its part of the HTTP API takes and gives: `AREAS` in its module `api`.

No function imports this. `mteja_openapi` makes docs/openapi.json of it, and tests hold it to the
template's routes and to what the handlers really answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from pydantic import Field

from mteja.errors import MtejaError

type Method = Literal["GET", "POST", "PATCH", "PUT", "DELETE"]

Time = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
"""RFC 3339 in UTC with `Z`."""

Day = Annotated[str, Field(json_schema_extra={"format": "date"})]
"""`YYYY-MM-DD` in the business's time zone."""

Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217")]


class Fault(TypedDict):
    """What is wrong with one field."""

    field: Annotated[str, Field(description="path of the field: customer.email")]
    message: str


class Problem(TypedDict):
    """Why a request was refused (RFC 9457). `type` is stable; texts may change."""

    type: Annotated[str, Field(pattern=r"^/problems/[a-z-]+$")]
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    detail: NotRequired[str]
    errors: NotRequired[list[Fault]]


class GatewayMessage(TypedDict):
    """What API Gateway answers by itself, before a request reaches Mteja: no problem details."""

    message: str


@dataclass(frozen=True)
class Parameter:
    """A parameter. `type` is anything that pydantic can make a schema of."""

    name: str
    description: str
    type: Any = str
    example: str | int | None = None
    at: Literal["path", "query", "header"] = "query"
    required: bool = False  # those of the path always are


@dataclass(frozen=True)
class Body:
    """What is sent. `type` is anything that pydantic can make a schema of."""

    type: Any
    example: Any
    media_type: str = "application/json"


@dataclass(frozen=True)
class Success:
    """The answer when all is well. `type` and `example` are of JSON, or of a text; `media_type` is
    None for an answer without a body. With `sheet` (an example of it) it may be CSV too."""

    status: int
    description: str
    type: Any
    example: Any
    sheet: str | None = None
    media_type: str | None = "application/json"


@dataclass(frozen=True)
class Operation:
    """One route. `refuses` are the errors that its code raises: `problem_of` says what they
    become. What every route may answer (429, 500, 503; 401 without a token) is added. `leads_to`:
    when it answers 303 instead, and with the address of what."""

    method: Method
    path: str
    id: str
    summary: str
    description: str
    success: Success
    parameters: tuple[Parameter, ...] = ()
    bodies: tuple[Body, ...] = ()
    leads_to: str | None = None
    refuses: tuple[MtejaError, ...] = ()


@dataclass(frozen=True)
class Area:
    """Routes that belong together.

    `security`: OpenAPI's security schemes by name, of which a caller needs any one; none for a
    route open to anybody. `prefix` stands before the names of the area's schemas, so that two areas
    may each have an `Address`.
    """

    name: str
    description: str
    operations: tuple[Operation, ...]
    security: Mapping[str, Mapping[str, str]]
    prefix: str = ""

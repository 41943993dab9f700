"""The mapping file of `mteja import`: what an unknown file's headings mean."""

from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from mteja.imports.layout import FIELDS, ORDERS, REQUIRED, Layout
from mteja_operator.csv_file import FileError


class Mapping(BaseModel):
    """The whole file. `fields`: our field, and the heading that holds it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: Literal["customers", "orders"]
    fields: Annotated[dict[str, str], Field(min_length=1)]
    date_format: Annotated[
        str | None, Field(description="as of strptime, where dates are not ISO 8601: %d/%m/%Y")
    ] = None
    statuses: Annotated[
        dict[str, Literal["pending", "authorised", "paid", "cancelled"]],
        Field(description="the file's words for an order's status"),
    ] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known_fields(self) -> Self:
        unknown = sorted(set(self.fields) - FIELDS[self.kind])
        if unknown:
            known = ", ".join(sorted(FIELDS[self.kind]))
            raise ValueError(f"no such fields: {', '.join(unknown)}; there are {known}")
        missing = sorted(REQUIRED[self.kind] - set(self.fields))
        if missing:
            raise ValueError(f"fields are missing: {', '.join(missing)}")
        return self

    def layout(self) -> Layout:
        statuses = {word.strip().lower(): status for word, status in self.statuses.items()}
        return Layout(
            name="the mapping file",
            kind=self.kind,
            platform=None,
            headings={field: (heading,) for field, heading in self.fields.items()},
            statuses=statuses if self.kind == ORDERS else {},
        )


def read_mapping(path: Path) -> Mapping:
    """Return a checked mapping file. Raises FileError."""
    try:
        return Mapping.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise FileError(f"{path}: {error.strerror}") from None
    except yaml.YAMLError as error:
        raise FileError(f"{path} is not YAML: {error}") from None
    except ValidationError as error:
        faults = [
            f"{'.'.join(map(str, fault['loc'])) or 'the file'}: {fault['msg']}"
            for fault in error.errors(include_url=False)
        ]
        raise FileError(f"{path}: " + "; ".join(faults)) from None

"""Sources in the owner's file: what all have, and what those of one platform have beside it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from mteja.business.declared import Declared

Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2")]


@dataclass(frozen=True)
class SourceField:
    """A field that sources of one platform have: the platform's own module declares it."""

    name: str
    pattern: str
    description: str
    needed: bool = True


class Source(Declared):
    """One configured connection: a platform, its secrets and what it is allowed to mean."""

    # Fields of its platform stand beside the others in the file. Whether they are right is for
    # `source_faults`, when the file is checked: a function that loads what was compiled imports no
    # platform for it.

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, str] = Field(init=False)

    id: Slug
    platform: Annotated[
        str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$", description="whose webhooks these are")
    ]
    role: Literal["orders", "payments"] = "orders"
    country: Annotated[
        Country | None,
        Field(description="region of telephone numbers without country code; else the business's"),
    ] = None
    secrets: Annotated[
        str,
        Field(
            pattern=r"^sources/[a-z0-9-]+/secrets$",
            description="SSM SecureString below the stack's prefix; one secret a line",
        ),
    ]

    def own(self, name: str) -> str | None:
        """Return a field that only sources of this platform have, None where it is not given."""
        return self.__pydantic_extra__.get(name)

    @property
    def of_its_platform(self) -> Mapping[str, str]:
        """All fields that `own` gives, by name."""
        return self.__pydantic_extra__


def source_faults(
    source: Source, platforms: Mapping[str, Sequence[SourceField]]
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a source: the field, and what it should be."""
    declared = platforms.get(source.platform)
    if declared is None:
        yield "platform", f"there is no platform {source.platform}, but {', '.join(platforms)}"
        return
    known = {field.name for field in declared}
    for name in source.of_its_platform:
        if name not in known:
            others = [one for one in platforms if name in {field.name for field in platforms[one]}]
            whose = f"is for {' and '.join(others)} sources only" if others else "means nothing"
            yield name, f"{name} {whose}"
    for field in declared:
        value = source.own(field.name)
        if value is None and field.needed:
            yield field.name, f"a {source.platform} source needs it: {field.description}"
        elif value is not None and re.fullmatch(field.pattern, value) is None:
            yield field.name, f"should be {field.description} (and match {field.pattern})"

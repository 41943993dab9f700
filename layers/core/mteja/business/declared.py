"""What all declarations of the owner's file have in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

_Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
_Text = Annotated[str, Field(min_length=1, max_length=2_000)]
Texts = Annotated[
    _Text | dict[_Language, _Text],
    Field(description="one text for all languages, or one for each"),
]


class Declared(BaseModel):
    """A part of the owner's file. Its schema is built when a part is read: a function that reads
    one part of the file does not wait for those of the others."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

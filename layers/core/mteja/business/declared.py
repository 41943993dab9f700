"""What all declarations of the owner's file have in common."""

from pydantic import BaseModel, ConfigDict


class Declared(BaseModel):
    """A part of the owner's file. Its schema is built when a part is read: a function that reads
    one part of the file does not wait for those of the others."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

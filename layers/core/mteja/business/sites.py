"""What the owner's file says of websites: `sites`."""

from typing import Annotated

from pydantic import Field, field_validator

from mteja.business.declared import Declared
from mteja.business.sources import Slug


class Goal(Declared):
    """What a visit should lead to: a page or an event. A visit that ends without any is told."""

    id: Slug
    path: Annotated[
        str | None, Field(pattern=r"^/[^?#]{0,199}$", description="a page; a * at the end is open")
    ] = None
    event: Annotated[str | None, Field(min_length=1, max_length=100)] = None


class Site(Declared):
    """A website or app that tells of its visitors.

    `write_key` stands in its pages and is no secret: what comes with it is a claim. What comes with
    the secret key (in SSM, one a line) is verified.
    """

    id: Slug
    write_key: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,60}$")]
    secret: Annotated[
        str, Field(pattern=r"^sites/[a-z0-9-]+/secret$", description="SSM SecureString")
    ]
    origins: Annotated[
        tuple[Annotated[str, Field(pattern=r"^https?://[a-z0-9.-]+(:[0-9]{1,5})?$")], ...],
        Field(description="of its pages; else the business's allowed_origins"),
    ] = ()
    keep_days: Annotated[int, Field(ge=1, le=400, description="events, then only summaries")] = 90
    goals: tuple[Goal, ...] = ()
    properties: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,39}$")], ...],
        Field(description="of its own events, that are kept: none may say anything of a person"),
    ] = ()
    orders: Annotated[
        bool,
        Field(
            description="whether Segment's order events with the secret key are orders: false "
            "where a source tells of the same ones"
        ),
    ] = True


class Sites(Declared):
    """The websites of the business."""

    sites: tuple[Site, ...] = ()

    @field_validator("sites")
    @classmethod
    def _ids_and_keys_are_unique(cls, declared: tuple[Site, ...]) -> tuple[Site, ...]:
        for told in ([one.id for one in declared], [one.write_key for one in declared]):
            if len(set(told)) < len(told):
                raise ValueError("two sites have the same id or the same write_key")
        return declared

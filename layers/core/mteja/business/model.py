"""The shape of the owner's file, `layers/business/business.yaml` (design, section 10)."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, field_validator

from mteja.business.declared import Declared, Texts
from mteja.business.sources import Country, Slug, Source
from mteja.sources.own import RESERVED, of_segment


class Basis(StrEnum):
    """The lawful bases of GDPR article 6 (1)."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal-obligation"
    LEGITIMATE_INTEREST = "legitimate-interest"


class Purpose(Declared):
    """Why something is kept, on what basis, for how long."""

    id: Slug
    title: Texts
    basis: Basis
    retention_days: Annotated[int, Field(gt=0, le=36_500, description="after the last contact")]


class Business(Declared):
    """What every function knows of the business. The whole file is mteja.business.file."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    country: Country
    time_zone: str
    languages: Annotated[
        list[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]],
        Field(min_length=1, description="of pages, the first for who asks for none of them"),
    ]
    allowed_origins: list[
        Annotated[str, Field(pattern=r"^https?://[a-z0-9.-]+(:[0-9]{1,5})?$")]
    ] = Field(default_factory=list)
    sources: Annotated[list[Source], Field(min_length=1)]
    purposes: Annotated[list[Purpose], Field(min_length=1)]

    @field_validator("time_zone")
    @classmethod
    def _a_zone_of_the_tz_database(cls, value: str) -> str:
        from zoneinfo import ZoneInfo

        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError("not a time zone of the tz database, such as Europe/Madrid") from None
        return value

    @field_validator("sources", "purposes")
    @classmethod
    def _ids_are_unique[T: (Source, Purpose)](cls, declared: list[T]) -> list[T]:
        seen: set[str] = set()
        for one in declared:
            if one.id in seen:
                raise ValueError(f"the id {one.id} is declared twice")
            seen.add(one.id)
        return declared

    @field_validator("sources")
    @classmethod
    def _no_source_is_called_like_our_own(cls, declared: list[Source]) -> list[Source]:
        for one in declared:
            if one.id in RESERVED or one.id.startswith(of_segment("")):
                raise ValueError(f"{one.id} is the name of a source of Mteja itself")
        return declared

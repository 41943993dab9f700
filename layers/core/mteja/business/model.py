"""The shape of the owner's file, `layers/business/business.yaml` (design, section 10)."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from mteja.sources.own import RESERVED

Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2")]


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Basis(StrEnum):
    """The lawful bases of GDPR article 6 (1)."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal-obligation"
    LEGITIMATE_INTEREST = "legitimate-interest"


class Purpose(_Declared):
    """Why something is kept, on what basis, for how long."""

    id: Slug
    title: Annotated[str, Field(min_length=1, max_length=120)]
    basis: Basis
    retention_days: Annotated[int, Field(gt=0, le=36_500, description="after the last contact")]


# Fields of a source that one platform has, and whether it needs them.
_OF_ONE_PLATFORM = {
    "shop_domain": ("shopify", True),
    "shop_url": ("woocommerce", False),
    "notification_url": ("square", True),
}


class Source(_Declared):
    """One configured connection: a platform, its secrets and what it is allowed to mean."""

    id: Slug
    platform: Literal["shopify", "woocommerce", "stripe", "square", "standard"]
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
    shop_domain: Annotated[str | None, Field(pattern=r"^[a-z0-9][a-z0-9-]*\.myshopify\.com$")] = (
        None
    )
    shop_url: Annotated[
        str | None,
        Field(
            pattern=r"^https?://[^\s?#]{3,300}$",
            description="woocommerce: the shop's address; deliveries that name another are refused",
        ),
    ] = None
    notification_url: Annotated[
        str | None,
        Field(
            pattern=r"^https://\S{3,500}$",
            description="square: the address of the subscription, byte for byte; it is signed too",
        ),
    ] = None

    @model_validator(mode="after")
    def _what_the_platform_needs(self) -> Self:
        for field, (platform, needed) in _OF_ONE_PLATFORM.items():
            given = getattr(self, field) is not None
            if needed and self.platform == platform and not given:
                raise ValueError(f"a {platform} source needs {field}")
            if given and self.platform != platform:
                raise ValueError(f"{field} is for {platform} sources only")
        return self


class WinBack(_Declared):
    days_since_purchase: Annotated[int, Field(gt=0, le=3650)] = 30


class Business(_Declared):
    """What every function knows of the business. The whole file is mteja.business.file."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    country: Country
    time_zone: str
    languages: Annotated[list[Literal["en", "sw", "ca"]], Field(min_length=1)]
    allowed_origins: list[
        Annotated[str, Field(pattern=r"^https?://[a-z0-9.-]+(:[0-9]{1,5})?$")]
    ] = Field(default_factory=list)
    sources: Annotated[list[Source], Field(min_length=1)]
    purposes: Annotated[list[Purpose], Field(min_length=1)]
    win_back: WinBack = WinBack()

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
            if one.id in RESERVED:
                raise ValueError(f"{one.id} is the name of a source of Mteja itself")
        return declared

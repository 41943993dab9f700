"""The data inventory: every stored field says what it is and why it is kept.

Stored items are declared as `StoredItem` models whose fields carry `Kept`. A field without it is an
error when the class is made, so neither the build nor a test gets past it. Policy, export and
retention read the same list, so that they can't disagree with the code.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict


class Category(StrEnum):
    """What kind of data a field is. PERSONAL fields are stored sealed; the others say nothing of
    a person by themselves."""

    PERSONAL = "personal"
    SENSITIVE = "sensitive"
    PSEUDONYMOUS = "pseudonymous"
    BUSINESS = "business"
    TECHNICAL = "technical"


@dataclass(frozen=True)
class Kept:
    """Why a field is stored. `purpose` names a purpose of the owner's file, which gives the lawful
    basis and the days of retention."""

    category: Category
    purpose: str
    what: str


@dataclass(frozen=True)
class KeptFor:
    """Says why fields are stored that serve one purpose, but for those that name another."""

    purpose: str

    def __call__(self, category: Category, what: str, purpose: str | None = None) -> Kept:
        return Kept(category, purpose or self.purpose, what)


@dataclass(frozen=True)
class InventoryField:
    store: str
    name: str
    category: Category
    purpose: str
    what: str


class StoredItem(BaseModel):
    """An item of a table. `STORE` names it in the inventory. Its schema is built with the first one
    that is read or written: no function waits at its start for those that it seldom needs."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
    STORE: ClassVar[str]
    REGISTERED: ClassVar[list[type["StoredItem"]]] = []

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        for name, field in cls.model_fields.items():
            if not any(isinstance(note, Kept) for note in field.metadata):
                raise TypeError(f"{cls.__name__}.{name} is stored but does not say why (Kept)")
        StoredItem.REGISTERED.append(cls)


def inventory() -> Iterator[InventoryField]:
    """Yield every stored field. Imports the modules that declare stored items."""
    import mteja.audit
    import mteja.customers.items
    import mteja.forms.items
    import mteja.freshness.items
    import mteja.inactivity.items
    import mteja.mail.items
    import mteja.offers.items
    import mteja.orders.items
    import mteja.privacy.items
    import mteja.products.items
    import mteja.quarantine.items
    import mteja.rewards.items
    import mteja.social.items
    import mteja.surveys.items
    import mteja.tracking.items
    import mteja.vault.items  # noqa: F401

    for item in StoredItem.REGISTERED:
        for name, field in item.model_fields.items():
            for note in field.metadata:
                if isinstance(note, Kept):
                    yield InventoryField(item.STORE, name, note.category, note.purpose, note.what)

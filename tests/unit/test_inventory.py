"""The data inventory: nothing is stored without saying why."""

from typing import Annotated, ClassVar

import pytest

from mteja import inventory
from mteja.business.model import Business
from mteja.inventory import Category, Kept, StoredItem
from tests.kit import ROOT


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> list[type[StoredItem]]:
    """The models of the product, so that those made in a test are forgotten."""
    list(inventory.inventory())
    kept = list(StoredItem.REGISTERED)
    monkeypatch.setattr(StoredItem, "REGISTERED", kept)
    return kept


def test_every_stored_field_is_kept_for_a_purpose_that_the_owner_declared(
    the_business: Business, registered: list[type[StoredItem]]
) -> None:
    declared = {purpose.id for purpose in the_business.purposes}
    fields = list(inventory.inventory())
    assert {one.purpose for one in fields} <= declared
    assert all(one.what and one.store for one in fields)


def test_the_inventory_holds_every_model_that_is_declared_anywhere(
    registered: list[type[StoredItem]],
) -> None:
    """`inventory()` imports the modules that declare stored items: none may be forgotten."""
    declaring = {
        path.relative_to(ROOT / "layers/core").with_suffix("").as_posix().replace("/", ".")
        for path in (ROOT / "layers/core/mteja").rglob("*.py")
        if "(StoredItem)" in path.read_text(encoding="utf-8")
    }
    assert {model.__module__ for model in registered} >= declaring


def test_no_two_models_have_one_name_in_the_inventory(
    registered: list[type[StoredItem]],
) -> None:
    stores = [model.STORE for model in registered if model.__module__.startswith("mteja.")]
    assert len(stores) == len(set(stores))


def test_what_is_sealed_is_called_personal(registered: list[type[StoredItem]]) -> None:
    sealed = [one for one in inventory.inventory() if one.name in {"sealed", "loose"}]
    assert len(sealed) >= 4
    assert {one.category for one in sealed} <= {Category.PERSONAL, Category.SENSITIVE}


def test_a_model_with_a_field_that_does_not_say_why_can_not_be_made(
    registered: list[type[StoredItem]],
) -> None:
    with pytest.raises(TypeError, match=r"Careless\.nickname"):

        class Careless(StoredItem):
            STORE: ClassVar[str] = "customers.CARELESS"
            pk: Annotated[str, Kept(Category.TECHNICAL, "operation", "id")]
            nickname: str


def test_a_field_is_not_excused_by_another_annotation(
    registered: list[type[StoredItem]],
) -> None:
    with pytest.raises(TypeError, match="why"):

        class Careless(StoredItem):
            STORE: ClassVar[str] = "customers.CARELESS"
            age: Annotated[int, "years"] = 0

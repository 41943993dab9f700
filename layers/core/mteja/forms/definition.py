"""A form as the code sees it: the owner's form with the fields and products that it names."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from mteja.business.forms import NEEDED, Asking, Form, FormField, Product, product_in
from mteja.errors import NotFound

PREORDER, WARRANTY, PROFILE, CONTACT = "preorder", "warranty", "profile", "contact"


@dataclass(frozen=True)
class AskedField:
    """One field in one form."""

    field: FormField
    required: bool

    @property
    def name(self) -> str:
        return self.field.name


class Asks(Protocol):
    """Whatever asks for fields: a form, or a survey."""

    @property
    def id(self) -> str: ...

    @property
    def fields(self) -> tuple[AskedField, ...]: ...

    @property
    def products(self) -> tuple[Product, ...]: ...


@dataclass(frozen=True)
class Definition:
    """A form with what it asks. `version`: which wording of the whole form this is, stored with
    every answer, so that it is known what was asked."""

    form: Form
    fields: tuple[AskedField, ...]
    products: tuple[Product, ...]
    version: str

    @property
    def id(self) -> str:
        return self.form.id

    @property
    def kind(self) -> str:
        return self.form.kind

    def product(self, product_id: str) -> Product | None:
        return product_in(self.products, product_id)

    def only(self, names: Sequence[str]) -> "Definition":
        """Return the form with some of its fields, in this order, none of them required."""
        by_name: Mapping[str, AskedField] = {one.name: one for one in self.fields}
        asked = tuple(AskedField(by_name[name].field, False) for name in names)
        return replace(self, fields=asked)

    def without_sensitive(self) -> "Definition":
        asked = tuple(one for one in self.fields if not one.field.sensitive)
        return replace(self, fields=asked)


def definition(form_id: str, asking: Asking, mode: str) -> Definition:
    """Return a declared form. Raises NotFound, also for one that is not filled in this way (`web`,
    `staff`, `kiosk`)."""
    form = next((one for one in asking.forms if one.id == form_id and mode in one.modes), None)
    if form is None:
        raise NotFound("form")
    by_name = {one.name: one for one in asking.fields}
    needed = NEEDED.get(form.kind, ())
    fields = tuple(
        AskedField(by_name[one.field], one.required or one.field in needed) for one in form.fields
    )
    told = [form.model_dump_json(), *(one.field.model_dump_json() for one in fields)]
    version = hashlib.sha256("\n".join(told).encode()).hexdigest()[:8]
    return Definition(form, fields, _products(form, asking), version)


def profile_form(asking: Asking) -> Form | None:
    """Return the form over which customers tell of themselves on the web; None where the owner's
    file has none."""
    declared = (one for one in asking.forms if one.kind == PROFILE)
    return next((one for one in declared if "web" in one.modes), None)


def _products(form: Form, asking: Asking) -> tuple[Product, ...]:
    fitting = [one for one in asking.products if one.fits(form.kind)]
    return tuple(one for one in fitting if not form.products or one.id in form.products)

"""A form as the code sees it: the owner's form with the fields and products that it names."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from mteja.business.forms import Asking, Form, FormField, Product
from mteja.errors import NotFound
from mteja.identity.identifiers import EMAIL, PHONE

PREORDER, WARRANTY, PROFILE, CONTACT = "preorder", "warranty", "profile", "contact"


@dataclass(frozen=True)
class AskedField:
    """One field in one form."""

    field: FormField
    required: bool

    @property
    def name(self) -> str:
        return self.field.name


@dataclass(frozen=True)
class Definition:
    """A form with what it asks."""

    form: Form
    fields: tuple[AskedField, ...]
    products: tuple[Product, ...]

    @property
    def id(self) -> str:
        return self.form.id

    @property
    def kind(self) -> str:
        return self.form.kind

    @cached_property
    def version(self) -> str:
        """Which wording this is: stored with every answer, so that it is known what was asked."""
        told = [self.form.model_dump_json(), *(one.field.model_dump_json() for one in self.fields)]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()[:8]

    @property
    def names_somebody(self) -> bool:
        """Whether an e-mail or telephone is required by itself: else one of them must be given."""
        return any(one.required for one in self.fields if one.name in {EMAIL, PHONE})

    def product(self, product_id: str) -> Product | None:
        return next((one for one in self.products if one.id == product_id), None)

    def only(self, names: Sequence[str]) -> "Definition":
        """Return the form with some of its fields, in this order, none of them required."""
        by_name: Mapping[str, AskedField] = {one.name: one for one in self.fields}
        asked = tuple(AskedField(by_name[name].field, False) for name in names)
        return Definition(self.form, asked, self.products)

    def without_sensitive(self) -> "Definition":
        asked = tuple(one for one in self.fields if not one.field.sensitive)
        return Definition(self.form, asked, self.products)


def definition(form_id: str, asking: Asking, mode: str) -> Definition:
    """Return a declared form. Raises NotFound, also for one that is not filled in this way (`web`,
    `staff`, `kiosk`)."""
    form = next((one for one in asking.forms if one.id == form_id and mode in one.modes), None)
    if form is None:
        raise NotFound("form")
    by_name = {one.name: one for one in asking.fields}
    fields = tuple(AskedField(by_name[one.field], one.required) for one in form.fields)
    return Definition(form, fields, _products(form, asking))


def _products(form: Form, asking: Asking) -> tuple[Product, ...]:
    fitting = [
        one
        for one in asking.products
        if (form.kind != PREORDER or one.preorder is not None)
        and (form.kind != WARRANTY or one.warranty_months is not None)
    ]
    return tuple(one for one in fitting if not form.products or one.id in form.products)

"""What the owner's file says of forms: fields, the forms that ask them, and products.

Whether they agree with each other is checked when the file is compiled (mteja.business.agreeing).
"""

from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    model_validator,
)

from mteja.business.declared import Declared, Texts
from mteja.business.sources import Slug
from mteja.identity.identifiers import EMAIL, PHONE
from mteja.social.handles import NETWORKS

FieldName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
FieldType = Literal[
    "text",
    "email",
    "phone",
    "name",
    "address",
    "date",
    "number",
    "choice",
    "choices",
    "range",
    "consent",
    "product",
    "quantity",
    "serial",
    "handle",
    "hidden",
]
WITH_OPTIONS = frozenset({"choice", "choices", "range"})
IDENTIFYING = frozenset({EMAIL, PHONE})
# Fields whose answers are properties of the customer whatever the file says.
_TRAITS = IDENTIFYING | {"name", "address"}
LONGEST_TEXT = 5_000


class Option(Declared):
    """One answer among several. `value` is what is stored and never changes."""

    value: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
    label: Texts | None = None


# Standard fields need no type: their name says it.
_TYPES: dict[str, FieldType] = {
    "email": "email",
    "phone": "phone",
    "name": "name",
    "address": "address",
    "product": "product",
    "quantity": "quantity",
    "serial": "serial",
    "bought_on": "date",
    "heard_from": "choice",
    **dict.fromkeys(NETWORKS, "handle"),
}
# What a form's entry in the timeline says beside the answers.
_TAKEN = frozenset(
    "agreed answers captured_by confirmed declined form form_kind form_version language location"
    " mode unreadable".split()
)


class FormField(Declared):
    """Something that may be asked of a customer, and why.

    `trait`: kept as a property of the customer and not only with the form's entry. `fresh_days`:
    after so long it is asked again, be it a property of the customer or a consent.
    """

    name: FieldName
    type: FieldType = "text"
    purpose: Annotated[Slug, Field(description="of a consent: what for; else why it is asked")]
    label: Texts | None = None
    help: Texts | None = None
    options: tuple[Option, ...] = ()
    trait: bool = False
    sensitive: Annotated[
        bool, Field(description="asked only of customers whose trust was earned (trust_rule)")
    ] = False
    fresh_days: Annotated[int, Field(gt=0, le=36_500)] | None = None
    least: Annotated[int | None, Field(description="number: the smallest")] = None
    most: Annotated[
        int | None,
        Field(description=f"number: the greatest; text: characters, up to {LONGEST_TEXT}"),
    ] = None

    @property
    def is_trait(self) -> bool:
        """Whether its answers are properties of the customer."""
        return self.trait or self.type == "handle" or self.name in _TRAITS

    @model_validator(mode="before")
    @classmethod
    def _the_name_says_the_type(cls, value: object) -> object:
        if isinstance(value, dict) and "type" not in value and value.get("name") in _TYPES:
            return value | {"type": _TYPES[value["name"]]}
        return value

    @model_validator(mode="after")
    def _fits_its_type(self) -> Self:
        standard = _TYPES.get(self.name)
        if standard is not None and self.type != standard:
            raise ValueError(f"{self.name} is a standard field of the type {standard}")
        if self.type in {"email", "phone", "name", "address"} and self.name != self.type:
            raise ValueError(f"a field of the type {self.type} is called {self.type}")
        if self.type == "handle" and self.name not in NETWORKS:
            raise ValueError(f"a handle is called by its network: {', '.join(NETWORKS)}")
        if self.name in _TAKEN:
            raise ValueError(f"{self.name} is what Mteja itself notes of a form: choose another")
        if self.type == "consent" and self.label is None:
            raise ValueError("a consent needs its text: label")
        self._check_options()
        self._check_sensitive()
        self._check_fresh()
        self._check_bounds()
        return self

    def _check_options(self) -> None:
        if self.type in WITH_OPTIONS and not self.options and self.name != "heard_from":
            raise ValueError("needs options")
        if self.options and self.type not in WITH_OPTIONS:
            raise ValueError(f"a field of the type {self.type} has no options")
        values = [one.value for one in self.options]
        if len(set(values)) < len(values):
            raise ValueError("two options have the same value")

    def _check_sensitive(self) -> None:
        if self.sensitive and self.name in IDENTIFYING:
            raise ValueError("a customer is found by it: it can't wait until trust is earned")
        if self.sensitive and not self.is_trait:
            raise ValueError("a sensitive field is a trait: it is asked once, not with each form")

    def _check_fresh(self) -> None:
        if self.fresh_days is not None and not self.is_trait and self.type != "consent":
            raise ValueError(
                "only what is kept of the customer goes stale: trait, or no fresh_days"
            )

    def _check_bounds(self) -> None:
        if self.least is not None and self.type != "number":
            raise ValueError("only a number has a smallest value: least")
        if self.most is not None and self.type not in {"number", "text", "hidden"}:
            raise ValueError(f"a field of the type {self.type} has no greatest value: most")
        if self.type == "number" and self.most is not None and self.most < (self.least or 0):
            raise ValueError("most is less than least")
        if self.type != "number" and self.most is not None and not 0 < self.most <= LONGEST_TEXT:
            raise ValueError(f"most is 1 to {LONGEST_TEXT} characters")


class Asked(Declared):
    """A field in a form: its name alone, or with what this form makes of it."""

    field: FieldName
    required: bool = False


def _asked(value: object) -> object:
    return {"field": value} if isinstance(value, str) else value


_AskedOrName = Annotated[Asked, BeforeValidator(_asked, json_schema_input_type=FieldName | Asked)]

Kind = Literal["signup", "preorder", "warranty", "rewards", "profile", "contact"]
NEEDED: dict[str, tuple[str, ...]] = {
    "preorder": ("product",),
    "warranty": ("product", "serial"),
}
"""Fields without which a form of a kind means nothing: they are always required."""


class Form(Declared):
    """A form: what it asks, in which order, and where it may be filled in."""

    id: Slug
    kind: Kind
    title: Texts
    intro: Texts | None = None
    button: Texts | None = None
    thanks: Texts | None = None
    fields: Annotated[tuple[_AskedOrName, ...], Field(min_length=1, max_length=60)]
    modes: Annotated[
        tuple[Literal["web", "staff", "kiosk"], ...],
        Field(min_length=1, description="where it may be filled in"),
    ] = ("web", "staff", "kiosk")
    products: Annotated[
        tuple[Slug, ...], Field(description="of a product field; else all that fit the kind")
    ] = ()
    at_most: Annotated[
        int,
        Field(
            ge=1,
            le=60,
            description="questions about a customer who is known that are asked at a time",
        ),
    ] = 3
    turnstile: bool = False

    @model_validator(mode="after")
    def _asks_what_its_kind_needs(self) -> Self:
        names = [one.field for one in self.fields]
        if len(set(names)) < len(names):
            raise ValueError("a field is asked twice")
        for needed in NEEDED.get(self.kind, ()):
            if needed not in names:
                raise ValueError(f"a form of the kind {self.kind} asks for {needed}")
        if not IDENTIFYING & set(names):
            raise ValueError("asks for neither email nor phone, so that its answers are nobody's")
        return self


class PreOrder(Declared):
    """What may be ordered before it is there."""

    capacity: Annotated[int, Field(ge=0, le=10_000_000, description="pieces that may be promised")]
    each_at_most: Annotated[int, Field(ge=1, le=10_000, description="pieces an order")] = 10

    @property
    def most_of_an_order(self) -> int:
        """How many pieces an order may ask for: whoever asked for more than there will be would
        wait for ever, and all others behind."""
        return min(self.each_at_most, max(1, self.capacity))


class Product(Declared):
    id: Slug
    title: Texts
    preorder: PreOrder | None = None
    warranty_months: Annotated[int, Field(gt=0, le=1_200)] | None = None

    def fits(self, kind: str) -> bool:
        """Whether a form of a kind may offer it."""
        if kind == "preorder":
            return self.preorder is not None
        return kind != "warranty" or self.warranty_months is not None


class TrustRule(Declared):
    """When a customer may be asked for what is sensitive: after so many orders that count, or so
    many days after we first heard of one who is known by more than claims."""

    orders: Annotated[int, Field(ge=1, le=1_000)] = 2
    days: Annotated[int, Field(ge=1, le=3_650)] = 60


class Turnstile(Declared):
    """Cloudflare Turnstile, for forms that ask for it. The secret is in SSM."""

    site_key: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{3,100}$")]
    secret: Annotated[
        str, Field(pattern=r"^forms/[a-z0-9-]+/secret$", description="SSM SecureString")
    ]


class Asking(Declared):
    """What the business asks of customers: fields, forms, products, and when it may ask."""

    locations: Annotated[
        tuple[Slug, ...], Field(description="where staff and tablets are: shops, counters, stalls")
    ] = ()
    fields: Annotated[
        tuple[FormField, ...], Field(description="what forms may ask of customers, and why")
    ] = ()
    forms: tuple[Form, ...] = ()
    products: tuple[Product, ...] = ()
    trust_rule: TrustRule = TrustRule()
    turnstile: Turnstile | None = None

    def product(self, product_id: str | None) -> Product | None:
        return product_in(self.products, product_id)


def product_in(products: Iterable[Product], product_id: str | None) -> Product | None:
    """Return the product with an id, None where there is none (any more)."""
    return next((one for one in products if one.id == product_id), None)


def text_in(texts: str | dict[str, str] | None, language: str) -> str | None:
    """Return a text in a language; where it has none, in English or else its first."""
    if texts is None or isinstance(texts, str):
        return texts
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), None)

"""A form in the words of the contract: what to ask now, in one language."""

from typing import Any

from mteja.business.forms import WITH_OPTIONS, text_in
from mteja.forms.definition import PREORDER, AskedField, Asks, Definition
from mteja.forms.labels import field_label, options
from mteja.store.table import Table


def form(one: Definition, language: str, table: Table) -> dict[str, Any]:
    """Return `{"id", "kind", "title", "fields": […]}`, of a pre-order with what remains."""
    shown: dict[str, Any] = {
        "id": one.id,
        "kind": one.kind,
        "title": text_in(one.form.title, language),
        "intro": text_in(one.form.intro, language),
        "language": language,
        "version": one.version,
        "fields": [_field(asked, one, language) for asked in one.fields],
    }
    if one.kind == PREORDER:
        from mteja.forms.preorder import remaining

        left = {product.id: remaining(product, table) for product in one.products}
        shown |= {"remaining": sum(left.values()), "remaining_by_product": left}
    return shown


def product_options(one: Asks, language: str) -> list[dict[str, str]]:
    return [
        {"value": product.id, "label": text_in(product.title, language) or product.id}
        for product in one.products
    ]


def _field(asked: AskedField, one: Asks, language: str) -> dict[str, Any]:
    field = asked.field
    offered: list[dict[str, str]] | None = None
    if field.type in WITH_OPTIONS:
        offered = options(field, language)
    elif field.type == "product":
        offered = product_options(one, language)
    return {
        "name": field.name,
        "label": field_label(field, language),
        "type": field.type,
        "required": asked.required,
        "options": offered,
        "help": text_in(field.help, language),
    }

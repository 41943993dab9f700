"""Fields of a form as the pages' macros take them (`templates/fields.html`)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mteja.business.forms import WITH_OPTIONS, text_in
from mteja.errors import InvalidInput
from mteja.forms.definition import AskedField, Definition
from mteja.forms.labels import fault_text, field_label, options
from mteja.forms.shown import product_options

_LONG_TEXT = 200
_COMPLETES = {"name": "name", "birthday": "bday"}


@dataclass(frozen=True)
class Fill:
    """A form that is being filled in: in which language, on which day, what was typed, and what is
    wrong with it. `completes`: the browser may fill in what it knows of whoever sits before it."""

    form: Definition
    language: str
    today: date
    typed: Mapping[str, object] = field(default_factory=dict)
    faults: Sequence[InvalidInput] = ()
    completes: bool = True

    @property
    def wrong(self) -> dict[str, str]:
        """Return what is wrong by field, of each field the first."""
        return {one.field: fault_text(one, self.language) for one in reversed(self.faults)}

    def fields(self) -> list[dict[str, Any]]:
        return [self._field(one) for one in self.form.fields]

    def others(self, labels: Mapping[str, str], seen: Collection[str] = ()) -> list[dict[str, Any]]:
        """Return what is wrong and is no field of the form. `seen`: names of what stands in the
        page all the same; of the rest it is said that nothing in the page is it (`nowhere`)."""
        names = {one.name for one in self.form.fields}
        return [
            {
                "name": name,
                "label": labels.get(name, name),
                "error": text,
                "nowhere": name not in seen,
            }
            for name, text in self.wrong.items()
            if name.partition(".")[0] not in names
        ]

    def _field(self, asked: AskedField) -> dict[str, Any]:
        field = asked.field
        shown: dict[str, Any] = {
            "name": field.name,
            "type": _type(asked),
            "label": field_label(field, self.language),
            "help": text_in(field.help, self.language),
            "required": asked.required,
            "value": _typed(self.typed.get(field.name)),
            "error": self.wrong.get(field.name),
        }
        if not self.completes:
            shown["autocomplete"] = "off"
        elif field.name in _COMPLETES:
            shown["autocomplete"] = _COMPLETES[field.name]
        if field.type in WITH_OPTIONS:
            shown["options"] = options(field, self.language)
        return shown | self._of_type(asked, shown["value"])

    def _of_type(self, asked: AskedField, value: object) -> dict[str, Any]:
        field = asked.field
        match field.type:
            case "product":
                products = self.form.products
                only = products[0].id if len(products) == 1 else ""
                return {
                    "options": product_options(self.form, self.language),
                    "value": value or only,
                }
            case "address":
                start = f"{field.name}."
                wrong = {
                    name.removeprefix(start): text
                    for name, text in self.wrong.items()
                    if name.startswith(start)
                }
                return {"errors": wrong}
            case "quantity":
                return {"min": 1, "value": value or "1"}
            case "number":
                return {"min": field.least, "max": field.most}
            case "date":
                return {"max": self.today.isoformat()}
            case "text":
                return {"maxlength": field.most or _LONG_TEXT}
        return {}


def _type(asked: AskedField) -> str:
    if asked.field.type == "text" and (asked.field.most or 0) > _LONG_TEXT:
        return "textarea"
    return "text" if asked.field.type == "name" else asked.field.type


def _typed(value: object) -> object:
    """Return what was typed as a field shows it again."""
    if value is None:
        return ""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value

"""Fields of a form as the pages' macros take them (`templates/fields.html`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mteja.business.forms import WITH_OPTIONS, text_in
from mteja.business.model import Business
from mteja.errors import InvalidInput
from mteja.forms.definition import AskedField, Asks
from mteja.forms.labels import fault_text, field_label, options
from mteja.forms.shown import product_options
from mteja.times import business_day

_LONG_TEXT = 200
_COMPLETES = {"name": "name", "birthday": "bday"}


@dataclass(frozen=True)
class Fill:
    """A form that is being filled in: in which language, at which business, when (epoch ms), what
    was typed, and what is wrong with it. `completes`: the browser may fill in what it knows of
    whoever sits before it. `notes`: by field, what is said of it instead of its help. `at_home`:
    most who fill it in live where the business is."""

    form: Asks
    language: str
    business: Business
    now: int
    typed: Mapping[str, object] = field(default_factory=dict)
    faults: Sequence[InvalidInput] = ()
    completes: bool = True
    notes: Mapping[str, str] = field(default_factory=dict)
    at_home: bool = True

    @property
    def wrong(self) -> dict[str, str]:
        """Return what is wrong by field, of each field the first."""
        return {one.field: fault_text(one, self.language) for one in reversed(self.faults)}

    def fields(self) -> list[dict[str, Any]]:
        return [self._field(one) for one in self.form.fields]

    def others(self, labels: Mapping[str, str]) -> list[dict[str, Any]]:
        """Return what is wrong beside the form's own fields. `labels`: of what else stands in the
        page, by its name."""
        names = {one.name for one in self.form.fields}
        return [
            {
                "name": name,
                "label": labels.get(name, name),
                "error": text,
                "nowhere": name not in labels,
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
            "help": self.notes.get(field.name) or text_in(field.help, self.language),
            "required": asked.required,
            "value": _typed(field.type, self.typed.get(field.name)),
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
                from mteja.forms.countries import country_options

                start = f"{field.name}."
                wrong = {
                    name.removeprefix(start): text
                    for name, text in self.wrong.items()
                    if name.startswith(start)
                }
                value = value if isinstance(value, dict) else {}
                if self.at_home:  # a country alone is no address
                    value.setdefault("country", self.business.country)
                listed = country_options(self.language, value.get("country"))
                return {"errors": wrong, "listed": listed, "value": value}
            case "quantity":
                return {"min": 1, "value": value or "1"}
            case "number":
                return {"min": field.least, "max": field.most}
            case "date":
                return {"max": business_day(self.now, self.business.time_zone).isoformat()}
            case "text":
                return {"maxlength": field.most or _LONG_TEXT}
        return {}


def _type(asked: AskedField) -> str:
    if asked.field.type == "text" and (asked.field.most or 0) > _LONG_TEXT:
        return "textarea"
    return "text" if asked.field.type == "name" else asked.field.type


def _typed(kind: str, value: object) -> object:
    """Return what was typed as a field of a type shows it again, whatever was sent under its name:
    of what has another shape, nothing."""
    match kind:
        case "address":
            parts = value if isinstance(value, Mapping) else {"line1": value}
            return {name: _text(part) for name, part in parts.items()}
        case "choices":
            return [_text(one) for one in value] if isinstance(value, list) else [_text(value)]
        case "consent":
            return value is True or (isinstance(value, str) and value.strip() != "")
    return _text(value)


def _text(value: object) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""

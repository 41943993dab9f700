"""JSON Schemas of the types that the areas name, gathered under components/schemas."""

from typing import Any, Literal

from pydantic import TypeAdapter

type Schema = dict[str, Any]
type Side = Literal["validation", "serialization"]

SENT: Side = "validation"
ANSWERED: Side = "serialization"
_PLACE = "#/components/schemas/"


class Schemas:
    """The schemas of a document; each type that has a name is there once."""

    def __init__(self) -> None:
        self.named: dict[str, Schema] = {}

    def of(self, type_: Any, side: Side, prefix: str = "") -> Schema:
        """Return a type's schema, with what it refers to in `named`.

        Raises ValueError where two types would have one name: their area needs a prefix.
        """
        made = TypeAdapter(type_).json_schema(mode=side, ref_template=f"{_PLACE}{prefix}{{model}}")
        parts = made.pop("$defs", {})
        if made.get("type") == "object" and "title" in made:
            name = made["title"]
            parts[name], made = made, {"$ref": f"{_PLACE}{prefix}{name}"}
        for name, part in parts.items():
            self._add(f"{prefix}{name}", _without_titles(part))
        return _without_titles(made)

    def _add(self, name: str, schema: Schema) -> None:
        if self.named.setdefault(name, schema) != schema:
            raise ValueError(f"two schemas are called {name}")


def _without_titles(schema: Schema) -> Schema:
    """Return a schema without the titles that only repeat names."""
    cleaned: Schema = {}
    for name, value in schema.items():
        if name == "title" and isinstance(value, str):
            continue
        if name in {"properties", "$defs"}:
            cleaned[name] = {key: _without_titles(inner) for key, inner in value.items()}
        else:
            cleaned[name] = _cleaned(value)
    return cleaned


def _cleaned(value: Any) -> Any:
    if isinstance(value, dict):
        return _without_titles(value)
    return [_cleaned(one) for one in value] if isinstance(value, list) else value

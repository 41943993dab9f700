"""The JSON schema of the owner's file, with which editors complete it and mark what is wrong."""

from collections.abc import Mapping, Sequence
from typing import Any

from mteja.business.file import OwnersFile
from mteja.business.sources import SourceField


def schema(platforms: Mapping[str, Sequence[SourceField]]) -> dict[str, Any]:
    """Return the schema. What a source may have depends on its platform."""
    whole = OwnersFile.model_json_schema()
    source = whole["$defs"]["Source"]
    source["additionalProperties"] = False
    source["properties"]["platform"] |= {"enum": list(platforms)}
    every = {field.name for fields in platforms.values() for field in fields}
    source["properties"] |= {name: {"type": "string"} for name in sorted(every)}
    source["allOf"] = [
        {
            "if": {"properties": {"platform": {"const": name}}, "required": ["platform"]},
            "then": _of_platform(fields, every),
        }
        for name, fields in platforms.items()
    ]
    return whole


def _of_platform(fields: Sequence[SourceField], every: set[str]) -> dict[str, Any]:
    properties: dict[str, Any] = dict.fromkeys(sorted(every), False)
    for field in fields:
        properties[field.name] = {"pattern": field.pattern, "description": field.description}
    needed = [field.name for field in fields if field.needed]
    return {"properties": properties} | ({"required": needed} if needed else {})

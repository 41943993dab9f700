"""What the benchmarks take from template.yaml, so that they measure what is deployed."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from mteja_local.place import ROOT


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short functions, which stand as None but for `!Ref`."""


@dataclass(frozen=True)
class _Ref:
    """A resource or a parameter that is referred to."""

    name: str


def _function(_loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> _Ref | None:
    return _Ref(str(node.value)) if suffix == "Ref" else None


_Loader.add_multi_constructor("!", _function)


@dataclass(frozen=True)
class Function:
    """A function of the template: its folder name, and the names of its environment variables with
    the values that the template gives literally or as a parameter's default."""

    name: str
    environment: Mapping[str, str | None]


@cache
def _template() -> dict[str, Any]:
    text = ROOT.joinpath("template.yaml").read_text(encoding="utf-8")
    # The loader is a SafeLoader with one constructor more.
    loaded: dict[str, Any] = yaml.load(text, Loader=_Loader)  # noqa: S506
    return loaded


def table_definition(logical_id: str) -> dict[str, Any]:
    """Return what `create_table` needs of a table: keys and indexes."""
    properties = _template()["Resources"][logical_id]["Properties"]
    wanted = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    return {name: properties[name] for name in wanted if name in properties}


def functions() -> list[Function]:
    """Return the functions, in the template's order."""
    template = _template()
    shared = template["Globals"]["Function"]["Environment"]["Variables"]
    found = []
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            properties = resource["Properties"]
            own = properties.get("Environment", {}).get("Variables", {})
            name = properties["CodeUri"].rpartition("/")[2]
            environment = {one: _known(value) for one, value in {**shared, **own}.items()}
            found.append(Function(name, environment))
    return found


def _known(value: Any) -> str | None:
    """Return a value that is known before anything is deployed."""
    if isinstance(value, _Ref):
        value = _template()["Parameters"].get(value.name, {}).get("Default")
    return None if value is None else str(value)


def function(name: str) -> Function:
    """Return one of the functions. Raises KeyError for an unknown one."""
    return {one.name: one for one in functions()}[name]


def memory_mb(name: str) -> int:
    """Return the memory of a function. Raises KeyError for an unknown one."""
    resources = _template()["Resources"].values()
    sizes = {
        resource["Properties"]["CodeUri"].rpartition("/")[2]: resource["Properties"]["MemorySize"]
        for resource in resources
        if resource["Type"] == "AWS::Serverless::Function"
    }
    return int(sizes[name])

"""The template as a tree: short tags (`!Ref`) become their long form (`{"Ref": …}`)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

_ROOT = Path(__file__).parents[2]
TEMPLATE = _ROOT / "template.yaml"
ACCESS_PATTERNS = _ROOT / "docs" / "access-patterns.md"

# Pages: no authorizer reads their cookies. This one function verifies them before it reads
# anything, which tests/component/test_staff_session.py shows of every page.
COOKIE_ROUTES = {
    ("GET", "/staff"),
    ("GET", "/staff/"),
    ("GET", "/staff/{page+}"),
    ("POST", "/staff/{page+}"),
}
COOKIE_FUNCTION = "StaffFunction"

type Tree = dict[str, Any]


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's tags."""


def _function(loader: _Loader, suffix: str, node: yaml.Node) -> Tree:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _function)


def read() -> Tree:
    """Return the whole template."""
    tree: Tree = yaml.load(TEMPLATE.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506
    return tree


def of_type(template: Tree, *types: str) -> dict[str, Tree]:
    """Return the resources of some types by logical id."""
    return {
        name: resource
        for name, resource in template["Resources"].items()
        if resource["Type"] in types
    }


def functions(template: Tree) -> dict[str, Tree]:
    """Return the properties of each function, with what Globals adds, by logical id."""
    shared = template["Globals"]["Function"]
    found = {}
    for name, resource in of_type(template, "AWS::Serverless::Function").items():
        own = resource["Properties"]
        logging = shared.get("LoggingConfig", {}) | own.get("LoggingConfig", {})
        found[name] = shared | own | {"LoggingConfig": logging}
    return found


def target(value: Any) -> str | None:
    """Return the logical id that a Ref, a GetAtt or the start of a Sub points to."""
    if isinstance(value, dict):
        if "Ref" in value:
            return str(value["Ref"])
        if "Fn::GetAtt" in value:
            return str(value["Fn::GetAtt"][0])
        if "Fn::Sub" in value and str(value["Fn::Sub"]).startswith("${"):
            return str(value["Fn::Sub"])[2:].partition("}")[0].partition(".")[0]
    return None


def listed(value: Any) -> list[Any]:
    """Return a value that may stand alone or in a list as a list."""
    return value if isinstance(value, list) else [value]


def statements(template: Tree, role: str) -> Iterator[Tree]:
    """Yield what a role may do: its own policies and those that it shares with others."""
    properties = template["Resources"][role]["Properties"]
    documents = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
    for policy in properties.get("ManagedPolicyArns", []):
        name = target(policy)
        assert name in template["Resources"], f"{role} has a policy that is not ours: {policy}"
        documents.append(template["Resources"][name]["Properties"]["PolicyDocument"])
    for document in documents:
        yield from document["Statement"]


def allowed(template: Tree, role: str, resource: str) -> set[str]:
    """Return the actions that a role has on a resource or on a part of it."""
    return {
        action
        for statement in statements(template, role)
        for action in listed(statement["Action"])
        if resource in {target(one) for one in listed(statement["Resource"])}
    }


def role_of(function: Tree) -> str:
    """Return the logical id of a function's role."""
    name = target(function["Role"])
    assert name is not None
    return name


def routes(template: Tree) -> dict[tuple[str, str], Tree]:
    """Return each route of the API: (method, path) -> the function's logical id and authorizer."""
    found = {}
    for name, function in functions(template).items():
        for event in function.get("Events", {}).values():
            if event["Type"] == "HttpApi":
                properties = event["Properties"]
                found[properties["Method"], properties["Path"]] = {
                    "function": name,
                    "authorizer": properties.get("Auth", {}).get("Authorizer"),
                }
    return found

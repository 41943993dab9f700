"""docs/openapi.json is right by itself, and says of each route what the code and template say."""

import ast
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator, validate
from pydantic import create_model

from mteja.orders.platforms import available
from mteja_openapi.document import document
from mteja_openapi.schemas import ANSWERED, Schemas
from tests import kit, openapi
from tests.template import reading

_OPERATIONS = list(openapi.operations())
_each_operation = pytest.mark.parametrize(
    "operation", [it for _, _, it in _OPERATIONS], ids=lambda it: str(it["operationId"])
)


def test_the_committed_document_is_what_the_code_makes() -> None:
    assert openapi.committed() == document(), "out of date: make generate"


def test_the_document_is_openapi_3_1() -> None:
    validate(document(), cls=OpenAPIV31SpecValidator)


def test_the_routes_are_those_of_the_template() -> None:
    told = {(method, path) for method, path, _ in _OPERATIONS}

    # What stands elsewhere is pages, which are for people; and the tracker.
    served = reading.routes(reading.read())
    programs = {(method, path) for method, path in served if path.startswith("/v1/")}
    assert told == programs | {("GET", "/mteja.js")}


def test_a_token_is_asked_for_where_the_template_has_an_authorizer() -> None:
    served = reading.routes(reading.read())
    for method, path, operation in _OPERATIONS:
        needs_token = operation["security"] == [{"staffToken": []}]
        assert needs_token == (served[method, path]["authorizer"] == "StaffAuthorizer"), path


def test_every_platform_tells_how_it_signs() -> None:
    schemes = document()["components"]["securitySchemes"]
    told = {name: one.signature for name, one in available().items()}

    assert {
        one["name"]: one["description"]
        for name, one in schemes.items()
        if name.startswith("Webhook") or name in told
    } == {one.header: one.description for one in told.values()}


@_each_operation
def test_examples_fit_their_schemas(operation: dict[str, Any]) -> None:
    told = list(operation.get("requestBody", {}).get("content", {}).values())
    for response in operation["responses"].values():
        told += openapi.resolved(response).get("content", {}).values()
    told += operation["parameters"]
    pairs = [(one["schema"], one["example"]) for one in told if "example" in one]
    pairs += [
        (one["schema"], it["value"]) for one in told for it in one.get("examples", {}).values()
    ]

    assert [openapi.errors(schema, example) for schema, example in pairs] == [[]] * len(pairs)


def test_two_areas_may_not_name_one_schema_differently() -> None:
    schemas = Schemas()
    schemas.of(create_model("Thing", a=(int, ...)), ANSWERED)

    with pytest.raises(ValueError, match="two schemas are called Thing"):
        schemas.of(create_model("Thing", a=(str, ...)), ANSWERED)
    schemas.of(create_model("Thing", a=(str, ...)), ANSWERED, "Other")

    assert set(schemas.named) == {"Thing", "OtherThing"}


def test_no_function_imports_what_is_for_the_document() -> None:
    for_the_document = {
        *("api", "api_customers", "api_forms", "api_parts", "api_records", "operations"),
        *("answers", "answers_forms", "timeline_answers", "timeline_data"),
        *("examples", "api_products", "api_reports", "product_answers"),
        *("report_answers", "api_surveys"),
        *("api_survey_reports", "survey_report_answers", "api_offers", "offer_answers"),
        *("api_inactivity", "inactivity_answers", "api_rewards", "reward_answers"),
        *("api_predictions", "prediction_answers", "api_social", "social_answers"),
        "api_freshness",
    }
    core = kit.ROOT / "layers/core/mteja"
    importers = [*core.rglob("*.py"), *(kit.ROOT / "functions").rglob("*.py")]
    of_customers = "mteja.surveys.answers"  # what reports count
    found = {
        str(path.relative_to(kit.ROOT))
        for path in importers
        if path.stem not in for_the_document
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        and node.module != of_customers
        and (
            (node.module or "").rpartition(".")[2] in for_the_document
            or {it.name for it in node.names} & for_the_document
        )
    }
    assert found == set()

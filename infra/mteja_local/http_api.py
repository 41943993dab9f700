"""Routes, integrations, authorizers and CORS of the HTTP API: the emulator drops them.

SAM writes them as an OpenAPI body; here they are made from that body through the API. A second run
changes nothing, and what is no longer in the template goes.
"""

from typing import Any

from mteja_local.clients import Clients
from mteja_local.deployed import Deployed

_INTEGRATION = "x-amazon-apigateway-integration"
_CORS = "x-amazon-apigateway-cors"
_METHODS = {
    "get",
    "post",
    "put",
    "patch",
    "delete",
    "head",
    "options",
    "x-amazon-apigateway-any-method",
}


def complete(clients: Clients, deployed: Deployed) -> None:
    """Bring each HTTP API of the stack to what its template says."""
    gateway = clients("apigatewayv2")
    for logical_id, properties in deployed.of_type("AWS::ApiGatewayV2::Api").items():
        body = deployed.resolve(properties["Body"])
        api_id = deployed.names[logical_id]
        if _CORS in body:
            gateway.update_api(ApiId=api_id, CorsConfiguration=_capitalised(body[_CORS]))
        authorizers = _authorizers(gateway, api_id, body)
        integrations = _integrations(gateway, api_id, body)
        _routes(gateway, api_id, body, authorizers, integrations)


def _authorizers(gateway: Any, api_id: str, body: dict[str, Any]) -> dict[str, str]:
    """Return the id of each JWT authorizer by its name."""
    there = {item["Name"]: item for item in gateway.get_authorizers(ApiId=api_id)["Items"]}
    ids = {}
    for name, scheme in body.get("components", {}).get("securitySchemes", {}).items():
        declared = scheme["x-amazon-apigateway-authorizer"]
        wanted = {
            "AuthorizerType": "JWT",
            "IdentitySource": [declared["identitySource"]],
            "JwtConfiguration": {
                "Audience": declared["jwtConfiguration"]["audience"],
                "Issuer": declared["jwtConfiguration"]["issuer"],
            },
        }
        found = there.get(name)
        if found is None:
            found = gateway.create_authorizer(ApiId=api_id, Name=name, **wanted)
        elif any(found.get(member) != value for member, value in wanted.items()):
            gateway.update_authorizer(ApiId=api_id, AuthorizerId=found["AuthorizerId"], **wanted)
        ids[name] = found["AuthorizerId"]
    return ids


def _integrations(gateway: Any, api_id: str, body: dict[str, Any]) -> dict[str, str]:
    """Return the id of each integration by its URI."""
    there = {
        item["IntegrationUri"]: item["IntegrationId"]
        for item in gateway.get_integrations(ApiId=api_id, MaxResults="500")["Items"]
    }
    for operation in _operations(body).values():
        declared = operation[_INTEGRATION]
        if declared["uri"] not in there:
            there[declared["uri"]] = gateway.create_integration(
                ApiId=api_id,
                IntegrationType="AWS_PROXY",
                IntegrationUri=declared["uri"],
                PayloadFormatVersion=declared.get("payloadFormatVersion", "2.0"),
            )["IntegrationId"]
    return there


def _routes(
    gateway: Any,
    api_id: str,
    body: dict[str, Any],
    authorizers: dict[str, str],
    integrations: dict[str, str],
) -> None:
    there = {
        item["RouteKey"]: item
        for item in gateway.get_routes(ApiId=api_id, MaxResults="500")["Items"]
    }
    wanted = _operations(body)
    for key, operation in wanted.items():
        settings: dict[str, Any] = {
            "Target": f"integrations/{integrations[operation[_INTEGRATION]['uri']]}",
            "AuthorizationType": "NONE",
        }
        for requirement in operation.get("security", []):
            ((name, scopes),) = requirement.items()
            settings |= {
                "AuthorizationType": "JWT",
                "AuthorizerId": authorizers[name],
                "AuthorizationScopes": scopes,
            }
        found = there.get(key)
        if found is None:
            gateway.create_route(ApiId=api_id, RouteKey=key, **settings)
        elif any(
            (found.get(member) or None) != (value or None) for member, value in settings.items()
        ):
            gateway.update_route(ApiId=api_id, RouteId=found["RouteId"], **settings)
    for key, found in there.items():
        if key not in wanted:
            gateway.delete_route(ApiId=api_id, RouteId=found["RouteId"])


def _operations(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the operations of an OpenAPI body by route key, such as `GET /v1/customers`."""
    return {
        f"{'ANY' if method.startswith('x-') else method.upper()} {path}": operation
        for path, methods in body.get("paths", {}).items()
        for method, operation in methods.items()
        if method in _METHODS
    }


def _capitalised(cors: dict[str, Any]) -> dict[str, Any]:
    """Return OpenAPI's camelCase CORS settings as the API spells them."""
    return {name[0].upper() + name[1:]: value for name, value in cors.items()}

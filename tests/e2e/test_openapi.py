"""The running API answers as docs/openapi.json says, whatever it is asked; and never with a 5xx."""

import json
from dataclasses import dataclass
from itertools import product
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import urllib3

from mteja_local.place import ROOT
from mteja_local.signing import shopify_headers
from tests import openapi

_SAMPLE = ROOT / "tests/samples/webhooks/shopify/order_fulfilled.json"
_NOBODY = "cus_01JZZZZZZZZZZZZZZZZZZZZZZZ"
_ODD = (
    *(
        "",
        " ",
        "0",
        "-1",
        "201",
        "null",
        "%",
        "+",
        "#",
        "\x00",
        "\x1f",
        "\x7f",
        "'",
        '"',
        "é",
        "😀",
    ),
    *(
        "a@",
        "@example.com",
        "+0",
        "cus_",
        "CUSTOMER#x",
        "..",
        "../customers",
        "[]",
        "{}",
        "A" * 3_000,
    ),
)
# Nothing, dots and slashes make another path of one.
_ODD_IN_A_PATH = tuple(value for value in _ODD if value and ".." not in value)
_ODD_BODIES = (
    *(b"", b" ", b"{", b"null", b"[]", b"{}", b'""', b"\xff\xfe", b'{"customer": null}'),
    *(b'{"customer": 1}', b'{"customer": "\\u0000"}', b'{"customer": "x", "more": 1}'),
    *(b"[" * 5_000, b'{"customer": "%s"}' % _NOBODY.encode()),
)
_STAFF = [
    (method, path, operation)
    for method, path, operation in openapi.operations()
    if operation["security"] == [{"staffToken": []}]
]
_each_staff_route = pytest.mark.parametrize(
    ("method", "path", "operation"), _STAFF, ids=[it["operationId"] for _, _, it in _STAFF]
)


@dataclass(frozen=True)
class Api:
    """The running API, to which every answer is held."""

    root: str
    token: str

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        signed_in: bool = True,
    ) -> tuple[int, Any]:
        """Return status and body. Fails where the answer is not documented, or a 5xx."""
        sent = {"Authorization": f"Bearer {self.token}"} if signed_in else {}
        answer = urllib3.request(
            method,
            self.root + path,
            body=body,
            headers=sent | (headers or {}),
            redirect=False,
            timeout=60,  # its own is 3 s, and the first call of a function takes its time
        )
        told = json.loads(answer.data)
        assert answer.status < 500, (method, path, body)
        bare = path.partition("?")[0]
        assert openapi.misfits(method, bare, answer.status, answer.headers, told) == []
        return answer.status, told


@pytest.fixture(scope="module")
def api(stack: dict[str, Any], staff_token: str) -> Api:
    return Api(stack["api"]["path_url"], staff_token)


@pytest.fixture(scope="module")
def customer(api: Api, stack: dict[str, Any]) -> str:
    """Somebody whose order has come."""
    body = _SAMPLE.read_bytes()
    source = stack["sources"]["shopify-demo"]
    headers = shopify_headers(
        body,
        secret=source["secrets"][0],
        topic="orders/create",
        shop_domain=source["shop_domain"],
    )
    status, _ = api.ask("POST", "/v1/webhooks/shopify-demo", body=body, headers=headers)
    assert status == 200
    _, found = api.ask("GET", "/v1/customers?email=foo%40example.com")
    return str(found["items"][0]["id"])


@_each_staff_route
def test_who_is_not_signed_in_gets_a_401(
    api: Api, method: str, path: str, operation: dict[str, Any]
) -> None:
    assert api.ask(method, _filled(path, _NOBODY), signed_in=False)[0] == 401


@_each_staff_route
def test_odd_values_get_a_documented_answer(
    api: Api, customer: str, method: str, path: str, operation: dict[str, Any]
) -> None:
    in_query = [it["name"] for it in operation["parameters"] if it["in"] == "query"]
    for name, value in product(in_query, _ODD):
        api.ask(method, f"{_filled(path, customer)}?{urlencode({name: value})}")
    if "{" in path:
        for value in _ODD_IN_A_PATH:
            api.ask(method, _filled(path, value), body=b"{}")


def test_odd_bodies_get_a_documented_answer(api: Api, customer: str) -> None:
    headers = {"If-Match": "1"}
    for method, path, operation in _STAFF:
        for body in _ODD_BODIES if "requestBody" in operation else ():
            status, _ = api.ask(method, _filled(path, customer), body=body, headers=headers)
            assert 400 <= status < 500, (path, body)


def test_odd_headers_get_a_documented_answer(api: Api, customer: str) -> None:
    for method, path, operation in _STAFF:
        names = [it["name"] for it in operation["parameters"] if it["in"] == "header"]
        for name, value in product(names, ("", " ", "x" * 300, "é", "\t", "-1", "*")):
            headers = {name: value}
            api.ask(method, _filled(path, customer), body=b"{}", headers=headers)


def test_odd_webhooks_are_refused(api: Api, stack: dict[str, Any]) -> None:
    for source, body in product(stack["sources"], _ODD_BODIES):
        assert api.ask("POST", f"/v1/webhooks/{source}", body=body)[0] == 401
    for value in _ODD_IN_A_PATH:
        assert api.ask("POST", _filled("/v1/webhooks/{source}", value), body=b"{}")[0] == 404


def _filled(path: str, value: str) -> str:
    """Return a path with a value in the place of its parameter."""
    before, brace, after = path.partition("{")
    return before + quote(value, safe="") + after.partition("}")[2] if brace else path

"""The public forms in tests, in the account in which staff work."""

import json
from typing import Any

import pytest

from tests import kit


class Web:
    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        patch.setenv("FORM_REQUESTS_PER_MINUTE", "100000")
        self._app = kit.handler("forms")
        patch.setattr(self._app, "FLOOR_S", 0)

    def ask(self, form: str, token: str | None = None) -> dict[str, Any]:
        answer: dict[str, Any] = self._call("GET", form, b"", token)[1]
        return answer

    def post(self, form: str, token: str | None = None, **fields: Any) -> tuple[int, Any]:
        return self._call("POST", form, kit.raw(fields), token)

    def _call(self, method: str, form: str, body: bytes, token: str | None) -> tuple[int, Any]:
        headers = {"Content-Type": "application/json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        event = kit.http_event(
            method,
            f"/v1/forms/{form}",
            body=body,
            headers=headers,
            path_parameters={"form": form},
        )
        response = self._app.lambda_handler(event, None)
        return response["statusCode"], json.loads(response["body"])

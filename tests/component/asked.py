"""The function `surveys` as those who answer see it, and what it stored."""

import json
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from mteja.customers.items import InteractionItem
from mteja.http.limits import Limit
from mteja.recording.record import Recorder
from mteja.store.wire import Item
from mteja.surveys.visitors import Service
from tests import blanks, kit, openapi, questions
from tests.component.conftest import Answer
from tests.fakes.memory import table_of

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@dataclass
class Surveys:
    """No time passes by itself."""

    app: ModuleType
    recorder: Recorder
    now_ms: int = kit.NOW_MS
    address: str = "192.0.2.1"
    agent: str = "a browser"

    def ask(self, path: str, headers: dict[str, str] | None = None, **query: str) -> Answer:
        return self._invoke("GET", path, query=query, headers=headers)

    def send(self, body: Any, survey: str = "satisfaction", **headers: str) -> Answer:
        """Send JSON, as a program does. `idempotency_key="x"` is a header."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"content-type": "application/json"} | named
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self._invoke("POST", f"/v1/surveys/{survey}/responses", body=content, headers=sent)

    def answer(self, answers: dict[str, Any], survey: str = "satisfaction", **more: Any) -> str:
        """Send answers that must be taken; return the id of the response."""
        answer = self.send({"answers": answers} | more, survey)
        assert answer.status == 202, answer
        return str(answer.body["response_id"])

    def browse(
        self,
        values: list[tuple[str, str]],
        survey: str = "satisfaction",
        query: dict[str, str] | None = None,
        **headers: str,
    ) -> Answer:
        """Send a form as a browser does."""
        return self._invoke(
            "POST",
            f"/v1/surveys/{survey}/responses",
            body=blanks.urlencoded(values),
            headers={"content-type": blanks.URLENCODED} | BROWSER | headers,
            query=query,
        )

    def follow(self, answer: Answer, survey: str = "satisfaction") -> Answer:
        """Go where a 303 leads."""
        assert answer.status == 303, answer
        where = urlsplit(answer.headers["location"])
        thanks = "/thanks" if where.path.endswith("/thanks") else ""
        return self.ask(f"/surveys/{survey}{thanks}", None, **dict(parse_qsl(where.query)))

    def _invoke(self, method: str, path: str, **how: Any) -> Answer:
        survey = path.split("/surveys/")[1].split("/")[0]
        event = kit.http_event(method, path, path_parameters={"survey": survey}, **how)
        event["requestContext"]["http"]["sourceIp"] = self.address
        event["headers"]["user-agent"] = self.agent
        response = self.app.lambda_handler(event, None)
        headers = response["headers"]
        body = json.loads(response["body"]) if "json" in headers.get("content-type", "") else None
        answer = Answer(response["statusCode"], headers, response["body"], body)
        if body is not None:
            assert openapi.misfits(method, path, answer.status, headers, body) == []
        return answer

    def declare(self, *asked: dict[str, Any], **of_survey: Any) -> None:
        """Have one survey, `made-up`, instead of the demonstration's."""
        surveying = questions.declared(*asked, **of_survey)
        service = Service(self.recorder, surveying, lambda: blanks.ASKING)
        self.app.SURVEYS = service  # type: ignore[attr-defined]

    @property
    def items(self) -> list[Item]:
        return table_of(self.recorder).items()

    def entries(self, kind: str = "survey") -> list[InteractionItem]:
        """Return the entries of customers' timelines of a kind."""
        found = [one for one in self.stored("CUSTOMER#") if one.get("kind") == kind]
        return [InteractionItem.model_validate(one) for one in found]

    def stored(self, prefix: str) -> list[Item]:
        """Return the items whose partition begins so."""
        return [one for one in self.items if str(one["pk"]).startswith(prefix)]


def surveys_of(app: ModuleType, recorder: Recorder, patch: pytest.MonkeyPatch) -> Surveys:
    made = Surveys(app, recorder)
    patch.setattr(app, "SURVEYS", Service(recorder, questions.SURVEYING, lambda: blanks.ASKING))
    patch.setattr(app, "FLOOR_S", 0.0)
    patch.setattr(app, "LIMIT", Limit(1_000_000))
    patch.setattr(app, "now_ms", lambda: made.now_ms)
    return made

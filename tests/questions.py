"""Builders of surveys: the demonstration's, and made up ones."""

from typing import Any

from mteja.business.compile import read
from mteja.business.file import part
from mteja.business.surveys import Surveying
from mteja.surveys.definition import Definition, definition
from tests import blanks, kit

SURVEYING = part(read(kit.ROOT / "layers/business/business.yaml"), Surveying)
ANSWERS: dict[str, Any] = {
    "recommend": 9,
    "why": "You mended my lamp",
    "heard_from": "friend",
    "reasons": ["quality", "price"],
}


def survey(survey_id: str = "satisfaction") -> Definition:
    return definition(survey_id, SURVEYING, blanks.ASKING, "web")


def declared(*questions: dict[str, Any], **of_survey: Any) -> Surveying:
    """Return a survey `made-up` of these questions, each with a label if it has none."""
    asked = [
        ({} if one["kind"] == "field" else {"label": one["id"].capitalize()}) | one
        for one in questions
    ]
    whole = {"id": "made-up", "title": "Made up", "purpose": "relationship", "questions": asked}
    return Surveying.model_validate({"surveys": [whole | of_survey]})


def asking(*questions: dict[str, Any], **of_survey: Any) -> Definition:
    return definition("made-up", declared(*questions, **of_survey), blanks.ASKING, "web")

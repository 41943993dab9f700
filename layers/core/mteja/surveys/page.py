"""Hosted pages of surveys: one question at a time, kept after each, and gone on with from any
device where the invitation is, or from the page's address.

Texts that were given before are sealed, and so not shown again: left empty, they stay.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from mteja.business.forms import text_in
from mteja.errors import InvalidInput
from mteja.forms.fields import Fill
from mteja.forms.submission import LANGUAGE, TRAP
from mteja.http.request import Request
from mteja.pages.catalogues import catalogue, marked
from mteja.pages.headers import Policy
from mteja.pages.responses import page, problem_page, see_other
from mteja.pages.visit import Visit, visit
from mteja.surveys import flow
from mteja.surveys.answers import Value
from mteja.surveys.definition import AskedQuestion
from mteja.surveys.fields import question_fields
from mteja.surveys.intake import SurveyTaken
from mteja.surveys.invitations import response_token
from mteja.surveys.standing import Standing
from mteja.surveys.visitors import INVITATION, RESPONSE, Service, Visitor

ASSETS = "/assets"
_QUESTION, _THANKS = "survey.html", "survey-thanks.html"
_PUT = "_question"
_IN_PAGE = {TRAP: marked("Field for robots")}


def question_page(
    visitor: Visitor,
    *,
    put: str | None = None,
    sent: Mapping[str, object] | None = None,
    faults: Sequence[InvalidInput] = (),
) -> dict[str, Any]:
    """Return the page of one question: `put`, or the first that is open. `sent` and `faults`: what
    was typed, and what is wrong with it. Raises LinkUsed for an answer that can't be changed."""
    standing, language = visitor.standing(), visitor.language
    survey = visitor.asked
    ways = list(flow.reached(survey, standing.answers))
    asked = next((one for one in ways if one.id == put), None) or _open(ways, standing)
    values: dict[str, Any] = {
        "survey": survey.id,
        "title": text_in(survey.survey.title, language),
        "intro": None,
        "answered": standing.item is not None and standing.item.finished,
        "nothing_to_ask": asked is None,
    }
    if asked is not None:
        number = ways.index(asked) + 1
        back = flow.before(survey, standing.answers, asked.id)
        values |= {
            "asked": _field(visitor, asked, standing, sent, faults),
            "intro": text_in(survey.survey.intro, language) if number == 1 else None,
            "others": _others(visitor, asked, faults),
            "number": number,
            "total": len(ways),
            "last": number == len(ways),
            "written": asked.id in standing.texts,
            "back": None if back is None else _address(visitor, standing.response, back),
            "trap": TRAP,
            "trapped": any(fault.field == TRAP for fault in faults),
            "own": _own(visitor, standing.response, asked),
        }
    seen = _visit(visitor)
    if asked is not None and visitor.request.method == "POST":
        seen = seen.at(_path(survey.id), **_where(visitor, standing.response, asked.id))
    status = 422 if faults else 200
    return page(seen, _QUESTION, values, status=status, policy=_policy(visitor))


def lead_on(visitor: Visitor, taken: SurveyTaken, put: str | None) -> dict[str, Any]:
    """Return the redirect to the next question, or to the page of thanks."""
    following = None if put is None else flow.after(visitor.asked, taken.answers, put)
    if following is not None:
        return see_other(_address(visitor, taken.response, following))
    where = f"{_path(visitor.survey.id)}/thanks"
    return see_other(_visit(visitor).url(where, lang=visitor.language))


def thanks_page(visitor: Visitor) -> dict[str, Any]:
    """Return the page that the last answer leads to."""
    values = {
        "thanks": text_in(visitor.survey.survey.thanks, visitor.language),
        "anonymous": visitor.survey.anonymous,
    }
    return page(_visit(visitor), _THANKS, values, policy=_policy(visitor))


def refusal(error: Exception, request: Request, service: Service) -> dict[str, Any]:
    """Return the page that says what an error means."""
    business = service.within.business
    policy = Policy(tuple(business.allowed_origins))
    seen = visit(request, business, assets=ASSETS)
    if request.method == "POST":
        seen = seen.at(_path(request.path_parameters.get("survey", "")))
    return problem_page(seen, error, policy=policy)


def _path(survey: str) -> str:
    return f"/surveys/{survey}"


def _open(ways: Sequence[AskedQuestion], standing: Standing) -> AskedQuestion | None:
    """Return the question that is put first: the one after the last that was answered; of an answer
    that is whole, the first."""
    said = [
        place
        for place, one in enumerate(ways)
        if one.id in standing.answers or one.id in standing.texts
    ]
    after = said[-1] + 1 if said else 0
    if standing.item is not None and standing.item.finished:
        after = 0
    return next(iter([*ways[after:], *ways]), None)


def _field(
    visitor: Visitor,
    asked: AskedQuestion,
    standing: Standing,
    sent: Mapping[str, object] | None,
    faults: Sequence[InvalidInput],
) -> dict[str, Any]:
    """Return a question as the macros of fields take it."""
    typed = sent if sent is not None else _told(asked, standing.answers.get(asked.id))
    survey, business = visitor.survey.only(asked), visitor.service.within.business
    fill = Fill(survey, visitor.language, business, visitor.now, typed, faults)
    (field,) = question_fields(survey, fill, standing.response)
    return field


def _told(asked: AskedQuestion, value: Value) -> dict[str, object]:
    """Return an answer as it was typed."""
    if asked.question.kind == "ranking" and isinstance(value, tuple):
        return {asked.id: {option: place for place, option in enumerate(value, 1)}}
    if isinstance(value, tuple):
        return {asked.id: list(value)}
    return {} if value is None else {asked.id: value}


def _others(
    visitor: Visitor, asked: AskedQuestion, faults: Sequence[InvalidInput]
) -> list[dict[str, Any]]:
    texts = catalogue(visitor.language)
    business, survey = visitor.service.within.business, visitor.survey.only(asked)
    fill = Fill(survey, visitor.language, business, visitor.now, {}, faults)
    return fill.others({name: texts.gettext(text) for name, text in _IN_PAGE.items()})


def _own(visitor: Visitor, response: str, asked: AskedQuestion) -> dict[str, str]:
    """Return what the page sends along."""
    own = {_PUT: asked.id, LANGUAGE: visitor.language}
    if visitor.token is not None:
        own[INVITATION] = visitor.token
    if visitor.person is None:
        own[RESPONSE] = _going_on(visitor, response)
    return own


def _address(visitor: Visitor, response: str, question: str) -> str:
    """Return the address of a question. An anonymous invitation is not carried on: it is used."""
    where = _where(visitor, response, question)
    return _visit(visitor).url(_path(visitor.survey.id), **where, lang=visitor.language)


def _where(visitor: Visitor, response: str, question: str) -> dict[str, str]:
    if visitor.person is not None and visitor.token is not None:
        return {"q": question, "t": visitor.token}
    return {"q": question, "r": _going_on(visitor, response)}


def _going_on(visitor: Visitor, response: str) -> str:
    if visitor.going_on is not None:
        return visitor.going_on
    index = visitor.service.within.vault.index
    return response_token(visitor.survey, response, visitor.now, index)


def _visit(visitor: Visitor) -> Visit:
    business = visitor.service.within.business
    return visit(visitor.request, business, assets=ASSETS, preferred=visitor.language)


def _policy(visitor: Visitor) -> Policy:
    """The owner's sites may show the page in a frame."""
    return Policy(tuple(visitor.service.within.business.allowed_origins))

"""`/v1/surveys/{survey}` and `/surveys/{survey}`: surveys on the web, for browsers and programs.

A program sends a whole answer as JSON, a form of the owner's site as its fields; the hosted page
one question at a time. Pages are imported where one is shown.
"""

import os
from collections.abc import Mapping
from typing import Any

from mteja.errors import InvalidInput, faults_of
from mteja.forms.guard import check_trap
from mteja.forms.submission import LANGUAGE, TRAP, Submission, is_browser, read_submission
from mteja.http.headers import idempotency_key
from mteja.http.problems import answer, problem_of
from mteja.http.request import Request
from mteja.surveys import shown
from mteja.surveys.intake import SurveyTaken, take
from mteja.surveys.order import order
from mteja.surveys.visitors import INVITATION, RESPONSE, Service, Visitor, guest, visitor

_API = "/v1/"
QUESTION, CHANNEL = "_question", "_channel"
"""Which question a page put; where the answer was given."""
OWN = frozenset({QUESTION, CHANNEL, INVITATION, RESPONSE, LANGUAGE, TRAP})
_PARTS = {"answers", "invitation", "channel", "shown"}
NOT_ANSWERS = "an object of answers by question"
NOT_TEXT = "must be text"
UNKNOWN_PART = "answers, invitation, channel and shown can be said"


def respond(
    request: Request, service: Service, now: int
) -> tuple[dict[str, Any], SurveyTaken | None]:
    """Answer one request; return what was taken, if it was an answer.

    Raises errors of the domain: `refused` makes their answer.
    """
    if request.method == "POST":
        return _taken(request, service, now)
    if request.path.endswith("/thanks"):
        from mteja.surveys import page

        return page.thanks_page(guest(_survey(request), request, service, now)), None
    who = visitor(_survey(request), request, service, now)
    if request.path.startswith(_API):
        seed = who.response or os.urandom(8).hex()
        return answer(200, shown.survey(who.asked, who.language, seed)), None
    from mteja.surveys import page

    return page.question_page(who, put=request.query.get("q")), None


def refused(error: Exception, request: Request | None, service: Service) -> dict[str, Any]:
    """Return the answer that an error means: a page for a browser, problem details for others."""
    if request is None or not _shows_pages(request):
        return problem_of(error)
    from mteja.surveys import page

    return page.refusal(error, request, service)


def _shows_pages(request: Request) -> bool:
    if request.method == "POST":
        return is_browser(request.headers)
    return not request.path.startswith(_API)


def _survey(request: Request) -> str:
    return request.path_parameters.get("survey", "")


def _taken(
    request: Request, service: Service, now: int
) -> tuple[dict[str, Any], SurveyTaken | None]:
    submission = read_submission(request.body, request.headers, OWN)
    if not _is_flat(request):
        submission, orders = _of_program(submission)
    else:
        orders = {}
    who = visitor(_survey(request), request, service, now, submission.own)
    put = submission.own.get(QUESTION)
    try:
        taken = _accept(who, submission, orders, put)
    except Exception as error:
        faults = faults_of(error)
        if not faults or not is_browser(request.headers):
            raise
        from mteja.surveys import page

        return page.question_page(who, put=put, sent=submission.values, faults=faults), None
    if submission.html:
        from mteja.surveys import page

        return page.lead_on(who, taken, put), taken
    return answer(202, {"response_id": taken.response}), taken


def _accept(
    who: Visitor, submission: Submission, orders: Mapping[str, object], put: str | None
) -> SurveyTaken:
    check_trap(submission.own)
    survey = who.taken
    key = idempotency_key(who.request.headers)
    sender = who.sender(submission.own.get(CHANNEL) or None, key)
    asked = None if put is None else survey.question(put)
    if asked is not None and who.response is not None:
        orders = {asked.id: order(asked, who.response)} if asked.question.shuffled else {}
    return take(
        survey,
        submission.values,
        sender,
        within=who.service.within,
        shown=orders,
        seen=None if asked is None else (asked.id,),
    )


def _is_flat(request: Request) -> bool:
    return "json" not in request.headers.get("content-type", "").partition(";")[0].lower()


def _of_program(sent: Submission) -> tuple[Submission, Mapping[str, object]]:
    """Return what a program sent as a form sends it, and in which order it showed options. Raises
    InvalidInput."""
    if set(sent.values) - _PARTS:
        raise InvalidInput("body", UNKNOWN_PART)
    parts: dict[str, Mapping[str, object]] = {}
    for name in ("answers", "shown"):
        told = sent.values.get(name, {})
        if not isinstance(told, dict):
            raise InvalidInput(name, NOT_ANSWERS)
        parts[name] = told
    own: dict[str, str] = {}
    for name, as_own in (("invitation", INVITATION), ("channel", CHANNEL)):
        value = sent.values.get(name)
        if value is not None and not isinstance(value, str):
            raise InvalidInput(name, NOT_TEXT)
        if value:
            own[as_own] = value
    return Submission(parts["answers"], own, html=False), parts["shown"]

"""Routes to answer surveys at the counter or by telephone, and to invite to them."""

from aws_lambda_powertools.event_handler import Response

from mteja.business import asking, surveying
from mteja.http.headers import idempotency_key
from mteja.pages import languages
from mteja.staff import surveys
from mteja.staff.bodies import Answers, SetOfLinks, SurveyToAnswer
from mteja.staff.parsing import from_json
from mteja.staff.responding import by_staff, done, query, request, router
from mteja.staff.surveys import Surveys


@router.post("/v1/staff/surveys/<survey>")
def fill_in_survey(survey: str) -> Response[str]:
    by = _surveys()
    sent = request()
    asked = query("mode", "location", "customer", "channel", "lang")
    body = from_json(Answers, sent.body)
    offered = by.within.business.languages
    taken = by.fill_in(
        survey,
        body.answers,
        body.shown,
        mode=asked.get("mode", "staff"),
        language=languages.choose(asked.get("lang"), sent.headers.get("accept-language"), offered),
        channel=asked.get("channel"),
        customer=asked.get("customer"),
        location=asked.get("location"),
        key=idempotency_key(sent.headers),
    )
    told = {"response_id": taken.response, "customer": taken.customer}
    return done(201, surveys.FILL_IN, told)


@router.post("/v1/customers/<customer>/survey-links")
def invite_customer(customer: str) -> Response[str]:
    by = _surveys()
    body = from_json(SurveyToAnswer, request().body)
    return done(201, surveys.LINK, by.link(customer, body.survey))


@router.post("/v1/surveys/<survey>/links")
def make_anonymous_links(survey: str) -> Response[str]:
    by = _surveys()
    body = from_json(SetOfLinks, request().body)
    return done(201, surveys.LINKS, by.links(survey, body.count))


def _surveys() -> Surveys:
    return by_staff(lambda viewer, within, now: Surveys(viewer, within, now, surveying(), asking()))

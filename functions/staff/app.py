"""The staff's API, behind the JWT authorizer, and the pages of `/staff`, which verify sessions.

Whoever reads a person here was noted in the audit trail before the answer left.
"""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError

from mteja import starting
from mteja.config import settings
from mteja.errors import NotFound
from mteja.http.problems import problem_of
from mteja.observing import log_refusal, logger
from mteja.staff.pages import routes as pages
from mteja.staff.responding import SERVICE, as_response, routed
from mteja.staff.routes import router

LOG = logger(SERVICE)
APP = APIGatewayHttpResolver()
APP.include_router(router)
settings()  # what is missing is missed at start and not on a customer


@APP.not_found
def no_such_path(_: NotFoundError) -> Response[str]:
    return as_response(problem_of(NotFound("path")))


@APP.exception_handler(Exception)  # type: ignore[untyped-decorator]
def refuse(error: Exception) -> Response[str]:
    problem = problem_of(error)
    log_refusal(LOG, error, problem)
    return as_response(problem)


starting.ready()


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    if event.get("rawPath", "").startswith(pages.ROOT):
        return pages.answer(event)
    return APP.resolve(routed(event), context)

"""Responses of an HTTP API that carry a page, or lead to one."""

from collections.abc import Sequence
from typing import Any

from mteja import errors
from mteja.http.problems import problem_of
from mteja.pages.catalogues import marked
from mteja.pages.headers import CLOSED, Policy, security
from mteja.pages.visit import Visit

PUBLIC_FRAME = "public.html"
_PROBLEM = "problem.html"

_SAID: dict[int, tuple[str, str]] = {
    400: (
        marked("We could not read that"),
        marked("Please go back and try once more."),
    ),
    401: (
        marked("This link does not open anything any more"),
        marked("It may be too old, or cut off. Ask for a new one, or open it from the message."),
    ),
    403: (
        marked("This is not open to you"),
        marked("If you think that it should be, ask the owner of the business."),
    ),
    404: (
        marked("There is no such page"),
        marked("It may have moved, or the address may be mistyped."),
    ),
    409: (
        marked("Something has changed meanwhile"),
        marked("Please go back, look again, and try once more."),
    ),
    413: (
        marked("That is too much at once"),
        marked("Please go back and shorten what you entered."),
    ),
    415: (
        marked("We could not read that"),
        marked("Please go back and try once more."),
    ),
    422: (
        marked("Something in that is not right"),
        marked("Please go back and look over what you entered."),
    ),
    429: (
        marked("That was too often"),
        marked("Please wait a little and try once more."),
    ),
    503: (
        marked("We are busy"),
        marked("Please try again in a few seconds."),
    ),
}
_SAID_OF_LINKS: dict[type[Exception], tuple[str, str]] = {
    errors.LinkUsed: (
        marked("This link has been used"),
        marked("It was good for one time. Thank you, nothing more is to be done."),
    ),
    errors.LinkExpired: (
        marked("This link is too old"),
        marked("Ask the business for a new one."),
    ),
    errors.BadSignature: (
        marked("This link does not work"),
        marked("Please open it once more from the message, or ask the business for a new one."),
    ),
}
_FOR_EVERYBODY = ("/forms/", "/surveys/")
_TOKEN = "t"  # noqa: S105 - the parameter that holds one
_ON_OUR_SIDE = (
    marked("Something went wrong on our side"),
    marked("It is not your fault. Please try again later."),
)


def page(
    visit: Visit,
    template: str,
    values: dict[str, Any],
    *,
    status: int = 200,
    policy: Policy = CLOSED,
    cookies: Sequence[str] = (),
    headers: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Return a response with a page. `cookies` are whole Set-Cookie values."""
    from mteja.pages.rendering import render

    shown = {
        "content-type": "text/html; charset=utf-8",
        "content-language": visit.language,
        "vary": "accept-language, cookie",
    }
    if not _is_for_everybody(visit):
        shown["x-robots-tag"] = "noindex"
    return {
        "statusCode": status,
        "headers": shown | security(policy) | (headers or {}),
        "cookies": list(cookies),
        "body": render(template, visit, values),
    }


def _is_for_everybody(visit: Visit) -> bool:
    """Whether search engines may list a page: a form or survey that is over nobody's own link.
    Whoever shares the address of another does not mean the whole world."""
    return visit.path.startswith(_FOR_EVERYBODY) and _TOKEN not in visit.query


def see_other(address: str, *, cookies: Sequence[str] = ()) -> dict[str, Any]:
    """Return a response that leads to another page, to be read with GET."""
    headers = {"location": address} | security()
    return {"statusCode": 303, "headers": headers, "cookies": list(cookies), "body": ""}


def problem_page(
    visit: Visit,
    error: Exception,
    *,
    frame: str = PUBLIC_FRAME,
    values: dict[str, Any] | None = None,
    policy: Policy = CLOSED,
    cookies: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the page that says what an error means, with the status that the API would give it.

    `frame` is the template around it, `values` are what that template needs.
    """
    told = problem_of(error)
    status = int(told["statusCode"])
    of_link = _SAID_OF_LINKS.get(type(error))
    title, advice = of_link or _SAID.get(status, _ON_OUR_SIDE)
    again = told["headers"].get("retry-after")
    return page(
        visit,
        _PROBLEM,
        (values or {}) | {"frame": frame, "title": title, "advice": advice},
        status=status,
        policy=policy,
        cookies=cookies,
        headers={"retry-after": again} if again else None,
    )

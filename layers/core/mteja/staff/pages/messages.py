"""What customers are written: every template as it reads in the language of the page.

For those who write to customers or speak with them: not for analysts.
"""

from mteja.business.load import mailing
from mteja.mail.letters import Letter
from mteja.mail.messages import TEMPLATES
from mteja.mail.preview import preview
from mteja.pages.headers import Policy, security
from mteja.staff.access import may_see_persons
from mteja.staff.pages.asking import Ask, Response

_SECTION = "forms"
# A mail carries its style in itself: no program that shows mail reads a file beside it.
_AS_MAIL = Policy(also={"style-src": ("'unsafe-inline'",), "sandbox": ()})


def show_all(ask: Ask) -> Response:
    """Answer `GET /staff/messages/preview`. Raises NotAllowed."""
    may_see_persons(ask.session.caller)
    return ask.page("staff/messages.html", _SECTION, templates=list(TEMPLATES), letter=None)


def show(ask: Ask) -> Response:
    """Answer `GET /staff/messages/preview/{template}`. Raises NotAllowed, NotFound."""
    letter = _letter(ask)
    return ask.page(
        "staff/messages.html",
        _SECTION,
        templates=list(TEMPLATES),
        shown=ask.parts["template"],
        letter=letter,
    )


def show_html(ask: Ask) -> Response:
    """Answer `GET /staff/messages/preview/{template}/html`: the mail itself.

    Raises NotAllowed, NotFound.
    """
    headers = {"content-type": "text/html; charset=utf-8"} | security(_AS_MAIL)
    return {"statusCode": 200, "headers": headers, "body": _letter(ask).html}


def _letter(ask: Ask) -> Letter:
    may_see_persons(ask.session.caller)
    mail = mailing().mail
    return preview(ask.parts["template"], ask.visit.language, ask.business.name, mail)

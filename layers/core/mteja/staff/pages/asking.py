"""What the staff pages are made of: somebody who is signed in asks, and a page answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mteja.http.request import Request
from mteja.pages import answers
from mteja.pages.visit import Visit
from mteja.recording.record import recorder
from mteja.staff.access import ANALYST, OWNER, STAFF, may_see_persons
from mteja.staff.customers import Desk
from mteja.staff.pages.forgery import FIELD
from mteja.staff.pages.session import Session
from mteja.times import now_ms

FRAME = "staff/frame.html"
_GROUPS = (OWNER, STAFF, ANALYST)

type Response = dict[str, Any]


@dataclass(frozen=True)
class Ask:
    """One request of somebody who is signed in. `form` holds the fields of a POST, `parts` the
    variable parts of the path."""

    request: Request
    visit: Visit
    session: Session
    form: Mapping[str, str] = field(repr=False)
    parts: Mapping[str, str]

    def desk(self) -> Desk:
        """Return the desk of whoever asks. Raises NotAllowed for who may not see persons."""
        may_see_persons(self.session.caller)
        return Desk(self.session.caller.viewer, recorder(), now_ms())

    def page(self, template: str, section: str, *, status: int = 200, **values: Any) -> Response:
        """Return a page in the staff's frame. `section` is the entry of the menu that it is under."""
        return answers.page(
            self.visit,
            template,
            values | self.frame(section),
            status=status,
            cookies=self.session.new_cookies,
        )

    def see_other(self, path: str) -> Response:
        """Return a response that leads to another page."""
        return answers.see_other(self.visit.url(path), cookies=self.session.new_cookies)

    def problem(self, error: Exception) -> Response:
        """Return the page that says what an error means."""
        return answers.problem_page(
            self.visit,
            error,
            frame=FRAME,
            values=self.frame(""),
            cookies=self.session.new_cookies,
        )

    def frame(self, section: str) -> dict[str, Any]:
        """Return what the frame's template needs."""
        who = self.session.caller
        return {
            "section": section,
            "email": self.session.email,
            "groups": [group for group in _GROUPS if group in who.groups],
            "sees_persons": bool(who.groups & {OWNER, STAFF}),
            "token_field": FIELD,
            "token": self.session.form_token,
        }

"""What the staff pages are made of: somebody who is signed in asks, and a page answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from mteja.audit import Viewer
from mteja.business.load import rewards
from mteja.business.model import Business
from mteja.http.request import Request
from mteja.observing import count
from mteja.pages import responses
from mteja.pages.visit import Visit
from mteja.privacy.queue import send_erasure
from mteja.recording.record import Recorder, recorder
from mteja.staff.access import ANALYST, OWNER, STAFF, may_see_persons, sees_persons
from mteja.staff.changes import Changes
from mteja.staff.customers import Answer, Desk
from mteja.staff.pages import words
from mteja.staff.pages.forgery import FIELD
from mteja.staff.pages.session import Session
from mteja.times import now_ms

if TYPE_CHECKING:
    from mteja.pages.formats import Formats

SERVICE = "staff"
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

    @property
    def business(self) -> Business:
        return recorder().business

    def at(self, page: str, /, **query: str | None) -> "Ask":
        """Return the request with the address of the page that it shows (Visit.at)."""
        return replace(self, visit=self.visit.at(page, **query))

    def by_staff[T](self, use_case: Callable[[Viewer, Recorder, int], T]) -> T:
        """Return a use-case for whoever asks. Raises NotAllowed for who may not see persons."""
        may_see_persons(self.session.caller)
        return use_case(self.session.caller.viewer, recorder(), now_ms())

    def desk(self) -> Desk:
        """Return what may be looked at. Raises NotAllowed."""
        return self.by_staff(Desk)

    def changes(self) -> Changes:
        """Return what may be changed of persons. Raises NotAllowed."""
        return self.by_staff(lambda viewer, within, now: Changes(viewer, within, now, send_erasure))

    def told(self, answer: Answer) -> dict[str, Any]:
        """Return what was answered, and count what of it did not open."""
        if answer.unreadable:
            count(SERVICE, "Unreadable", answer.unreadable)
        return answer.body

    def page(self, template: str, section: str, *, status: int = 200, **values: Any) -> Response:
        """Return a page in the staff's frame. `section` is the menu's entry that it is under."""
        return responses.page(
            self.visit,
            template,
            values | self.frame(section) | {"show": self._formats()},
            status=status,
            cookies=self.session.new_cookies,
        )

    def _formats(self) -> "Formats":
        from mteja.pages.formats import Formats

        return Formats(self.visit.language, self.business.time_zone)

    def see_other(self, path: str, **parameters: str) -> Response:
        """Return a response that leads to another page."""
        address = self.visit.url(path, **parameters)
        return responses.see_other(address, cookies=self.session.new_cookies)

    def problem(self, error: Exception) -> Response:
        """Return the page that says what an error means."""
        return responses.problem_page(
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
            "sees_persons": sees_persons(who),
            "sees_reports": bool(who.groups & {OWNER, STAFF, ANALYST}),
            "sees_settings": OWNER in who.groups,
            "sees_rewards": sees_persons(who) and rewards() is not None,
            "word": words.word(self.visit.language),
            "token_field": FIELD,
            "token": self.session.form_token,
        }

"""A tablet that staff hand over to customers, with a clock of its own."""

from typing import Any

import pytest

from tests import kit
from tests.component.browser import Browser, Shown
from tests.component.signed_in import Office
from tests.fakes.pool import PASSWORD

FORMS, START, ROOT = "/staff/forms", "/staff/kiosk", "/staff/kiosk/"


class Tablet:
    """One browser, and the members of staff in whose names it was started, by address."""

    def __init__(self, desk: Office, patch: pytest.MonkeyPatch) -> None:
        self.browser: Browser = desk.browser()
        self.subs: dict[str, str] = {}
        self._desk = desk
        self._patch = patch
        self.at(kit.NOW_MS)

    def at(self, now: int) -> None:
        """Let it be this moment, in epoch ms, for the server."""
        for page in ("kiosk", "held"):
            self._patch.setattr(f"mteja.staff.pages.{page}.now_ms", lambda: now)

    def hand_over(self, by: str, form: str = "in-store", location: str = "market-stall") -> Shown:
        """Sign in as somebody and start a form; return its page."""
        self.sign_in(by)
        shown = self.browser.fill_in(self.browser.get(FORMS), START, form=form, location=location)
        assert (shown.status, shown.path) == (200, f"{ROOT}{form}")
        return shown

    def sign_in(self, by: str, group: str = "staff") -> None:
        if by not in self.subs:
            self.subs[by] = self._desk.pool.add(by, group).sub
        self._desk.sign_in(self.browser, PASSWORD, by)

    def send(self, form: str, fields: dict[str, str], **more: str) -> Shown:
        """Send fields as the tablet's script does, which adds the token of the page of now."""
        token = {"_token": self.browser.cookies["__Host-form"]}
        sent = fields | token | more
        return self.browser.post(f"{ROOT}{form}", sent, accept="application/json")


def fields_of(shown: Shown) -> dict[str, str]:
    """Return the fields of the form that a tablet shows."""
    found: list[dict[str, Any]] = [one for one in shown.forms() if "kiosk/" in one["action"]]
    (form,) = found
    fields: dict[str, str] = form["fields"]
    return fields

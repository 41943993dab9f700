"""Staff at their browsers, over the mocked AWS of a test and a user pool in memory."""

from dataclasses import dataclass
from typing import Any

import pytest

from mteja.staff.pages import routes
from mteja.staff.pages.accounts import Accounts
from mteja.staff.pages.tokens import Verifier
from tests import kit
from tests.component.browser import Browser, Shown
from tests.fakes.pool import PASSWORD, POOL, Pool, public_keys

ADDRESS = "asha@shop.example"
SIGN_IN = "/staff/sign-in"


@dataclass
class Office:
    """The function `staff` and the pool that it asks."""

    app: Any
    pool: Pool

    def browser(self) -> Browser:
        return Browser(self.app)

    def signed_in(self, *groups: str) -> Browser:
        """Return the browser of somebody who has just signed in."""
        self.pool.add(ADDRESS, *groups)
        browser = self.browser()
        assert self.sign_in(browser).status == 200
        return browser

    def sign_in(
        self, browser: Browser, password: str = PASSWORD, email: str = ADDRESS, to: str = SIGN_IN
    ) -> Shown:
        return browser.fill_in(browser.get(to), SIGN_IN, email=email, password=password)


def office(patch: pytest.MonkeyPatch) -> Office:
    pool = Pool()
    cognito: Any = pool
    patch.setattr(routes, "accounts", lambda: Accounts(cognito, POOL.client_id))
    patch.setattr(routes, "verifier", lambda: Verifier(POOL, public_keys))
    return Office(kit.handler("staff"), pool)

"""Who is signed in, by the cookies of a request."""

from dataclasses import dataclass, field

from mteja.errors import NotSignedIn
from mteja.http.request import Request
from mteja.staff.access import Caller, claimed
from mteja.staff.pages import cookies, forgery
from mteja.staff.pages.accounts import Accounts, Tokens
from mteja.staff.pages.tokens import Verifier

# The pool's refresh tokens last as long (template.yaml, StaffClient).
SESSION_S = 12 * 3600


@dataclass(frozen=True)
class Session:
    """`email` is only shown. `new_cookies` go with whatever is answered."""

    caller: Caller
    email: str = field(repr=False)
    form_token: str = field(repr=False)
    new_cookies: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Sessions:
    """Tells sessions from cookies."""

    accounts: Accounts
    verifier: Verifier

    def of(self, request: Request) -> Session:
        """Return the session of a request; one whose access has run out is renewed.

        Raises NotSignedIn, and errors of AWS as they are.
        """
        access = request.cookies.get(cookies.ACCESS)
        try:
            if not access:
                raise NotSignedIn
            return self._session(request, access)
        except NotSignedIn:
            refresh = request.cookies.get(cookies.REFRESH)
            if not refresh:
                raise
        tokens = self.accounts.refresh(refresh)
        return self._session(request, tokens.access, *kept(tokens))

    def _session(self, request: Request, access: str, *new: str) -> Session:
        who = claimed(self.verifier.claims(access))
        held = forgery.token(request)
        token = held or forgery.new_token()
        if held is None:
            new = (*new, cookies.make(cookies.FORM, token))
        email = cookies.unpacked(request.cookies.get(cookies.WHO, ""))
        return Session(who, email, token, new)


def kept(tokens: Tokens) -> list[str]:
    """Return the cookies that hold tokens."""
    made = [cookies.make(cookies.ACCESS, tokens.access, tokens.expires_in_s)]
    if tokens.refresh is not None:
        made.append(cookies.make(cookies.REFRESH, tokens.refresh, SESSION_S))
    if tokens.email:
        made.append(cookies.make(cookies.WHO, cookies.packed(tokens.email), SESSION_S))
    return made


def begun(tokens: Tokens) -> list[str]:
    """Return the cookies of a session that begins: with a form token of its own."""
    return [*kept(tokens), cookies.make(cookies.FORM, forgery.new_token())]

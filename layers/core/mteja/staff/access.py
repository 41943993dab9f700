"""Who is calling, by the claims of a token that was verified, and what they may. The API's JWT
authorizer verifies those of `/v1/…`, `mteja.staff.pages.tokens` those of the pages."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mteja.audit import Viewer
from mteja.errors import NotAllowed

OWNER, STAFF, ANALYST = "owner", "staff", "analyst"
# Analysts see reports, never a person.
_SEE_PERSONS = frozenset({OWNER, STAFF})
_SEE_REPORTS = frozenset({OWNER, STAFF, ANALYST})
_SEPARATORS = re.compile(r'[\[\]\s,"]+')
# A user name may be kept in the audit trail where it is no e-mail address or telephone number.
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_.-]*[A-Za-z][A-Za-z0-9_.-]*")


@dataclass(frozen=True)
class Caller:
    viewer: Viewer
    groups: frozenset[str]


def caller(event: Mapping[str, Any]) -> Caller:
    """Return who is calling. Raises NotAllowed where no authorizer said."""
    authorizer = event.get("requestContext", {}).get("authorizer") or {}
    return claimed((authorizer.get("jwt") or {}).get("claims") or {})


def claimed(claims: Mapping[str, Any]) -> Caller:
    """Return who is meant by the claims of a token that was verified. Raises NotAllowed where they
    name nobody."""
    sub = claims.get("sub")
    if not isinstance(sub, str) or not sub:
        raise NotAllowed
    # An access token says `username`, an id token `cognito:username`.
    username = claims.get("username") or claims.get("cognito:username")
    plain = isinstance(username, str) and _PLAIN_NAME.fullmatch(username) is not None
    viewer = Viewer(sub, username if plain and username != sub else None)
    return Caller(viewer, _groups(claims.get("cognito:groups")))


def sees_persons(who: Caller) -> bool:
    return bool(who.groups & _SEE_PERSONS)


def may_see_persons(who: Caller) -> None:
    """Raise NotAllowed for those who may not open personal data."""
    if not sees_persons(who):
        raise NotAllowed


def may_see_reports(who: Caller) -> None:
    """Raise NotAllowed for who is in none of the groups. Reports hold nobody's data."""
    if not who.groups & _SEE_REPORTS:
        raise NotAllowed


def may_erase(who: Caller) -> None:
    """Raise NotAllowed for all but owners: what is erased does not come back."""
    _must_own(who)


def may_upload_codes(who: Caller) -> None:
    """Raise NotAllowed for all but owners: codes are worth money."""
    _must_own(who)


def may_see_settings(who: Caller) -> None:
    """Raise NotAllowed for all but owners: who sets the business up."""
    _must_own(who)


def _must_own(who: Caller) -> None:
    if OWNER not in who.groups:
        raise NotAllowed


def _groups(claim: object) -> frozenset[str]:
    """API Gateway makes one text of a list in a token: `[owner staff]`."""
    names = _SEPARATORS.split(claim) if isinstance(claim, str) else claim
    if not isinstance(names, list):
        return frozenset()
    return frozenset(name for name in names if isinstance(name, str) and name)

"""Signing in and out at the Cognito pool, whose calls need no rights: a password or token is the
right. Which of user name and password was wrong is not told.
"""

import json
from base64 import urlsafe_b64decode
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from mteja.aws import clients
from mteja.config import staff_pool
from mteja.errors import InvalidInput, Misconfigured, NotSignedIn, RateLimited
from mteja.pages.catalogues import marked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

NEW_PASSWORD, CODE = "NEW_PASSWORD_REQUIRED", "SOFTWARE_TOKEN_MFA"
_ANSWERS = {NEW_PASSWORD: "NEW_PASSWORD", CODE: "SOFTWARE_TOKEN_MFA_CODE"}
_REFUSED = frozenset(
    f"{name}Exception"
    for name in (
        "CodeMismatch ExpiredCode InvalidParameter NotAuthorized PasswordResetRequired "
        "UserNotConfirmed UserNotFound"
    ).split()
)
_TOO_OFTEN = frozenset(
    f"{name}Exception" for name in "LimitExceeded TooManyFailedAttempts TooManyRequests".split()
)
_WAIT_S = 30


@dataclass(frozen=True)
class Tokens:
    """What the pool gives somebody who is signed in. `refresh` is None where it stays the same."""

    access: str = field(repr=False)
    expires_in_s: int
    refresh: str | None = field(repr=False)
    email: str = field(repr=False)


@dataclass(frozen=True)
class Challenge:
    """What the pool asks before it gives tokens: NEW_PASSWORD or CODE."""

    name: str
    session: str = field(repr=False)
    username: str = field(repr=False)


class Accounts:
    """The pool, as one client of it."""

    def __init__(self, cognito: "CognitoIdentityProviderClient", client_id: str) -> None:
        self._cognito = cognito
        self._client_id = client_id

    def sign_in(self, email: str, password: str) -> Tokens | Challenge:
        """Raises NotSignedIn for a wrong pair, RateLimited."""
        if not email or not password:
            raise NotSignedIn
        given = {"USERNAME": email, "PASSWORD": password}
        try:
            answer = self._cognito.initiate_auth(
                ClientId=self._client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given
            )
        except ClientError as error:
            raise _told(error) from None
        return _result(answer, email)

    def answer(self, challenge: Challenge, value: str) -> Tokens | Challenge:
        """Answer a challenge with a new password or a code. Raises NotSignedIn, RateLimited, and
        InvalidInput for a password that the pool does not take."""
        if not value or not challenge.session or not challenge.username:
            raise NotSignedIn
        try:
            answer = self._cognito.respond_to_auth_challenge(
                ClientId=self._client_id,
                ChallengeName=challenge.name,  # type: ignore[arg-type]
                Session=challenge.session,
                ChallengeResponses={
                    "USERNAME": challenge.username,
                    _ANSWERS[challenge.name]: value,
                },
            )
        except ClientError as error:
            raise _told(error) from None
        return _result(answer, challenge.username)

    def forgot(self, email: str) -> None:
        """Let the pool mail a code to whoever forgot a password. For an address without an account
        nothing happens, and nothing is told. Raises RateLimited."""
        try:
            self._cognito.forgot_password(ClientId=self._client_id, Username=email)
        except ClientError as error:
            told = _told(error)
            if not isinstance(told, NotSignedIn):
                raise told from None

    def reset(self, email: str, code: str, password: str) -> None:
        """Change a forgotten password with the code that was mailed. Raises NotSignedIn for a wrong
        code, RateLimited, and InvalidInput for a password that the pool does not take."""
        if not email or not code or not password:
            raise NotSignedIn
        try:
            self._cognito.confirm_forgot_password(
                ClientId=self._client_id,
                Username=email,
                ConfirmationCode=code,
                Password=password,
            )
        except ClientError as error:
            raise _told(error) from None

    def refresh(self, token: str) -> Tokens:
        """Return a new access token. Raises NotSignedIn where the old session has ended."""
        try:
            answer = self._cognito.initiate_auth(
                ClientId=self._client_id,
                AuthFlow="REFRESH_TOKEN_AUTH",
                AuthParameters={"REFRESH_TOKEN": token},
            )
        except ClientError as error:
            raise _told(error) from None
        result = _result(answer, "")
        if isinstance(result, Challenge):
            raise NotSignedIn
        return result

    def sign_out(self, token: str) -> None:
        """End the session of a refresh token. One that is over already is no error."""
        try:
            self._cognito.revoke_token(Token=token, ClientId=self._client_id)
        except ClientError as error:
            if not isinstance(_told(error), NotSignedIn):
                raise


@cache
def accounts() -> Accounts:
    """Return the stack's pool. Raises Misconfigured."""
    return Accounts(clients.cognito(), staff_pool().client_id)


def _result(answer: "Mapping[str, Any]", username: str) -> Tokens | Challenge:
    name = answer.get("ChallengeName")
    if name in _ANSWERS:
        # The pool's own name of the user, which is not the address that was typed.
        known = answer.get("ChallengeParameters", {}).get("USER_ID_FOR_SRP", username)
        return Challenge(str(name), str(answer["Session"]), known)
    if "AuthenticationResult" not in answer:
        raise Misconfigured(f"the user pool asks for {name}, which the staff pages do not offer")
    result = answer["AuthenticationResult"]
    return Tokens(
        result["AccessToken"],
        int(result["ExpiresIn"]),
        result.get("RefreshToken"),
        _email_of(result.get("IdToken", "")),
    )


def _email_of(id_token: str) -> str:
    """Return the address in an id token that the pool itself has just handed over."""
    body = id_token.split(".")[1] if id_token.count(".") == 2 else ""
    claims = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)) or b"{}")
    return str(claims.get("email", ""))


def _told(error: ClientError) -> Exception:
    code = error.response["Error"]["Code"]
    if code in _REFUSED:
        return NotSignedIn()
    if code in _TOO_OFTEN:
        return RateLimited(_WAIT_S)
    if code == "InvalidPasswordException":
        return InvalidInput(
            "new_password",
            marked("At least 12 characters, with small and capital letters and digits"),
        )
    return error

"""A Cognito user pool in memory, as a client of it sees it, and its tokens."""

import json
import time
from dataclasses import dataclass, field
from typing import Any

import jwt
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric import rsa

from mteja.config import StaffPool

POOL = StaffPool("us-east-1_Test", "client-of-the-tests")
PASSWORD = "Right-Password-1"
CODE = "123456"
_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
_KEY_ID = "key-1"


@dataclass
class User:
    sub: str
    groups: list[str]
    password: str = PASSWORD
    must_change: bool = False
    has_authenticator: bool = False


@dataclass
class Pool:
    """The methods of a botocore client that the staff pages call."""

    users: dict[str, User] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    mailed: list[str] = field(default_factory=list)
    life_s: int = 3600
    too_often: bool = False

    def add(self, email: str, *groups: str, **how: Any) -> User:
        self.users[email] = User(f"sub-of-user-{len(self.users)}", list(groups), **how)
        return self.users[email]

    def initiate_auth(self, **asked: Any) -> dict[str, Any]:
        self._note(asked["AuthFlow"])
        given = asked["AuthParameters"]
        if asked["AuthFlow"] == "REFRESH_TOKEN_AUTH":
            email = self.sessions.get(given["REFRESH_TOKEN"])
            if email is None:
                raise _refusal("NotAuthorizedException")
            return self._result(email, refresh=None)
        user = self.users.get(given["USERNAME"])
        if user is None or user.password != given["PASSWORD"]:
            raise _refusal("NotAuthorizedException")
        if user.must_change:
            return self._challenge("NEW_PASSWORD_REQUIRED", given["USERNAME"])
        if user.has_authenticator:
            return self._challenge("SOFTWARE_TOKEN_MFA", given["USERNAME"])
        return self._begun(given["USERNAME"])

    def respond_to_auth_challenge(self, **asked: Any) -> dict[str, Any]:
        self._note(asked["ChallengeName"])
        given = asked["ChallengeResponses"]
        email = given["USERNAME"].removeprefix("user:")
        if asked["Session"] != f"session of {email}":
            raise _refusal("NotAuthorizedException")
        if asked["ChallengeName"] == "NEW_PASSWORD_REQUIRED":
            if len(given["NEW_PASSWORD"]) < 12:
                raise _refusal("InvalidPasswordException")
            self.users[email].password = given["NEW_PASSWORD"]
            self.users[email].must_change = False
        elif given["SOFTWARE_TOKEN_MFA_CODE"] != CODE:
            raise _refusal("CodeMismatchException")
        return self._begun(email)

    def forgot_password(self, **asked: Any) -> dict[str, Any]:
        self._note("FORGOT")
        if asked["Username"] in self.users:
            self.mailed.append(asked["Username"])
        return {}

    def confirm_forgot_password(self, **asked: Any) -> dict[str, Any]:
        self._note("RESET")
        if asked["ConfirmationCode"] != CODE or asked["Username"] not in self.mailed:
            raise _refusal("CodeMismatchException")
        if len(asked["Password"]) < 12:
            raise _refusal("InvalidPasswordException")
        self.users[asked["Username"]].password = asked["Password"]
        return {}

    def revoke_token(self, **asked: Any) -> dict[str, Any]:
        self._note("REVOKE")
        if self.sessions.pop(asked["Token"], None) is None:
            raise _refusal("NotAuthorizedException")
        return {}

    def token(self, email: str, **claims: Any) -> str:
        """Return an access token of a user, with other claims where wanted."""
        user = self.users[email]
        now = int(time.time())
        return signed(
            {
                "sub": user.sub,
                "username": user.sub,
                "iss": POOL.issuer,
                "client_id": POOL.client_id,
                "token_use": "access",
                "iat": now,
                "exp": now + self.life_s,
                "cognito:groups": user.groups,
            }
            | claims
        )

    def _note(self, what: str) -> None:
        self.calls.append(what)
        if self.too_often:
            raise _refusal("TooManyRequestsException")

    def _challenge(self, name: str, email: str) -> dict[str, Any]:
        return {
            "ChallengeName": name,
            "Session": f"session of {email}",
            "ChallengeParameters": {"USER_ID_FOR_SRP": f"user:{email}"},
        }

    def _begun(self, email: str) -> dict[str, Any]:
        refresh = f"refresh-{len(self.sessions)}"
        self.sessions[refresh] = email
        return self._result(email, refresh)

    def _result(self, email: str, refresh: str | None) -> dict[str, Any]:
        result: dict[str, Any] = {
            "AccessToken": self.token(email),
            "IdToken": signed({"email": email}),
            "ExpiresIn": self.life_s,
            "TokenType": "Bearer",
        }
        return {"AuthenticationResult": result | ({"RefreshToken": refresh} if refresh else {})}


def signed(claims: dict[str, Any], key: Any = _KEY, key_id: str = _KEY_ID) -> str:
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": key_id})


def public_keys(*others: tuple[str, Any]) -> bytes:
    """Return the pool's JWKS document."""
    keys = []
    for key_id, key in ((_KEY_ID, _KEY), *others):
        told = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
        keys.append(told | {"kid": key_id, "use": "sig", "alg": "RS256"})
    return json.dumps({"keys": keys}).encode()


def _refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "InitiateAuth")

"""Access tokens of the pool: who somebody is, as the pool signed it.

https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
"""

import json
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError
from botocore.httpsession import URLLib3Session

from mteja.aws import clients
from mteja.config import StaffPool, staff_pool
from mteja.errors import Conflict, NotSignedIn

_FRESH_S = 3600.0
_NOT_AGAIN_BEFORE_S = 60.0
_TIMEOUT_S = 3
_LEEWAY_S = 5
_REQUIRED = ["client_id", "exp", "iss", "sub", "token_use"]


class Verifier:
    """Verifies access tokens with the pool's public keys, which it remembers for an hour.

    A key id that is not known is looked for again, at most once a minute: the pool may have
    changed its keys, or somebody may be making tokens up.
    """

    def __init__(
        self,
        pool: StaffPool,
        fetch: Callable[[], bytes],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pool = pool
        self._fetch = fetch
        self._clock = clock
        self._keys: dict[str, Any] = {}
        self._fetched_at: float | None = None

    def claims(self, token: str) -> Mapping[str, Any]:
        """Return the claims of an access token. Raises NotSignedIn for one that is not the pool's,
        not for this client, no access token, changed or expired; Conflict and errors of AWS where
        no keys can be had."""
        import jwt

        try:
            key = self._key(str(jwt.get_unverified_header(token).get("kid")))
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                issuer=self._pool.issuer,
                leeway=_LEEWAY_S,
                # An access token names its client in `client_id` and has no audience.
                options={"require": _REQUIRED, "verify_aud": False},
            )
        except jwt.InvalidTokenError:
            raise NotSignedIn from None
        if (claims["token_use"], claims["client_id"]) != ("access", self._pool.client_id):
            raise NotSignedIn
        return claims

    def _key(self, key_id: str) -> Any:
        age = None if self._fetched_at is None else self._clock() - self._fetched_at
        if (
            age is None
            or age > _FRESH_S
            or (key_id not in self._keys and age > _NOT_AGAIN_BEFORE_S)
        ):
            try:
                self._keys = _keys_in(self._fetch())
            except (BotoCoreError, Conflict):
                if key_id not in self._keys:
                    raise
                # The keys at hand were the pool's an hour ago: nobody is sent away for its trouble.
            self._fetched_at = self._clock()
        if key_id not in self._keys:
            raise NotSignedIn
        return self._keys[key_id]


@cache
def verifier() -> Verifier:
    """Return the verifier of the stack's pool. Raises Misconfigured."""
    pool = staff_pool()
    # Where the client calls the pool, its keys are too: on AWS, and on an emulator of it.
    address = f"{clients.cognito().meta.endpoint_url}/{pool.id}/.well-known/jwks.json"
    http = URLLib3Session(timeout=_TIMEOUT_S)

    def fetch() -> bytes:
        answer = http.send(AWSRequest("GET", address).prepare())
        if answer.status_code != 200:
            raise Conflict("the pool does not tell its keys")
        content: bytes = answer.content
        return content

    return Verifier(pool, fetch)


def _keys_in(document: bytes) -> dict[str, Any]:
    import jwt

    declared = json.loads(document)["keys"]
    return {
        one["kid"]: jwt.PyJWK.from_dict(one, algorithm="RS256").key
        for one in declared
        if one.get("kty") == "RSA" and one.get("use", "sig") == "sig"
    }

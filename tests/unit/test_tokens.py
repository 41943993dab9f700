"""An access token is the pool's own, for our client, of its kind, unchanged and not expired."""

import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from mteja.errors import Conflict, NotSignedIn
from mteja.staff.pages.tokens import Verifier
from tests.fakes.pool import POOL, Pool, public_keys, signed

EMAIL = "asha@shop.example"


class Keys:
    """The pool's keys, and how often somebody asked for them."""

    def __init__(self) -> None:
        self.document = public_keys()
        self.asked = 0
        self.now = 0.0

    def fetch(self) -> bytes:
        self.asked += 1
        return self.document


@pytest.fixture
def pool() -> Pool:
    made = Pool()
    made.add(EMAIL, "staff")
    return made


@pytest.fixture
def keys() -> Keys:
    return Keys()


@pytest.fixture
def verifier(keys: Keys) -> Verifier:
    return Verifier(POOL, keys.fetch, lambda: keys.now)


def test_a_token_of_the_pool_says_who_it_is(pool: Pool, verifier: Verifier) -> None:
    claims = verifier.claims(pool.token(EMAIL))
    assert claims["sub"] == pool.users[EMAIL].sub
    assert claims["cognito:groups"] == ["staff"]


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Other"},
        {"client_id": "another"},
        {"token_use": "id"},
        {"exp": int(time.time()) - 60},
        {"exp": "soon"},
        {"nbf": int(time.time()) + 3600},
    ],
)
def test_a_token_that_says_something_else_is_refused(
    claims: dict[str, Any], pool: Pool, verifier: Verifier
) -> None:
    with pytest.raises(NotSignedIn):
        verifier.claims(pool.token(EMAIL, **claims))


@pytest.mark.parametrize("missing", ["exp", "iss", "sub", "token_use", "client_id"])
def test_a_token_that_lacks_something_is_refused(
    missing: str, pool: Pool, verifier: Verifier
) -> None:
    claims = jwt.decode(pool.token(EMAIL), options={"verify_signature": False})
    del claims[missing]
    with pytest.raises(NotSignedIn):
        verifier.claims(signed(claims))


def test_a_token_of_somebody_elses_key_is_refused(pool: Pool, verifier: Verifier) -> None:
    claims = jwt.decode(pool.token(EMAIL), options={"verify_signature": False})
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with pytest.raises(NotSignedIn):
        verifier.claims(signed(claims, other))


def test_a_token_can_not_choose_how_it_is_checked(pool: Pool, verifier: Verifier) -> None:
    claims = jwt.decode(pool.token(EMAIL), options={"verify_signature": False})
    unsigned = jwt.encode(claims, "", algorithm="none", headers={"kid": "key-1"})
    shared = jwt.encode(claims, "x" * 64, algorithm="HS256", headers={"kid": "key-1"})
    for token in (unsigned, shared):
        with pytest.raises(NotSignedIn):
            verifier.claims(token)


def test_a_changed_token_is_refused(pool: Pool, verifier: Verifier) -> None:
    head, body, signature = pool.token(EMAIL).split(".")
    for token in (
        f"{head}.{body}.",
        f"{head}.{body[:-4]}AAAA.{signature}",
        f"{head}.{body}.{signature[:-8]}AAAAAAAA",
        "",
        "a.b.c",
        "é.é.é",
        f"{head}.{body}",
    ):
        with pytest.raises(NotSignedIn):
            verifier.claims(token)


def test_keys_are_asked_for_once_an_hour(pool: Pool, keys: Keys, verifier: Verifier) -> None:
    for now in (0.0, 1.0, 3599.0):
        keys.now = now
        verifier.claims(pool.token(EMAIL))
    assert keys.asked == 1
    keys.now = 3601.0
    verifier.claims(pool.token(EMAIL))
    assert keys.asked == 2


def test_a_new_key_is_looked_for_at_most_once_a_minute(
    pool: Pool, keys: Keys, verifier: Verifier
) -> None:
    new = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    claims = jwt.decode(pool.token(EMAIL), options={"verify_signature": False})
    token = signed(claims, new, "key-2")
    verifier.claims(pool.token(EMAIL))
    keys.document = public_keys(("key-2", new))

    for now in (1.0, 30.0, 60.0):
        keys.now = now
        with pytest.raises(NotSignedIn):
            verifier.claims(token)
    assert keys.asked == 1
    keys.now = 61.0
    assert verifier.claims(token)["sub"] == claims["sub"]
    assert keys.asked == 2


def test_made_up_key_ids_cost_one_look_a_minute(pool: Pool, keys: Keys, verifier: Verifier) -> None:
    verifier.claims(pool.token(EMAIL))
    keys.now = 61.0
    for number in range(20):
        with pytest.raises(NotSignedIn):
            verifier.claims(signed({"sub": "x"}, key_id=f"made-up-{number}"))
    assert keys.asked == 2


def test_the_keys_at_hand_serve_while_the_pool_does_not_tell_its_keys(
    pool: Pool, verifier: Verifier, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = pool.token(EMAIL)
    verifier.claims(token)

    def refuse() -> bytes:
        raise Conflict("busy")

    monkeypatch.setattr(verifier, "_fetch", refuse)
    keys.now = 3601.0
    assert verifier.claims(token)["sub"] == pool.users[EMAIL].sub
    with pytest.raises(Conflict):
        Verifier(POOL, refuse, lambda: 0.0).claims(token)

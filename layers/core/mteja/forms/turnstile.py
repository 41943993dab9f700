"""Cloudflare Turnstile: is there a person? Asked only for forms for which the owner wants it.

https://developers.cloudflare.com/turnstile/get-started/server-side-validation/
"""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence

from mteja.aws.secrets import Secrets
from mteja.errors import BadSignature, Conflict, InvalidInput
from mteja.pages.catalogues import marked

ANSWER = "cf-turnstile-response"
ORIGIN = "https://challenges.cloudflare.com"
SCRIPT = f"{ORIGIN}/turnstile/v0/api.js"
_VERIFY = f"{ORIGIN}/turnstile/v0/siteverify"
_TIMEOUT_S = 5
NOT_SHOWN = marked("Please confirm that you are a person")


def check(answer: object, secret: str, secrets: Secrets, verify_url: str = _VERIFY) -> None:
    """Raise InvalidInput unless Turnstile says that a person answered; Conflict where it can't be
    asked. The visitor's address is not told."""
    if not isinstance(answer, str) or not 0 < len(answer) <= 2_048:
        raise InvalidInput(ANSWER, NOT_SHOWN)

    def passes(values: Sequence[str]) -> None:
        if not any(_asked(answer, value, verify_url) for value in values):
            raise BadSignature

    try:
        secrets.check(secret, passes)
    except BadSignature:
        raise InvalidInput(ANSWER, NOT_SHOWN) from None


def _asked(answer: str, secret: str, verify_url: str) -> bool:
    body = urllib.parse.urlencode({"secret": secret, "response": answer}).encode()
    request = urllib.request.Request(verify_url, data=body)  # noqa: S310 - our own constant
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as told:  # noqa: S310
            return json.load(told).get("success") is True
    except (urllib.error.URLError, OSError, ValueError):
        raise Conflict("Turnstile does not answer") from None

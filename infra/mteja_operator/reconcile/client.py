"""HTTP GET of JSON from a shop's API, as slowly as the shop asks for."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import urllib3

_TRIES = 6
_BUSY = frozenset({429, 500, 502, 503, 504})
_LONGEST_WAIT_S = 60.0
_TIMEOUT = urllib3.Timeout(connect=5, read=60)  # a page of 250 orders takes a shop some seconds
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class ShopError(Exception):
    """The shop did not answer as its API is documented. One line without its answer's body."""


@dataclass(frozen=True)
class Page:
    """One answer: its JSON and its headers, by lower-case names."""

    body: Any
    headers: Mapping[str, str]


class ShopClient:
    """Asks one shop. `base` is where its API begins, `headers` hold the credentials."""

    def __init__(
        self,
        base: str,
        headers: Mapping[str, str],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        parts = urlsplit(base)
        if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise ShopError("the shop's address must begin with https://: credentials go there")
        self._origin = (parts.scheme, parts.netloc)
        self._base = base.rstrip("/")
        self._headers = {"Accept": "application/json", **headers}
        self._pool = urllib3.PoolManager(timeout=_TIMEOUT, retries=False)
        self.sleep = sleep

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Page:
        """Return a page. `path` begins with a slash, or is a whole address that the shop gave.

        Waits and tries again when the shop is busy (429 with Retry-After, 5xx) or can't be reached.
        Raises ShopError.
        """
        url = self._own(path) if "://" in path else f"{self._base}{path}"
        if query:
            url = f"{url}?{urlencode(query)}"
        why = ""
        for attempt in range(_TRIES):
            try:
                answer = self._pool.request("GET", url, headers=self._headers, redirect=False)
            except urllib3.exceptions.HTTPError as error:
                why = f"can't be reached ({type(error).__name__})"
                self.sleep(min(_LONGEST_WAIT_S, 2.0**attempt))
                continue
            headers = {name.lower(): value for name, value in answer.headers.items()}
            if answer.status == 200:
                return Page(_json(answer.data), headers)
            why = f"answers {answer.status}"
            if answer.status not in _BUSY:
                break
            self.sleep(_wait(headers.get("retry-after"), attempt))
        raise ShopError(f"the shop {why}{_advice(why)}")

    def _own(self, url: str) -> str:
        parts = urlsplit(url)
        if (parts.scheme, parts.netloc) != self._origin:
            raise ShopError("the shop's next page is at another address: credentials stay here")
        return url


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        raise ShopError("the shop answers no JSON: is this the address of its API?") from None


def _wait(retry_after: str | None, attempt: int) -> float:
    """Return seconds. Shopify says `2.0`; a date, which the RFC allows too, counts as unsaid."""
    try:
        asked = float(retry_after or "")
    except ValueError:
        asked = 2.0**attempt
    return max(0.0, min(_LONGEST_WAIT_S, asked))


def _advice(why: str) -> str:
    if why.endswith(("401", "403")):
        return ": are the credentials right, and may they read orders? (mteja secrets api)"
    if why.endswith(("404", "301", "302")):
        return ": is the address of its API right?"
    return ""

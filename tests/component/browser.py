"""A browser without a screen: it keeps cookies, follows redirects and fills in forms."""

from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from tests import kit

HOST = "api.example"
MOST_REDIRECTS = 5
FROM_HERE = {"sec-fetch-site": "same-origin", "origin": f"https://{HOST}"}


@dataclass(frozen=True)
class Shown:
    """What a browser shows: of the last response, `path` is where it came from."""

    status: int
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    html: str
    ways: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return _page(self.html).text

    @property
    def title(self) -> str:
        return _page(self.html).title

    def forms(self) -> list[dict[str, Any]]:
        """Return the page's forms: `action`, and `fields` with their values."""
        return deepcopy(_page(self.html).forms)

    def tags(self, name: str) -> list[dict[str, str]]:
        """Return the attributes of each element of a kind."""
        return [attributes for tag, attributes in _page(self.html).tags if tag == name]


@dataclass
class Browser:
    """Talks to a handler as a browser talks to its API."""

    app: Any
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, address: str) -> Shown:
        return self._follow("GET", address, b"", {})

    def post(self, address: str, fields: dict[str, str], **headers: str) -> Shown:
        """Send fields as they are: no token is added."""
        sent = FROM_HERE | {name.replace("_", "-"): value for name, value in headers.items()}
        body = urlencode(fields).encode()
        content = {"content-type": "application/x-www-form-urlencoded"}
        return self._follow("POST", address, body, content | sent)

    def fill_in(self, shown: Shown, action: str, **typed: str) -> Shown:
        """Fill in the form of a page that goes to `action`, and send it."""
        for form in shown.forms():
            target = urljoin(shown.path, form["action"])
            if urlsplit(target).path == action:
                return self.post(target, form["fields"] | typed)
        raise AssertionError(f"{shown.path} has no form that goes to {action}")

    def _follow(self, method: str, address: str, body: bytes, headers: dict[str, str]) -> Shown:
        ways: list[str] = []
        for _ in range(MOST_REDIRECTS):
            parts = urlsplit(address)
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            response = self._send(method, parts.path, query, body, headers)
            if response["statusCode"] != 303:
                return Shown(
                    response["statusCode"],
                    parts.path,
                    query,
                    response["headers"],
                    response["body"],
                    tuple(ways),
                )
            address = urljoin(parts.path, response["headers"]["location"])
            ways.append(address)
            method, body, headers = "GET", b"", {}
        raise AssertionError(f"led in circles: {ways}")

    def _send(
        self, method: str, path: str, query: dict[str, str], body: bytes, headers: dict[str, str]
    ) -> dict[str, Any]:
        event = kit.http_event(
            method,
            path,
            body=body,
            headers={"host": HOST} | self.headers | headers,
            query=query or None,
            base64_body=method == "POST",
        )
        event["cookies"] = [f"{name}={value}" for name, value in self.cookies.items()]
        response: dict[str, Any] = self.app.lambda_handler(event, None)
        for cookie in response.get("cookies", []):
            self._keep(cookie)
        return response

    def _keep(self, cookie: str) -> None:
        pair, *attributes = (part.strip() for part in cookie.split(";"))
        name, _, value = pair.partition("=")
        # What browsers ask of a cookie with this prefix.
        assert name.startswith("__Host-")
        assert {"Path=/", "Secure", "HttpOnly"} <= set(attributes)
        assert {"SameSite=Lax", "SameSite=Strict"} & set(attributes)
        if "Max-Age=0" in attributes:
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value


@lru_cache(maxsize=16)
def _page(html: str) -> "_Page":
    return _Page(html)


class _Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.forms: list[dict[str, Any]] = []
        self.text = ""
        self.title = ""
        self._in: str = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.tags.append((tag, attributes))
        self._in = tag
        if tag == "form":
            self.forms.append({"action": attributes.get("action", ""), "fields": {}})
        elif tag == "input" and "name" in attributes:
            ticked = attributes["type"] not in {"radio", "checkbox"} or "checked" in attributes
            if ticked:
                self.forms[-1]["fields"][attributes["name"]] = attributes.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._in == "title":
            self.title += data
            self._in = ""
        self.text += data

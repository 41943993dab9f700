"""Who asks for a page, as far as the page cares: from where, and in which language."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from mteja.business.model import Business
from mteja.http.request import Request
from mteja.pages import assets, languages

LANGUAGE = "lang"
"""The parameter by which a language is asked for."""


@dataclass(frozen=True)
class Visit:
    """One request for a page.

    `path` is the path that was asked for, from the API's root. `asked` says that the language was
    asked for by name: then the pages that this one leads to are asked for in it too. `assets` is
    the path below which the function serves the pages' files, `business` whose pages these are.
    `page` is the path by which the page that is shown can be asked for with GET and `query`, where
    that is not `path`: of what answers a POST.
    """

    path: str
    query: Mapping[str, str]
    language: str
    offered: tuple[str, ...]
    asked: bool
    assets: str
    business: str
    page: str | None = None

    def at(self, page: str, /, **query: str | None) -> "Visit":
        """Return the visit of a page that has an address of its own; parameters that are None are
        left out."""
        told = {name: value for name, value in query.items() if value is not None}
        return replace(self, page=page, query=told)

    def url(self, path: str, /, **parameters: str) -> str:
        """Return the address of a path of the API, from the page that is shown.

        Relative, so that it holds wherever the API's root is: at a host of its own, below a
        custom domain's path, or behind the local stack's.
        """
        if self.asked:
            parameters = {LANGUAGE: self.language} | parameters
        address = self._root + quote(path.removeprefix("/"))
        return f"{address}?{urlencode(parameters)}" if parameters else address

    def asset(self, name: str) -> str:
        """Return the address of one of the pages' files. Raises NotFound."""
        return f"{self._root}{self.assets.removeprefix('/')}/{assets.named(name)}"

    def in_language(self, language: str) -> str:
        """Return the address of the page that is shown, in another language."""
        query = dict(self.query) | {LANGUAGE: language}
        return f"?{urlencode(query)}" if self.page is None else self.url(self.page, **query)

    def remembered(self) -> "Visit":
        """Return the visit with its language kept elsewhere than in addresses."""
        return replace(self, asked=False)

    @property
    def _root(self) -> str:
        return "../" * (self.path.count("/") - 1) or "./"


def visit(
    request: Request, business: Business, *, assets: str, preferred: str | None = None
) -> Visit:
    """Return the visit of a request, in one of the business's languages.

    `preferred` is a language that was chosen earlier. `assets` is a path from the API's root.
    """
    offered = tuple(business.languages)
    wanted = request.query.get(LANGUAGE)
    asked = wanted is not None and wanted in offered
    language = languages.choose(
        wanted if asked else preferred, request.headers.get("accept-language"), offered
    )
    return Visit(request.path, request.query, language, offered, asked, assets, business.name)

"""From a template and values to HTML. Imported when the first page is shown, not before."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, cast

from jinja2 import (
    Environment,
    FileSystemLoader,
    ModuleLoader,
    StrictUndefined,
    pass_context,
    select_autoescape,
)
from jinja2.runtime import Context

from mteja.pages import assets
from mteja.pages.catalogues import catalogue, own_name
from mteja.pages.visit import Visit

TEMPLATES = Path(__file__).parent / "templates"
COMPILED = Path(__file__).parent / "compiled"
"""Where the layer has the templates as Python modules (`python -m mteja.pages`), so that a cold
start compiles none. A working copy has no such folder, and so never an old one."""
# From here on numbers have marks between their digits.
_GROUPED = 1_000

type _Counting = Callable[..., str]


def render(template: str, visit: Visit, values: dict[str, Any]) -> str:
    """Return a page. A value that a template asks for and nobody gave is an error."""
    page = environment(visit.language).get_template(template)
    return page.render(
        values
        | {
            "visit": visit,
            "url": visit.url,
            "asset": visit.asset,
            "integrity": assets.integrity,
            "languages": [(language, own_name(language)) for language in visit.offered],
        }
    )


@cache
def environment(language: str) -> Environment:
    """Return the templates of a language."""
    made = Environment(
        loader=ModuleLoader(COMPILED) if COMPILED.is_dir() else FileSystemLoader(TEMPLATES),
        # All but the texts of messages, which are no HTML.
        autoescape=select_autoescape(disabled_extensions=("txt",), default=True),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["ext.i18n.trimmed"] = True
    # Newstyle: what is put into a translated text is escaped like everything else.
    made.install_gettext_translations(catalogue(language), newstyle=True)  # type: ignore[attr-defined]
    made.globals["ngettext"] = _counted(cast("_Counting", made.globals["ngettext"]), language)
    # A text that stands in a variable: `_` would take it for HTML, and for a format.
    made.globals["translated"] = catalogue(language).gettext
    return made


def _counted(ngettext: _Counting, language: str) -> _Counting:
    """Return `ngettext` whose `%(num)s` is written as people write it: 4,000 and not 4000."""

    @pass_context
    def counted(context: Context, one: str, many: str, number: int, /, **values: Any) -> str:
        if abs(number) >= _GROUPED:
            from babel import numbers

            values.setdefault("num", numbers.format_decimal(number, locale=language))
        return cast("str", context.call(ngettext, one, many, number, **values))  # Markup stays

    return counted

"""Countries to choose from. Imported when a page first asks for an address: names are Babel's, out
of CLDR."""

import unicodedata
from functools import cache

from babel import Locale
from markupsafe import Markup

# Two letters in CLDR that are no country's in ISO 3166-1: unions, groups of islands that belong to
# one, and codes for tests.
_NO_COUNTRIES = frozenset(
    {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
)


@cache
def countries(language: str) -> list[dict[str, str]]:
    """Return the countries as a field's options, `{"value": "TZ", "label": "Tanzania"}`, in the
    order of their names in a language (as Babel names it)."""
    named = Locale.parse(language).territories.items()
    listed = [
        {"value": code, "label": name}
        for code, name in named
        if len(code) == 2 and code not in _NO_COUNTRIES
    ]
    return sorted(listed, key=lambda one: _in_order(one["label"]))


def country_options(language: str, chosen: object) -> Markup:
    """Return the countries as options of a select, with the chosen one selected. They are written
    once: of a page with an address, two thirds of the work were these."""
    written = _written(language)
    if any(one["value"] == chosen for one in countries(language)):
        value = f'value="{chosen}"'
        written = written.replace(value, f"{value} selected", 1)
    return Markup(written)  # noqa: S704 - escaped below, and a code of ours


@cache
def _written(language: str) -> str:
    option = Markup('<option value="{value}">{label}</option>')
    return "\n".join(str(option.format(**one)) for one in countries(language))


def _in_order(name: str) -> str:
    """Return a name without accents, so that `Àustria` stands under A."""
    plain = unicodedata.normalize("NFD", name)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()

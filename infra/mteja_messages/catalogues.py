"""Extracting texts from code and templates, and keeping the catalogues in step with them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from mteja.pages.catalogues import DOMAIN, LOCALES

_CORE = LOCALES.parents[2]
_TEMPLATES = ("mteja/**.html", "mteja/pages/**.txt")
_METHODS = [("mteja/**.py", "python"), *((pattern, "jinja2") for pattern in _TEMPLATES)]
_OPTIONS = {pattern: {"trimmed": "true", "silent": "false"} for pattern in _TEMPLATES}
_KEYWORDS = {"_": None, "gettext": None, "marked": None, "ngettext": (1, 2)}
_TRANSLATORS = "Translators:"
# The dates of a catalogue would change it each time it is written; git knows them better.
_NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)


def wanted() -> Catalog:
    """Return what code and templates ask to be translated."""
    catalog = _bare(None)
    found = extract_from_dir(
        _CORE, _METHODS, _OPTIONS, _KEYWORDS, [_TRANSLATORS], strip_comment_tags=True
    )
    for file, _line, message, comments, context in found:
        catalog.add(message, None, [(file, 1)], auto_comments=comments, context=context)
    return catalog


def files() -> Iterator[Path]:
    """Yield the catalogue of each language."""
    yield from sorted(LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def load(file: Path) -> Catalog:
    with file.open("rb") as opened:
        return read_po(opened, locale=_language(file), domain=DOMAIN)


def update(file: Path) -> None:
    """Bring a catalogue into step: new texts are added empty, those that are gone go."""
    catalog = load(file) if file.exists() else _bare(_language(file))
    catalog.update(wanted(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.creation_date = catalog.revision_date = _NO_DATE
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as opened:
        write_po(opened, catalog, width=100, sort_by_file=True, include_lineno=False)


def compiled(file: Path) -> bytes:
    """Return a catalogue as the functions read it."""
    made = BytesIO()
    write_mo(made, load(file))
    return made.getvalue()


def path_of(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def _bare(language: str | None) -> Catalog:
    return Catalog(
        locale=language,
        domain=DOMAIN,
        project="Mteja",
        version="1",
        msgid_bugs_address="-",
        header_comment="",
        fuzzy=False,
        creation_date=_NO_DATE,
        revision_date=_NO_DATE,
        last_translator="Mteja",
        language_team="Mteja",
    )


def _language(file: Path) -> str:
    return file.parents[1].name

"""The texts of pages in each language: gettext catalogues, English in the code itself.

A language is added by one catalogue: `python -m mteja_messages add de`, then its .po filled.
"""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from mteja.errors import Misconfigured

DOMAIN = "mteja"
LOCALES = Path(__file__).parent / "locales"
SOURCE = "en"


def known() -> tuple[str, ...]:
    """Return the languages that there are texts in."""
    return SOURCE, *sorted(path.name for path in LOCALES.iterdir() if path.is_dir())


@cache
def catalogue(language: str) -> NullTranslations:
    """Return the texts of a language. Raises Misconfigured for one without a catalogue."""
    if language == SOURCE:
        return NullTranslations()
    try:
        with (LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
            return GNUTranslations(file)
    except OSError:
        raise Misconfigured(f"there is no catalogue of the language {language}") from None


def own_name(language: str) -> str:
    """Return what a language calls itself."""
    # Translators: the name of your own language in itself, such as Deutsch
    return catalogue(language).gettext("English")


def marked(text: str) -> str:
    """Mark a text that a page shows later, translated: it is found here and put into catalogues."""
    return text

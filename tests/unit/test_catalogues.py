"""Every text of the pages stands in every language, and says the same variables in each."""

import re
from collections.abc import Sequence

import pytest
from babel.messages.catalog import Catalog, Message

from mteja.business.model import Business
from mteja.pages.catalogues import LOCALES, SOURCE, catalogue, known, own_name
from mteja_messages import catalogues
from tests import kit

_PLACEHOLDER = re.compile(r"%\([a-z_]+\)[a-z]|\{[a-z_]+\}")
_LANGUAGES = [language for language in known() if language != SOURCE]


@pytest.fixture(scope="module")
def wanted() -> Catalog:
    return catalogues.wanted()


@pytest.mark.parametrize("language", _LANGUAGES)
def test_a_catalogue_has_exactly_what_code_and_templates_ask_for(
    language: str, wanted: Catalog
) -> None:
    asked = {message.id for message in wanted if message.id}
    there = {message.id for message in _messages(language)}
    assert there == asked
    assert len(asked) > 20


@pytest.mark.parametrize("language", _LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    missing = [
        message.id
        for message in _messages(language)
        if message.fuzzy or not all(_texts(message.string))
    ]
    assert missing == []


@pytest.mark.parametrize("language", _LANGUAGES)
def test_a_translation_has_the_placeholders_of_its_text(language: str) -> None:
    for message in _messages(language):
        expected = {tuple(sorted(_PLACEHOLDER.findall(text))) for text in _texts(message.id)}
        found = {tuple(sorted(_PLACEHOLDER.findall(text))) for text in _texts(message.string)}
        assert found <= expected, message.id


@pytest.mark.parametrize("language", _LANGUAGES)
def test_what_the_functions_read_is_what_the_catalogue_says(language: str) -> None:
    file = LOCALES / language / "LC_MESSAGES/mteja.mo"
    assert file.read_bytes() == catalogues.compiled(catalogues.path_of(language))
    assert catalogue(language).gettext("Country") != "Country"


def test_every_language_of_the_owners_file_has_texts(the_business: Business) -> None:
    assert set(the_business.languages) <= set(known())


def test_the_layer_keeps_dates_and_numbers_of_each_language() -> None:
    makefile = (kit.ROOT / "layers/deps/Makefile").read_text(encoding="utf-8")
    (kept,) = re.findall(r"^LOCALES := (.+)$", makefile, re.MULTILINE)
    assert set(kept.split()) == {"root", *known()}


def test_each_language_is_named_in_itself() -> None:
    assert [own_name(language) for language in ("en", "sw", "ca")] == [
        "English",
        "Kiswahili",
        "Català",
    ]


def _messages(language: str) -> list[Message]:
    catalog = catalogues.load(catalogues.path_of(language))
    return [message for message in catalog if message.id]


def _texts(of: str | Sequence[str] | None) -> tuple[str, ...]:
    assert of is not None
    return (of,) if isinstance(of, str) else tuple(of)

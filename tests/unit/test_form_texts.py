"""Whatever a form of the demonstration says stands in every language of the business: what the
owner's file says, what we call standard fields and options, and what may be wrong.
"""

import ast
import importlib
from collections.abc import Iterator
from typing import Any

import pytest

from mteja.business.forms import text_in
from mteja.business.model import Business
from mteja.errors import InvalidInput
from mteja.forms import labels
from mteja.forms.fields import Fill
from mteja.pages.catalogues import LOCALES, SOURCE
from mteja_messages import catalogues
from tests import blanks, kit

_TEXTS = frozenset({"title", "intro", "button", "thanks", "label", "help"})
_CORE = kit.ROOT / "layers/core"
# What refuses a field, with the place of the text among its arguments; and what a text is called
# that was handed on by one of these.
_SAYS = {"InvalidInput": 1, "AlreadyTaken": 1, "_parts": 3}
_HANDED_ON = "fault"
OTHERS = [one.name for one in sorted(LOCALES.iterdir())]
FORMS = pytest.mark.parametrize("form", [one.id for one in blanks.ASKING.forms])


def texts_of(declared: Any, at: str = "") -> Iterator[tuple[str, str | dict[str, str]]]:
    """Yield every text of the owner's file for customers, with where it stands."""
    if isinstance(declared, list | tuple):
        for number, one in enumerate(declared):
            yield from texts_of(one, f"{at}.{number}")
    elif isinstance(declared, dict):
        for name, one in declared.items():
            if name in _TEXTS and one is not None:
                yield f"{at}.{name}", one
            else:
                yield from texts_of(one, f"{at}.{name}")


def test_every_text_of_the_owners_file_stands_in_every_language(the_business: Business) -> None:
    found = dict(texts_of(blanks.ASKING.model_dump()))
    assert len(found) >= 30
    for at, text in found.items():
        assert isinstance(text, dict), at
        assert set(text) == set(the_business.languages), at
        said = [text_in(text, language) for language in the_business.languages]
        assert len(set(said)) == len(said), f"{at} says the same in two languages"


@pytest.mark.parametrize("language", OTHERS)
@FORMS
def test_every_field_and_option_of_a_form_is_called_something_in_every_language(
    form: str, language: str, the_business: Business
) -> None:
    asked = blanks.form(form)
    english, other = (
        {one["name"]: one for one in Fill(asked, said, the_business, kit.NOW_MS).fields()}
        for said in (SOURCE, language)
    )
    assert list(english) == [one.name for one in asked.fields]
    for name, field in english.items():
        if field["type"] == "hidden":
            continue
        assert other[name]["label"] != field["label"], name
        assert bool(other[name]["help"]) is bool(field["help"])
        if field.get("options") and field["type"] != "address":  # Kenya is Kenya everywhere
            offered = [one["label"] for one in field["options"]]
            translated = [one["label"] for one in other[name]["options"]]
            assert len(offered) == len(translated)
            assert not set(offered) & set(translated), name


def refusals() -> Iterator[tuple[str, object]]:
    """Yield where the code of forms refuses a field, and the text that it says: None where that is
    no constant of a module."""
    for path in sorted((_CORE / "mteja/forms").glob("*.py")):
        module = importlib.import_module(".".join(path.relative_to(_CORE).with_suffix("").parts))
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            number = _SAYS.get(_name(call.func)) if isinstance(call, ast.Call) else None
            if number is None or not isinstance(call, ast.Call):
                continue
            said = call.args[number]
            if _name(said) != _HANDED_ON:
                yield f"{path.name}:{call.lineno}", _constant(said, module)


def _name(of: ast.expr) -> str:
    return of.attr if isinstance(of, ast.Attribute) else getattr(of, "id", "")


def _constant(said: ast.expr, module: object) -> object:
    if isinstance(said, ast.Attribute):
        module = getattr(module, _name(said.value))
    return getattr(module, _name(said), None)


@pytest.mark.parametrize("language", OTHERS)
def test_whatever_may_be_wrong_with_a_field_is_said_in_every_language(language: str) -> None:
    catalog = catalogues.load(catalogues.path_of(language))
    there = {one.id for one in catalog if one.id and one.string}
    found = list(refusals())
    assert len(found) > 25
    for at, text in found:
        assert text in there, f"{at} says what no catalogue has"
        fault = InvalidInput("field", str(text), least=7, most=7)
        assert labels.fault_text(fault, language) != labels.fault_text(fault, SOURCE), at

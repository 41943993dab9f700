"""The countries that an address may be in."""

import pytest

from mteja.forms.countries import countries, country_options


@pytest.mark.parametrize(
    ("language", "name"), [("en", "Tanzania"), ("sw", "Tanzania"), ("ca", "Tanzània")]
)
def test_countries_are_named_in_the_language(language: str, name: str) -> None:
    named = {one["value"]: one["label"] for one in countries(language)}
    assert named["TZ"] == name
    assert 245 <= len(named) <= 252
    assert not {"EU", "UN", "ZZ", "XA"} & set(named)


def test_accents_do_not_send_a_country_to_the_end() -> None:
    names = [one["label"] for one in countries("ca")]
    assert names.index("Àustria") < names.index("Bèlgica") < names.index("Zimbàbue")


def test_as_options_the_chosen_one_is_selected_and_no_other() -> None:
    written = country_options("en", "TZ")
    assert written.count("<option ") == len(countries("en"))
    assert '<option value="TZ" selected>Tanzania</option>' in written
    assert written.count(" selected") == 1
    assert "Bosnia &amp; Herzegovina" in written


@pytest.mark.parametrize("chosen", ["", None, "XX", 'TZ"><b>', {"a": 1}, 7])
def test_what_is_no_country_is_not_selected(chosen: object) -> None:
    written = country_options("en", chosen)
    assert " selected" not in written
    assert "<b>" not in written

"""The countries that an address may be in."""

import pytest

from mteja.forms.countries import countries


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

"""The pages' colours can be read, by day and by night (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re

import pytest

from tests import kit

_STYLE = (kit.ROOT / "layers/core/mteja/pages/static/page.css").read_text(encoding="utf-8")
_TEXT, _CONTROL = 4.5, 3.0
_PAIRS = [
    *((colour, ground, _TEXT) for colour in ("ink", "soft", "green", "red")
      for ground in ("paper", "sheet")),
    ("ink", "tint", _TEXT),
    ("green", "tint", _TEXT),
    ("red", "red-tint", _TEXT),
    ("ink", "red-tint", _TEXT),
    ("on-green", "green", _TEXT),
    ("gold", "sheet", _CONTROL),
    ("gold", "paper", _CONTROL),
    ("edge", "sheet", _CONTROL),
    ("edge", "paper", _CONTROL),
]  # fmt: skip


def _colours() -> dict[str, dict[str, str]]:
    day, _, rest = _STYLE.partition("@media (prefers-color-scheme: dark)")
    night = rest.partition("\n}\n")[0]
    found = [dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", part)) for part in (day, night)]
    return {"light": found[0], "dark": found[0] | found[1]}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("colour", "ground", "least"), _PAIRS)
def test_a_colour_stands_out_from_its_ground(
    colour: str, ground: str, least: float, scheme: str
) -> None:
    colours = _colours()[scheme]
    lighter, darker = sorted((_light(colours[colour]), _light(colours[ground])), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= least


def test_the_night_has_colours_of_its_own() -> None:
    colours = _colours()
    assert all(colours["light"][name] != colours["dark"][name] for name in ("paper", "ink"))


def _light(colour: str) -> float:
    """Return the relative luminance of `#rrggbb`."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

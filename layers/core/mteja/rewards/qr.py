"""QR codes as SVG that stands in the page, so that no script and no other file is needed."""

from markupsafe import Markup


def svg(text: str, label: str) -> Markup:
    """Return a QR code (ISO/IEC 18004) of a text. It is black on white in the dark too: scanners
    want it so."""
    import segno

    made = segno.make(text, error="m", micro=False)
    colours = {"dark": "#000", "light": "#fff"}
    drawn = made.svg_inline(border=4, omitsize=True, svgclass="qr", title=label, **colours)
    return Markup(drawn)  # noqa: S704 - segno's own, which escapes the label

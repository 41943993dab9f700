"""The tracker is as small as it has to be, and what is shipped is what is written."""

import gzip

import minify

from tests import kit

_FOLDER = kit.ROOT / "layers/core/mteja/tracking/tracker"
_SHIPPED = _FOLDER / "mteja.min.js"
_BAR = 2_250  # design, section 12: the smallest peer, which does less, has as much


def test_it_is_at_most_2250_bytes_gzipped() -> None:
    assert len(gzip.compress(_SHIPPED.read_bytes(), 9)) <= _BAR


def test_what_is_shipped_is_what_is_written() -> None:
    written = (_FOLDER / "mteja.js").read_text(encoding="utf-8")
    assert minify.string("application/javascript", written).encode() == _SHIPPED.read_bytes()

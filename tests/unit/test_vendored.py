"""What browsers load of others: locked, small, with its licence, and held to its hash."""

import gzip
import hashlib
import json
from base64 import b64encode

import pytest

from mteja.pages import assets
from mteja_audit import licences
from mteja_vendored import packages
from tests import kit

STATIC = kit.ROOT / "layers/core/mteja/pages/static"
# As the decision says (docs/decisions/0017), with room for a patch release.
MOST_BYTES, MOST_GZIPPED = 55_000, 24_000


def test_the_library_of_charts_is_small() -> None:
    raw = (STATIC / "uplot.js").read_bytes()
    assert len(raw) <= MOST_BYTES
    assert len(gzip.compress(raw, 9)) <= MOST_GZIPPED


def test_the_file_is_of_the_locked_version() -> None:
    locked = json.loads((packages.HERE / "package-lock.json").read_text(encoding="utf-8"))
    one = locked["packages"]["node_modules/uplot"]
    assert one["integrity"].startswith("sha512-")
    asked = json.loads((packages.HERE / "package.json").read_text(encoding="utf-8"))
    assert asked["dependencies"] == {"uplot": one["version"]}
    banner = (STATIC / "uplot.js").read_text(encoding="utf-8").partition("\n")[0]
    assert f"(v{one['version']})" in banner


def test_its_licence_is_served_beside_it() -> None:
    told = assets.answer(assets.named("uplot.LICENSE.txt"))
    assert told["body"].startswith("The MIT License (MIT)")
    assert "Copyright (c)" in told["body"]


def test_it_evaluates_nothing_and_writes_no_style_as_text() -> None:
    text = (STATIC / "uplot.js").read_text(encoding="utf-8")
    for refused in ("eval(", "new Function", "innerHTML", 'setAttribute("style"', "<style"):
        assert refused not in text


@pytest.mark.parametrize("name", sorted(packages.FILES))
def test_a_browser_is_told_the_hash(name: str) -> None:
    digest = hashlib.sha384((STATIC / name).read_bytes()).digest()
    assert assets.integrity(name) == f"sha384-{b64encode(digest).decode()}"


def test_the_audit_looks_at_what_browsers_load() -> None:
    told = packages.licences()
    assert told["uplot"] == "MIT"
    assert list(licences.refused_in_browsers(told)) == []
    refused = {"one": "GPL-3.0-only", "two": "", "three": "MIT OR GPL-2.0-only"}
    assert list(licences.refused_in_browsers(refused)) == [
        "one: GPL-3.0-only",
        "two: no licence found",
    ]

"""Looks at the licences of what is shipped to Lambda: all must allow use under Apache-2.0."""

import re
from collections.abc import Iterator, Mapping
from importlib.metadata import distribution
from pathlib import Path

_ALLOWED = {
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "PSF-2.0",
    "Unlicense",
}
_FREE_TEXT = {
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "MIT No Attribution License (MIT-0)": "MIT-0",
    "The Unlicense (Unlicense)": "Unlicense",
}
"""How packages without an SPDX expression name a licence."""


def shipped(requirements: Path) -> list[str]:
    """Return the names of the packages in a locked requirements file."""
    return re.findall(
        r"^([A-Za-z0-9._-]+)==", requirements.read_text(encoding="utf-8"), re.MULTILINE
    )


def refused(names: list[str]) -> Iterator[str]:
    """Yield `package: licence` for each that is not allowed, or says nothing."""
    return _refused({name: _of(name) for name in names})


def refused_in_browsers(told: Mapping[str, str]) -> Iterator[str]:
    """Yield the same of what browsers load: `told` is each package's own SPDX expression."""
    return _refused({name: _in_expression(text) for name, text in told.items()})


def _refused(found: Mapping[str, list[str]]) -> Iterator[str]:
    for name, licences in found.items():
        if not licences or not set(licences) <= _ALLOWED:
            yield f"{name}: {' AND '.join(licences) or 'no licence found'}"


def _of(name: str) -> list[str]:
    """Return the licences of an installed package; of an alternative (OR), the allowed ones."""
    metadata = distribution(name).metadata
    expression = metadata.get("License-Expression") or metadata.get("License")
    if not expression or "\n" in expression:
        classifiers = metadata.get_all("Classifier") or []
        named = [one.rpartition(" :: ")[2] for one in classifiers if one.startswith("License ::")]
        return [_FREE_TEXT.get(one, one) for one in named if one != "OSI Approved"]
    return _in_expression(expression)


def _in_expression(expression: str) -> list[str]:
    licences = []
    for part in re.split(r"\s+AND\s+", expression):
        alternatives = [_FREE_TEXT.get(one, one) for one in re.split(r"\s+OR\s+", part.strip("()"))]
        licences.append(next((one for one in alternatives if one in _ALLOWED), part))
    return licences

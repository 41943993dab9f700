"""From the YAML that the owner edits to the JSON that the functions read.

Runs when the business layer is built, never in a function. Errors name file, line and field.
"""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from mteja.business.agreeing import disagreements
from mteja.business.declared import Declared
from mteja.business.file import OwnersFile, part
from mteja.business.forms import Asking
from mteja.business.mailing import Mailing
from mteja.business.model import Business
from mteja.business.rewards import Rewarding
from mteja.business.sites import Sites
from mteja.business.sources import Source, source_faults
from mteja.business.surveys import Surveying
from mteja.business.winning_back import Watching, WinningBack
from mteja.freshness.asking import fields_asked
from mteja.freshness.rules import asked_about
from mteja.orders.platforms import source_fields

_PACKAGE_DOCSTRING = '"""The owner\'s file, compiled from business.yaml."""\n'


class OwnersFileError(Exception):
    """The owner's file is wrong. The text has a line for each fault: `file:line: field: fault`."""


def read(path: Path) -> OwnersFile:
    """Return the checked file. Raises OwnersFileError."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise OwnersFileError(f"{path}: can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise OwnersFileError(f"{path}:1: the file: is not UTF-8") from None
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        value = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise OwnersFileError(f"{path}:{line}: not YAML: {error.problem}") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise OwnersFileError(f"{path}:{line}: not YAML: {error.reason}") from None
    repeated = _given_twice(tree)
    if repeated is not None:
        line, name = repeated
        raise OwnersFileError(f"{path}:{line}: {name}: given twice")
    faults = [_fault(path, tree, *fault) for fault in _faults(value)]
    if faults:
        raise OwnersFileError("\n".join(faults))
    return OwnersFile.model_validate(value)


def compile_to(path: Path, folder: Path) -> None:
    """Write the package `mteja_business` into a folder. Raises OwnersFileError."""
    checked = read(path)
    folder.mkdir(parents=True, exist_ok=True)
    folder.joinpath("__init__.py").write_text(_PACKAGE_DOCSTRING, encoding="utf-8")
    parts: dict[str, Declared] = {
        "business": part(checked, Business),
        "asking": part(checked, Asking),
        "surveying": part(checked, Surveying),
        "inviting": checked.inviting,
        "sites": part(checked, Sites),
        "mailing": part(checked, Mailing),
        "winning_back": part(checked, WinningBack),
        "watching": Watching(
            rules=checked.win_back.rules, fresh_days=asked_about(fields_asked(checked))
        ),
        "rewarding": part(checked, Rewarding),
    }
    for name, one in parts.items():
        text = one.model_dump_json(exclude_none=True)
        folder.joinpath(f"{name}.json").write_text(text, encoding="utf-8")


def parameters(path: Path) -> dict[str, str]:
    """Return the template parameters that mean the same as fields of the file."""
    checked = read(path)
    of_sites = [origin for site in checked.sites for origin in site.origins]
    told = {
        "AllowedOrigins": ",".join(dict.fromkeys([*checked.allowed_origins, *of_sites])),
        "TimeZone": checked.time_zone,
    }
    if checked.mail is not None:
        told["MailIdentity"] = checked.mail.ses_identity
        if checked.mail.sms is not None:
            told["SmsOrigin"] = checked.mail.sms.origin
    return told


def code_version() -> str:
    """Return a digest of the package's code. Written beside the owner's file before a build, it
    tells SAM, which looks at that folder alone, that the compiler has changed."""
    digest = hashlib.sha256()
    package = Path(__file__).parent.parent
    for path in sorted(package.rglob("*.py")):
        digest.update(str(path.relative_to(package)).encode() + path.read_bytes())
    return digest.hexdigest()


def _faults(value: Any) -> Iterator[tuple[Sequence[str | int], str]]:
    """Yield what is wrong, and where: the shape of the whole, what does not agree in it, and what
    each source's platform asks for beside it."""
    try:
        yield from disagreements(OwnersFile.model_validate(value))
    except ValidationError as error:
        wrong = [fault["loc"] for fault in error.errors()]
        for fault in error.errors():
            loc = fault["loc"]
            # Of a list in which one is wrong, pydantic says too that what is right is too little.
            is_wrong_within = any(one != loc and one[: len(loc)] == loc for one in wrong)
            if fault["type"] != "too_short" or not is_wrong_within:
                yield loc, fault["msg"]
    declared = value.get("sources") if isinstance(value, dict) else None
    for number, one in enumerate(declared if isinstance(declared, list) else []):
        try:
            source = Source.model_validate(one)
        except ValidationError:
            continue  # told above
        for field, message in source_faults(source, source_fields()):
            yield ("sources", number, field), message


def _fault(path: Path, tree: Any, where: Sequence[str | int], message: str) -> str:
    field = ".".join(str(step) for step in where) or "the file"
    return f"{path}:{_line_of(tree, where)}: {field}: {message}"


def _given_twice(node: Any) -> tuple[int, str] | None:
    """Return line and name of a field that a mapping has twice: YAML would silently take the
    last.
    """
    if isinstance(node, yaml.SequenceNode):
        inner = node.value
    elif isinstance(node, yaml.MappingNode):
        names: set[str] = set()
        for key, _ in node.value:
            if key.value in names:
                return key.start_mark.line + 1, str(key.value)
            names.add(key.value)
        inner = [value for _, value in node.value]
    else:
        return None
    return next((found for one in inner if (found := _given_twice(one))), None)


def _line_of(node: Any, where: Sequence[str | int]) -> int:
    """Return the line (from 1) of the deepest node on the way to a field."""
    line = 1 if node is None else node.start_mark.line + 1
    for step in where:
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == str(step)]
            if not found:
                break
            key, node = found[0]
            line = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            if step >= len(node.value):
                break
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            break
    return int(line)

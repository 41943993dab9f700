"""How far an import has come, beside its file: so that running it again goes on where it stopped.

Holds numbers and a fingerprint, nothing of the rows.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

_EDGE_BYTES = 65_536


@dataclass(frozen=True)
class Progress:
    """`done`: so many orders or customers from the top are recorded or refused."""

    fingerprint: str
    done: int = 0
    recorded: int = 0
    known: int = 0
    refused: int = 0
    finished: bool = False


def fingerprint(path: Path, *settings: str) -> str:
    """Return what tells a file, and the way it is read, from another: size, time of modification,
    both ends, settings. A file in which a line was mended is another one."""
    told = path.stat()
    size = told.st_size
    digest = hashlib.sha256("\x1f".join([str(size), str(told.st_mtime_ns), *settings]).encode())
    with path.open("rb") as raw:
        digest.update(raw.read(_EDGE_BYTES))
        raw.seek(max(0, size - _EDGE_BYTES))
        digest.update(raw.read(_EDGE_BYTES))
    return digest.hexdigest()


def state_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.import.json")


def load(path: Path, mark: str) -> Progress:
    """Return the progress of the same import, or that of a new one."""
    try:
        stored = Progress(**json.loads(state_path(path).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return Progress(mark)
    return stored if stored.fingerprint == mark else Progress(mark)


def save(path: Path, progress: Progress) -> None:
    """Write the progress, as a whole or not at all."""
    temporary = state_path(path).with_suffix(".new")
    temporary.write_text(json.dumps(asdict(progress)) + "\n", encoding="utf-8")
    temporary.replace(state_path(path))

"""Where a local stack lives: its folder, its port, and the files in between."""

import json
import os
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mteja_local.errors import LocalError

ROOT = Path(__file__).parents[2]
"""The repository."""

STACK_NAME = "mteja"
REGION = "us-east-1"
DEFAULT_PORT = 4566


@dataclass(frozen=True)
class Place:
    """One local stack. Two of them share nothing but the repository. `memory`: a folder that is
    quicker than a disk, if there is one for temporary files."""

    folder: Path
    port: int
    memory: Path | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def state(self) -> Path:
        """What the emulator saves when it is stopped."""
        return self.folder / "state"

    @property
    def scratch(self) -> Path:
        """The emulator's temporary files: for each process of a function all that it imports.
        Emptied at each start."""
        return (self.memory or self.folder) / "tmp"

    @property
    def process_file(self) -> Path:
        return self.folder / "emulator.json"

    @property
    def emulator_log(self) -> Path:
        return self.folder / "emulator.log"

    @property
    def build(self) -> Path:
        return self.folder / "build"

    @property
    def build_cache(self) -> Path:
        return self.folder / "build-cache"

    @property
    def sam_log(self) -> Path:
        return self.folder / "sam.log"

    @property
    def secrets_file(self) -> Path:
        """Demonstration secrets and the password of the staff user, made once."""
        return self.folder / "secrets.json"

    @property
    def stack_file(self) -> Path:
        """What tests and tools read: addresses, names, secrets."""
        return self.folder / "stack.json"


def read_stack_file(place: Place) -> dict[str, Any]:
    """Return what the last `make run` wrote. Raises LocalError where there was none."""
    try:
        stack = json.loads(place.stack_file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise LocalError("there is no local stack here: start it with `make run`") from None
    if not isinstance(stack, dict):
        raise LocalError(f"{place.stack_file} is broken: write it again with `make run`")
    return stack


def write_private(path: Path, value: object) -> None:
    """Write JSON that only this user can read, as a whole or not at all."""
    temporary = path.with_suffix(".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=2)
        file.write("\n")
    temporary.replace(path)


def architecture() -> str:
    """Return this machine's processor as Lambda names it: arm64 or x86_64. Raises LocalError."""
    machine = platform.machine().lower()
    if machine in {"arm64", "aarch64"}:
        return "arm64"
    if machine in {"x86_64", "amd64"}:
        return "x86_64"
    raise LocalError(f"no wheels for this machine's processor: {machine}")

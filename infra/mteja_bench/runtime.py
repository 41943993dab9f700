"""A function's surroundings on this machine, as Lambda gives them: Python 3.13 with boto3 and
nothing else, the built layers on its path, a bare environment. What is missing there is missing
here.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from importlib.metadata import version
from pathlib import Path

from mteja_bench.ground import SECRETS_PREFIX, Ground
from mteja_bench.template import Function
from mteja_local import sam
from mteja_local.errors import LocalError
from mteja_local.place import REGION, ROOT, Place, architecture

_LAYERS = ("DepsLayer", "CoreLayer", "BusinessLayer")
_PACKAGES = ("boto3", "botocore", "awslambdaric")


@dataclass(frozen=True)
class Runtime:
    """The clean environment of a build."""

    place: Place

    @property
    def python(self) -> Path:
        return self.place.folder / "runtime" / "bin" / "python"

    @property
    def opt(self) -> Path:
        """All layers in one folder, as /opt/python is."""
        return self.place.folder / "opt" / "python"

    @cached_property
    def emulator(self) -> Path:
        """The Lambda Runtime Interface Emulator, which SAM brings. Raises LocalError."""
        if sys.platform != "linux":
            raise LocalError("cold starts are measured on Linux: Lambda's emulator runs only there")
        found = resources.files("samcli") / "local" / "rapid" / f"aws-lambda-rie-{architecture()}"
        return Path(str(found))

    def environment(self, function: Function, **more: str) -> dict[str, str]:
        """Return what the function finds in its environment; names that only AWS knows are made
        up."""
        made_up = {
            "SECRETS_PREFIX": SECRETS_PREFIX,
            "WRAPPING_KEY_ARN": f"arn:aws:kms:{REGION}:000000000000:key/wrapping",
            "INDEX_KEY_ARN": f"arn:aws:kms:{REGION}:000000000000:key/index",
        }
        own = {
            name: value if isinstance(value, str) else made_up.get(name, name.lower())
            for name, value in function.environment.items()
        }
        return {
            "PATH": "/usr/bin:/bin",
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "PYTHONPATH": str(self.opt),
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_SESSION_TOKEN": "test",
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
            "AWS_LAMBDA_FUNCTION_TIMEOUT": "20",
            **own,
            **more,
        }

    def environment_on(self, ground: Ground, function: Function) -> dict[str, str]:
        """Return what a function finds that does its work on the tables of a ground."""
        # One address sends more here than anybody does by hand.
        limited = ("FORM_REQUESTS_PER_MINUTE", "SEGMENT_REQUESTS_PER_MINUTE")
        unlimited = dict.fromkeys((*limited, "CONFIRMATIONS_PER_HOUR"), "60000")
        environment = self.environment(function, **ground.environment, **unlimited)
        # The ground's own business, without what adds to orders: the twins know nothing of it.
        environment["PYTHONPATH"] = f"{self.place.folder / 'business'}:{self.opt}"
        # The emulator knows no session of this token; its root has none.
        del environment["AWS_SESSION_TOKEN"]
        return environment


def prepare(place: Place) -> Runtime:
    """Build functions and layers, and make the clean Python where it is not there. Raises
    LocalError."""
    runtime = Runtime(place)
    sam.build(place)
    shutil.rmtree(runtime.opt, ignore_errors=True)
    for layer in _LAYERS:
        # Hard links: a layer has some 40 MB, and nothing is written.
        shutil.copytree(
            place.build / layer / "python", runtime.opt, copy_function=os.link, dirs_exist_ok=True
        )
    _make_python(runtime)
    return runtime


def built(place: Place, function: Function) -> Path:
    """Return the folder of a built function. Raises LocalError."""
    folder = place.build / f"{function.name.title().replace('_', '')}Function"
    if not folder.joinpath("app.py").exists():
        raise LocalError(f"the function {function.name} was not built into {folder}")
    return folder


def bare() -> Function:
    """Return the function that cold starts are compared with."""
    return Function("bare", {})


def handlers(name: str) -> Path:
    """Return the folder of a handler of the benchmarks."""
    return ROOT / "infra/mteja_bench/handlers" / name


def _make_python(runtime: Runtime) -> None:
    wanted = [f"{name}=={version(name)}" for name in _PACKAGES]
    stamp = runtime.place.folder / "runtime" / "made-of"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == "\n".join(wanted):
        return
    folder = runtime.place.folder / "runtime"
    shutil.rmtree(folder, ignore_errors=True)
    base = Path(sys.base_prefix) / "bin" / "python3.13"
    uv = str(Path(sys.executable).parent / "uv")
    python = str(runtime.python)
    _run([uv, "venv", "--quiet", "--python", str(base), str(folder)])
    # Lambda's own boto3 is byte-compiled too.
    install = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", python]
    _run([*install, *wanted])
    stamp.write_text("\n".join(wanted), encoding="utf-8")


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise LocalError(f"no clean Python for the benchmarks: {done.stderr.strip()}")

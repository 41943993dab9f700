"""`sam build` and `sam deploy` of the repository's template onto the emulator."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from mteja.business.compile import OwnersFileError, code_version, parameters
from mteja_local.errors import LocalError
from mteja_local.place import REGION, ROOT, STACK_NAME, Place, architecture

ARTIFACTS_BUCKET = f"{STACK_NAME}-local-artifacts"
"""Where `sam deploy` uploads the functions' code. Made by `bring_up`."""


_SHOWN_LINES = 12
"""How much of SAM's output is shown when it fails. Its last lines say why."""


def template_parameters() -> dict[str, str]:
    """Return what the local stack sets. Raises LocalError where the owner's file is wrong."""
    try:
        of_the_owner = parameters(ROOT / "layers/business/business.yaml")
    except OwnersFileError as error:
        raise LocalError(str(error)) from None
    # Rates that no developer or test runs into.
    return {
        **of_the_owner,
        "Architecture": architecture(),
        "RequestsPerSecond": "1000",
        "RequestBurst": "1000",
        "FormRequestsPerMinute": "60000",
        "ConfirmationsPerHour": "60000",
        "BeaconRequestsPerMinute": "60000",
        "SegmentRequestsPerMinute": "60000",
    }


def build(place: Place) -> None:
    """Build functions and layers for this machine. Raises LocalError."""
    built_with = ROOT / "layers/business/.built-with"
    if not built_with.exists() or built_with.read_text(encoding="utf-8") != code_version():
        built_with.write_text(code_version(), encoding="utf-8")
    _run(
        place,
        ["build", "--cached", "--parallel"],
        ["--template-file", str(ROOT / "template.yaml")],
        ["--build-dir", str(place.build), "--cache-dir", str(place.build_cache)],
        _overrides(template_parameters()),
        failed="the build failed",
    )


def deploy(place: Place) -> None:
    """Create or update the stack from what was built. Raises LocalError."""
    _run(
        place,
        ["deploy", "--stack-name", STACK_NAME, "--s3-bucket", ARTIFACTS_BUCKET],
        ["--template-file", str(place.build / "template.yaml"), "--no-progressbar"],
        _overrides(template_parameters()),
        failed="the deployment failed",
    )


def _overrides(values: Mapping[str, str]) -> list[str]:
    return [
        "--parameter-overrides",
        *(f'{name}="{value}"' for name, value in values.items()),
    ]


def _run(place: Place, *arguments: Sequence[str], failed: str) -> None:
    """Run the SAM command line, its output in a file that is shown when it fails."""
    program = shutil.which("sam", path=str(Path(sys.executable).parent))
    if program is None:
        raise LocalError("sam is missing from the project's environment: run `make setup`")
    command = [program, *(argument for group in arguments for argument in group)]
    command += ["--config-env", "local", "--config-file", str(ROOT / "samconfig.toml")]
    place.folder.mkdir(parents=True, exist_ok=True)
    with place.sam_log.open("wb") as log:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=_environment(place),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0:
        lines = place.sam_log.read_text(encoding="utf-8", errors="replace").splitlines()
        print(*lines[-_SHOWN_LINES:], sep="\n", file=sys.stderr)
        raise LocalError(f"{failed}: see above, the whole in {place.sam_log}")


def _environment(place: Place) -> dict[str, str]:
    """Return the developer's environment with AWS pointing to the emulator and nowhere else."""
    here = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("AWS_") and name != "PYTHONDONTWRITEBYTECODE"
    }
    paths = [str(Path(sys.executable).parent), f"{sys.base_prefix}/bin"]
    settings = {
        "PATH": os.pathsep.join([*paths, os.environ.get("PATH", os.defpath)]),
        "AWS_ENDPOINT_URL": place.endpoint,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "SAM_CLI_TELEMETRY": "0",
        "SAM_CLI_POLL_DELAY": "1",  # seconds between two looks at the deployment; SAM's own is 5
        "MTEJA_PYTHON": sys.executable,
        "MTEJA_ARCHITECTURE": architecture(),
    }
    if sys.platform == "darwin":
        processor = "aarch64" if architecture() == "arm64" else "x86_64"
        settings["MTEJA_PLATFORM"] = f"{processor}-apple-darwin"
    return here | settings

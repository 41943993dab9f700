"""`make audit`: what should be looked at before a release and takes longer, or needs the internet.

Secrets and licences are checked on this machine; known faults of dependencies are asked of osv.dev.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from mteja_audit import licences, secrets
from mteja_vendored import packages

_ROOT = Path(__file__).parents[2]


def main() -> int:
    """Run all checks and return 1 if one found something or could not be made."""
    names = licences.shipped(_ROOT / "layers/deps/requirements.txt")
    good = _told("secrets in the history", list(secrets.in_history(_ROOT)))
    good &= _told(f"licences of {len(names)} packages", list(licences.refused(names)))
    vendored = packages.licences()
    good &= _told(
        f"licences of {len(vendored)} packages in browsers",
        list(licences.refused_in_browsers(vendored)),
    )
    if os.environ.get("OFFLINE"):
        print("known faults: left out, since OFFLINE is set")
    else:
        good &= _told("known faults", _known_faults())
        good &= _told("known faults in browsers", _known_faults_in_browsers())
    return 0 if good else 1


def _told(what: str, findings: list[str]) -> bool:
    print(f"{what}: {'none' if not findings else len(findings)}")
    for finding in findings:
        print(f"  {finding}")
    return not findings


def _known_faults() -> list[str]:
    """Return what osv.dev knows against the locked packages that are shipped."""
    uv = shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv is None:
        return ["uv is missing from the project's environment: make setup"]
    done = subprocess.run(
        [uv, "audit", "--locked", "--no-default-groups"],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return _findings(done)


def _known_faults_in_browsers() -> list[str]:
    """Return what npm's registry knows against the locked packages that browsers load."""
    return _findings(packages.npm("audit", "--package-lock-only", "--loglevel=error"))


def _findings(done: subprocess.CompletedProcess[str]) -> list[str]:
    if done.returncode == 0:
        return []
    lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return (
        lines if done.stdout.strip() else ["could not be asked (OFFLINE=1 leaves it out):", *lines]
    )


if __name__ == "__main__":
    sys.exit(main())

"""The locked npm packages, and the files of them that are served."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

HERE = Path(__file__).parent
FILES = {
    "uplot.js": "uplot/dist/uPlot.iife.min.js",
    "uplot.css": "uplot/dist/uPlot.min.css",
    "uplot.LICENSE.txt": "uplot/LICENSE",
}
"""By the name under which a file is served: where it is among the packages."""

_LOCK = HERE / "package-lock.json"
_PLACE = "node_modules/"
_QUIET = ("--no-audit", "--no-fund", "--loglevel=error")


def licences() -> dict[str, str]:
    """Return the licence of each locked package, as the package says it."""
    told = json.loads(_LOCK.read_text(encoding="utf-8"))["packages"]
    return {
        path.removeprefix(_PLACE): str(one.get("license", "")) for path, one in told.items() if path
    }


def content(name: str) -> bytes:
    """Return one of FILES, as its package has it."""
    return (_installed() / _PLACE / FILES[name]).read_bytes()


def npm(*arguments: str, folder: Path = HERE) -> subprocess.CompletedProcess[str]:
    """Run the environment's npm in a folder. It looks for Node on the path."""
    scripts = sysconfig.get_path("scripts")
    return subprocess.run(
        [f"{scripts}/npm", *arguments],
        cwd=folder,
        env={**os.environ, "PATH": f"{scripts}:{os.environ.get('PATH', '')}"},
        capture_output=True,
        text=True,
        check=False,
    )


def _installed() -> Path:
    """Return where the packages are. npm holds each to the hash in the lock file; no script of a
    package runs. Installed once for each content of the lock file."""
    digest = hashlib.sha256(_LOCK.read_bytes()).hexdigest()[:12]
    folder = Path(sys.prefix) / f"vendored-{digest}"
    if not folder.is_dir():
        fresh = folder.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, fresh)
        done = npm("ci", "--ignore-scripts", *_QUIET, folder=fresh)
        if done.returncode:
            raise SystemExit(f"npm could not install what is vendored:\n{done.stderr}")
        fresh.rename(folder)
    return folder

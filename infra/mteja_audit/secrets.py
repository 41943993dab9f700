"""Looks for secrets: in files (`python -m mteja_audit.secrets FILE…`), or in the whole history."""

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

_PATTERNS = {
    "a private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----",
    "an AWS access key": r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b",
    "a Shopify token": r"\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}\b",
    "a Stripe key": r"\b[rs]k_live_[0-9a-zA-Z]{16,}\b",
    "a Standard Webhooks secret": r"\bwhsec_[0-9A-Za-z+/]{24,}",
    "a GitHub token": r"\bgh[oprsu]_[0-9A-Za-z]{36}\b",
    "a Slack token": r"\bxox[abprs]-[0-9A-Za-z-]{10,}",
    "a Square token": r"\bEAAA[0-9A-Za-z_-]{60}\b",
}
_SECRET = re.compile("|".join(f"(?P<p{n}>{text})" for n, text in enumerate(_PATTERNS.values())))

# Published test vectors and placeholders of the shops' own documentation (their provenance is in
# tests/samples/webhooks/SOURCES.md), which open nothing.
_PUBLISHED = frozenset({"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "AKIAIOSFODNN7EXAMPLE"})


def find(lines: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield `place: what` for each secret in lines of (place, text). The secret is not repeated."""
    kinds = list(_PATTERNS)
    for place, text in lines:
        for match in _SECRET.finditer(text):
            if match.group() not in _PUBLISHED and match.lastgroup:
                yield f"{place}: {kinds[int(match.lastgroup[1:])]}"


def in_files(paths: Iterable[Path]) -> Iterator[str]:
    """Yield the secrets in files as they are now."""
    for path in paths:
        text = path.read_text(encoding="utf-8", errors="replace")
        yield from find((f"{path}:{n}", line) for n, line in enumerate(text.splitlines(), start=1))


def in_history(repository: Path) -> Iterator[str]:
    """Yield the secrets that any commit of any branch ever added."""
    log = subprocess.run(
        ["git", "log", "--all", "--no-color", "--text", "-p", "--unified=0", "--format=commit %h"],
        cwd=repository,
        check=True,
        capture_output=True,
    ).stdout.decode("utf-8", errors="replace")
    yield from find(_added(log.splitlines()))


def _added(log: Iterable[str]) -> Iterator[tuple[str, str]]:
    commit = path = ""
    for line in log:
        if line.startswith("commit "):
            commit = line.removeprefix("commit ")
        elif line.startswith("+++ "):
            path = line.removeprefix("+++ ").removeprefix("b/")
        elif line.startswith("+"):
            yield f"{commit} {path}", line[1:]


if __name__ == "__main__":
    found = list(in_files(Path(name) for name in sys.argv[1:]))
    print(*found, sep="\n", end="\n" if found else "")
    sys.exit(1 if found else 0)

"""Nobody uses what is known of a person without asking the gate: a look over the code's own text.

What a customer stated is judged in one place (mteja.consent.gate). Everybody else either writes it
down, shows it as it was stated, or asks `allowed`.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import kit

CORE = kit.ROOT / "layers/core/mteja"
MODULES = sorted([*CORE.rglob("*.py"), *(kit.ROOT / "functions").rglob("*.py")])
STATUSES = {"granted", "denied", "withdrawn"}
STATED = {"consents", "claimed_consents"}
# The questions that the gate answers.
_ASKS = {"allowed", "holding"}
# Who reads what was stated without using it: the first writes it down, the others show it.
READERS = {
    "recording/consents.py",
    "customers/person.py",
    "customers/timeline.py",
    "staff/shown.py",
}
# Methods and other modules' functions by which a person is reached, or by which it is said who may
# be.
REACHING = {"wanting", "send_email", "send_bulk_email", "send_text_message", "publish"}


# They carry what was decided: nobody but the mailer hands them anything, after `decide`.
CARRIERS = {"mail/channels.py"}


def name_of(path: Path) -> str:
    return str(path.relative_to(CORE if path.is_relative_to(CORE) else kit.ROOT))


TREES = {name_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}


def called(tree: ast.AST) -> Iterator[ast.expr]:
    return (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))


def asks_the_gate(tree: ast.AST) -> bool:
    imported = any(
        isinstance(node, ast.ImportFrom)
        and node.module == "mteja.consent.gate"
        and _ASKS & {one.name for one in node.names}
        for node in ast.walk(tree)
    )
    asked = (one.id for one in called(tree) if isinstance(one, ast.Name))
    return imported and bool(_ASKS & set(asked))


def reaches(tree: ast.AST) -> bool:
    return any(isinstance(one, ast.Attribute) and one.attr in REACHING for one in called(tree))


def reads(tree: ast.AST) -> Iterator[str]:
    """Yield what was stated of consents, as often as it is read from something that is stored."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in STATED:
            yield node.attr


def judged(tree: ast.AST) -> Iterator[int]:
    """Yield the lines in which a status is compared with something."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = {one.value for one in ast.walk(node) if isinstance(one, ast.Constant)}
            names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
            if sides & STATUSES or "GRANTED" in names:
                yield node.lineno


def test_what_was_stated_is_judged_by_the_gate_alone() -> None:
    judges = {name for name, tree in TREES.items() if list(judged(tree))}
    assert judges == {"consent/gate.py"}


def test_who_reads_what_was_stated_shows_it_or_asks_the_gate() -> None:
    readers = {name for name, tree in TREES.items() if set(reads(tree))}
    assert {name for name in readers if not asks_the_gate(TREES[name])} == READERS


def test_a_claim_opens_no_gate() -> None:
    readers = {name for name, tree in TREES.items() if "claimed_consents" in set(reads(tree))}
    assert not [name for name in readers if asks_the_gate(TREES[name])]


def test_who_says_whom_to_reach_asks_the_gate() -> None:
    reaching = {name for name, tree in TREES.items() if reaches(tree)}
    assert reaching
    assert {name for name in reaching if not asks_the_gate(TREES[name])} == CARRIERS


def test_nothing_is_handed_to_a_channel_that_was_not_decided() -> None:
    carried = {
        name
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and any(isinstance(one, ast.Call) and "Parcel" in ast.dump(one.func) for one in node.args)
    }
    assert carried == {"mail/sending.py"}
    names = {one.id for one in called(TREES["mail/sending.py"]) if isinstance(one, ast.Name)}
    assert "decide" in names
    assert asks_the_gate(TREES["mail/deciding.py"])


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("from mteja.consent.gate import allowed\nallowed(1)", True),
        ("from mteja.consent.gate import allowed", False),
        ("from mteja.other import allowed\nallowed(1)", False),
        ("from mteja.consent.gate import newness\nnewness(1)", False),
    ],
    ids=["asks", "imports only", "another", "another of its rules"],
)
def test_the_look_tells_who_asks(text: str, asks: bool) -> None:
    assert asks_the_gate(ast.parse(text)) is asks

"""The operator's command as tests call it: on the mocked account, without a stack to describe."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mteja_operator import check, cli, mail
from mteja_operator.connection import Connection


@dataclass(frozen=True)
class Mteja:
    """Calls `mteja` with arguments. `outputs` are those of the stack that it finds."""

    outputs: dict[str, str]

    def __call__(self, *arguments: str | Path, typed: str | None = None) -> Result:
        return CliRunner().invoke(cli.main, [str(one) for one in arguments], input=typed)


def stand_in(monkeypatch: pytest.MonkeyPatch, outputs: dict[str, str]) -> Mteja:
    """Let the command find the mocked account where it looks for a stack."""

    def connect(_stack: str | None) -> Connection:
        return Connection("the stack of the tests", "alias/aws/ssm", outputs)

    for module in (cli, check, mail):
        monkeypatch.setattr(module, "connect", connect)
    return Mteja(outputs)

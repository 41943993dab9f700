"""Secrets from SSM SecureString parameters: one secret a line, so that two are valid at a time."""

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from mteja.errors import BadSignature, Misconfigured

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

_FRESH_S = 300.0
_NOT_AGAIN_BEFORE_S = 20.0


class Secrets:
    """Reads secrets and remembers them for five minutes; that there is none, for 20 s.

    `ssm` makes the client, a twentieth of a function's start: who needs it with every first request
    makes it beforehand, the others when a secret is first asked for.
    """

    def __init__(
        self,
        ssm: Callable[[], "SSMClient"],
        prefix: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ssm = ssm
        self._prefix = prefix
        self._clock = clock
        self._known: dict[str, tuple[float, Sequence[str]]] = {}

    def check(self, name: str, verify: Callable[[Sequence[str]], None]) -> None:
        """Call `verify` with the secrets of a parameter.

        Where it raises BadSignature with remembered secrets, they are read once more: a secret that
        was just rotated is good at once. At most every 20 s, so that wrong signatures cost little.
        Raises Misconfigured where there is no parameter, or no secret in it.
        """
        read_at, secrets = self._read(name, older_than=_FRESH_S)
        try:
            verify(secrets)
        except BadSignature:
            again_at, again = self._read(name, older_than=_NOT_AGAIN_BEFORE_S)
            if again_at == read_at:
                raise
            verify(again)

    def _read(self, name: str, older_than: float) -> tuple[float, Sequence[str]]:
        known = self._known.get(name)
        if known is not None and not known[1]:
            older_than = _NOT_AGAIN_BEFORE_S
        if known is None or self._clock() - known[0] >= older_than:
            known = self._known[name] = (self._clock(), self._ask(name))
        if not known[1]:
            raise Misconfigured(f"the parameter {self._prefix}/{name} does not exist, or is empty")
        return known

    def _ask(self, name: str) -> Sequence[str]:
        """Return what stands in a parameter, nothing where there is none."""
        ssm = self._ssm()
        try:
            answer = ssm.get_parameter(Name=f"{self._prefix}/{name}", WithDecryption=True)
        except ssm.exceptions.ParameterNotFound:
            return ()
        lines = answer["Parameter"]["Value"].splitlines()
        return tuple(line.strip() for line in lines if line.strip())

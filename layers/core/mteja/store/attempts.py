"""Beginning again where a transaction was lost to another, and going on where one thing of several
fails."""

import random
import time
from collections.abc import Callable

from mteja.errors import Conflict
from mteja.store.table import TransactionLost

_ATTEMPTS = 12
_LONGEST_PAUSE_S = 0.4


def until_it_holds[Done](work: Callable[[], Done], busy: str = "the customer is too busy") -> Done:
    """Do work that reads, plans and writes, again where its transaction is lost; return what it
    returns. Pauses are random, so that two who met don't meet again.

    Raises Conflict (`busy`) after 12 lost attempts, at most about 3 s of pauses; what `work`
    raises.
    """
    for number in range(_ATTEMPTS):
        try:
            return work()
        except TransactionLost:
            time.sleep(random.uniform(0, min(_LONGEST_PAUSE_S, 0.02 * 2**number)))  # noqa: S311
    raise Conflict(busy)


class Each[Done]:
    """Does several things of which none stops the others."""

    def __init__(self) -> None:
        self._done: list[Done] = []
        self._failed: list[Exception] = []

    def do(self, work: Callable[[], Done]) -> None:
        """Do one of them."""
        try:
            self._done.append(work())
        except Exception as error:
            self._failed.append(error)

    def ended(self) -> list[Done]:
        """Return what all of them returned. Raises what one of them raised, and of several an
        ExceptionGroup."""
        if len(self._failed) == 1:
            raise self._failed[0]
        if self._failed:
            raise ExceptionGroup("several things failed", self._failed)
        return self._done

"""What the mailer asks of whatever causes a message, when the message is due: whether it still
makes sense, what it says, and what is written together with what becomes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mteja.customers.reading import Person
from mteja.mail.items import MessageItem
from mteja.store.table import Write


@dataclass(frozen=True)
class Ahead:
    """What is written together with a decision over a message: writes, and changes of its
    customer's PROFILE."""

    writes: tuple[Write, ...] = ()
    changes: Mapping[str, Any] = field(default_factory=dict, hash=False)


class Cause:
    """The cause of a message that hangs on nothing. Others say more."""

    def why_not(self, message: MessageItem, person: Person, now_ms: int) -> str | None:  # noqa: ARG002
        """Return why a message is not sent any more, None where it may be."""
        return None

    def values(self, message: MessageItem, person: Person) -> Mapping[str, Any]:  # noqa: ARG002
        """Return what its template tells beside names and links."""
        return {}

    def claimed(self, message: MessageItem, person: Person, now_ms: int) -> Ahead:  # noqa: ARG002
        """Return what is written with a claim. `message` knows its channel and time."""
        return Ahead()

    def ended(self, message: MessageItem, person: Person, why: str, now_ms: int) -> Ahead:  # noqa: ARG002
        """Return what is written where a message is given up before it was claimed."""
        return Ahead()

    def given_back(self, message: MessageItem) -> tuple[Write, ...]:  # noqa: ARG002
        """Return what is written where a claim is given back: it will be tried again."""
        return ()

    def failed(self, message: MessageItem, why: str) -> tuple[Write, ...]:  # noqa: ARG002
        """Return what is written where a claimed message surely did not leave, and never will."""
        return ()

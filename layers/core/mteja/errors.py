"""What can go wrong, by class. The domain raises these; `mteja.http.problems` alone turns them
into HTTP.
"""

from collections.abc import Sequence


class MtejaError(Exception):
    """Base of every error that this package raises on purpose."""


class InvalidInput(MtejaError):
    """Well-formed input with a value that is not allowed.

    `field` is the path of the offending field ("customer.email"); `message` says what is wrong
    and never repeats the value, which may be personal. What is told in numbers stands in `values`
    ("at most {most} characters", most=80), so that pages can say it in other languages.
    """

    def __init__(self, field: str, message: str, **values: int) -> None:
        self.field = field
        self.template = message
        self.values = values
        self.message = message.format(**values) if values else message
        super().__init__(f"{field}: {self.message}")


class InvalidFields(MtejaError):
    """Several fields are wrong. `faults` says each, in the order of the fields."""

    def __init__(self, faults: Sequence[InvalidInput]) -> None:
        super().__init__("; ".join(str(one) for one in faults))
        self.faults = tuple(faults)


class MalformedBody(MtejaError):
    """The body is not what its content type says."""


class TooLarge(MtejaError):
    """The body is over the size limit of its path."""


class OverSegmentsLimit(TooLarge):
    """A call or a batch over the limits of Segment's API, which has its own answer to that."""


class BadSignature(MtejaError):
    """A signature is missing, malformed, stale or wrong. Which of these is not told to the
    caller.
    """


class NotSignedIn(MtejaError):
    """Nobody is signed in: no session, an ended one, or a wrong password or code. Which of these is
    not told to the caller.
    """


class NotAllowed(MtejaError):
    """Somebody who is signed in asks for what their groups may not do."""


class ForeignOrigin(MtejaError):
    """A page of a website that is not among the business's own."""


class NotFound(MtejaError):
    """There is no such thing. `kind` is "source", "customer", …"""

    def __init__(self, kind: str) -> None:
        super().__init__(f"no such {kind}")
        self.kind = kind


class Conflict(MtejaError):
    """Somebody else changed the same thing, and trying again within the bound did not help."""


class StaleVersion(MtejaError):
    """Somebody changed what this was decided on. Whoever decided must look again."""


class RateLimited(MtejaError):
    """Too much of it at a time. `retry_after_s`: after so many seconds it may be tried again."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__("too much at a time")
        self.retry_after_s = retry_after_s


class AlreadyTaken(MtejaError):
    """There is one of it, and somebody has it. Never says who."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class LinkExpired(MtejaError):
    """A link is authentic and too old."""


class LinkUsed(MtejaError):
    """A link that opens something once has done so."""


class Unsent(MtejaError):
    """Messages failed in a way that is not theirs. Which, and why, is in the log."""


class Unmade(MtejaError):
    """Summaries failed. Which, and why, is in the log."""


class UnsupportedMediaType(MtejaError):
    """A content type that the path does not take."""


class Unreadable(MtejaError):
    """An authentic delivery that our code does not understand: it goes to quarantine.

    `reason` is a short code without personal data ("model:line_items.0.price").
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class CannotOpen(MtejaError):
    """A sealed value does not open here: other customer, other place, changed bytes or destroyed
    key.
    """


class Misconfigured(MtejaError):
    """The owner's file, the environment or a parameter is missing or wrong."""


def faults_of(error: Exception) -> tuple[InvalidInput, ...]:
    """Return what is wrong with the fields that were sent, nothing where it is not the fields."""
    match error:
        case InvalidInput():
            return (error,)
        case InvalidFields():
            return error.faults
        case AlreadyTaken():
            return (InvalidInput(error.field, error.message),)
    return ()

"""What may be told of an error: never a text that may hold a value."""

from pathlib import Path
from traceback import extract_tb
from typing import Any

from botocore.exceptions import ClientError

from mteja.errors import Misconfigured, MtejaError

# Of several errors, so many are told.
_TOLD = 5


def expected(error: Exception, status: int) -> bool:
    """Return whether an error is a mistake of whoever asks and none of ours."""
    return isinstance(error, MtejaError) and status < 500


def trouble(error: Exception) -> dict[str, Any]:
    """Return what may be told of an error: where in our code it came from, what AWS calls it, what
    is misconfigured. Never a text that may hold a value."""
    told: dict[str, Any] = {"error": type(error).__name__}
    frames = [frame for frame in extract_tb(error.__traceback__) if "mteja" in frame.filename]
    told["where"] = [f"{Path(frame.filename).stem}:{frame.lineno}" for frame in frames[-4:]]
    if isinstance(error, Misconfigured):
        told["what"] = str(error)
    if isinstance(error, ClientError):
        told["what"] = f"{error.operation_name}: {error.response['Error']['Code']}"
    if isinstance(error, ExceptionGroup):
        told["of"] = len(error.exceptions)
        told["errors"] = [trouble(one) for one in error.exceptions[:_TOLD]]
    return told

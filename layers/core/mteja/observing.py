"""Logs and metrics: ids and counts, never names, addresses, bodies or headers.

Metrics are CloudWatch embedded metrics: a log line that CloudWatch reads, no call.
"""

from functools import cache
from pathlib import Path
from traceback import extract_tb
from typing import Any

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit
from botocore.exceptions import ClientError

from mteja.errors import Misconfigured

NAMESPACE = "Mteja"


@cache
def logger(service: str) -> Logger:
    return Logger(service=service, log_uncaught_exceptions=False)


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
    return told


def count(service: str, name: str, value: int = 1) -> None:
    """Count something under the dimension `service`."""
    metrics = Metrics(namespace=NAMESPACE, service=service)
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
    metrics.flush_metrics()

"""Logs and metrics: ids and counts, never names, addresses, bodies or headers.

Metrics are CloudWatch embedded metrics: a log line that CloudWatch reads, no call.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit

from mteja.troubles import expected, trouble

NAMESPACE = "Mteja"


@cache
def logger(service: str) -> Logger:
    return Logger(service=service, log_uncaught_exceptions=False)


def log_refusal(log: Logger, error: Exception, response: Mapping[str, Any]) -> None:
    """Write that a request was refused, by the response that tells it; as an error where it is a
    fault of ours."""
    status = response["statusCode"]
    write = log.info if expected(error, status) else log.error
    write("refused", status=status, **trouble(error))


def count(service: str, name: str, value: int = 1) -> None:
    """Count something under the dimension `service`."""
    metrics = Metrics(namespace=NAMESPACE, service=service)
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
    metrics.flush_metrics()

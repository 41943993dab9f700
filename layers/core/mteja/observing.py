"""Logs and metrics: ids and counts, never names, addresses, bodies or headers.

Metrics are CloudWatch embedded metrics: a log line that CloudWatch reads, no call.
"""

from functools import cache

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit

NAMESPACE = "Mteja"


@cache
def logger(service: str) -> Logger:
    return Logger(service=service, log_uncaught_exceptions=False)


def count(service: str, name: str, value: int = 1) -> None:
    """Count something under the dimension `service`."""
    metrics = Metrics(namespace=NAMESPACE, service=service)
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
    metrics.flush_metrics()

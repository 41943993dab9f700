"""Hypothesis profiles: `make soak` looks at many more examples than `make test`."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "soak", max_examples=5000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)

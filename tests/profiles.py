"""Hypothesis profiles: `make soak` looks at many more examples than `make test`. Neither has a
deadline: how long an example takes is the machine's business."""

from hypothesis import HealthCheck, settings

settings.register_profile("tests", deadline=None)
settings.register_profile(
    "soak", max_examples=5000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)

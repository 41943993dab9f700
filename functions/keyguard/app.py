"""Stream of the keys table: a key item is written once, so any change of one is an alarm.

Removal is erasure and comes from the privacy functions; only MODIFY reaches this function.
"""

from typing import Any

from mteja import starting
from mteja.observing import count, logger

SERVICE = "keyguard"
LOG = logger(SERVICE)
starting.ready()


def lambda_handler(event: dict[str, Any], _context: object) -> None:
    changed = [
        record["dynamodb"]["Keys"]["pk"]["S"]
        for record in event["Records"]
        if record["eventName"] == "MODIFY"
    ]
    for owner in changed:
        LOG.error("a key was changed", owner=owner)
    if changed:
        count(SERVICE, "KeyChanged", len(changed))

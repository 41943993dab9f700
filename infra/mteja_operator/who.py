"""Who runs the command, as the audit trail and jobs keep it: an id of AWS, no name or address."""

import re

import boto3

from mteja.audit import Viewer

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_.-]*[A-Za-z][A-Za-z0-9_.-]*")


def operator() -> Viewer:
    """Return the caller by the unique id of the user or role (`operator:AIDA…`), and by its name
    where that can't be an e-mail address."""
    caller = boto3.client("sts").get_caller_identity()
    unique = caller["UserId"].partition(":")[0]
    name = caller["Arn"].rpartition(":")[2].rpartition("/")[2]
    plain = _PLAIN_NAME.fullmatch(name) is not None
    return Viewer(f"operator:{unique}", name if plain else None)

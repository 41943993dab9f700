"""Themes of surveys on this machine: made when asked, and not at night alone."""

import json
from typing import Any

from mteja_local.clients import Clients
from mteja_local.deployed import Deployed
from mteja_local.errors import LocalError


def complete(clients: Clients, deployed: Deployed) -> None:
    """Let the function open texts: the emulator knows no condition on the encryption context, under
    which alone the template lets it. A second run changes nothing."""
    right = {"Effect": "Allow", "Action": "kms:Decrypt",
             "Resource": deployed.outputs["WrappingKeyArn"]}  # fmt: skip
    clients("iam").put_role_policy(
        RoleName=deployed.names["ThemesRole"],
        PolicyName="open-on-this-machine",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [right]}),
    )


def make(clients: Clients, stack: dict[str, Any]) -> None:
    """Make the themes now. Raises LocalError where that fails."""
    answer = clients("lambda").invoke(FunctionName=stack["functions"]["themes"], Payload=b"{}")
    if "FunctionError" in answer:
        raise LocalError("the function of themes failed: its log says why")

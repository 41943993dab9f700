"""Mail on this machine: what stands for a verified sender, and what the emulator captured.

The emulator's SES keeps subject, text and HTML of what is sent, and none of the other headers.
"""

import json
from collections.abc import Iterator
from typing import Any
from urllib.request import urlopen

from mteja_local.clients import Clients
from mteja_local.deployed import Deployed
from mteja_local.errors import LocalError

_MAILER = "MailerFunction"
_URL = "PUBLIC_URL"
# The emulator asks for a right on every resource where AWS asks for one on the identity.
_RIGHT = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "ses:SendEmail", "Resource": "*"}],
}


def complete(clients: Clients, deployed: Deployed, url: str) -> None:
    """Verify the sender, let the mailer send, and tell it the address at which this stack's API is
    reached. A second run changes nothing."""
    ses = clients("sesv2")
    identity = deployed.outputs["MailIdentity"]
    listed = ses.list_email_identities()["EmailIdentities"]
    if identity not in {one["IdentityName"] for one in listed}:
        ses.create_email_identity(EmailIdentity=identity)
    clients("iam").put_role_policy(
        RoleName=deployed.names["MailerRole"],
        PolicyName="send-on-this-machine",
        PolicyDocument=json.dumps(_RIGHT),
    )
    functions, name = clients("lambda"), deployed.names[_MAILER]
    known = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    if known[_URL] != url:
        functions.update_function_configuration(
            FunctionName=name, Environment={"Variables": known | {_URL: url}}
        )


def send(clients: Clients, stack: dict[str, Any]) -> dict[str, int]:
    """Let the mailer look into the outbox now; return what became of how many. Raises LocalError
    where it fails."""
    answer = clients("lambda").invoke(FunctionName=stack["functions"]["mailer"], Payload=b"{}")
    told: dict[str, int] = json.load(answer["Payload"])
    if "FunctionError" in answer:
        raise LocalError("the mailer failed: its log says why")
    return told


def captured(endpoint: str) -> list[dict[str, Any]]:
    """Return what was sent since the emulator started, oldest first: `To`, `Subject`, `BodyText`,
    `BodyHtml`, `Source`."""
    with urlopen(f"{endpoint}/_ministack/ses/messages", timeout=10) as answer:  # noqa: S310
        by_account: dict[str, list[dict[str, Any]]] = json.load(answer)["messages"]
    return [message for messages in by_account.values() for message in messages]


def shown(messages: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the lines that show mails to a developer."""
    if not messages:
        yield "No mail was sent since the stack was started."
    for one in messages:
        yield f"To: {', '.join(one['To'])}"
        yield f"Subject: {one['Subject']}"
        yield ""
        yield one["BodyText"].strip()
        yield "-" * 72

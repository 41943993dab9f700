"""Which stack the operator's command works on: the local one, or one in AWS by its name."""

import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError

from mteja.business.compile import OwnersFileError, compile_to
from mteja_local.errors import LocalError
from mteja_local.place import DEFAULT_PORT, ROOT, STACK_NAME, Place, read_stack_file

_SETTINGS = {
    "CUSTOMERS_TABLE": "CustomersTable",
    "KEYS_TABLE": "KeysTable",
    "EVENTS_TABLE": "EventsTable",
    "SALTS_TABLE": "SaltsTable",
    "SUMMARIES_TABLE": "SummariesTable",
    "WRAPPING_KEY_ARN": "WrappingKeyArn",
    "INDEX_KEY_ARN": "IndexKeyArn",
    "SECRETS_PREFIX": "SecretsPrefix",
}
_OWNERS_FILE = ROOT / "layers/business/business.yaml"


@dataclass(frozen=True)
class Connection:
    """What the stack is called, the key of its tables, queues and parameters, and all its
    outputs."""

    title: str
    table_key: str
    outputs: dict[str, str]


def connect(stack: str | None) -> Connection:
    """Give this process the environment that a function of the stack has.

    Raises click.ClickException where there is no such stack.
    """
    if stack is None:
        stack_file = _local_stack()
        local = stack_file["aws"]
        os.environ |= {
            "AWS_ENDPOINT_URL": local["endpoint"],
            "AWS_DEFAULT_REGION": local["region"],
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }
    name = stack or STACK_NAME
    outputs = _outputs(name)
    if stack is None:
        outputs["ApiUrl"] = stack_file["api"]["path_url"]  # where this machine has it
    os.environ |= {variable: outputs[output] for variable, output in _SETTINGS.items()}
    _load_owners_file()
    title = f"{name} in AWS" if stack else f"{name} on this machine"
    return Connection(title, outputs["TableKeyArn"], outputs)


def _local_stack() -> dict[str, Any]:
    try:
        local: dict[str, Any] = read_stack_file(Place(ROOT / ".local", DEFAULT_PORT))
    except LocalError as error:
        raise click.ClickException(f"{error}; or name a stack in AWS with --stack") from None
    return local


def _outputs(name: str) -> dict[str, str]:
    try:
        stacks = boto3.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    except (ClientError, BotoCoreError) as error:
        raise click.ClickException(f"the stack {name} can't be read: {error}") from None
    return {one["OutputKey"]: one["OutputValue"] for one in stacks[0].get("Outputs", [])}


def _load_owners_file() -> None:
    folder = Path(tempfile.mkdtemp(prefix="mteja-"))
    try:
        compile_to(_OWNERS_FILE, folder / "mteja_business")
    except OwnersFileError as error:
        raise click.ClickException(str(error)) from None
    sys.path.insert(0, str(folder))

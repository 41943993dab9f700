"""`mteja check`: is everything as it should be? One line for each question, and what to do."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError

from mteja.aws import clients
from mteja.business import business
from mteja.inactivity.runs import last_run
from mteja.quarantine import quarantine
from mteja.recording.record import recorder
from mteja.sources.silence import silent_sources
from mteja.times import business_day, now_ms
from mteja_operator import secrets
from mteja_operator.connection import Connection, connect

_SALTS = "SaltsTable"
_TABLES = ("CustomersTable", "KeysTable", "EventsTable", _SALTS, "SummariesTable")
_ROTATING = {"TableKeyArn": "table key", "WrappingKeyArn": "wrapping key"}
_SHOWN = 1_000


@dataclass(frozen=True)
class Line:
    """One answer. `fault` says what is wrong and what to do, None where all is well."""

    what: str
    fault: str | None = None
    told: str = ""


type Question = Callable[[Connection], Iterator[Line]]


@click.command("check")
@click.pass_obj
def check_command(stack: str | None) -> None:
    """Check the owner's file, the stack, its secrets, and what waits for somebody.

    Exits with 1 where something is to be done.
    """
    faults = 0
    for line in _lines(stack):
        mark = "ok " if line.fault is None else "NO "
        click.echo(f"{mark} {line.what}: {line.fault or line.told or 'as it should be'}")
        faults += line.fault is not None
    if faults:
        click.echo(f"{faults} to be looked at", err=True)
        raise SystemExit(1)


def _lines(stack: str | None) -> Iterator[Line]:
    try:
        connection = connect(stack)
    except click.ClickException as error:
        yield Line("owner's file and stack", error.message)
        return
    yield Line("owner's file", told=f"{len(business().sources)} sources")
    yield Line("stack", told=connection.title)
    for ask in _QUESTIONS:
        try:
            yield from ask(connection)
        except (ClientError, BotoCoreError) as error:
            yield Line(_name(ask), f"can't be read: {error}")


def _name(ask: Question) -> str:
    return ask.__name__.strip("_").replace("_", " ")


def _tables(connection: Connection) -> Iterator[Line]:
    dynamodb = clients.dynamodb()
    for output in _TABLES:
        if output not in connection.outputs:
            continue
        name = connection.outputs[output]
        table = dynamodb.describe_table(TableName=name)["Table"]
        backups = dynamodb.describe_continuous_backups(TableName=name)
        restorable = backups["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription")
        faults = []
        if table.get("TableStatus") != "ACTIVE":
            faults.append("it is not active")
        if not table.get("DeletionProtectionEnabled"):
            faults.append("it may be deleted: switch its deletion protection on")
        can_be = (restorable or {}).get("PointInTimeRecoveryStatus") == "ENABLED"
        if output == _SALTS and can_be:
            faults.append("salts can be brought back: switch point-in-time recovery off")
        if output != _SALTS and not can_be:
            faults.append("it can't be restored: switch point-in-time recovery on")
        if table.get("SSEDescription", {}).get("SSEType") != "KMS":
            faults.append("it is not encrypted with the table key: deploy again")
        yield Line(f"table {name}", "; ".join(faults) or None, "protected and restorable")


def _keys(connection: Connection) -> Iterator[Line]:
    kms = clients.kms()
    for output in (*_ROTATING, "IndexKeyArn"):
        key = connection.outputs[output]
        title = _ROTATING.get(output, "index key")
        state = kms.describe_key(KeyId=key)["KeyMetadata"].get("KeyState")
        if state != "Enabled":
            yield Line(title, f"it is {state}: enable it, or nothing can be read")
            continue
        rotates = output not in _ROTATING or _rotates(key)
        fault = None if rotates else "it does not rotate: switch rotation on"
        yield Line(title, fault, "enabled")


def _rotates(key: str) -> bool:
    return clients.kms().get_key_rotation_status(KeyId=key)["KeyRotationEnabled"]


def _secrets(_: Connection) -> Iterator[Line]:
    for secret in secrets.declared():
        what = f"secrets of {secret.id}"
        advice = f"`mteja secrets add {secret.id}`"
        valid = secrets.stored(secret)
        if valid:
            yield Line(what, told=f"{len(valid)} valid")
        elif secret.without is None:
            yield Line(what, told=f"none; for servers that are to send: {advice}")
        elif valid is None:
            yield Line(what, f"there are none, so {secret.without}: {advice}")
        else:
            yield Line(what, f"the parameter is empty: {advice}")


def _dead_letters(connection: Connection) -> Iterator[Line]:
    sqs: Any = boto3.client("sqs")
    for output, url in sorted(connection.outputs.items()):
        if not output.endswith("DeadLettersUrl"):
            continue
        names = ["ApproximateNumberOfMessages"]
        told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        number = int(told["ApproximateNumberOfMessages"])
        fault = (
            f"{number} could not be delivered: each message says what and whence. What the daily "
            "job gave up: `mteja inactivity redrive`"
        )
        yield Line("dead letters", fault if number else None, "none")


def _daily_job(_: Connection) -> Iterator[Line]:
    last, _rules = last_run(recorder().table)
    if last is None:
        yield Line("daily job", told="it has not run yet")
        return
    yesterday = business_day(now_ms(), business().time_zone) - timedelta(days=1)
    fault = f"it has not run since {last}: see its log, and docs/runbook.md"
    yield Line("daily job", fault if last < yesterday else None, f"it ran on {last}")


def _quarantine(_: Connection) -> Iterator[Line]:
    number = sum(1 for _ in islice(quarantine.listed(recorder().table), _SHOWN))
    fault = f"{number} deliveries wait: `mteja quarantine list`, then `mteja quarantine replay`"
    yield Line("quarantine", fault if number else None, "empty")


def _silent_sources(_: Connection) -> Iterator[Line]:
    names = [source.id for source in business().sources]
    silent = silent_sources(recorder().table, names, now_ms(), business().time_zone)
    for name in names:
        fault = (
            "it sent orders and has stopped: look at the shop's webhook settings, then "
            f"`mteja reconcile {name} --since …`"
        )
        yield Line(f"source {name}", fault if name in silent else None, "not silent")


_QUESTIONS: tuple[Question, ...] = (
    _tables,
    _keys,
    _secrets,
    _dead_letters,
    _daily_job,
    _quarantine,
    _silent_sources,
)

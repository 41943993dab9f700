"""`mteja inactivity redrive` and `replan`: what ended in the dead letters comes back into the
queue, and due dates are set by the rules of today's owner's file.

SQS's own redrive takes a queue whose messages all come from queues. This one holds what functions
and schedules could not deliver, too:
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import click

from mteja.aws import clients
from mteja.business import business
from mteja.business.load import watching
from mteja.inactivity.queue import ToldOn, Work, as_text, first_day, from_text
from mteja.inactivity.replanning import Replanner, sooner, told_days, told_on
from mteja.store.table import customers_table
from mteja.times import business_day, now_ms
from mteja.tracking.calendar import days_between
from mteja_operator.connection import Connection

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef

_HIDDEN_S = 120  # while we look through them


@click.command("redrive")
@click.option("--dry-run", is_flag=True, help="Only tell what lies there.")
@click.pass_obj
def redrive_command(connection: Connection, *, dry_run: bool) -> None:
    """Put what the daily job gave up back into its queue, once its cause is mended. What others
    could not deliver stays where it is."""
    dead, queue = (connection.outputs[name] for name in ("DeadLettersUrl", "InactivityQueueUrl"))
    number = others = 0
    for message in list(_letters(dead)):
        work = _work_of(message)
        if work is None:
            others += 1
        else:
            number += 1
            click.echo(_told(work))
        if work is None or dry_run:
            clients.sqs().change_message_visibility(
                QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
            )
            continue
        # Cut off in between, it is in both: worked twice, it changes nothing.
        clients.sqs().send_message(QueueUrl=queue, MessageBody=as_text(work))
        clients.sqs().delete_message(QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"])
    what = "would go back" if dry_run else "went back"
    click.echo(f"{number} {what}; {others} of others stay in the dead letters", err=True)


def _letters(queue: str) -> Iterator["MessageTypeDef"]:
    """Yield the messages of a queue, each once."""
    seen: set[str] = set()
    while True:
        told = clients.sqs().receive_message(
            QueueUrl=queue, MaxNumberOfMessages=10, VisibilityTimeout=_HIDDEN_S, WaitTimeSeconds=1
        )
        new = [one for one in told.get("Messages", []) if one["MessageId"] not in seen]
        if not new:
            return
        seen |= {one["MessageId"] for one in new}
        yield from new


def _work_of(message: "MessageTypeDef") -> Work | None:
    try:
        return from_text(message["Body"])
    except (ValueError, KeyError, TypeError):
        return None


def _told(work: Work) -> str:
    if isinstance(work, ToldOn):
        return f"run {work.run}: due dates anew of whom something was told on {work.day}"
    rest = ", the rest" if work.after else ""
    return f"run {work.run}: due on {work.day}, shard {work.shard}{rest}"


@click.command("replan")
@click.option(
    "--from",
    "since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Of whom something was told since, as 2020-01-01. Without it: a year and the longest "
    "ladder.",
)
@click.option("--dry-run", is_flag=True, help="Only tell how many would be due sooner.")
def replan_command(since: datetime | None, *, dry_run: bool) -> None:
    """Set due dates by the rules as they are in the owner's file here, where they are too late. The
    first run after a deployment with other rules does so by itself."""
    rules, zone, now, table = watching(), business().time_zone, now_ms(), customers_table()
    today = business_day(now, zone)
    first = first_day(today, today)
    several = list(told_days(today, first, rules))
    if since is not None:
        several = [ToldOn(today, day, first) for day in days_between(since.date(), today)]
    if dry_run:
        names = {name for one in several for name in told_on(table, one.day)}
        moved = (sooner(table, one, rules, zone, now, first) for one in names)
        number = sum(1 for one in moved if one is not None)
        click.echo(f"{len(names)} customers, of whom {number} would be due sooner")
        return
    planner = Replanner(table, rules, zone, now_ms, lambda: False)
    number = sum(planner.move(one)[0] for one in several)
    click.echo(f"{len(several)} days, {number} customers are due sooner")

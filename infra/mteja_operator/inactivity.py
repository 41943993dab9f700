"""`mteja inactivity`: the daily job, here and now; who would be due; what runs did."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import click

from mteja.aws import clients
from mteja.business import business
from mteja.errors import InvalidInput
from mteja.inactivity import queue, runs
from mteja.inactivity.making import job
from mteja.inactivity.queue import Bucket
from mteja.inactivity.runs import Report
from mteja.inactivity.units import Units
from mteja.inactivity.working import Worker, due_in
from mteja.store.table import customers_table
from mteja.times import business_day, now_ms
from mteja.troubles import trouble
from mteja_operator.inactivity_letters import redrive_command, replan_command

_DAY = click.option("--day", help="As 2026-11-20, tomorrow at the latest. Without it: today.")


@click.group("inactivity")
def inactivity_group() -> None:
    """The daily job: customers who are due by some rule."""


@inactivity_group.command("run")
@_DAY
@click.option("--dry-run", is_flag=True, help="Tell who would be due and why; do nothing.")
def run_command(day: str | None, *, dry_run: bool) -> None:
    """Act on whoever is due on a day or the two days before, and was not acted on yet."""
    now = now_ms()
    run, buckets = _asked(day, now)
    if dry_run:
        _foresee(buckets, now)
        return
    runs.note_run(customers_table(), run, buckets[0].day, len(buckets), now)
    units = Units()
    units.watch(clients.dynamodb())
    worker = Worker(job(), now_ms, lambda: False, _told, units.used)
    parts = [worker.work(bucket) for bucket in buckets]
    counts = sum((one.counts for one in parts), Counter[str]())
    skipped = sum((one.skipped for one in parts), Counter[str]())
    click.echo(f"{run}: {_words(counts)}{_reasons(skipped)}")
    if counts[runs.FAILED]:
        raise click.ClickException("some failed; run it again")


def _foresee(buckets: list[Bucket], now: int) -> None:
    work, number = job(), 0
    for bucket in buckets:
        for customer in due_in(work.table, bucket):
            for one in work.foresee(customer, bucket.partition, now):
                number += 1
                click.echo(f"{customer}  {one.rule}  step {one.step + 1}  {one.what}")
    click.echo(f"{number} steps are due", err=True)


@inactivity_group.command("show")
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, runs.MOST_DAYS))
def show_command(days: int) -> None:
    """Show what the runs of the last days did, the latest first."""
    today = business_day(now_ms(), business().time_zone)
    found = runs.reports(customers_table(), today - timedelta(days=days - 1), today)
    for one in found:
        click.echo(_line(one))
    if not found:
        click.echo("no runs", err=True)


inactivity_group.add_command(redrive_command)
inactivity_group.add_command(replan_command)


def _asked(day: str | None, now: int) -> tuple[date, list[Bucket]]:
    today = business_day(now, business().time_zone)
    try:
        run = today if day is None else queue.asked(day, today)
    except InvalidInput as error:
        raise click.ClickException(f"--{error.field}: {error.message}") from None
    return run, list(queue.buckets(run, queue.first_day(run, run)))


def _line(one: Report) -> str:
    told = [f"{_words(one.counts)}{_reasons(one.skipped)}"]
    told.append(f"{one.read_units:g} read and {one.write_units:g} write units")
    if one.unended:
        told.append(f"{one.unended} workers did not end")
    if one.left:
        told.append(f"{one.left} of {one.buckets} messages are not worked yet")
    return f"{one.day}  {one.due} due: {'; '.join(told)}"


def _words(counts: Counter[str]) -> str:
    return ", ".join(f"{counts[name]} {name}" for name in runs.COUNTS if counts[name]) or "nobody"


def _reasons(skipped: Counter[str]) -> str:
    told: Iterator[str] = (f"{number} {why}" for why, number in sorted(skipped.items()))
    return f" (passed over: {', '.join(told)})" if skipped else ""


def _told(error: Exception) -> None:
    click.echo(f"a customer failed: {trouble(error)}", err=True)

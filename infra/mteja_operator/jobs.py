"""`mteja jobs`: what staff asked for and is not done, and going on where it was cut off."""

import click

from mteja.errors import NotFound
from mteja.privacy import jobs
from mteja.recording.record import recorder
from mteja.times import rfc3339
from mteja_operator.customers import finish_erasure


@click.group("jobs")
def jobs_group() -> None:
    """Erasures that are not done."""


@jobs_group.command("list")
def list_jobs() -> None:
    """List the jobs that are not done, oldest first."""
    number = 0
    for job in jobs.unfinished(recorder().table):
        number += 1
        click.echo(f"{job.id}  {job.kind}  {rfc3339(job.asked_at)}  {' '.join(job.customers)}")
    click.echo(f"{number} not done", err=True)


@jobs_group.command("resume")
@click.argument("job_id")
def resume_job(job_id: str) -> None:
    """Go on with an erasure that was cut off, and print its receipt."""
    try:
        job = jobs.find(recorder().table, job_id)
    except NotFound:
        raise click.ClickException(f"there is no job {job_id}") from None
    if job.status == "done":
        raise click.ClickException(f"{job_id} is done")
    finish_erasure(job)

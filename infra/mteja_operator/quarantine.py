"""`mteja quarantine`: authentic deliveries that our code did not understand."""

import click

from mteja.errors import MtejaError, NotFound
from mteja.orders.intake import take_authentic
from mteja.quarantine import quarantine
from mteja.recording.record import recorder
from mteja.times import rfc3339


@click.group("quarantine")
def quarantine_group() -> None:
    """Authentic deliveries that we could not read."""


@quarantine_group.command("list")
def list_quarantine() -> None:
    """List what is in quarantine, oldest first."""
    number = 0
    for item in quarantine.listed(recorder().table):
        number += 1
        topic = item.topic or "-"
        click.echo(f"{item.id}  {rfc3339(item.received_at)}  {item.source}  {topic}  {item.reason}")
    click.echo(f"{number} in quarantine", err=True)


@quarantine_group.command("replay")
@click.argument("ids", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Replay all that is in quarantine.")
def replay_quarantine(ids: tuple[str, ...], everything: bool) -> None:
    """Take deliveries again, with the code and the owner's file as they are now.

    What is understood leaves quarantine; what is not stays, with its reason. Exits with 1 then.
    """
    within = recorder()
    if everything:
        ids = tuple(item.id for item in quarantine.listed(within.table))
    elif not ids:
        raise click.UsageError("name what to replay, or say --all")
    left = 0
    for one in ids:
        try:
            delivery = quarantine.reopen(one, table=within.table, vault=within.vault)
            taken = take_authentic(delivery, within)
            if taken.result == "quarantined":
                left += 1
                click.echo(f"{one}  still not understood: {taken.reason}")
                continue
            quarantine.release(one, table=within.table)
            click.echo(f"{one}  {taken.result}")
        except NotFound:
            left += 1
            click.echo(f"{one}  not in quarantine")
        except MtejaError as error:
            left += 1
            click.echo(f"{one}  {type(error).__name__}")
    if left:
        raise SystemExit(1)


@quarantine_group.command("discard")
@click.argument("quarantine_id")
@click.option("--yes", is_flag=True, help="Don't ask.")
def discard_quarantined(quarantine_id: str, yes: bool) -> None:
    """Remove a delivery that nobody will ever understand. It can't be undone."""
    if not yes:
        click.confirm(f"Discard {quarantine_id} for ever?", abort=True)
    table = recorder().table
    if all(item.id != quarantine_id for item in quarantine.listed(table)):
        raise click.ClickException(f"{quarantine_id} is not in quarantine")
    quarantine.release(quarantine_id, table=table)
    click.echo(f"{quarantine_id}  discarded")

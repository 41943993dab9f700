"""`python -m mteja_local run|stop|demo|mail|staff-token`: what the Makefile's targets call."""

import sys
import time
from pathlib import Path
from typing import Any

import click
from botocore.exceptions import BotoCoreError, ClientError

from mteja_local import demo as demonstration_orders
from mteja_local import emulator
from mteja_local import mail as captured_mail
from mteja_local.clients import Clients
from mteja_local.demonstration import staff_token as make_staff_token
from mteja_local.errors import LocalError
from mteja_local.place import DEFAULT_PORT, ROOT, Place, read_stack_file
from mteja_local.up import bring_up


@click.group(help=__doc__)
@click.option("--folder", type=click.Path(path_type=Path), default=ROOT / ".local")
@click.option("--port", type=click.IntRange(1, 65535), default=DEFAULT_PORT, envvar="PORT")
@click.pass_context
def cli(context: click.Context, folder: Path, port: int) -> None:
    context.obj = Place(folder.absolute(), port)


@cli.command(help="Build, start and deploy; again, to update. Data is kept.")
@click.pass_obj
def run(place: Place) -> None:
    began = time.monotonic()
    stack = bring_up(place, lambda step: click.echo(f"{step} …"))
    click.echo(f"The stack runs ({time.monotonic() - began:.0f} s).")
    click.echo(f"  API        {stack['api']['url']}")
    click.echo(f"             {stack['api']['path_url']}")
    click.echo(f"  AWS        {stack['aws']['endpoint']}")
    click.echo(f"  Staff      {stack['api']['url']}/staff")
    click.echo(f"             {stack['staff']['email']}, password in {place.stack_file}")
    for name, source in stack["sources"].items():
        click.echo(f"  {source['platform']:<10} POST /v1/webhooks/{name}")
    click.echo("Next: make demo, make -s staff-token, make stop")


@cli.command(help="Stop the stack and save its data.")
@click.pass_obj
def stop(place: Place) -> None:
    if emulator.stop(place):
        click.echo("Stopped. The data is kept for the next `make run`.")
    else:
        click.echo("The local stack was not running.")


@cli.command(help="Post sample orders with right signatures and show the customers.")
@click.pass_obj
def demo(place: Place) -> None:
    stack = _running(place)
    for line in demonstration_orders.play(stack, _token(stack)):
        click.echo(line)


@cli.command(help="Send the messages that wait, and show all mail that was captured.")
@click.pass_obj
def mail(place: Place) -> None:
    stack = _running(place)
    captured_mail.send(Clients(stack["aws"]["endpoint"]), stack)
    for line in captured_mail.shown(captured_mail.captured(stack["aws"]["endpoint"])):
        click.echo(line)


@cli.command("staff-token", help="Print a bearer token of the staff user.")
@click.pass_obj
def staff_token(place: Place) -> None:
    stack = _running(place)
    click.echo(_token(stack))


def _running(place: Place) -> dict[str, Any]:
    """Return stack.json of the stack that runs here, on whatever port. Raises LocalError."""
    if emulator.running_port(place) is None:
        raise LocalError("the local stack is not running: start it with `make run`")
    return read_stack_file(place)


def _token(stack: dict[str, Any]) -> str:
    return make_staff_token(Clients(stack["aws"]["endpoint"]), stack)


def main() -> None:
    """Run a command; a LocalError is told in one line."""
    try:
        cli(standalone_mode=False)
    except LocalError as error:
        click.echo(f"mteja: {error}", err=True)
        sys.exit(1)
    except (BotoCoreError, ClientError) as error:
        click.echo(f"mteja: the emulator refused a request: {error}", err=True)
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)


if __name__ == "__main__":
    main()

"""`mteja mail`: what customers are written, and the addresses to which nothing is sent."""

from collections.abc import Iterable
from typing import Any

import click

from mteja.business.compile import OwnersFileError, read
from mteja.errors import NotFound
from mteja.mail.messages import TEMPLATES
from mteja.mail.preview import preview
from mteja.recording.record import recorder
from mteja.staff.suspects import Suspects
from mteja.times import now_ms
from mteja_local.place import ROOT
from mteja_operator.connection import connect
from mteja_operator.who import operator

_OWNERS_FILE = ROOT / "layers/business/business.yaml"


@click.group("mail")
def mail_group() -> None:
    """Messages to customers: what they say, and addresses that take none."""


@mail_group.command("preview")
@click.argument("template", type=click.Choice(sorted(TEMPLATES)))
@click.option("--language", default="en", show_default=True)
@click.option("--html", is_flag=True, help="Show the HTML and not the text.")
def preview_command(template: str, language: str, *, html: bool) -> None:
    """Show what a template says, as the owner's file makes it. Needs no stack."""
    try:
        declared = read(_OWNERS_FILE)
        if language not in declared.languages:
            raise click.ClickException(f"the languages are {', '.join(declared.languages)}")
        letter = preview(template, language, declared.name, declared.mail)
    except OwnersFileError as error:
        raise click.ClickException(str(error)) from None
    except NotFound:
        raise click.ClickException("the owner's file has no mail") from None
    if html:
        click.echo(letter.html)
        return
    click.echo(f"From: {letter.sender}\nSubject: {letter.subject}\n\n{letter.text}")


@mail_group.command("suspects")
@click.argument("customer_id")
@click.pass_obj
def suspects_command(stack: str | None, customer_id: str) -> None:
    """List a customer's addresses to which nothing is sent: mail came back, or they complained.

    Prints the addresses, and is noted in the audit.
    """
    try:
        _show(_suspects(stack).of(customer_id))
    except NotFound:
        raise _unknown(customer_id) from None


@mail_group.command("free")
@click.argument("customer_id")
@click.option("--complained", is_flag=True, help="Also where the customer complained of our mail.")
@click.pass_obj
def free_command(stack: str | None, customer_id: str, *, complained: bool) -> None:
    """Send to a customer's addresses again to which nothing is sent, after they were mended.

    Consents stay as they are. Prints the addresses, and is noted in the audit.
    """
    try:
        _show(_suspects(stack).free(customer_id, complained=complained))
    except NotFound:
        raise _unknown(customer_id) from None


def _suspects(stack: str | None) -> Suspects:
    connection = connect(stack)
    click.echo(f"stack: {connection.title}", err=True)
    return Suspects(operator(), recorder(), now_ms())


def _show(addresses: Iterable[dict[str, Any]]) -> None:
    """Print addresses. Raises SystemExit where there is none."""
    shown = [f"{one['address'] or '-'}  {one['why']}  {one['since']}" for one in addresses]
    for line in shown:
        click.echo(line)
    click.echo(f"{len(shown)} found", err=True)
    if not shown:
        raise SystemExit(1)


def _unknown(customer_id: str) -> click.ClickException:
    return click.ClickException(f"there is no customer {customer_id}")

"""`mteja mail`: what customers are written."""

import click

from mteja.business.compile import OwnersFileError, read
from mteja.errors import NotFound
from mteja.mail.messages import TEMPLATES
from mteja.mail.preview import preview
from mteja_local.place import ROOT

_OWNERS_FILE = ROOT / "layers/business/business.yaml"


@click.group("mail")
def mail_group() -> None:
    """Look at messages to customers. Needs no stack."""


@mail_group.command("preview")
@click.argument("template", type=click.Choice(sorted(TEMPLATES)))
@click.option("--language", default="en", show_default=True)
@click.option("--html", is_flag=True, help="Show the HTML and not the text.")
def preview_command(template: str, language: str, *, html: bool) -> None:
    """Show what a template says, as the owner's file makes it."""
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

"""`python -m mteja_messages update|add|compile`: the pages' texts in other languages."""

import sys
from pathlib import Path

import click

from mteja_messages import catalogues


@click.group(help=__doc__)
def cli() -> None:
    """Hold the commands together."""


@cli.command(help="Add new texts to every catalogue, empty, and drop those that are gone.")
def update() -> None:
    for file in catalogues.files():
        catalogues.update(file)


@cli.command(help="Begin the catalogue of a language, such as de or pt_BR.")
@click.argument("language")
def add(language: str) -> None:
    catalogues.update(catalogues.path_of(language))


@cli.command("compile", help="Print a catalogue as the functions read it.")
@click.argument("file", type=click.Path(path_type=Path, exists=True))
def compile_(file: Path) -> None:
    sys.stdout.buffer.write(catalogues.compiled(file))


if __name__ == "__main__":
    cli()

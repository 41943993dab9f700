"""`python -m mteja_tracking tracker|robots`: the generated files of mteja/tracking."""

from pathlib import Path

import click
import minify

from mteja_tracking import robots


@click.group(help=__doc__)
def cli() -> None:
    """Hold the commands together."""


@cli.command(help="Print the tracker minified.")
@click.argument("file", type=click.Path(path_type=Path, exists=True))
def tracker(file: Path) -> None:
    text = minify.string("application/javascript", file.read_text(encoding="utf-8"))
    click.echo(text, nl=False)


@cli.command("robots", help="Print the list of robots as `beacons` reads it.")
def robots_() -> None:
    click.echo(robots.lines(), nl=False)


if __name__ == "__main__":
    cli()

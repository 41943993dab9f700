"""`python -m mteja_vendored NAME`: print a file that the pages serve and others wrote."""

import click

from mteja_vendored import packages


@click.command(help=__doc__)
@click.argument("name", type=click.Choice(sorted(packages.FILES)))
def main(name: str) -> None:
    click.get_binary_stream("stdout").write(packages.content(name))


if __name__ == "__main__":
    main()

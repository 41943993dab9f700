"""Sources as they are named on the command line."""

from collections.abc import Iterable

import click

from mteja.business import business, source
from mteja.business.sources import Source
from mteja.errors import NotFound


def declared(source_id: str) -> Source:
    """Return a source of the owner's file. Raises click.ClickException that lists them all."""
    try:
        return source(source_id)
    except NotFound:
        raise click.ClickException(
            f"no source {source_id}; the owner's file has {_names(business().sources)}"
        ) from None


def the_only(platform: str | None) -> Source:
    """Return the one source that a platform's file can be of. Raises click.UsageError."""
    fitting = [one for one in business().sources if platform in {None, one.platform}]
    if len(fitting) == 1:
        return fitting[0]
    which = _names(fitting) or "no fitting one"
    raise click.UsageError(f"say --source; the owner's file has {which}")


def _names(sources: Iterable[Source]) -> str:
    return ", ".join(one.id for one in sources)

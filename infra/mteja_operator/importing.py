"""`mteja import`: a shop's own export of customers or orders, recorded as its webhooks would be."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from botocore.exceptions import BotoCoreError, ClientError

from mteja.business import business, default_region
from mteja.errors import MtejaError
from mteja.imports.cells import Reading
from mteja.imports.layout import ORDERS, REQUIRED, Layout
from mteja.imports.layouts import LAYOUTS, columns, recognise
from mteja.money import exponent
from mteja.orders.following import with_what_follows
from mteja.recording.facts import Fact
from mteja.recording.record import record, recorder
from mteja.times import business_day, from_ms
from mteja_operator import import_state, sources
from mteja_operator.csv_file import CsvFile, FileError
from mteja_operator.import_run import Import, Refusals, Run, Trial, try_out
from mteja_operator.mapping import Mapping, read_mapping
from mteja_operator.moments import moment

_KINDS = ("customers", "orders")
_DRAWN_EVERY = 65_536  # bytes of the file
_MOST_WORKERS = 10  # the AWS clients keep ten connections

_HELP = f"""Import customers or orders from a CSV file.

\b
    mteja import orders_export.csv --source my-shop
    mteja import customers customers.csv --source my-shop --dry-run

These exports are known by their headings: {"; ".join(one.name for one in LAYOUTS)}. Others need a
mapping file:

\b
    kind: orders
    date_format: "%d/%m/%Y %H:%M"   # only where dates are not like 2026-11-22 07:08:09
    statuses: {{Bezahlt: paid}}       # pending, authorised, paid, cancelled
    fields:                         # our field: its heading
      id: Order No
      placed_at: Date
      status: State
      total: Amount

Orders get the ids that webhooks use: an order that both tell is one, and what the webhook says
stands, whichever came first. Times without an offset are of the business's time zone. A "yes" to
marketing is a consent with the channel "import"; a "no" is no statement.

What can't be recorded is listed in FILE.refused.csv by line and field, and stops nothing else.
FILE.import.json remembers how far it came: run the same command again after an interruption.

Rows of somebody who was erased bring that person back: remove them from the file first. A large
import looks up so many identifiers that the stack's alarm about look-ups goes off."""


@click.command("import", help=_HELP)
@click.argument("words", metavar="[customers|orders] FILE", nargs=-1, required=True)
@click.option("--source", "source_id", help="Source of the owner's file that the export is of.")
@click.option("--mapping", "mapping_path", type=click.Path(path_type=Path), help="Mapping file.")
@click.option("--currency", help="ISO 4217, where the file has no column for it.")
@click.option("--encoding", default="utf-8", show_default=True, help="Such as cp1252.")
@click.option("--as-of", help="When the file was exported; else its time of modification.")
@click.option("--spread-days", default=30, show_default=True, type=click.IntRange(1, 365),
              help="Days over which overdue dates of the customers are spread.")  # fmt: skip
@click.option("--workers", default=8, show_default=True, type=click.IntRange(1, _MOST_WORKERS),
              envvar="MTEJA_IMPORT_WORKERS", help="How many are recorded at once.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Record nothing; say what would be.")
@click.option("--again", is_flag=True, help="Begin at the top although the file was imported.")
def import_command(
    words: tuple[str, ...],
    source_id: str | None,
    mapping_path: Path | None,
    currency: str | None,
    encoding: str,
    as_of: str | None,
    spread_days: int,
    workers: int,
    dry_run: bool,
    again: bool,
) -> None:
    kind, path = _words(words)
    try:
        mapping = read_mapping(mapping_path) if mapping_path is not None else None
        file = CsvFile(path, encoding)
        header = file.header()
        layout = _layout(header.headings, mapping, kind)
    except (FileError, LookupError) as error:
        raise click.ClickException(str(error)) from None
    source = sources.declared(source_id) if source_id else sources.the_only(layout.platform)
    if layout.platform not in {None, source.platform}:
        raise click.ClickException(f"{layout.name} is no file of {source.id} ({source.platform})")
    zone = business().time_zone
    form = mapping.date_format if mapping is not None else None
    plan = Import(
        path=path,
        file=file,
        header=header,
        layout=layout,
        reading=Reading(zone, form, currency.upper() if currency else None),
        source=source,
        region=default_region(source),
        as_of=_as_of(as_of, path, zone),
        spread_days=spread_days,
    )
    click.echo(f"{layout.name}, source {source.id}", err=True)
    try:
        if dry_run:
            _try(plan)
        else:
            settings = mapping.model_dump_json() if mapping is not None else ""
            mark = import_state.fingerprint(path, source.id, layout.name, settings, currency or "")
            _import(plan, import_state.Progress(mark) if again else import_state.load(path, mark),
                    workers)  # fmt: skip
    except FileError as error:
        raise click.ClickException(str(error)) from None


def _words(words: tuple[str, ...]) -> tuple[str | None, Path]:
    kind = words[0] if len(words) == 2 and words[0] in _KINDS else None
    if len(words) > (1 if kind is None else 2):
        raise click.UsageError("say: mteja import [customers|orders] FILE")
    path = Path(words[-1])
    if not path.is_file():
        raise click.UsageError(f"there is no file {path}")
    return kind, path


def _layout(headings: tuple[str, ...], mapping: Mapping | None, kind: str | None) -> Layout:
    """Return what the headings mean. Raises FileError."""
    layout = mapping.layout() if mapping is not None else recognise(headings)
    if layout is None:
        raise FileError(_unknown(headings))
    if kind not in {None, layout.kind}:
        raise FileError(f"this is {layout.name}, a file of {layout.kind}")
    there = columns(layout, headings)
    wanted = layout.headings if mapping is not None else REQUIRED[layout.kind]
    lacking = sorted(set(wanted) - set(there))
    if lacking:
        missing = [" or ".join(layout.headings[field]) for field in lacking]
        raise FileError("headings are missing: " + "; ".join(missing))
    return layout


def _unknown(headings: tuple[str, ...]) -> str:
    folded = {heading.strip().casefold() for heading in headings}
    if {"order #", "customer type"} <= folded:
        return (
            "WooCommerce's Analytics > Orders names no e-mail addresses: use an export plugin's "
            "file, or `mteja reconcile`"
        )
    return "these headings are not known: say what they mean with --mapping (mteja import --help)"


def _as_of(said: str | None, path: Path, zone: str) -> int:
    if said is None:
        return path.stat().st_mtime_ns // 1_000_000
    return moment(said, zone)


def _try(plan: Import) -> None:
    refusals = Refusals(plan.path, go_on=False)
    with _bar(plan.path) as bar:
        trial = try_out(plan, bar.update, refusals)
    refusals.close()
    _show_trial(plan, trial)
    _show_refused(trial.refused, refusals)


def _import(plan: Import, progress: import_state.Progress, workers: int) -> None:
    if progress.finished:
        click.echo("imported already: nothing was done (--again begins at the top)")
        return
    if progress.done:
        click.echo(f"going on after {progress.done}", err=True)
    within = recorder()
    refusals = Refusals(plan.path, go_on=progress.done > 0)

    def recorded(fact: Fact) -> str:
        return record(with_what_follows(fact, within, invites=False), within).result

    run = Run(plan, recorded, progress, refusals, workers)
    try:
        with _bar(plan.path) as bar:
            progress = run.go(bar.update)
    except (ClientError, BotoCoreError, MtejaError) as error:
        why = f"{type(error).__name__}: {error}" if isinstance(error, BotoCoreError) else str(error)
        raise click.ClickException(f"stopped: {why}; run the same command again to go on") from None
    finally:
        refusals.close()
    click.echo(f"{progress.recorded} recorded, {progress.known} known already")
    _show_refused(progress.refused, refusals)


@contextmanager
def _bar(path: Path) -> Iterator[Any]:
    shown: Any = click.progressbar(
        length=path.stat().st_size, label=path.name, update_min_steps=_DRAWN_EVERY
    )
    with shown as bar:
        yield bar
        bar.update(_DRAWN_EVERY)  # what was read since it was last drawn: it ends at 100 %


def _show_trial(plan: Import, trial: Trial) -> None:
    good = trial.groups - trial.refused
    click.echo(f"{good} {plan.layout.kind} would be recorded")
    if plan.layout.kind == ORDERS and trial.first is not None and trial.last is not None:
        zone = plan.reading.zone
        first, last = (business_day(one, zone).isoformat() for one in (trial.first, trial.last))
        click.echo(f"  placed from {first} to {last}; {trial.counted} count")
        for currency, net in sorted(trial.net.items()):
            digits = exponent(currency)
            click.echo(f"  net {Decimal(net).scaleb(-digits):,.{digits}f} {currency}")
    else:
        click.echo(f"  as of {from_ms(plan.as_of):%Y-%m-%d %H:%M} UTC")
    if trial.nameless:
        click.echo(f"  {trial.nameless} name nobody")
    click.echo(f"  {trial.with_consent} say yes to marketing")


def _show_refused(number: int, refusals: Refusals) -> None:
    if number:
        click.echo(f"{number} refused: see {refusals.path}")

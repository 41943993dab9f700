"""Measure what the design sets bars for, and print measured beside bar."""

import sys
import time
from collections.abc import Callable, Sequence

import click
from botocore.exceptions import BotoCoreError, ClientError

from mteja_bench import (
    cold,
    cost,
    first,
    import_rate,
    imports,
    inactivity,
    predicting,
    suggesting,
    summaries,
    survey_reports,
    units,
    warm,
    warm_beacons,
)
from mteja_bench.ground import bench_place, ground
from mteja_bench.report import Result, show
from mteja_bench.runtime import Runtime, prepare
from mteja_local.errors import LocalError
from mteja_local.place import Place

# What needs neither an emulator nor a build.
_ALONE: dict[str, tuple[str, Callable[[Place], list[Result]]]] = {
    "import": ("Import, without AWS", import_rate.measure),
    "summaries": ("A day's summaries, without AWS", summaries.measure),
    "suggest": (
        "Suggestions, on a public purchase history (simulated after real shopping)",
        suggesting.measure,
    ),
    "predict": ("Predictions, on the same history, and on made-up ones", predicting.measure),
    "surveys": ("Reports on surveys, without the network", survey_reports.measure),
    "inactivity": (
        "The daily job, by customers and by those who are due, over HTTP to a table in a file",
        inactivity.measure,
    ),
}
_SECTIONS = ("units", "cold", "warm", *_ALONE)


@click.command(help=__doc__)
@click.argument("sections", nargs=-1, type=click.Choice(_SECTIONS))
@click.option("--runs", default=15, show_default=True, type=click.IntRange(3),
              help="Cold starts of each function.")  # fmt: skip
@click.option("--turns", default=12, show_default=True,
              help="Turns of five warm requests of each platform.")  # fmt: skip
@click.option("--breakdown", is_flag=True, help="Where units, imports and time go, passed or not.")
@click.option("--strict", is_flag=True, help="End with status 1 where a bar is missed.")
def cli(sections: Sequence[str], runs: int, turns: int, breakdown: bool, strict: bool) -> None:
    began = time.monotonic()
    chosen = sections or _SECTIONS
    place = bench_place()
    results: list[Result] = []
    if "units" in chosen:
        results += _units(place, breakdown)
    if "cold" in chosen or "warm" in chosen:
        _say("building")
        runtime = prepare(place)
        if "cold" in chosen:
            results += _cold(runtime, runs, breakdown)
        if "warm" in chosen:
            results += _warm(runtime, turns, breakdown)
    for section, (title, measure) in _ALONE.items():
        if section in chosen:
            _say(title)
            measured = measure(place)
            show(title, measured)
            results += measured
    if {"warm", "summaries"} <= set(chosen):
        dollars = cost.measure(results)
        show("A million page views", dollars)
        results += dollars
    _end(results, time.monotonic() - began, strict)


def _units(place: Place, breakdown: bool) -> list[Result]:
    _say("write units")
    with ground(place) as fresh:
        measured, spent = units.measure(fresh)
    show("Write units of a path", measured)
    units.show_items(spent, everything=breakdown)
    return measured


def _cold(runtime: Runtime, runs: int, breakdown: bool) -> list[Result]:
    started = cold.measure(runtime, runs, _say)
    show("Cold start: processor time of initialising, against the bare function", started)
    if breakdown or any(one.missed for one in started):
        imports.show_breakdown(runtime, "orders")
    with ground(runtime.place) as fresh:
        answered = first.measure(runtime, fresh, runs, _say)
    show("Cold start with its first order: processor time against the twin", answered)
    return [*started, *answered]


def _warm(runtime: Runtime, turns: int, breakdown: bool) -> list[Result]:
    with ground(runtime.place) as fresh:
        measured, profile = warm.measure(runtime, fresh, turns, breakdown, _say)
        measured += warm_beacons.measure(runtime, fresh, turns, _say)
    show("Warm request: processor time against the hand-written twin", measured)
    if profile:
        click.echo(profile)
    return measured


def _end(results: Sequence[Result], seconds: float, strict: bool) -> None:
    barred = [one for one in results if one.bar is not None]
    missed = [one.what for one in barred if one.missed]
    click.echo(f"\n{len(barred) - len(missed)} of {len(barred)} bars passed ({seconds:.0f} s).")
    if missed:
        click.echo(f"Missed: {'; '.join(missed)}. See docs/benchmarks.md.")
        if strict:
            sys.exit(1)


def _say(step: str) -> None:
    click.echo(f"{step} …", err=True)


def main() -> None:
    """Run the benchmarks; what keeps them from running is told in one line."""
    try:
        cli(standalone_mode=False)
    except (LocalError, BotoCoreError, ClientError) as error:
        click.echo(f"mteja: {error}", err=True)
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)


if __name__ == "__main__":
    main()

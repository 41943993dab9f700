"""Measure what the design sets bars for, and print measured beside bar."""

import sys
import time
from collections.abc import Sequence

import click
from botocore.exceptions import BotoCoreError, ClientError

from mteja_bench import cold, imports, units, warm
from mteja_bench.ground import bench_place, ground
from mteja_bench.report import Result, show
from mteja_bench.runtime import prepare
from mteja_local.errors import LocalError

_SECTIONS = ("units", "cold", "warm")


@click.command(help=__doc__)
@click.argument("sections", nargs=-1, type=click.Choice(_SECTIONS))
@click.option("--runs", default=15, show_default=True, help="Cold starts of each function.")
@click.option("--turns", default=16, show_default=True, help="Turns of five warm requests.")
@click.option("--breakdown", is_flag=True, help="Where units, imports and time go, passed or not.")
@click.option("--strict", is_flag=True, help="End with status 1 where a bar is missed.")
def cli(sections: Sequence[str], runs: int, turns: int, breakdown: bool, strict: bool) -> None:
    began = time.monotonic()
    chosen = sections or _SECTIONS
    place = bench_place()
    results: list[Result] = []
    if "units" in chosen:
        _say("write units")
        with ground(place) as fresh:
            measured, spent = units.measure(fresh)
        show("Write units of a delivery", measured)
        units.show_items(spent, everything=breakdown)
        results += measured
    if "cold" in chosen or "warm" in chosen:
        _say("building")
        runtime = prepare(place)
    if "cold" in chosen:
        measured = cold.measure(runtime, runs, _say)
        show("Cold start: processor time of initialising, against the bare function", measured)
        results += measured
        if breakdown or any(one.missed for one in measured):
            imports.show_breakdown(runtime, "orders")
    if "warm" in chosen:
        with ground(place) as fresh:
            measured, profile = warm.measure(runtime, fresh, turns, breakdown, _say)
        show("Warm request: processor time against the hand-written twin", measured)
        results += measured
        if profile:
            click.echo(profile)
    _end(results, time.monotonic() - began, strict)


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

"""Capacity units and calls of KMS of every path, through the code that the functions run."""

from collections.abc import Mapping
from itertools import chain

from mteja_bench import (
    paths_form_desk,
    paths_forms,
    paths_freshness,
    paths_inactivity,
    paths_invitations,
    paths_mail,
    paths_offers,
    paths_people,
    paths_platforms,
    paths_reach,
    paths_rewards,
    paths_segment,
    paths_shopify,
    paths_surveys,
    paths_visitors,
)
from mteja_bench.capacity import Meter, Spent
from mteja_bench.ground import Ground
from mteja_bench.path import Path
from mteja_bench.report import Result, number, table
from mteja_local.errors import LocalError

_SHOWN = {"order, new customer, consent", "order, known customer", "refund, part"}
_PAGE = "staff: read a person"


def measure(ground: Ground) -> tuple[list[Result], dict[str, Spent]]:
    """Return the write units of each path, and what was spent. Raises LocalError where a path does
    not end as it should."""
    meter = Meter(ground.clients)
    all_spent = {}
    results = []
    every = (
        paths_shopify,
        paths_platforms,
        paths_people,
        paths_reach,
        paths_forms,
        paths_form_desk,  # after paths_forms, whose pre-orders it gives up
        paths_surveys,
        paths_invitations,
        paths_rewards,
        paths_mail,
        paths_offers,
        paths_visitors,
        paths_segment,
        paths_inactivity,
        paths_freshness,
    )
    for path in chain.from_iterable(one.paths() for one in every):
        spent = _spent(path, ground, meter)
        results.append(Result(path.name, spent.write_units, path.bar, "WU", _note(spent)))
        all_spent[path.name] = spent
    return [*results, *_page(all_spent[_PAGE]), _lookup(all_spent)], all_spent


def show_items(all_spent: Mapping[str, Spent], *, everything: bool) -> None:
    """Print where the units go: of some paths with a bar of the design, or of all."""
    for name, spent in all_spent.items():
        if spent.items and (everything or name in _SHOWN):
            rows = [
                [item.kind, f"{item.size} B", str(item.units), _listed(item.index_units)]
                for item in sorted(spent.items, key=lambda one: -one.units)
            ]
            table(f"Where the units of '{name}' go", ["", "size", "table", "indexes"], rows)


def _spent(path: Path, ground: Ground, meter: Meter) -> Spent:
    for step in path.before:
        step(ground)
    with meter.measured() as spent:
        for step in path.steps:
            result = step(ground)
    if result != path.result:
        raise LocalError(f"{path.name}: {result} instead of {path.result}")
    try:
        spent.check()
    except LocalError as error:
        raise LocalError(f"{path.name}: {error}") from None
    return spent


def _page(spent: Spent) -> list[Result]:
    """Design, section 12: the page of a person takes one Query per member and one call of KMS."""
    return [
        Result("page of a person: queries per member", spent.calls.get("Query", 0), 1),
        Result("page of a person: KMS calls", spent.kms_calls, 1),
    ]


def _lookup(all_spent: Mapping[str, Spent]) -> Result:
    """A look-up in an index is half a read unit, and the order that it finds one."""
    by_id, by_number = (
        all_spent[f"{paths_platforms.BY_ITS_ORDER} {name}"] for name in ("id", "number")
    )
    more = by_number.read_units - by_id.read_units
    return Result("payment by its order's number: reads beyond those by its id", more, 1.5, "RU")


def _note(spent: Spent) -> str:
    parts = [f"table {spent.table_units:.0f}", _listed(spent.index_units)]
    parts += [f"{number(spent.read_units)} read units", f"{spent.kms_calls} KMS calls"]
    return "; ".join(part for part in parts if part)


def _listed(units: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {cost:.0f}" for name, cost in sorted(units.items()))

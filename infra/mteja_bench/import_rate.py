"""How fast an import goes, and how much memory it takes: `mteja import` without AWS.

The tables keep nothing and KMS is a MAC in this process, so that what is left is the import's own:
reading, checking, finding, sealing. Each order is one of somebody new, the dearest case; the rate
is of processor time. On AWS an import waits for DynamoDB and KMS instead, several orders at a time.

Run as a module in a process of its own, whose peak is the import's: `python -m
mteja_bench.import_rate FILE` prints one line of JSON.
"""

import csv
import hmac
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from mteja.business import business
from mteja.imports.cells import Reading
from mteja.imports.exports.shopify import ORDERS_EXPORT
from mteja.recording.record import Recorder, record
from mteja.store.keys import Apart, Key
from mteja.store.table import Table, Write
from mteja.store.wire import Item
from mteja.vault.index import BlindIndex
from mteja.vault.keyring import Keyring
from mteja.vault.vault import Vault
from mteja_bench.bodies.base import PRODUCTS, TOTAL, Shopper
from mteja_bench.ground import use_business_layer
from mteja_bench.report import Result
from mteja_local.errors import LocalError
from mteja_local.place import Place
from mteja_operator.csv_file import CsvFile
from mteja_operator.import_run import Import, Refusals, Run
from mteja_operator.import_state import Progress

_FEW, _MANY = 500, 4_000
_WORKERS = 8
_BUDGET_MB = 10


class ForgetfulTable(Table):
    """Takes every transaction and keeps none."""

    def __init__(self) -> None:
        self.customers = "customers"
        self.keys = "keys"

    def transact(self, writes: Sequence[Write], token: str | None = None) -> None:
        """Keep nothing."""

    def get_many(
        self,
        wanted: Iterable[Key | Apart],  # noqa: ARG002 - the table's
        keys: Iterable[str] = (),  # noqa: ARG002 - the table's
    ) -> dict[Any, Item]:
        """Know nobody."""
        return {}


def measure(place: Place) -> list[Result]:
    """Return rate and memory. Raises LocalError where an import does not end well."""
    use_business_layer(place)
    few, many = (_run(place, count) for count in (_FEW, _MANY))
    rate = _MANY / many["processor_s"]
    grown = round(max(many["peak_mb"] - few["peak_mb"], 0))
    clock = f"{_MANY / many['clock_s']:.0f} by the clock, {_WORKERS} threads"
    peak = f"peak {many['peak_mb']:.0f} MB, the process itself included"
    return [
        Result("orders of new customers a second", round(rate), None, "", clock),
        Result(f"memory of {_MANY} orders, more than of {_FEW}", grown, _BUDGET_MB, "MB", peak),
    ]


def _run(place: Place, count: int) -> dict[str, float]:
    path = place.folder / f"orders-{count}.csv"
    _write(path, count)
    command = [sys.executable, "-m", "mteja_bench.import_rate", str(path), str(place.folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise LocalError(f"the import ended:\n{done.stderr.strip()[-2000:]}")
    told: dict[str, float] = json.loads(done.stdout)
    if told["recorded"] != count:
        raise LocalError(f"{told['recorded']:.0f} of {count} orders were imported")
    return told


def _write(path: Path, count: int) -> None:
    """Write an export as Shopify makes it: an order of three lines is three rows."""
    headings = [spellings[0] for spellings in ORDERS_EXPORT.headings.values()]
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, headings, restval="")
        rows.writeheader()
        for number in range(count):
            for position, (title, sku, price, quantity) in enumerate(PRODUCTS):
                cells = _head(number) if position == 0 else {"name": f"#{number}"}
                line = {"line_title": title, "line_sku": sku, "line_price": price}
                cells |= _spelt(line | {"line_quantity": str(quantity)})
                rows.writerow(cells)


def _head(number: int) -> dict[str, str]:
    shopper = Shopper(number)
    return _spelt(
        {
            "id": str(5_500_000_000 + number),
            "number": f"#{number}",
            "placed_at": "2026-11-01 09:58:12 +0000",
            "paid_at": "2026-11-01 10:00:00 +0000",
            "status": "paid",
            "currency": "USD",
            "total": TOTAL,
            "channel": "web",
            "email": shopper.email,
            "phone": shopper.phone,
            "name": shopper.name,
            "line1": shopper.street,
            "city": shopper.city,
            "country": shopper.country,
        }
    )


def _spelt(cells: dict[str, str]) -> dict[str, str]:
    return {ORDERS_EXPORT.headings[field][0]: value for field, value in cells.items()}


def memory_vault() -> Vault:
    """Return a vault whose KMS is in this process."""
    kms: Any = SimpleNamespace(
        encrypt=lambda **given: {"CiphertextBlob": b"\0" * 60 + given["Plaintext"]},
        generate_mac=lambda **given: {"Mac": hmac.digest(b"bench", given["Message"], "sha256")},
    )
    return Vault(Keyring(kms, "wrapping"), BlindIndex(kms, "index"))


def import_file(path: Path) -> dict[str, float]:
    """Import a file; return how many orders were recorded, seconds, and the peak of memory."""
    declared = business()
    within = Recorder(ForgetfulTable(), memory_vault(), declared)
    file = CsvFile(path)
    plan = Import(
        path=path,
        file=file,
        header=file.header(),
        layout=ORDERS_EXPORT,
        reading=Reading(declared.time_zone),
        source=next(one for one in declared.sources if one.platform == "shopify"),
        region=declared.country,
        as_of=0,
        spread_days=30,
    )
    refusals = Refusals(path, go_on=False)
    run = Run(plan, lambda fact: record(fact, within).result, Progress("bench"), refusals, _WORKERS)
    clock, processor = time.monotonic(), time.process_time()
    progress = run.go(lambda _: None)
    return {
        "recorded": progress.recorded,
        "clock_s": time.monotonic() - clock,
        "processor_s": time.process_time() - processor,
        "peak_mb": _peak_mb(),
    }


def _peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1_048_576 if sys.platform == "darwin" else 1_024)


if __name__ == "__main__":
    use_business_layer(Place(Path(sys.argv[2]), 0))
    print(json.dumps(import_file(Path(sys.argv[1]))))

"""100,000 orders through an import: the memory it takes does not grow with the file.

Run by `make soak`, not with the tests: it takes minutes.
"""

import resource
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from mteja.business.model import Business
from mteja.recording.record import Recorder
from mteja.store.keys import Apart, Key
from mteja.store.table import Write
from mteja.store.wire import Item
from tests import exports, operator
from tests.fakes.memory import memory_vault
from tests.fakes.memory_table import MemoryTable

ORDERS = 100_000
MOST_MB = 60


class ForgetfulTable(MemoryTable):
    """Takes every transaction and keeps none, so that what is measured is the import's own memory.
    Each order is one of a customer who was never seen."""

    def transact(self, writes: Sequence[Write], token: str | None = None) -> None:
        assert writes
        with self._lock:
            self.transactions += 1

    def get_many(self, wanted: Iterable[Key | Apart], keys: Iterable[str] = ()) -> dict[Any, Item]:
        return {}


def peak_mb() -> float:
    """Return the most memory that this process has held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1_048_576 if sys.platform == "darwin" else 1_024)


def test_memory_does_not_grow_with_the_file(
    monkeypatch: pytest.MonkeyPatch,
    the_business: Business,
    business_layer: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    table = ForgetfulTable()
    recorder = Recorder(table, memory_vault(), the_business)
    monkeypatch.setattr("mteja_operator.importing.recorder", lambda: recorder)
    mteja = operator.stand_in(monkeypatch, {})
    small = exports.write(
        tmp_path / "small.csv", exports.SHOPIFY_ORDERS, exports.shopify_orders(3_000)
    )
    assert mteja("import", small, "--source", "shopify-demo").exit_code == 0
    large = exports.write(
        tmp_path / "large.csv", exports.SHOPIFY_ORDERS, exports.shopify_orders(ORDERS)
    )
    before, started = peak_mb(), time.monotonic()
    result = mteja("import", large, "--source", "shopify-demo")
    took, grown = time.monotonic() - started, peak_mb() - before
    assert result.exit_code == 0, result.output
    assert f"{ORDERS} recorded" in result.output
    assert table.transactions == ORDERS + 3_000
    with capsys.disabled():
        sys.stdout.write(f"\n{ORDERS / took:.0f} a second, {grown:.0f} MB more than for 3,000\n")
    assert grown <= MOST_MB

"""The time of an answer does not tell whether the business knows an e-mail address."""

import random
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from statistics import mean
from typing import Any

import pytest

from mteja.business.model import Business
from mteja.forms.visitors import Service
from mteja.recording.record import Recorder, record
from mteja.store.keys import Apart, Key
from mteja.store.table import Write
from mteja.store.wire import Item
from tests import blanks, facts
from tests.component.conftest import Forms
from tests.fakes.memory import memory_vault
from tests.fakes.memory_kms import MemoryKms
from tests.fakes.memory_table import MemoryTable

FLOOR_S = 0.3  # as the handler has it: a machine that is busy besides must still keep below it
READ_S, WRITE_S, KMS_S = 0.004, 0.009, 0.006
AT_ONCE = 12


class FarTable(MemoryTable):
    """Takes as long as DynamoDB does."""

    def get_many(self, wanted: Iterable[Key | Apart], keys: Iterable[str] = ()) -> dict[Any, Item]:
        time.sleep(READ_S)
        return super().get_many(wanted, keys)

    def transact(self, writes: Sequence[Write], token: str | None = None) -> None:
        time.sleep(WRITE_S)
        super().transact(writes, token)


class FarKms(MemoryKms):
    """Takes as long as KMS does."""

    def encrypt(self, **given: Any) -> dict[str, Any]:
        time.sleep(KMS_S)
        return super().encrypt(**given)

    def generate_mac(self, **given: Any) -> dict[str, Any]:
        time.sleep(KMS_S)
        return super().generate_mac(**given)


@pytest.fixture
def ask_of(
    forms: Forms, the_business: Business, monkeypatch: pytest.MonkeyPatch
) -> Callable[[int], tuple[float, float]]:
    """Return what measures the mean time of so many answers about known and unknown addresses, in
    seconds, one mixed with the other."""

    def measure(many: int) -> tuple[float, float]:
        table = FarTable()
        near = Recorder(table, memory_vault(), the_business)
        known = [f"known{number}@example.com" for number in range(many)]
        with monkeypatch.context() as quick:
            quick.setattr(time, "sleep", lambda _: None)
            for address in known:
                record(facts.fact(facts.email(address)), near)
        # A process that has looked nobody up yet.
        within = Recorder(table, memory_vault(FarKms()), the_business)
        monkeypatch.setattr(
            forms.app, "FORMS", Service(within, blanks.ASKING, forms.app.FORMS.secrets)
        )
        asked = known + [f"other{number}@example.com" for number in range(many)]
        random.Random(7).shuffle(asked)  # noqa: S311 - an order, no secret
        with ThreadPoolExecutor(AT_ONCE) as pool:
            times = dict(pool.map(lambda address: (address, _time_of(forms, address)), asked))
        assert len(times) == 2 * many
        return mean(times[one] for one in known), mean(
            times[one] for one in times if one not in set(known)
        )

    return measure


def _time_of(forms: Forms, address: str) -> float:
    began = time.monotonic()
    answer = forms.fill_in("newsletter", {"email": address, "name": "X"})
    took = time.monotonic() - began
    assert answer.status == 202
    return took


def apart(known: float, unknown: float) -> float:
    return abs(known - unknown) / max(known, unknown)


def test_known_and_unknown_are_answered_in_the_same_time(
    forms: Forms, ask_of: Callable[[int], tuple[float, float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms.app, "FLOOR_S", FLOOR_S)
    known, unknown = ask_of(500)
    assert min(known, unknown) >= FLOOR_S
    assert apart(known, unknown) < 0.05, (known, unknown)


def test_without_the_floor_the_time_would_tell(
    forms: Forms, ask_of: Callable[[int], tuple[float, float]]
) -> None:
    known, unknown = ask_of(100)
    assert unknown > known
    assert apart(known, unknown) > 0.05, (known, unknown)


@pytest.mark.parametrize("values", [{"email": "nobody"}, {"colour": "red"}, {}])
def test_a_refusal_takes_as_long(
    forms: Forms, values: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms.app, "FLOOR_S", FLOOR_S)
    began = time.monotonic()
    assert forms.fill_in("newsletter", values).status == 422
    assert time.monotonic() - began >= FLOOR_S


def test_looking_at_a_form_takes_no_longer_than_it_needs(
    forms: Forms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms.app, "FLOOR_S", 5.0)
    began = time.monotonic()
    assert forms.ask("/v1/forms/newsletter").status == 200
    assert time.monotonic() - began < 2

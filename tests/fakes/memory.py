"""A recorder whose tables and keys are in memory, so that thousands of examples run."""

from typing import Any

from mteja.business.model import Business
from mteja.privacy.tracks import Tracks
from mteja.recording.record import Recorder
from mteja.store.apart import TableApart
from mteja.vault.index import BlindIndex
from mteja.vault.keyring import Keyring
from mteja.vault.vault import Vault
from tests.fakes.memory_kms import MemoryKms
from tests.fakes.memory_table import MemoryTable


def memory_vault(kms: MemoryKms | None = None) -> Vault:
    client = (kms or MemoryKms()).client()
    return Vault(Keyring(client, "wrapping"), BlindIndex(client, "index"))


def memory_recorder(business: Business, vault: Vault | None = None) -> Recorder:
    """Return a recorder on empty tables. A vault may be shared: its index then remembers."""
    return Recorder(MemoryTable(), vault or memory_vault(), business)


def no_tracks() -> Tracks:
    """Return what visitors did where there is no website. Its table is never read."""
    client: Any = None
    return Tracks(TableApart(client, "events"), 0, "UTC")


def table_of(recorder: Recorder) -> MemoryTable:
    assert isinstance(recorder.table, MemoryTable)
    return recorder.table

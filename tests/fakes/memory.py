"""A recorder whose tables and keys are in memory, so that thousands of examples run."""

from mteja.business.model import Business
from mteja.recording.record import Recorder
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


def table_of(recorder: Recorder) -> MemoryTable:
    assert isinstance(recorder.table, MemoryTable)
    return recorder.table

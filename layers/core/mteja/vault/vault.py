"""The vault as a handler holds it: one object with what its role lets it do."""

from functools import cache

from mteja.aws import clients
from mteja.config import settings
from mteja.vault.index import BlindIndex
from mteja.vault.keyring import Keyring


class Vault:
    def __init__(self, keyring: Keyring, index: BlindIndex) -> None:
        self.keyring = keyring
        self.index = index


@cache
def vault() -> Vault:
    """Return the vault of this process."""
    chosen = settings()
    return Vault(
        Keyring(clients.kms(), chosen.wrapping_key), BlindIndex(clients.kms(), chosen.index_key)
    )

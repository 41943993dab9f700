"""Key pairs: made with one KMS call, opened with one KMS call, which CloudTrail records.

The private key is encrypted by KMS under the wrapping key together with its owner's id, with the
owner in the encryption context too. Public handlers may encrypt under that key, not decrypt.
"""

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from mteja.errors import CannotOpen
from mteja.store.wire import Item
from mteja.vault.items import KeyItem

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

_SEPARATOR = b"\x00"
_UNOPENABLE = frozenset(
    {"InvalidCiphertextException", "IncorrectKeyException", "NotFoundException"}
)


@dataclass(frozen=True)
class KeyPair:
    """A new key pair, ready to be written: `item` for the table of keys, `public` to seal with."""

    owner: str
    public: bytes
    item: Item


class Keyring:
    def __init__(self, kms: "KMSClient", wrapping_key: str) -> None:
        self._kms = kms
        self._wrapping_key = wrapping_key

    def new_pair(self, owner: str, pk: str, at_ms: int) -> KeyPair:
        """Make a key pair for a customer or a scope. One `kms:Encrypt`."""
        private = X25519PrivateKey.generate()
        public = private.public_key().public_bytes_raw()
        wrapped = self._kms.encrypt(
            KeyId=self._wrapping_key,
            Plaintext=owner.encode() + _SEPARATOR + private.private_bytes_raw(),
            EncryptionContext=_context(owner),
        )["CiphertextBlob"]
        item = KeyItem(pk=pk, public=public, wrapped=wrapped, created_at=at_ms)
        return KeyPair(owner, public, item.model_dump())

    def open(self, owner: str, item: Item) -> X25519PrivateKey:
        """Return the private key of a `keys` item. One `kms:Decrypt`.

        Raises CannotOpen when the item is not this owner's or was changed; errors of KMS that say
        nothing about the item (access denied, throttled) as they are.
        """
        stored = KeyItem.model_validate(item)
        try:
            plain = self._kms.decrypt(
                KeyId=self._wrapping_key,
                CiphertextBlob=stored.wrapped,
                EncryptionContext=_context(owner),
            )["Plaintext"]
        except ClientError as error:
            if error.response["Error"]["Code"] in _UNOPENABLE:
                raise CannotOpen("key") from None
            raise
        wrapped_owner, _, raw = plain.partition(_SEPARATOR)
        if not hmac.compare_digest(wrapped_owner, owner.encode()):
            raise CannotOpen("key")
        private = X25519PrivateKey.from_private_bytes(raw)
        if not hmac.compare_digest(private.public_key().public_bytes_raw(), stored.public):
            raise CannotOpen("key")
        return private


def _context(owner: str) -> dict[str, str]:
    return {"customer" if owner.startswith("cus_") else "scope": owner}

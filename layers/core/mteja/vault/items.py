"""The items of the table of keys."""

from typing import Annotated, ClassVar

from mteja.inventory import Category, Kept, StoredItem

_WHY = "relationship"


class KeyItem(StoredItem):
    """A key pair, written once and never changed. Destroying it is what erasure means."""

    STORE: ClassVar[str] = "keys"
    pk: Annotated[str, Kept(Category.PSEUDONYMOUS, _WHY, "whose key pair this is")]
    public: Annotated[bytes, Kept(Category.TECHNICAL, _WHY, "X25519 public key, raw")]
    wrapped: Annotated[
        bytes, Kept(Category.TECHNICAL, _WHY, "owner and private key, encrypted by KMS")
    ]
    created_at: Annotated[int, Kept(Category.TECHNICAL, _WHY, "when the key pair was made")]

"""KMS in memory: the three calls of the vault, bound to key and encryption context like KMS's."""

import hmac
import json
import os
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient


class MemoryKms:
    def __init__(self) -> None:
        self.calls: list[str] = []
        self._cipher = AESGCM(b"k" * 32)

    def client(self) -> "KMSClient":
        return cast("KMSClient", self)

    def encrypt(self, **given: Any) -> dict[str, Any]:
        self.calls.append("Encrypt")
        nonce = os.urandom(12)
        sealed = self._cipher.encrypt(nonce, given["Plaintext"], _bound(given))
        return {"CiphertextBlob": nonce + sealed}

    def decrypt(self, **given: Any) -> dict[str, Any]:
        self.calls.append("Decrypt")
        blob = given["CiphertextBlob"]
        try:
            return {"Plaintext": self._cipher.decrypt(blob[:12], blob[12:], _bound(given))}
        except (InvalidTag, ValueError):
            error = {"Error": {"Code": "InvalidCiphertextException", "Message": ""}}
            raise ClientError(error, "Decrypt") from None  # type: ignore[arg-type]

    def generate_mac(self, **given: Any) -> dict[str, Any]:
        self.calls.append("GenerateMac")
        key = f"mac:{given['KeyId']}".encode()
        return {"Mac": hmac.digest(key, given["Message"], "sha256")}


def _bound(given: dict[str, Any]) -> bytes:
    return json.dumps([given["KeyId"], given["EncryptionContext"]], sort_keys=True).encode()

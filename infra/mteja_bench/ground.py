"""What the benchmarks run on: an emulator of their own with the template's tables, keys and
secrets, in `.local/bench`; nothing of it is shared with the local stack.
"""

import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import yaml

from mteja.aws.secrets import Secrets
from mteja.business import business
from mteja.business.compile import compile_to
from mteja.business.model import Business
from mteja.business.sources import Source
from mteja.recording.record import Recorder
from mteja.store.table import Table
from mteja.vault.index import BlindIndex
from mteja.vault.keyring import Keyring
from mteja.vault.vault import Vault
from mteja_bench.bodies import stripe
from mteja_bench.template import table_definition
from mteja_local import emulator
from mteja_local.clients import Clients
from mteja_local.place import ROOT, Place

# Of an emulator that lives for minutes; base64, which one platform's secrets must be.
SECRET = "whsec_YS1zZWNyZXQtb2YtdGhlLWJlbmNobWFya3M="  # noqa: S105
SECRETS_PREFIX = "/mteja/bench"
# Demonstration has Stripe beside a shop only.
_STRIPE_ALONE = {
    "id": stripe.ALONE,
    "platform": "stripe",
    "role": "orders",
    "secrets": f"sources/{stripe.ALONE}/secrets",
}


@dataclass(frozen=True)
class Ground:
    """Tables, keys and secrets as they were made for one run."""

    clients: Clients
    endpoint: str
    customers: str
    keys: str
    events: str
    summaries: str
    salts: str
    wrapping_key: str
    index_key: str
    business: Business

    @property
    def environment(self) -> dict[str, str]:
        """What tells a function of this ground."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "CUSTOMERS_TABLE": self.customers,
            "KEYS_TABLE": self.keys,
            "EVENTS_TABLE": self.events,
            "SUMMARIES_TABLE": self.summaries,
            "SALTS_TABLE": self.salts,
            "WRAPPING_KEY_ARN": self.wrapping_key,
            "INDEX_KEY_ARN": self.index_key,
        }

    def source(self, source_id: str) -> Source:
        return next(one for one in self.business.sources if one.id == source_id)

    def secrets(self) -> Secrets:
        return Secrets(lambda: self.clients("ssm"), SECRETS_PREFIX)

    def recorder(self) -> Recorder:
        """Return a recorder that remembers nothing, as in a new process."""
        kms = self.clients("kms")
        return Recorder(
            Table(self.clients("dynamodb"), self.customers, self.keys),
            Vault(Keyring(kms, self.wrapping_key), BlindIndex(kms, self.index_key)),
            self.business,
        )


def bench_place() -> Place:
    """Return the benchmarks' folder with a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return Place(ROOT / ".local" / "bench", port)


@contextmanager
def ground(place: Place) -> Iterator[Ground]:
    """Start an emulator with nothing in it, and stop it at the end. Raises LocalError."""
    use_business_layer(place)
    emulator.stop(place)
    shutil.rmtree(place.state, ignore_errors=True)
    emulator.start(place)
    try:
        yield _made(Clients(place.endpoint), place.endpoint)
    finally:
        emulator.stop(place)


def use_business_layer(place: Place) -> None:
    """Make the owner's file importable, as its layer does in a function, with one source more, and
    without rewards and rules by which orders invite to surveys: what these add has paths of its
    own."""
    folder = place.folder / "business"
    declared = yaml.safe_load(ROOT.joinpath("layers/business/business.yaml").read_bytes())
    declared["sources"].append(_STRIPE_ALONE)
    declared.pop("rewards", None)
    for survey in declared["surveys"]:
        survey.pop("invite", None)
    folder.mkdir(parents=True, exist_ok=True)
    folder.joinpath("business.yaml").write_text(yaml.safe_dump(declared), encoding="utf-8")
    compile_to(folder / "business.yaml", folder / "mteja_business")
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


def _made(clients: Clients, endpoint: str) -> Ground:
    dynamodb, kms, ssm = (clients(name) for name in ("dynamodb", "kms", "ssm"))
    for name in ("customers", "keys", "events", "salts", "summaries"):
        logical_id = f"{name.capitalize()}Table"
        dynamodb.create_table(TableName=name, **table_definition(logical_id))
    declared = business()
    for source in declared.sources:
        name = f"{SECRETS_PREFIX}/{source.secrets}"
        ssm.put_parameter(Name=name, Type="SecureString", Value=SECRET)
    return Ground(
        clients,
        endpoint,
        "customers",
        "keys",
        "events",
        "summaries",
        "salts",
        _key_arn(kms.create_key()),
        _key_arn(kms.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")),
        declared,
    )


def _key_arn(created: dict[str, Any]) -> str:
    arn: str = created["KeyMetadata"]["Arn"]
    return arn

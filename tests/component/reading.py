"""What component tests do with the handler and read from the tables."""

import json
from typing import Any, Protocol

from mteja.customers.items import TraitsItem
from mteja.recording.record import Recorder
from mteja.store import keys
from mteja.vault.sealing import Place, open_sealed
from tests import kit


class Function(Protocol):
    def lambda_handler(self, event: dict[str, Any], _context: object) -> dict[str, Any]: ...


def deliver(function: Any, body: dict[str, Any] | bytes, topic: str, **how: Any) -> str:
    """Deliver a signed webhook to the real handler; return its result."""
    answer = function.lambda_handler(kit.webhook_event(body, topic, **how), None)
    assert answer["statusCode"] == 200, answer
    return str(json.loads(answer["body"])["result"])


def customers_of(table: str, email_index: str | None = None) -> list[str]:
    """Return the ids of the customers that have a PROFILE, or the one who holds an e-mail."""
    found: list[str] = []
    for item in kit.all_items(table):
        if email_index is not None:
            if item["pk"]["S"] == keys.identifier("email", email_index).pk:
                found += list(item["holders"]["M"])
        elif item["sk"]["S"] == "PROFILE":
            found.append(item["pk"]["S"].partition("#")[2])
    return sorted(found)


def opened_traits(recorder: Recorder, customer: str) -> dict[str, Any]:
    """Return a customer's traits in clear, as staff would read them."""
    stored = recorder.table.get_many([keys.traits(customer)], [keys.customer_key(customer)])
    private = recorder.vault.keyring.open(customer, stored[keys.customer_key(customer)])
    traits = TraitsItem.model_validate(stored[keys.traits(customer)])
    return {
        name: json.loads(
            open_sealed(
                entry.sealed,
                private,
                Place(customer, "TRAITS", name, entry.source, entry.trust, entry.at),
            )
        )
        for name, entry in traits.fields.items()
    }

"""What a recorder has stored, opened and put so that tests can compare it."""

import json
from collections.abc import Iterable
from typing import Any

from mteja.customers.items import (
    CandidateItem,
    IdentifierItem,
    InteractionItem,
    LinkItem,
    ProfileItem,
    TraitEntry,
    TraitsItem,
)
from mteja.orders.items import OrderItem
from mteja.recording.record import Recorder
from mteja.store import keys
from mteja.vault.sealing import Place, open_sealed
from tests.fakes.memory import table_of

Plain = dict[str, Any]


def profiles(recorder: Recorder) -> dict[str, ProfileItem]:
    """Return every customer's profile by its id."""
    return {
        str(item["pk"]).partition("#")[2]: ProfileItem.model_validate(item)
        for item in table_of(recorder).items()
        if item["sk"] == "PROFILE"
    }


def holders(recorder: Recorder) -> dict[str, IdentifierItem]:
    """Return the index of identifiers, by its partition without the word in front."""
    return {
        str(item["pk"]).partition("#")[2]: IdentifierItem.model_validate(item)
        for item in table_of(recorder).items()
        if item["sk"] == "IDENTIFIER"
    }


def links(recorder: Recorder) -> set[tuple[str, str]]:
    return {
        _pair(item)
        for item in table_of(recorder).items()
        if str(item["sk"]).startswith("LINK#") and LinkItem.model_validate(item).status == "linked"
    }


def candidates(recorder: Recorder) -> dict[tuple[str, str], CandidateItem]:
    return {
        _pair(item): CandidateItem.model_validate(item)
        for item in table_of(recorder).items()
        if str(item["sk"]).startswith("CANDIDATE#")
    }


def _pair(item: Plain) -> tuple[str, str]:
    return str(item["pk"]).partition("#")[2], str(item["sk"]).partition("#")[2]


def order(recorder: Recorder, order_id: str = "1", source: str = "shopify-demo") -> OrderItem:
    raw = recorder.table.get(keys.order(source, order_id))
    assert raw is not None
    return OrderItem.model_validate(raw)


def entries(recorder: Recorder, *kinds: str) -> list[InteractionItem]:
    """Return the timeline entries of some kinds, of everybody and of nobody."""
    found = [
        InteractionItem.model_validate(item)
        for item in table_of(recorder).items()
        if str(item["sk"]).startswith("AT#")
    ]
    return [one for one in found if one.kind in kinds]


def owner_of(recorder: Recorder, kind: str, value: str) -> str:
    """Return who holds an identifier that attaches."""
    index = recorder.vault.index.of(kind, value)
    raw = recorder.table.get(keys.identifier(kind, index))
    assert raw is not None, "nobody holds it"
    (customer,) = IdentifierItem.model_validate(raw).holders
    return customer


def opened(recorder: Recorder, customer: str) -> Plain:
    """Return a customer's standing traits in clear."""
    key = keys.traits(customer)
    raw = recorder.table.get(key)
    if raw is None:
        return {}
    fields = TraitsItem.model_validate(raw).fields
    return {name: open_trait(recorder, customer, name, one) for name, one in fields.items()}


def open_trait(recorder: Recorder, customer: str, field: str, entry: TraitEntry | Plain) -> Any:
    one = entry if isinstance(entry, TraitEntry) else TraitEntry.model_validate(entry)
    place = Place(customer, "TRAITS", field, one.source, one.trust, one.at)
    return json.loads(open_for(recorder, customer, one.sealed, place))


def open_for(recorder: Recorder, owner: str, sealed: bytes, place: Place) -> bytes:
    pk = keys.customer_key(owner) if owner.startswith("cus_") else keys.scope_key(owner)
    raw = recorder.table.get_many([], [pk])[pk]
    return open_sealed(sealed, recorder.vault.keyring.open(owner, raw), place)


def components(edges: Iterable[Iterable[object]]) -> dict[object, object]:
    """Return, for each node of some groups, the representative of its connected component."""
    parent: dict[object, object] = {}

    def root(node: object) -> object:
        parent.setdefault(node, node)
        while parent[node] != node:
            node = parent[node]
        return node

    for group in edges:
        first, *rest = group
        root(first)
        for other in rest:
            parent[root(other)] = root(first)
    return {node: root(node) for node in list(parent)}

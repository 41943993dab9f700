"""What must be the same of an order, however its deliveries arrived."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from mteja.business.model import Business
from mteja.recording.facts import Fact
from mteja.recording.record import Recorder, record
from mteja.vault.sealing import Place
from tests import reading
from tests.fakes.memory import memory_recorder, memory_vault

VAULT = memory_vault()


@dataclass(frozen=True)
class Outcome:
    """What must be the same however the deliveries arrive. Ids of customers are random."""

    order: str
    owner: str | None
    totals: list[str]
    timeline: list[str]
    traits: str
    loose: str | None


def outcome(recorder: Recorder, addresses: Iterable[str], order_id: str) -> Outcome:
    item = reading.order(recorder, order_id)
    names = names_of(recorder, addresses)
    totals = []
    for customer, profile in reading.profiles(recorder).items():
        if profile.orders.count or customer in names:
            totals.append(f"{names.get(customer, '?')}: {profile.orders.model_dump_json()}")
    owner = item.customer
    loose = None
    if item.loose is not None and item.loose_scope is not None and item.loose_at is not None:
        place = Place(
            item.loose_scope, item.pk, "traits", "shopify-demo", "verified", item.loose_at
        )
        loose = reading.open_for(recorder, item.loose_scope, item.loose, place).decode()
    kept = item.model_copy(
        update={
            "v": 0,
            "entry_v": None,
            "seen": [],
            "customer": names.get(owner or ""),
            "loose": None,
        }
    )
    return Outcome(
        order=kept.model_dump_json(),
        owner=None if owner is None else names.get(owner, "somebody else"),
        totals=sorted(totals),
        timeline=sorted(
            json.dumps(
                [
                    one.kind,
                    one.id,
                    one.at,
                    one.data,
                    one.log_pk,
                    one.log_sk,
                    one.parts,
                    names.get(one.pk.partition("#")[2], one.pk.partition("#")[0]),
                ],
                sort_keys=True,
            )
            for one in reading.entries(recorder, "order", "refund")
        ),
        traits="" if owner is None else json.dumps(reading.opened(recorder, owner), sort_keys=True),
        loose=loose,
    )


def names_of(recorder: Recorder, addresses: Iterable[str]) -> dict[str, str]:
    """Return what to call each customer: the addresses of its person."""
    everybody: list[list[object]] = [[one] for one in reading.profiles(recorder)]
    person = reading.components([*map(list, reading.links(recorder)), *everybody])
    known: dict[object, list[str]] = {}
    for one in addresses:
        index = recorder.vault.index.of("email", one)
        item = reading.holders(recorder).get(f"email#{index}")
        for holder in item.holders if item is not None else ():
            known.setdefault(person[holder], []).append(one)
    return {
        customer: " ".join(sorted(known[person[customer]]))
        for customer in reading.profiles(recorder)
        if person[customer] in known
    }


def play(business: Business, told: Iterable[Fact]) -> Recorder:
    recorder = memory_recorder(business, VAULT)
    for fact in told:
        record(fact, recorder)
    return recorder

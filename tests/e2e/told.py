"""What the table of events holds of one visit of a browser."""

import time
from collections.abc import Callable

from mteja.store.wire import item_from_wire
from mteja.tracking.packed import Batch, Event, from_item
from mteja_local.clients import Clients

_PATIENCE_S = 20


class Told:
    """What came of the pages of one visit since it began. Each test has paths of its own."""

    def __init__(self, clients: Clients, table: str) -> None:
        self._began = int(time.time() * 1000)
        self._paths: list[str] = []
        self._clients = clients
        self._table = table

    def expect(self, path: str) -> None:
        """Count what is told of this path from now on."""
        self._paths.append(path.partition("?")[0])

    def batches(self) -> list[Batch]:
        pages = self._clients("dynamodb").get_paginator("scan").paginate(TableName=self._table)
        items = [item_from_wire(raw) for found in pages for raw in found["Items"]]
        batches = [from_item(item) for item in items if "events" in item]
        own = tuple(self._paths)
        recent = [
            batch
            for batch in batches
            if batch.received_at >= self._began
            and any((event.path or "").startswith(own) for event in batch.events)
        ]
        return sorted(recent, key=lambda batch: batch.received_at)

    def events(self) -> list[Event]:
        return [event for batch in self.batches() for event in batch.events]

    def until(self, holds: Callable[[list[Event]], object]) -> list[Event]:
        """Return the events once they are as they should be."""
        deadline = time.monotonic() + _PATIENCE_S
        while not holds(events := self.events()):
            assert time.monotonic() < deadline, events
            time.sleep(0.1)
        return events


def named(events: list[Event], name: str) -> list[Event]:
    return [event for event in events if event.name == name]


def of_type(events: list[Event], kind: str) -> list[Event]:
    return [event for event in events if event.type == kind]

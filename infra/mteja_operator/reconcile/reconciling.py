"""Record what a shop lists and we don't have, through the way that its webhooks go."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from mteja.business.sources import Source
from mteja.errors import Unreadable
from mteja.orders.intake import take_authentic, understood
from mteja.orders.items import OrderItem
from mteja.orders.model import OrderNews
from mteja.quarantine.quarantine import Delivery
from mteja.recording.record import Recorder
from mteja.store import keys
from mteja.times import now_ms


def reconcile_page(
    orders: Iterable[Mapping[str, Any]], source: Source, topic: str, within: Recorder
) -> Counter[str]:
    """Record the missing ones of a page. Returns how many were recorded, known, or quarantined.

    Known is an order whose state we have as it is listed, or newer. Raises errors of AWS, Conflict.
    """
    told: Counter[str] = Counter()
    deliveries = [_delivery(order, source, topic) for order in orders]
    news = [_news(delivery, source) for delivery in deliveries]
    wanted = [keys.order(source.id, one.order_id) for one in news if one is not None]
    stored = within.table.get_many(wanted)
    for delivery, one in zip(deliveries, news, strict=True):
        if one is not None and _is_known(one, stored.get(keys.order(source.id, one.order_id))):
            told["known"] += 1
            continue
        result = take_authentic(delivery, within).result
        told["known" if result == "duplicate" else result] += 1
    return told


def _delivery(order: Mapping[str, Any], source: Source, topic: str) -> Delivery:
    body = json.dumps(order, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return Delivery(source.id, topic, None, body.encode(), now_ms())


def _news(delivery: Delivery, source: Source) -> OrderNews | None:
    """Return what an order says, None where we can't read it: taking it will quarantine it."""
    try:
        fact = understood(delivery, source)
    except (Unreadable, ValidationError):
        return None
    return None if fact is None else fact.order


def _is_known(news: OrderNews, raw: dict[str, Any] | None) -> bool:
    if raw is None or news.state is None:
        return False
    version = OrderItem.model_validate(raw).version
    return version is not None and (
        version >= news.state.version or _state(version) == _state(news.state.version)
    )


def _state(version: str) -> str:
    """Return a version without its digest: the same state has other bytes in a list than in a
    webhook."""
    return version.rpartition(".")[0] or version

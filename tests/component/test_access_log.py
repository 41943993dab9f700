"""A day of a real access log, replayed as page views, gives the counts of an independent count."""

import random
import re
import uuid
from collections import Counter as Counts
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from mteja.times import rfc3339
from tests import beacons, kit
from tests.component.counter import Counter
from tests.component.test_summaries import Night
from tests.visits import DAY, moment

_LOG = kit.ROOT / "tests" / "samples" / "access-log" / "access.log"
_LINE = re.compile(r'(\S+) - - \[\d+/\w+/\d+:([\d:]+) \+0000\] "GET (\S+) HTTP')
_HALF_AN_HOUR_MS = 1_800_000


@cache
def log_lines() -> list[tuple[int, str, str]]:
    """Return when, who and which address, in order of time, as if the day had been `DAY`."""
    lines = [_LINE.match(line) for line in _LOG.read_text().splitlines()]
    told = [(moment(line[2]), line[1], line[3]) for line in lines if line]
    assert len(told) == len(lines)
    return sorted(told)


def counted() -> tuple[dict[str, int], dict[str, int], int]:
    """Count pages, pages by which visits begin, and visits, as one does by hand: a visit ends when
    the same client's next line comes more than half an hour after."""
    last: dict[str, int] = {}
    entries: list[str] = []
    for at, who, address in log_lines():
        if who not in last or at - last[who] > _HALF_AN_HOUR_MS:
            entries.append(address.partition("?")[0])
        last[who] = at
    views = Counts(address.partition("?")[0] for _, _, address in log_lines())
    return dict(views), dict(Counts(entries)), len(entries)


def send(door: beacons.Beacons, number: int, at: int, who: str, address: str) -> None:
    door.now_ms = at
    told = {
        "id": f"batch-{number}",
        "sent_at": rfc3339(at),
        "consent": "full",
        "visitor": str(uuid.uuid5(uuid.NAMESPACE_OID, who)),
    }
    event = {
        "id": f"event-{number}",
        "type": "page",
        "at": rfc3339(at),
        "url": beacons.ORIGIN + address,
    }
    assert door.send(beacons.body(event, **told)).status == 204


@pytest.fixture
def reports(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, Any]]:
    """What staff read of the day on the next one, after each line was sent as its own beacon, in
    any order, and a tenth of them twice."""
    chance = random.Random(1)  # noqa: S311 - the same order each time
    sent = list(enumerate(log_lines()))
    sent += chance.sample(sent, len(sent) // 10)
    chance.shuffle(sent)
    # A day passes in seconds here, which would make everybody a robot.
    monkeypatch.setattr("mteja.tracking.collect._BEACONS_OF_A_PERSON", len(sent))
    monkeypatch.setenv("BEACON_REQUESTS_PER_MINUTE", str(len(sent)))
    door = beacons.Beacons(beacons.fresh_app())
    for number, (at, who, address) in sent:
        send(door, number, at, who, address)
    Night(aws, monkeypatch).run()
    noon = moment("12:00", DAY + timedelta(days=1))
    monkeypatch.setattr("mteja.staff.routes_reports.now_ms", lambda: noon)
    desk = Counter()
    of_the_day = {"from": str(DAY), "to": str(DAY)}
    return {
        name: desk.ask(f"/v1/reports/{name}", of_the_day).body for name in ("pages", "sessions")
    }


def test_a_real_log_replayed_gives_the_counts_of_an_independent_count(
    reports: dict[str, dict[str, Any]],
) -> None:
    views, entries, visits = counted()
    rows = reports["pages"]["items"]
    assert {row["path"]: row["views"] for row in rows} == views
    assert {row["path"]: row["entries"] for row in rows if row["entries"]} == entries
    told = reports["sessions"]
    assert (told["sessions"], told["views"]) == (visits, len(log_lines()))
    # A sketch, whose relative standard error is 1.6 %.
    assert told["visitors"] == pytest.approx(len({who for _, who, _ in log_lines()}), rel=0.05)

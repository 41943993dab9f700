"""What a report on a survey takes: processor time, units and memory, of 100,000 answers.

DynamoDB's answers are made beforehand, as it sends them (pages of at most 1 MB), and handed to
boto3 in the place of the network, so that everything is measured that a function does itself:
parsing, reading, counting. A function has a share of a processor by its memory: the seconds are
those that the staff's function would take.
"""

import json
import random
import resource
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from itertools import pairwise
from math import ceil
from typing import Any

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse, HeadersDict

from mteja.business import business
from mteja.business.load import asking, surveying
from mteja.staff.survey_reports import SurveyReports
from mteja.store import survey_keys
from mteja.store.table import Table
from mteja.store.wire import item_to_wire, size
from mteja.surveys.items import TOLD, AnsweredItem
from mteja.surveys.segments import SCALE
from mteja.times import day_begins
from mteja_bench.ground import use_business_layer
from mteja_bench.report import Result
from mteja_bench.summaries import CountingTable
from mteja_bench.template import memory_mb
from mteja_local.place import Place

SIZES = (10_000, 100_000)
_PAGE_BYTES = 1_000_000
_UNIT_BYTES = 4_096
# A whole processor comes with so much memory (AWS Lambda developer guide, "Memory").
_PROCESSOR_MB = 1_769
# The function ends after 25 seconds; DynamoDB takes some of them.
_BUDGET_S = 15
_LINEAR = 1.3
_FIRST, _DAYS = date(2026, 1, 1), 300
_REPORTS = ("nps", "reasons", "survey")


@dataclass(frozen=True)
class Year:
    """Answers of most of a year, as pages of DynamoDB by partition."""

    answers: int
    pages: Mapping[str, Sequence[bytes]]
    read_units: int

    @property
    def requests(self) -> int:
        return sum(map(len, self.pages.values()))


def measure(place: Place, sizes: Sequence[int] = SIZES) -> list[Result]:
    """Return what each report takes of so many answers."""
    use_business_layer(place)
    results: list[Result] = []
    slow: dict[str, list[float]] = {}
    for number in sizes:
        year = _year(number)
        for name in _REPORTS:
            seconds = _seconds(year, name)
            slow.setdefault(name, []).append(seconds / number)
            results.append(_result(name, year, seconds, last=number == sizes[-1]))
    for name, each in slow.items():
        for small, large in pairwise(each):
            what = f"{name}: an answer of many, against one of few"
            results.append(Result(what, large / small, _LINEAR, "times", f"peak {_peak_mb()} MB"))
    return results


def _result(name: str, year: Year, seconds: float, *, last: bool) -> Result:
    memory = memory_mb("staff")
    taken = seconds * max(1.0, _PROCESSOR_MB / memory)
    note = (
        f"{seconds:.2f} s of a whole processor; {year.read_units:,} RU in {year.requests} requests"
    )
    what = f"{name} of {year.answers:,} answers, at the function's {memory} MB"
    return Result(what, taken, _BUDGET_S if last else None, "s", note)


def _seconds(year: Year, name: str) -> float:
    reports = SurveyReports(
        surveying(),
        asking(),
        Table(_client(year.pages), "customers", "keys"),
        CountingTable(),
        business().time_zone,
        day_begins(_FIRST + timedelta(days=_DAYS), business().time_zone),
    )
    query = {"from": str(_FIRST), "to": str(_FIRST + timedelta(days=_DAYS)), "by": "trust"}
    began = time.process_time()
    made = (
        reports.survey("satisfaction", query) if name == "survey" else _named(reports, name)(query)
    )
    taken = time.process_time() - began
    if (made.get("answers") or made["n"]) < year.answers // 2:
        raise AssertionError("the report missed answers")
    return taken


def _named(reports: SurveyReports, name: str) -> Callable[[Mapping[str, str]], dict[str, Any]]:
    return {"nps": reports.nps, "reasons": reports.reasons}[name]


def _year(number: int) -> Year:
    chance = random.Random(number)  # noqa: S311 - the same answers each time
    partitions: dict[str, list[AnsweredItem]] = {}
    for at in range(number):
        item = _answer(at, chance)
        partitions.setdefault(item.pk, []).append(item)
    pages = {pk: list(_pages(items)) for pk, items in partitions.items()}
    sizes = (size(item.model_dump()) for items in partitions.values() for item in items)
    return Year(number, pages, ceil(sum(sizes) / _UNIT_BYTES) + len(pages))


def _answer(number: int, chance: random.Random) -> AnsweredItem:
    day = _FIRST + timedelta(days=chance.randrange(_DAYS))
    key = survey_keys.answered("satisfaction", day, f"rsp_{number:026d}")
    reasons = ["convenience", "price", "quality", "selection"]
    shown = chance.sample(reasons, 4)
    sources = ["search", "social", "friend", "advert", "passing-by", "other", "dont-remember"]
    invited = chance.random() < 0.5
    return AnsweredItem(
        pk=key.pk,
        sk=key.sk,
        v=1,
        at=day_begins(day, business().time_zone) + chance.randrange(86_400_000),
        trust="verified" if invited else "claimed",
        channel="email" if invited else "web",
        invited=invited,
        answers={
            "recommend": min(10, max(1, round(chance.gauss(8, 2)))),
            "heard_from": chance.choice(sources),
            "reasons": chance.sample(reasons, chance.randint(1, 4)),
        },
        shown={"heard_from": chance.sample(sources, 7), "reasons": shown},
        segments={
            SCALE: "1-10",
            "customer": chance.choice(["new", "returning"]),
            "order_channel": "online",
            "product": f"product-{chance.randrange(200)}",
            "country": "TZ",
            "source": chance.choice(["search", "social", "direct", "paid"]),
        },
    )


def _pages(items: Sequence[AnsweredItem]) -> Iterator[bytes]:
    """Yield what DynamoDB answers to a Query, page by page."""
    page: list[Any] = []
    held = 0
    for item in sorted(items, key=lambda one: one.sk):
        stored = item.model_dump()
        page.append(item_to_wire({name: stored[name] for name in ("sk", TOLD)}))
        held += size(stored)
        if held >= _PAGE_BYTES:
            yield _answered(page, more=True)
            page, held = [], 0
    yield _answered(page, more=False)


def _answered(page: Sequence[Any], *, more: bool) -> bytes:
    told: dict[str, Any] = {"Items": page, "Count": len(page), "ScannedCount": len(page)}
    if more:
        told["LastEvaluatedKey"] = dict.fromkeys(("pk", "sk"), page[-1]["sk"])
    return json.dumps(told).encode()


class _Raw(BytesIO):
    """A body as urllib3 gives it."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


def _client(pages: Mapping[str, Sequence[bytes]]) -> Any:
    """Return a client of DynamoDB that is answered from pages."""
    turns: dict[str, int] = {}
    empty = _answered([], more=False)

    def send(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        asked = json.loads(request.body)  # type: ignore[arg-type]
        partition = asked["ExpressionAttributeValues"][":h"]["S"]
        turn = turns.get(partition, 0) if "ExclusiveStartKey" in asked else 0
        turns[partition] = turn + 1
        body = pages[partition][turn] if partition in pages else empty
        headers: Any = HeadersDict({"content-type": "application/x-amz-json-1.0"})
        return AWSResponse(request.url, 200, headers, _Raw(body))

    session = boto3.Session("none", "none", region_name="us-east-1")
    client = session.client("dynamodb")
    # A handler that answers is what botocore sends the request to; its stubs don't know.
    client.meta.events.register("before-send.dynamodb.Query", send)  # type: ignore[arg-type]
    return client


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

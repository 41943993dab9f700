"""The function `summaries`: what it makes of what is stored, however often, in whatever order."""

import importlib
import random
import sys
from datetime import timedelta
from string import ascii_letters
from typing import Any

import pytest
from botocore.exceptions import ClientError
from click.testing import CliRunner

from mteja.aws import clients
from mteja.errors import InvalidInput, Unmade
from mteja.store import keys
from mteja.store.apart import TableApart, events_table, salts_table
from mteja.summaries.kinds import KINDS
from mteja.times import DAY_MS, business_day
from mteja.tracking.packed import EVENT_SHARDS, Batch, shard_of, to_item
from mteja_operator.summarise import summarise_command
from tests import kit
from tests.visits import DAY, ZONE, batch, event, moment, page

NIGHT = moment("02:30", DAY + timedelta(days=1))
NEXT_NIGHT = NIGHT + DAY_MS


def store(*batches: Batch) -> None:
    """Put batches where the functions that take them put them."""
    for one in batches:
        day = business_day(one.received_at, ZONE)
        key = keys.events(day, shard_of(one.visitor), EVENT_SHARDS, one.id)
        events_table().put(to_item(one, key.pk, key.sk, one.received_at // 1000 + 90 * 86_400))


class Night:
    """The function, as the schedule sees it."""

    def __init__(self, environment: dict[str, str], patch: pytest.MonkeyPatch) -> None:
        sys.modules.pop("functions.summaries.app", None)
        self.app: Any = importlib.import_module("functions.summaries.app")
        self._patch = patch

    def run(self, now: int = NIGHT, event: dict[str, Any] | None = None) -> dict[str, Any]:
        self._patch.setattr(self.app, "now_ms", lambda: now)
        answer: dict[str, Any] = self.app.lambda_handler(event or {}, None)
        return answer


@pytest.fixture
def night(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Night:
    return Night(aws, monkeypatch)


def summaries() -> dict[str, bytes]:
    """Return what is stored, without the times at which it was made."""
    return {
        f"{item['pk']['S']}/{item['sk']['S']}": item["data"]["B"]
        for item in kit.all_items("summaries")
    }


def a_day(visitors: int = 30) -> list[Batch]:
    at = moment("10:00")
    return [
        batch([page(at + step, f"/{step}"), page(at + 60_000, "/out")], f"v{step}")
        for step in range(visitors)
    ]


def test_a_night_makes_the_last_three_days_of_the_shards_that_it_is_told(night: Night) -> None:
    store(*a_day())
    answer = night.run(event={"shards": [0, 4]})
    assert answer == {"from": "2026-11-18", "to": "2026-11-20", "orders": 2}
    assert len(summaries()) == 3 * 2 * len(KINDS)
    assert {key.rpartition("#")[2] for key in summaries()} == {"0of8", "4of8"}


def test_days_can_be_asked_for(night: Night) -> None:
    answer = night.run(event={"from": "2026-11-01", "to": "2026-11-07"})
    assert answer["orders"] == 3 * EVENT_SHARDS
    days = {key.rpartition("/")[2].partition("#")[0] for key in summaries()}
    assert days == {f"2026-11-0{number}" for number in range(1, 8)}


def test_running_twice_changes_nothing(night: Night) -> None:
    store(*a_day())
    night.run()
    first = summaries()
    night.run(NIGHT + 60_000)
    assert summaries() == first
    assert len(first) == 3 * EVENT_SHARDS * len(KINDS)


def test_shards_one_by_one_and_in_any_order_make_the_same(night: Night) -> None:
    store(*a_day())
    night.run()
    first = summaries()
    for item in kit.all_items("summaries"):
        clients.dynamodb().delete_item(
            TableName="summaries", Key={"pk": item["pk"], "sk": item["sk"]}
        )
    for shard in (*reversed(range(EVENT_SHARDS)), 0, 3):
        night.run(event={"shards": [shard]})
    assert summaries() == first


def test_the_next_night_makes_the_same_of_the_same_events(night: Night) -> None:
    store(*a_day())
    night.run()
    first = summaries()
    night.run(NEXT_NIGHT)
    assert {key: value for key, value in summaries().items() if key in first} == first


def test_a_worker_that_is_killed_is_followed_by_one_that_ends_its_work(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(*a_day())
    night.run()
    right = summaries()
    for item in kit.all_items("summaries"):
        clients.dynamodb().delete_item(
            TableName="summaries", Key={"pk": item["pk"], "sk": item["sk"]}
        )

    class Killed(BaseException):
        """As when Lambda ends the process: no handler sees it."""

    put, puts = TableApart.put, 0

    def put_some(self: TableApart, item: Any) -> None:
        nonlocal puts
        puts += 1
        if puts > 5:
            raise Killed
        put(self, item)

    with monkeypatch.context() as patch:
        patch.setattr(TableApart, "put", put_some)
        with pytest.raises(Killed):
            night.run()
    assert 0 < len(summaries()) < len(right)
    night.run()
    assert summaries() == right


def test_a_shard_that_fails_fails_the_whole_and_the_others_are_done(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = kit.log_of("summaries", monkeypatch)
    store(*a_day())
    query = TableApart.query

    def fails(self: TableApart, partition: str, **how: Any) -> Any:
        if f"#3of{EVENT_SHARDS}" in partition:
            raise ClientError({"Error": {"Code": "Throttled", "Message": "v17"}}, "Query")
        return query(self, partition, **how)

    monkeypatch.setattr(TableApart, "query", fails)
    with pytest.raises(Unmade, match="1 of 8"):
        night.run()
    assert len(summaries()) == 3 * (EVENT_SHARDS - 1) * len(KINDS)
    assert "Throttled" in log.getvalue()
    assert '"shard":3' in log.getvalue()
    assert "v17" not in log.getvalue()


def test_a_late_event_is_counted_by_the_next_night(night: Night) -> None:
    at = moment("10:00")
    store(batch(page(at), "v1"))
    night.run()
    first = summaries()
    store(batch(page(at + 1), "v1", received_at=at + 2 * DAY_MS))
    night.run(NEXT_NIGHT + DAY_MS)
    changed = summaries()
    key = f"sessions#shop#{DAY:%Y-%m}/{DAY}#{shard_of('v1')}of{EVENT_SHARDS}"
    assert changed[key] != first[key]


def test_salts_that_have_served_are_destroyed_and_todays_is_kept(night: Night) -> None:
    today = DAY + timedelta(days=1)
    for back in range(4):
        key = keys.salt(today - timedelta(days=back))
        salts_table().put({"pk": key.pk, "sk": key.sk, "salt": b"s" * 16, "expires_at": 1})
    night.run()
    assert kit.all_keys("salts") == [f"SALT#{today}/SALT"]


def test_a_salt_still_serves_half_an_hour_after_its_day(night: Night) -> None:
    key = keys.salt(DAY)
    salts_table().put({"pk": key.pk, "sk": key.sk, "salt": b"s" * 16, "expires_at": 1})
    night.run(moment("00:40", DAY + timedelta(days=1)))
    assert len(kit.all_keys("salts")) == 1


def test_what_was_erased_is_gone_from_summaries_that_are_made_again(night: Night) -> None:
    others = a_day()
    store(*others)
    night.run()
    without = summaries()
    mine = batch([page(moment("11:00"), "/mine"), event(moment("11:01"), "Signed Up")], "v-mine")
    store(mine)
    night.run()
    assert summaries() != without
    events_table().delete(keys.events(DAY, shard_of("v-mine"), EVENT_SHARDS, mine.id))
    night.run()
    assert summaries() == without


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"from": "soon"}, "from"),
        ({"from": "2026-11-20", "to": "2026-11-19"}, "to"),
        ({"from": "2026-11-20", "to": "2026-11-22"}, "to"),  # tomorrow
        ({"from": "2026-08-01", "to": "2026-11-20"}, "from"),  # events of then are gone
    ],
)
def test_days_that_would_be_summarised_wrongly_are_refused(
    night: Night, told: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        night.run(event=told)
    assert refused.value.field == field
    assert summaries() == {}


def test_the_operators_command_makes_days_at_once(
    aws: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    store(*a_day())
    monkeypatch.setattr("mteja_operator.summarise.now_ms", lambda: NIGHT)
    told = CliRunner().invoke(summarise_command, ["--from", str(DAY), "--to", str(DAY)])
    assert told.exit_code == 0, told.output
    assert "30 sessions" in told.output
    assert len(summaries()) == len(KINDS) * EVENT_SHARDS
    refused = CliRunner().invoke(summarise_command, ["--from", "2026-01-01", "--to", str(DAY)])
    assert (refused.exit_code, "kept no longer" in refused.output) == (1, True)


def test_what_anybody_may_send_stops_no_night(night: Night) -> None:
    at = moment("10:00")
    chance = random.Random(5)  # noqa: S311 - the same each time

    def made_up() -> str:
        return "".join(chance.choices(ascii_letters, k=90))

    store(
        *(
            batch(
                [event(at + step, "Product Viewed", properties={"product_id": made_up()})
                 for step in range(50)]
                + [event(at + step, "Page Shared", properties={"share_via": made_up()})
                   for step in range(49)]
                + [page(at, f"/{made_up()}")],
                f"v{number}",
                consent="full",
            )
            for number in range(60)
        )
    )  # fmt: skip
    night.run()
    assert len(summaries()) == 3 * EVENT_SHARDS * len(KINDS)


def test_a_summary_that_cannot_be_put_stops_no_other(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = kit.log_of("summaries", monkeypatch)
    store(*a_day())
    put = TableApart.put

    def fails(self: TableApart, item: Any) -> None:
        if str(item["pk"]).startswith("products#"):
            raise ClientError({"Error": {"Code": "ValidationException", "Message": "v17"}}, "Put")
        put(self, item)

    with monkeypatch.context() as patch:
        patch.setattr(TableApart, "put", fails)
        with pytest.raises(Unmade):
            night.run()
    assert len(summaries()) == 3 * EVENT_SHARDS * (len(KINDS) - 1)
    assert "ValidationException" in log.getvalue()
    assert "v17" not in log.getvalue()
    night.run()
    assert len(summaries()) == 3 * EVENT_SHARDS * len(KINDS)

"""Rules that are changed in the owner's file reach customers of whom nothing new is told."""

from typing import Any

import pytest

from mteja.business.winning_back import Watching
from mteja.inactivity import queue
from mteja.inactivity.handing_out import hand_out
from mteja.inactivity.queue import ToldOn, Work
from mteja.inactivity.replanning import SPREAD_DAYS, stamp
from mteja.store import offer_keys
from mteja.store.table import Delete
from mteja.times import DAY_MS
from tests import facts
from tests.silences import BUSINESS, Shop, rule


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    shop.declare(rule(steps=[{"days": 60}]))
    shop.run()
    return shop


def told_days(shop: Shop) -> list[ToldOn]:
    return [one for one in shop.handed_out() if isinstance(one, ToldOn)]


def people(shop: Shop, number: int) -> list[str]:
    return [
        shop.bought(facts.email(f"n{one}@example.com"), number=str(one)) for one in range(number)
    ]


def test_a_rule_that_comes_sooner_reaches_who_is_quiet_already(shop: Shop) -> None:
    asha = shop.bought()
    shop.days(10)
    shop.declare(rule(steps=[{"days": 20}]))
    expected = {shop.day(10): 1}
    assert shop.days(80) == expected
    assert len(shop.offers(asha)) == 1


def test_a_rule_that_is_added_reaches_who_has_climbed_the_ladder(shop: Shop) -> None:
    asha = shop.bought()
    shop.days(61)
    assert shop.due(asha) is None
    shop.declare(rule(steps=[{"days": 60}]), rule(id="gone", steps=[{"days": 90}]))
    expected = {shop.day(29): 1}
    assert shop.days(80) == expected
    assert [one.rule for one in shop.offers(asha)] == ["quiet", "gone"]


def test_a_step_that_is_added_at_the_end_of_a_ladder_is_climbed(shop: Shop) -> None:
    asha = shop.bought()
    shop.days(61)
    shop.declare(rule(steps=[{"days": 60}, {"days": 75}]))
    expected = {shop.day(14): 1}
    assert shop.days(80) == expected
    assert [one.step for one in shop.offers(asha)] == [0, 1]


def test_a_rule_that_comes_later_makes_nobody_an_offer_too_early(shop: Shop) -> None:
    shop.bought()
    shop.days(10)
    shop.declare(rule(steps=[{"days": 80}]))
    expected = {shop.day(70): 1}
    assert shop.days(100) == expected


def test_who_is_overdue_by_new_rules_is_spread_and_nobody_comes_later_than_before(
    shop: Shop,
) -> None:
    several = people(shop, 40)
    shop.days(45)
    shop.declare(rule(steps=[{"days": 20}]))
    made = shop.days(SPREAD_DAYS + 5)
    assert made.total() == 40
    assert {len(shop.offers(one)) for one in several} == {1}
    assert len(made) > 5
    assert max(made) <= shop.day(15 - SPREAD_DAYS - 5)  # the sixtieth day, on which they were due


def test_customers_from_before_there_was_a_daily_job_come_up_by_its_first_run() -> None:
    """Such as an update finds them: some due long ago, some not at all, and no run is noted. They
    are no burst of messages."""
    shop = Shop()
    shop.table.transact([Delete(offer_keys.last_run())])
    several = people(shop, 20)
    shop.wait(200)
    for customer in several[:5]:
        bare = shop.profile(customer).model_copy(update={"due_pk": None, "due_sk": None})
        shop.table.put(bare.model_dump(exclude_none=True))
    made = shop.days(SPREAD_DAYS + 1)
    assert made.total() == 20
    assert len(made) > 5
    assert {len(shop.offers(one)) for one in several} == {1}
    assert len(shop.buckets()) == 24


def test_missed_days_are_caught_up_and_not_spread_where_rules_change_as_well(shop: Shop) -> None:
    several = people(shop, 10)
    shop.wait(63)
    shop.declare(rule(steps=[{"days": 60}]), rule(id="gone", steps=[{"days": 300}]))
    assert shop.run().counts["acted"] == 10
    assert {len(shop.offers(one)) for one in several} == {1}


def test_only_what_due_dates_hang_on_is_planned_anew_and_once(shop: Shop) -> None:
    shop.declare(rule(steps=[{"days": 60, "per_cent": 20}], hold_out_per_cent=50, valid_days=3))
    assert told_days(shop) == []
    shop.declare(rule(steps=[{"days": 59, "per_cent": 20}]))
    days = told_days(shop)
    assert {one.day for one in days} >= {shop.day(-366 - 59), shop.day(0)}
    assert told_days(shop) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Watching(rules=(rule(floor_days=5),)), Watching(rules=(rule(floor_days=6),))),
        (Watching(rules=(rule(),)), Watching(rules=(rule(after="lapse"),))),
        (Watching(rules=(rule(),)), Watching(rules=(rule(id="other"),))),
        (Watching(fresh_days={"address": 300}), Watching(fresh_days={"address": 200})),
    ],
)
def test_the_stamp_tells_rules_apart_on_which_due_dates_hang(
    one: Watching, other: Watching
) -> None:
    assert stamp(one) != stamp(other)


def test_a_run_that_dies_while_it_hands_out_is_handed_out_again_whole(shop: Shop) -> None:
    shop.declare(rule(steps=[{"days": 20}]))

    def dies(_several: Any) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        hand_out(shop.table, shop.watching, BUSINESS.time_zone, shop.now, dies)
    assert len(told_days(shop)) == 366 + 20 + 1


def test_a_run_that_is_asked_for_plans_nobody_anew(shop: Shop) -> None:
    shop.declare(rule(steps=[{"days": 20}]))
    assert not [one for one in shop.handed_out(shop.today) if isinstance(one, ToldOn)]
    assert told_days(shop)


def test_what_a_worker_has_no_time_for_is_planned_by_the_next(shop: Shop) -> None:
    several = people(shop, 9)
    today = shop.today
    shop.declare(rule(steps=[{"days": 20}]))
    waiting: list[Work] = [ToldOn(today, today, today)]
    rests = 0
    while waiting:
        calls = iter([False, False, True])
        rest = shop.work(waiting.pop(), lambda calls=calls: next(calls, True))  # type: ignore[misc]
        if rest is not None:
            rests += 1
            waiting.append(queue.from_text(queue.as_text(rest)))
    assert rests == 4
    assert {shop.due(one) for one in several} == {shop.day(20)}


def test_a_purchase_of_that_moment_counts(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    asha = shop.bought()
    bought = shop.today
    shop.wait(5)
    shop.declare(rule(steps=[{"days": 20}]))
    transact = shop.table.transact

    def met(writes: Any, token: str | None = None) -> None:
        monkeypatch.setattr(shop.table, "transact", transact)
        shop.bought(number="2")
        transact(writes, token)

    monkeypatch.setattr(shop.table, "transact", met)
    shop.work(ToldOn(shop.today, bought, bought))
    assert shop.due(asha) == shop.day(20)


def test_who_is_gone_is_passed_over_and_one_who_fails_keeps_no_other(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *others = people(shop, 4)
    told = ToldOn(shop.today, shop.today, shop.today)
    shop.declare(rule(steps=[{"days": 20}]))
    get = shop.table.get

    def poisoned(key: Any) -> Any:
        if key.pk.endswith(first):
            raise ValueError("asha@example.com")
        return get(key)

    with monkeypatch.context() as patch:
        patch.setattr(shop.table, "get", poisoned)
        with pytest.raises(ValueError, match="asha"):
            shop.work(told)
    assert {shop.due(one) for one in others} == {shop.day(20)}
    assert shop.due(first) == shop.day(60)
    shop.erase(others[0])
    shop.work(told)
    assert shop.due(first) == shop.day(20)


def test_the_report_tells_how_many_came_nearer(shop: Shop) -> None:
    people(shop, 3)
    shop.now += DAY_MS
    shop.declare(rule(steps=[{"days": 20}]))
    report = shop.run()
    assert dict(report.counts) == {"sooner": 3}
    assert report.due == 0


def test_who_stands_in_a_shard_that_is_none_any_more_is_put_into_one_that_is(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index has more shards than when they were put there; nobody reads the old ones."""
    several = people(shop, 12)
    shop.wait(58)
    shop.run()
    monkeypatch.setattr("mteja.store.index_keys.DUE_SHARDS", 16)
    assert shop.days(SPREAD_DAYS + 10).total() == 12
    assert {len(shop.offers(one)) for one in several} == {1}

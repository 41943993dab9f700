"""The daily job, in memory: whom it acts on, when, and what keeps it from that."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from mteja.business.winning_back import OfferCap
from mteja.identity.identifiers import Trust
from mteja.inactivity.queue import Bucket, Work, buckets, first_day
from mteja.inactivity.watching import EXPIRED, Done, Foreseen, Seen
from mteja.offers.items import Standing
from mteja.offers.using import StaffRider
from mteja.recording.facts import Fact
from mteja.times import DAY_MS, parse_rfc3339
from tests import facts
from tests.fakes.mortal_table import Killed
from tests.silences import ASHA, BUSINESS, PURPOSE, Shop, rule

JUMA = facts.email("juma@example.com")


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_who_has_not_bought_for_thirty_days_gets_one_offer(shop: Shop) -> None:
    asha = shop.bought()
    thirtieth = shop.day(30)
    assert shop.days(90) == {thirtieth: 1}
    (offer,) = shop.offers(asha)
    assert (offer.rule, offer.step, offer.per_cent) == ("quiet", 0, 10)
    assert shop.due(asha) is None
    assert len(shop.waiting()) == 1


def test_a_purchase_starts_the_silence_anew(shop: Shop) -> None:
    asha = shop.bought()
    shop.wait(29)
    shop.bought(number="2")
    thirtieth = shop.day(30)
    assert shop.days(60) == {thirtieth: 1}
    shop.bought(number="3")
    next_one = shop.day(30)
    assert shop.days(60) == {next_one: 1}
    assert len({one.cycle for one in shop.offers(asha)}) == 2


def test_a_ladder_is_climbed_a_step_at_a_time(shop: Shop) -> None:
    shop.declare(
        rule(steps=[{"days": 30}, {"days": 40, "per_cent": 10}, {"days": 60, "per_cent": 15}])
    )
    asha = shop.bought()
    expected = {shop.day(30): 1, shop.day(40): 1, shop.day(60): 1}
    assert shop.days(120) == expected
    assert [one.per_cent for one in shop.offers(asha)] == [None, 10, 15]


def test_who_redeems_at_a_till_is_not_missed_further_though_no_order_tells_of_it(
    shop: Shop,
) -> None:
    shop.declare(rule(steps=[{"days": 30, "per_cent": 10}, {"days": 40, "per_cent": 15}]))
    asha = shop.bought()
    shop.days(30)
    (offer,) = shop.offers(asha)
    rider = StaffRider(str(offer.code), "somebody", shop.now)
    shop.take(Fact("staff", Trust.VERIFIED, shop.now, shop.now, customer=asha, riders=(rider,)))
    assert shop.days(60) == {}
    assert len(shop.offers(asha)) == 1
    shop.bought(number="2")
    later = {shop.day(30): 1, shop.day(40): 1}
    assert shop.days(60) == later  # the next silence is another


def test_a_ladder_that_is_changed_brings_nobody_what_it_got(shop: Shop) -> None:
    shop.declare(rule(steps=[{"days": 30, "per_cent": 10}, {"days": 40, "per_cent": 15}]))
    asha = shop.bought()
    shop.days(31)
    shop.declare(
        rule(
            steps=[
                {"days": 14},
                {"days": 30, "per_cent": 10},
                {"days": 40, "per_cent": 15},
                {"days": 70, "per_cent": 20},
            ]
        )
    )
    expected = {shop.day(9): 1, shop.day(39): 1}
    assert shop.days(60) == expected
    assert [(one.step, one.per_cent) for one in shop.offers(asha)] == [(0, 10), (2, 15), (3, 20)]


def test_a_step_that_is_taken_out_of_a_ladder_makes_no_other_one_come_twice(shop: Shop) -> None:
    shop.declare(rule(steps=[{"days": 14}, {"days": 30, "per_cent": 10}, {"days": 60}]))
    asha = shop.bought()
    shop.days(31)
    shop.declare(rule(steps=[{"days": 30, "per_cent": 10}]))
    assert shop.days(60) == {}
    assert len(shop.offers(asha)) == 2
    assert shop.troubles == []


def test_a_refund_in_whole_leaves_the_purchase_and_a_cancelled_order_takes_it_back(
    shop: Shop,
) -> None:
    asha = shop.bought()
    first = shop.now
    shop.wait(20)
    placed = shop.now
    shop.bought(number="2")
    shop.wait(5)
    shop.take(facts.order_fact(ASHA, order_id="2", refunds=(facts.refund(total=10_000),)))
    assert shop.due(asha) == shop.day(25)
    shop.cancelled("2", placed, ASHA)
    assert shop.profile(asha).orders.last == first
    assert shop.due(asha) == shop.day(5)
    assert shop.days(40) == {date(2026, 12, 22): 1}


def test_what_was_offered_in_a_silence_is_not_offered_again_when_it_began_earlier(
    shop: Shop,
) -> None:
    asha = shop.bought()
    shop.days(31)
    placed = shop.now
    shop.bought(number="2")
    shop.days(31)
    assert len(shop.offers(asha)) == 2
    shop.cancelled("2", placed, ASHA)  # the first silence again, in which both were made
    assert shop.days(60) == {}
    assert len(shop.offers(asha)) == 2


def test_an_order_that_is_told_late_does_not_bring_the_same_offer_twice(shop: Shop) -> None:
    asha = shop.bought()
    began = shop.now
    shop.days(31)
    shop.bought(number="late", placed_at=began + 5 * DAY_MS)
    assert shop.days(60) == {}
    assert len(shop.offers(asha)) == 1


def test_without_consent_a_step_is_passed_over_and_told(shop: Shop) -> None:
    shop.declare(rule(steps=[{"days": 30}, {"days": 40}]))
    asha = shop.bought(agrees=False)
    shop.wait(30)
    assert dict(shop.run().skipped) == {"consent": 1}
    shop.stated(asha, "granted")
    assert shop.due(asha) == shop.day(10)
    assert shop.days(30).total() == 1
    assert [one.step for one in shop.offers(asha)] == [1]


def test_an_objection_of_any_member_stops_it(shop: Shop) -> None:
    asha, juma = shop.bought(), shop.bought(JUMA, number="2")
    shop.link(asha, juma)
    shop.stated(juma, "withdrawn")
    assert shop.days(60) == {}
    assert shop.offers(asha) == []


def test_a_person_gets_no_more_than_the_cap_in_its_days(shop: Shop) -> None:
    ladder = [{"days": number} for number in (20, 25, 30, 35)]
    shop.declare(rule(steps=ladder), cap=OfferCap(offers=2, days=100))
    shop.bought()
    expected = {shop.day(20): 1, shop.day(25): 1}
    assert shop.days(50) == expected
    shop.bought(number="2")
    reports = []
    for _ in range(70):
        shop.now += DAY_MS
        reports.append(shop.run())
    assert sum(one.skipped["cap"] for one in reports) == 4 - sum(
        one.counts["acted"] for one in reports
    )
    assert [one.counts["acted"] for one in reports].count(1) == 0


def test_two_rules_that_are_due_on_one_day_make_offers_on_two(shop: Shop) -> None:
    shop.declare(rule(), rule(id="too", floor_days=1))
    shop.bought()
    expected = {shop.day(30): 1, shop.day(31): 1}
    assert shop.days(60) == expected


def test_whoever_is_held_out_gets_nothing_and_is_noted(shop: Shop) -> None:
    shop.declare(rule(hold_out_per_cent=50))
    people = [
        shop.bought(facts.email(f"n{number}@example.com"), number=str(number))
        for number in range(30)
    ]
    shop.wait(30)
    counts = shop.run().counts
    assert counts["acted"] + counts["held-out"] == 30
    held = [one for one in people if shop.offers(one)[0].standing is Standing.HELD_OUT]
    assert len(held) == counts["held-out"]
    assert 5 <= len(held) <= 25
    assert len(shop.waiting()) == counts["acted"]


class TestLogins:
    @pytest.fixture
    def shop(self) -> Shop:
        shop = Shop()
        shop.declare(rule(id="away", after="login", steps=[{"days": 20}], floor_days=1))
        return shop

    def test_who_has_not_logged_in_is_due(self, shop: Shop) -> None:
        asha = shop.bought()
        shop.wait(3)
        shop.logged_in(asha)
        expected = {shop.day(20): 1}
        assert shop.days(60) == expected

    def test_a_log_in_moves_it(self, shop: Shop) -> None:
        asha = shop.bought()
        shop.logged_in(asha)
        shop.days(15)
        shop.logged_in(asha)
        expected = {shop.day(20): 1}
        assert shop.days(40) == expected

    def test_a_purchase_puts_it_off_by_the_floor(self, shop: Shop) -> None:
        shop.declare(rule(id="away", after="login", steps=[{"days": 20}], floor_days=14))
        asha = shop.bought()
        shop.logged_in(asha)
        shop.days(18)
        shop.bought(number="2")
        expected = {shop.day(14): 1}
        assert shop.days(40) == expected


class TestLapse:
    @pytest.fixture
    def shop(self) -> Shop:
        shop = Shop()
        shop.declare(rule(id="late", after="lapse", steps=[{"days": 0}, {"days": 7}], floor_days=5))
        return shop

    def bought_every(self, shop: Shop, *gaps: int) -> str:
        asha = shop.bought(number="first")
        for number, gap in enumerate(gaps):
            shop.wait(gap)
            shop.bought(number=str(number))
        return asha

    def test_who_bought_often_lapses_by_the_90th_percentile_of_its_own_gaps(
        self, shop: Shop
    ) -> None:
        asha = self.bought_every(shop, 10, 10, 10, 10, 20)  # 90 %: 16 days
        expected = {shop.day(16): 1, shop.day(23): 1}
        assert shop.due(asha) == shop.day(5)
        assert shop.days(60) == expected

    def test_the_first_look_moves_the_due_date_and_acts_on_nobody(self, shop: Shop) -> None:
        asha = self.bought_every(shop, 30, 30)
        shop.wait(5)
        lapse = shop.day(25)
        assert dict(shop.run().counts) == {"found": 1, "waits": 1}
        assert shop.due(asha) == lapse

    def test_of_fewer_orders_the_shops_gap_is_taken(self, shop: Shop) -> None:
        shop.shop_days = 40.5
        self.bought_every(shop, 3)
        expected = {shop.day(41): 1, shop.day(48): 1}
        assert shop.days(60) == expected

    def test_without_one_thirty_days_are(self, shop: Shop) -> None:
        shop.bought()
        expected = {shop.day(30): 1, shop.day(37): 1}
        assert shop.days(60) == expected

    def test_what_was_offered_after_a_purchase_that_is_cancelled_is_not_offered_again(
        self, shop: Shop
    ) -> None:
        asha = shop.bought(number="first")
        shop.wait(10)
        second = shop.now
        shop.bought(number="second")
        assert shop.days(40).total() == 2  # both steps
        third = shop.now
        shop.bought(number="third")
        shop.days(6)  # its lapse is looked at
        shop.cancelled("third", third, ASHA)
        shop.cancelled("second", second, ASHA)
        assert shop.days(80) == {}
        assert len(shop.offers(asha)) == 2

    def test_the_members_purchases_are_one_persons(self, shop: Shop) -> None:
        asha = shop.bought()
        shop.wait(10)
        juma = shop.bought(JUMA, number="2")
        shop.link(asha, juma)
        shop.wait(10)
        shop.bought(number="3")
        expected = {shop.day(10): 1, shop.day(17): 1}
        assert shop.days(60) == expected


class TestMembers:
    def test_a_person_of_two_customers_gets_one_offer_after_its_last_purchase(
        self, shop: Shop
    ) -> None:
        asha = shop.bought()
        shop.wait(10)
        juma = shop.bought(JUMA, number="2")
        shop.link(asha, juma)
        expected = {shop.day(30): 1}
        assert shop.days(90) == expected
        assert len(shop.offers(asha)) == 1

    def test_bought_at_one_moment_it_is_still_one(self, shop: Shop) -> None:
        asha, juma = shop.bought(), shop.bought(JUMA, number="2")
        shop.link(asha, juma)
        assert shop.days(90).total() == 1

    def test_what_one_got_in_this_silence_the_other_does_not_get(self, shop: Shop) -> None:
        asha = shop.bought()
        shop.wait(10)
        juma = shop.bought(JUMA, number="2")
        shop.days(21)  # the first got its offer as a person of its own
        shop.link(asha, juma)
        assert shop.days(60) == {}

    def test_what_was_passed_over_for_one_is_passed_over_for_the_other(self, shop: Shop) -> None:
        asha, juma = shop.bought(), shop.bought(JUMA, number="2", agrees=False)
        shop.wait(10)
        shop.bought(number="3")
        shop.days(21)  # the other one's step was passed over
        shop.link(asha, juma)
        assert shop.days(60) == {}

    def test_of_two_rules_that_are_due_each_member_does_not_do_one(self, shop: Shop) -> None:
        shop.declare(rule(), rule(id="too", floor_days=1))
        asha, juma = shop.bought(), shop.bought(JUMA, number="2")
        shop.link(asha, juma)
        expected = {shop.day(30): 1, shop.day(31): 1}
        assert shop.days(60) == expected

    def test_whoever_is_by_itself_again_is_due_by_its_own_purchases(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asha = shop.bought()
        shop.wait(20)
        juma = shop.bought(JUMA, number="2")
        shop.link(asha, juma)
        shop.days(15)
        assert shop.offers(asha) == []
        shop.unlink(asha, juma, monkeypatch)
        assert shop.due(asha) == shop.day(1)
        expected = {shop.day(1): 1, shop.day(15): 1}
        assert shop.days(60) == expected


class TestTogether:
    """What happens between a worker's reading and its writing."""

    def meets(self, shop: Shop, patch: pytest.MonkeyPatch, what: Callable[[], object]) -> None:
        """Have something happen when a worker is about to write, once."""
        transact = shop.table.transact

        def met(writes: Any, token: str | None = None) -> None:
            patch.setattr(shop.table, "transact", transact)
            what()
            transact(writes, token)

        patch.setattr(shop.table, "transact", met)

    def bucket_of(self, shop: Shop, customer: str) -> Bucket:
        waiting = shop.profile(customer).due_pk
        return next(one for one in shop.buckets() if one.partition == waiting)

    def test_two_members_who_are_worked_at_once_get_one_offer(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asha, juma = shop.bought(), shop.bought(JUMA, number="2")
        while shop.profile(juma).due_pk == shop.profile(asha).due_pk:  # by chance in one bucket
            juma = shop.bought(facts.email(f"{juma}@example.com"), number=juma)
        shop.link(asha, juma)
        shop.wait(30)
        one, other = self.bucket_of(shop, asha), self.bucket_of(shop, juma)
        self.meets(shop, monkeypatch, lambda: shop.work(other))
        shop.work(one)
        assert len(shop.offers(asha)) == 1

    def test_an_objection_of_that_moment_counts(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asha = shop.bought()
        shop.wait(30)
        bucket = self.bucket_of(shop, asha)
        self.meets(shop, monkeypatch, lambda: shop.stated(asha, "withdrawn"))
        shop.work(bucket)
        assert shop.offers(asha) == []
        assert dict(shop.report().skipped) == {"consent": 1}

    def test_a_purchase_of_that_moment_counts(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asha = shop.bought()
        shop.wait(30)
        bucket = self.bucket_of(shop, asha)
        self.meets(shop, monkeypatch, lambda: shop.bought(number="2"))
        shop.work(bucket)
        assert shop.offers(asha) == []
        assert shop.due(asha) == shop.day(30)

    def test_an_erasure_of_that_moment_counts(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asha = shop.bought()
        shop.wait(30)
        bucket = self.bucket_of(shop, asha)
        self.meets(shop, monkeypatch, lambda: shop.erase(asha))
        shop.work(bucket)
        assert shop.waiting() == []
        assert not [one for one in shop.table.items() if str(one["pk"]).endswith(asha)]


def test_an_erased_customer_is_not_acted_on(shop: Shop) -> None:
    asha = shop.bought()
    shop.wait(30)
    buckets_of_today = shop.buckets()
    shop.erase(asha)
    for bucket in buckets_of_today:
        shop.work(bucket)
    assert shop.waiting() == []
    assert shop.report().due == 0
    assert shop.troubles == []


@pytest.mark.parametrize("clocks", ["2026-03-29", "2026-10-25"])
def test_days_on_which_clocks_change_are_days(clocks: str) -> None:
    """Madrid: the one has 23 hours, the other 25. Whatever the hour of the run and of the order."""
    for hours in (0, 1, 2, 3, 12, 22, 23):
        shop = Shop(business=BUSINESS.model_copy(update={"time_zone": "Europe/Madrid"}))
        bought = parse_rfc3339(f"{clocks}T00:30:00Z") - 30 * DAY_MS + hours * 3_600_000
        shop.now = bought
        shop.bought()
        day = shop.day(30)
        made = {}
        for step in range(24 * 4):  # a run each hour, through the change
            shop.now = bought + 28 * DAY_MS + step * 3_600_000
            counts = shop.run().counts
            if counts["acted"] and shop.today not in made:
                made[shop.today] = 1
        assert made == {day: 1}
        assert len(shop.waiting()) == 1


def test_a_run_looks_at_the_days_before_and_at_those_that_were_missed() -> None:
    today = date(2026, 11, 22)
    assert first_day(today, None) == date(2026, 11, 20)
    assert first_day(today, date(2026, 11, 22)) == date(2026, 11, 20)
    assert first_day(today, date(2026, 11, 21)) == date(2026, 11, 20)
    assert first_day(today, date(2026, 11, 14)) == date(2026, 11, 13)
    assert first_day(today, date(2026, 12, 1)) == date(2026, 11, 20)
    handed_out = list(buckets(today, date(2026, 11, 20)))
    assert len({(one.day, one.shard) for one in handed_out}) == 3 * 8
    assert handed_out[0].day == date(2026, 11, 20)


def test_a_missed_week_is_caught_up(shop: Shop) -> None:
    shop.bought()
    shop.days(1)
    shop.wait(36)
    assert shop.run().counts["acted"] == 1
    assert shop.report().first == shop.today - timedelta(days=37)


def test_a_second_run_of_a_day_hides_nothing_of_what_the_first_caught_up(shop: Shop) -> None:
    shop.bought()
    shop.days(1)
    shop.wait(36)
    report = shop.run()
    shop.now += 60_000
    again = shop.run()
    assert (again.first, again.buckets) == (report.first, report.buckets)
    assert (again.at, again.due) == (shop.now, 1)


def test_the_report_says_how_many_buckets_nobody_has_worked_to_the_end(shop: Shop) -> None:
    people = [
        shop.bought(facts.email(f"n{number}@example.com"), number=str(number))
        for number in range(20)
    ]
    shop.run()
    shop.wait(30)
    several = shop.buckets()
    assert shop.report().left == len(several)
    shop.table.lives = 20
    with suppress(Killed):
        for bucket in several:
            shop.work(bucket)
    shop.table.lives = None
    assert 0 < shop.report().left < len(several)
    for bucket in several:
        shop.work(bucket)
    assert shop.report().left == 0
    assert [len(shop.offers(one)) for one in people] == [1] * 20


def test_a_run_for_a_past_day_acts_on_who_is_due_since_then_and_on_nobody_else(shop: Shop) -> None:
    asha = shop.bought()
    shop.wait(5)
    juma = shop.bought(JUMA, number="2")
    past = shop.day(25)
    shop.wait(40)
    assert shop.run(past).counts["acted"] == 1
    assert (len(shop.offers(asha)), shop.offers(juma)) == (1, [])
    assert shop.run(past).counts["acted"] == 1  # of both runs together
    assert shop.run(shop.today - timedelta(days=10)).counts["acted"] == 1


def test_a_run_for_tomorrow_acts_on_who_is_quiet_for_long_and_on_nobody_too_early(
    shop: Shop,
) -> None:
    old = shop.bought(placed_at=shop.now - 90 * DAY_MS)  # is told today: due by tomorrow's run
    shop.bought(JUMA, number="2", placed_at=shop.now - 29 * DAY_MS)
    report = shop.run(shop.day(1))
    assert dict(report.counts) == {"found": 2, "acted": 1, "moved": 1}
    assert len(shop.offers(old)) == 1
    assert shop.run(shop.day(1)).counts["acted"] == 1
    shop.wait(1)
    report = shop.run()
    assert (report.due, report.counts["acted"]) == (2, 2)  # of all runs for that day


def test_an_entry_of_the_index_that_is_behind_is_passed_over(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    asha = shop.bought()
    shop.wait(30)
    stale = [dict(one) for one in shop.table.items() if one.get("due_pk")]
    shop.bought(number="2")
    query = shop.table.query

    def behind(partition: str, **how: Any) -> Any:
        if how.get("index") == "due":
            return iter([one for one in stale if one["due_pk"] == partition])
        return query(partition, **how)

    monkeypatch.setattr(shop.table, "query", behind)
    for bucket in shop.buckets():
        shop.work(bucket)
    assert dict(shop.report().counts) == {"found": 1, "moved": 1}
    assert shop.offers(asha) == []


def test_one_who_fails_keeps_no_other_from_being_acted_on(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [
        shop.bought(facts.email(f"n{number}@example.com"), number=str(number))
        for number in range(9)
    ]
    shop.wait(30)
    query = shop.table.query

    def poisoned(partition: str, **how: Any) -> Any:
        if partition.endswith(people[4]) and "between" in how:
            raise ValueError("asha@example.com")
        return query(partition, **how)

    with monkeypatch.context() as patch:
        patch.setattr(shop.table, "query", poisoned)
        report = shop.run()
    assert (report.due, report.counts["acted"], report.counts["failed"]) == (9, 8, 1)
    assert [type(one) for one in shop.troubles] == [ValueError]
    shop.now += 1_800_000  # its message comes again
    with monkeypatch.context() as patch:
        patch.setattr(shop.table, "query", poisoned)
        report = shop.run()
    assert (report.due, report.counts["acted"], report.counts["failed"]) == (9, 8, 1)
    shop.now += 1_800_000
    report = shop.run()
    assert (report.due, report.counts["acted"], report.counts["failed"]) == (9, 9, 0)


def test_a_worker_without_time_hands_the_rest_out_again(shop: Shop) -> None:
    people = [
        shop.bought(facts.email(f"n{number}@example.com"), number=str(number))
        for number in range(40)
    ]
    shop.run()
    shop.wait(30)
    waiting: list[Work] = list(shop.buckets())
    rests = 0
    while waiting:
        calls = iter([False, False, True])
        rest = shop.work(waiting.pop(), partial(next, calls))
        if rest is not None:
            rests += 1
            waiting.append(rest)
    assert rests >= 8
    assert {len(shop.offers(one)) for one in people} == {1}
    report = shop.report()
    assert (report.due, report.counts["acted"], report.unended) == (40, 40, 0)
    assert report.left == 0


def test_a_rest_that_nobody_has_worked_is_not_worked_to_the_end(shop: Shop) -> None:
    shop.run()
    shop.bought()
    shop.wait(30)
    rests = [shop.work(bucket, lambda: True) for bucket in shop.buckets()]
    (rest,) = [one for one in rests if one is not None]
    assert shop.report().left == 1
    shop.work(rest)
    assert (shop.report().left, shop.report().counts["acted"]) == (0, 1)


def test_marketing_is_asked_for_by_the_rules_own_purpose(shop: Shop) -> None:
    shop.declare(rule(purpose="marketing-sms"))
    asha = shop.bought()
    shop.stated(asha, "withdrawn", PURPOSE)
    shop.stated(asha, "granted", "marketing-sms")
    shop.wait(30)
    assert shop.run().counts["acted"] == 1
    (message,) = shop.waiting()
    assert message.purpose == "marketing-sms"


def test_what_is_settled_by_itself_is_counted_once_when_the_rest_is_tried_again(
    shop: Shop,
) -> None:
    class Settles:
        """Does its work once, in a transaction of its own."""

        waits = True

        def days(self, _seen: Seen) -> Iterator[date]:
            return iter(())

        def foresee(self, _seen: Seen) -> Iterator[Foreseen]:
            return iter(())

        def act(self, _seen: Seen) -> Done:
            if not self.waits:
                return Done()
            self.waits = False
            return Done(counts=Counter({EXPIRED: 3}), settled=True)

    asha = shop.bought()
    shop.wait(30)
    job = replace(shop.job, watchers=(Settles(), *shop.job.watchers))
    shop.table.lives, shop.table.loses = 1_000, 2
    done = job.act(asha, str(shop.profile(asha).due_pk), shop.now)
    assert dict(done.counts) == {EXPIRED: 3, "acted": 1}
    assert len(shop.offers(asha)) == 1

"""When a rule acts on a customer next."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mteja.business.winning_back import Step, WinBackRule
from mteja.customers.items import OrderTotals, ProfileItem, WatchedRule
from mteja.due import next_due, rule_days
from mteja.times import DAY_MS, business_day, parse_rfc3339

NOW = parse_rfc3339("2026-11-22T12:00:00Z")
BOUGHT = parse_rfc3339("2026-11-01T10:00:00Z")


def customer(
    bought: int | None, login: int | None = None, /, **watched: WatchedRule
) -> ProfileItem:
    return ProfileItem(
        pk="CUSTOMER#cus_1",
        sk="PROFILE",
        v=1,
        created_at=0,
        trust="verified",
        orders=OrderTotals(last=bought),
        last_login_at=login,
        watched=watched or None,
    )


def after(days: int, *more: int) -> WinBackRule:
    return WinBackRule(
        id="quiet", steps=tuple(Step(days=one) for one in (days, *more)), floor_days=1
    )


def due(one: ProfileItem, *rules: WinBackRule, now: int = NOW, spread: int = 1) -> date | None:
    days = rule_days(one, rules, "UTC")
    return next_due(days, now, zone="UTC", customer="cus_1", spread_days=spread)


@given(st.integers(0, 4 * 10**12), st.integers(0, 4 * 10**12), st.integers(1, 400))
def test_nothing_is_due_before_the_next_run(bought: int, now: int, days: int) -> None:
    day = due(customer(bought), after(days), now=now)
    assert day is not None
    assert day > business_day(now, "UTC")
    assert day >= business_day(bought + days * DAY_MS, "UTC")


def test_without_a_purchase_nothing_is_due() -> None:
    assert due(customer(None), after(30)) is None


@given(st.integers(0, 10**6), st.integers(1, 14))
def test_an_import_spreads_what_is_overdue_over_its_days(number: int, spread: int) -> None:
    days = rule_days(customer(0), [after(30)], "UTC")
    day = next_due(days, NOW, zone="UTC", customer=f"cus_{number}", spread_days=spread)
    assert day is not None
    assert 1 <= (day - date(2026, 11, 22)).days <= spread


def test_of_several_rules_the_first_to_act_is_due() -> None:
    quiet, gone = after(30), after(60).model_copy(update={"id": "gone"})
    assert due(customer(BOUGHT), gone, quiet) == date(2026, 12, 1)


def test_a_log_in_begins_a_silence_of_its_own() -> None:
    rule = WinBackRule(id="away", after="login", steps=(Step(days=20),))
    login = parse_rfc3339("2026-11-20T23:59:59Z")
    assert due(customer(None, login), rule) == date(2026, 12, 10)
    assert due(customer(BOUGHT), rule) is None


def test_no_step_comes_before_the_floor_after_a_purchase() -> None:
    rule = WinBackRule(id="away", after="login", steps=(Step(days=5),), floor_days=40)
    assert due(customer(BOUGHT, BOUGHT), rule) == date(2026, 12, 11)


def test_the_next_step_of_a_ladder_is_due_when_one_is_done() -> None:
    rule = after(30, 45, 60)
    done = WatchedRule(cycle=BOUGHT, done=1, on="2026-12-01")
    assert due(customer(BOUGHT, quiet=done), rule) == date(2026, 12, 16)


def test_steps_of_which_one_came_late_stay_apart() -> None:
    done = WatchedRule(cycle=BOUGHT, done=1, on="2027-02-01")
    assert due(customer(BOUGHT, quiet=done), after(30, 45)) == date(2027, 2, 16)


def test_a_ladder_that_is_climbed_is_due_no_more() -> None:
    done = WatchedRule(cycle=BOUGHT, done=2, on="2026-12-16")
    assert due(customer(BOUGHT, quiet=done), after(30, 45)) is None


def test_a_purchase_begins_the_ladder_anew() -> None:
    for on in ("2026-10-20", "2026-11-01"):  # on the day itself too: it came before
        done = WatchedRule(cycle=BOUGHT - 90 * DAY_MS, done=2, on=on)
        assert due(customer(BOUGHT, quiet=done), after(30, 45)) == date(2026, 12, 1)


def test_steps_of_a_silence_stay_done_when_it_began_at_another_time() -> None:
    later = WatchedRule(cycle=BOUGHT + 5 * DAY_MS, done=1, on="2026-12-06", lapse="2026-12-06")
    earlier = WatchedRule(cycle=BOUGHT - 5 * DAY_MS, done=1, on="2026-11-26")
    assert due(customer(BOUGHT, quiet=later), after(30, 45)) == date(2026, 12, 21)
    assert due(customer(BOUGHT, quiet=earlier), after(30, 45)) == date(2026, 12, 16)
    assert due(customer(BOUGHT, quiet=later), after(30)) is None


def test_when_a_customer_lapses_is_looked_at_anew_when_the_silence_began_at_another_time() -> None:
    rule = WinBackRule(id="late", after="lapse", steps=(Step(days=0), Step(days=7)), floor_days=25)
    known = WatchedRule(cycle=BOUGHT + DAY_MS, lapse="2027-01-05", done=1, on="2027-01-05")
    (day,) = rule_days(customer(BOUGHT, late=known), [rule], "UTC")
    assert day == date(2027, 1, 12)  # to look, and no earlier than its second step may come


def test_who_lapses_is_looked_at_from_the_floor_on_and_due_when_it_is_known() -> None:
    rule = WinBackRule(id="late", after="lapse", steps=(Step(days=0), Step(days=7)), floor_days=25)
    assert due(customer(BOUGHT), rule) == date(2026, 11, 26)
    known = WatchedRule(cycle=BOUGHT, lapse="2027-01-05")
    assert due(customer(BOUGHT, late=known), rule) == date(2027, 1, 5)
    stepped = WatchedRule(cycle=BOUGHT, lapse="2027-01-05", done=1, on="2027-01-05")
    assert due(customer(BOUGHT, late=stepped), rule) == date(2027, 1, 12)


@given(st.lists(st.integers(1, 300), min_size=1, max_size=5, unique=True), st.integers(0, 5))
def test_the_days_of_a_ladder_never_go_back(days: list[int], done: int) -> None:
    rule = after(*sorted(days))
    seen: list[date] = []
    known: dict[str, WatchedRule] = {}
    for step in range(len(rule.steps)):
        (day,) = rule_days(customer(BOUGHT, **known), [rule], "UTC")
        seen.append(day + timedelta(days=done))  # the job may be late
        on = seen[-1].isoformat()
        known = {rule.id: WatchedRule(cycle=BOUGHT, done=step + 1, on=on)}
    assert seen == sorted(set(seen))

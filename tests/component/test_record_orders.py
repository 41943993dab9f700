"""One order and its totals, for deliveries drawn at random."""

import json
from collections.abc import Callable
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from mteja.business.model import Business
from mteja.customers.items import OrderTotals
from mteja.orders import counting
from mteja.recording.facts import Fact
from mteja.recording.record import Recorder, record
from mteja.store import keys
from tests import facts, kit, reading
from tests.comparing import Outcome, outcome, play


def test_an_order_moves_to_whom_its_corrected_address_names(the_business: Business) -> None:
    wrong, right = facts.email("wrong@example.com"), facts.email("right@example.com")
    recorder = play(
        the_business,
        [
            facts.order_fact(wrong, order=facts.state()),
            facts.order_fact(right, order=facts.state(kit.NOW_MS + 1), refunds=(facts.refund(),)),
        ],
    )
    loser = reading.owner_of(recorder, "email", "wrong@example.com")
    winner = reading.owner_of(recorder, "email", "right@example.com")
    totals = {one: profile.orders for one, profile in reading.profiles(recorder).items()}
    assert totals[loser] == OrderTotals()
    assert totals[winner].net == {"USD": (1, 7_500)}
    entries = reading.entries(recorder, "order", "refund")
    assert {one.pk for one in entries} == {f"CUSTOMER#{winner}"}
    # It bought nothing, and nothing is known of it that goes stale.
    assert reading.profiles(recorder)[loser].due_pk is None


def test_first_and_last_purchase_are_found_again_when_an_order_leaves(
    the_business: Business,
) -> None:
    anna = facts.email("anna@example.com")
    days = [kit.NOW_MS + day * 86_400_000 for day in (0, 5, 9)]
    told = [
        facts.order_fact(anna, order_id=str(day), order=facts.state(day, placed_at=day))
        for day in days
    ]
    recorder = play(the_business, told)
    for gone, left in ((days[2], days[1]), (days[1], days[0])):
        state = facts.state(gone + 1, placed_at=gone, cancelled=True)
        record(facts.order_fact(anna, order_id=str(gone), order=state), recorder)
        (profile,) = reading.profiles(recorder).values()
        assert (profile.orders.first, profile.orders.last) == (days[0], left)


def test_a_changed_trait_keeps_old_and_new_sealed_and_readable(the_business: Business) -> None:
    anna = facts.email("anna@example.com")
    told = [
        facts.fact(anna, at=kit.NOW_MS + at, traits={"name": name})
        for at, name in ((1, "Anna Old"), (3, "Anna New"), (2, "Anna Late"))
    ]
    recorder = play(the_business, told)
    owner = reading.owner_of(recorder, "email", "anna@example.com")
    assert reading.opened(recorder, owner) == {"name": "Anna New"}
    changes = reading.entries(recorder, "trait")
    read = {
        (
            one.data["late"],
            reading.open_trait(recorder, owner, "name", one.data["current"]),  # type: ignore[arg-type]
            reading.open_trait(recorder, owner, "name", one.data["other"]),  # type: ignore[arg-type]
        )
        for one in changes
    }
    assert read == {(False, "Anna New", "Anna Old"), (True, "Anna New", "Anna Late")}


states = st.builds(
    lambda at, **changes: facts.state(kit.NOW_MS + at, **changes),
    st.integers(0, 5),
    payment=st.sampled_from(["paid", "unpaid", "authorised"]),
    cancelled=st.booleans(),
    total=st.sampled_from([0, 10_000, 9_000]),
    placed_at=st.sampled_from([kit.NOW_MS, kit.NOW_MS + 7]),
    currency=st.just("USD"),
)
people = st.lists(
    st.sampled_from(
        [facts.email("anna@example.com"), facts.email("ben@example.com"), facts.account("1")]
    ),
    max_size=2,
    unique=True,
).map(tuple)
refunds = st.lists(
    st.builds(
        lambda name, total, as_of: facts.refund(name, total, as_of=kit.NOW_MS + as_of),
        st.sampled_from("rs"),
        st.integers(0, 9_000),
        st.integers(0, 3),
    ),
    max_size=2,
    unique_by=lambda one: one.id,
).map(tuple)
deliveries = st.builds(
    lambda named, order_id, order, given_back: facts.order_fact(
        *named, order_id=order_id, order=order, refunds=given_back
    ),
    people,
    st.sampled_from(["1", "2"]),
    st.none() | states,
    refunds,
)


def one_state_a_version(told: list[Fact]) -> list[Fact]:
    """Give each delivery its own digest and version, as different payloads have."""
    numbered = []
    for number, one in enumerate(told):
        news = one.order
        if news is not None and news.state is not None:
            state = replace(news.state, version=f"{news.state.version}.{number}")
            news = replace(news, state=state)
        if news is not None:
            news = replace(news, digest=number.to_bytes(8))
        numbered.append(replace(one, order=news))
    return numbered


@settings(max_examples=150, deadline=None)
@given(told=st.lists(deliveries, min_size=1, max_size=8).map(one_state_a_version))
def test_totals_equal_a_recount_of_the_orders(the_business: Business, told: list[Fact]) -> None:
    recorder = play(the_business, told)
    check_totals(recorder, ["1", "2"])


def check_totals(recorder: Recorder, order_ids: list[str]) -> None:
    expected: dict[str, OrderTotals] = dict.fromkeys(reading.profiles(recorder), OrderTotals())
    entries = reading.entries(recorder, "order")
    for order_id in order_ids:
        raw = recorder.table.get(keys.order(facts.SHOP, order_id))
        item = None if raw is None else reading.order(recorder, order_id)
        if item is None or item.placed_at is None:
            continue
        assert sum(one.data["order_id"] == order_id for one in entries) == 1
        share = counting.share(item)
        if share is not None and item.customer is not None:
            before = expected[item.customer]
            known = before.net.get(share.currency, (0, 0))
            ends = [one for one in (before.first, before.last) if one is not None]
            placed = [*ends, share.placed_at]
            expected[item.customer] = OrderTotals(
                count=before.count + 1,
                net=before.net | {share.currency: (known[0] + 1, known[1] + share.net)},
                first=min(placed),
                last=max(placed),
            )
    found = {one: profile.orders for one, profile in reading.profiles(recorder).items()}
    assert found == expected


@settings(max_examples=100, deadline=None)
@given(
    told=st.lists(deliveries, min_size=2, max_size=6)
    .map(one_state_a_version)
    .flatmap(lambda told: st.tuples(st.just(told), st.permutations(told)))
)
def test_random_deliveries_in_any_order_end_in_the_same_orders(
    the_business: Business, told: tuple[list[Fact], list[Fact]]
) -> None:
    addresses = ["anna@example.com", "ben@example.com"]
    ends: list[Callable[[str], Outcome]] = []
    for arrangement in told:
        recorder = play(the_business, arrangement)
        ends.append(lambda order_id, recorder=recorder: outcome(recorder, addresses, order_id))  # type: ignore[misc]
    for order_id in {one.order.order_id for one in told[0] if one.order is not None}:
        first, second = (end(order_id) for end in ends)
        assert first.timeline == second.timeline
        assert json.loads(first.order) | {"customer": None} == json.loads(second.order) | {
            "customer": None
        }

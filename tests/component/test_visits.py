"""Visits of known customers: one entry each in the timeline, and when they last logged in."""

from dataclasses import replace
from typing import Any

import pytest

from mteja.business import business
from mteja.business.load import sites
from mteja.customers.present import profile_of
from mteja.errors import Conflict, Unmade
from mteja.identity.identifiers import VISITOR as VISITOR_KIND
from mteja.identity.identifiers import Identifier, Trust
from mteja.privacy.erasure import erase
from mteja.privacy.tracks import Tracks
from mteja.recording.record import record, recorder
from mteja.store import keys
from mteja.store.apart import events_table
from mteja.store.wire import item_from_wire
from mteja.summaries.kinds import KINDS
from mteja.times import DAY_MS, rfc3339
from mteja.tracking.items import BrowserItem, VisitorItem
from mteja.tracking.owners import MAX_OWNERS, VisitorRider
from mteja.tracking.packed import EVENT_SHARDS, shard_of
from tests import facts, kit
from tests.component.counter import Counter
from tests.component.front import Front, work
from tests.component.test_summaries import NEXT_NIGHT, NIGHT, Night, store, summaries
from tests.visits import DAY, batch, event, leave, moment, page

VISITOR = "0190f3a1b2c3d4e5"
AT = moment("10:00")


@pytest.fixture
def night(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Night:
    return Night(aws, monkeypatch)


def customer_of(email: str = "a@example.com") -> str:
    customer = record(facts.order_fact(facts.email(email), order_id=email), recorder()).customer
    assert customer is not None
    return customer


def belongs(visitor: str, customer: str, trust: str = "verified") -> None:
    """Say whose browser a visitor is."""
    key = keys.visitor(visitor)
    item = VisitorItem(pk=key.pk, sk=key.sk, v=1, customer=customer, at=AT, trust=trust)
    events_table().put(item.model_dump())
    theirs = keys.browser(customer, visitor)
    recorder().table.put(BrowserItem(pk=theirs.pk, sk=theirs.sk).model_dump())


def visits(customer: str) -> list[dict[str, Any]]:
    """Return the stored entries of visits, oldest first."""
    items = recorder().table.query(keys.customer_partition(customer), prefix="AT#")
    return [dict(item) for item in items if item["kind"] == "session"]


def profile(customer: str) -> dict[str, Any]:
    return dict(recorder().table.get(keys.profile(customer)) or {})


def one_visit(**more: Any) -> Any:
    told = [
        page(AT, "/", referrer="duckduckgo.com"),
        leave(AT + 20_000, "/", 15_000),
        page(AT + 20_000, "/lamps"),
        page(AT + 90_000, "/thank-you"),
    ]
    return batch(told, VISITOR, consent="full", known=True, **more)


def test_a_visit_is_one_entry_in_the_timeline(night: Night) -> None:
    customer = customer_of()
    belongs(VISITOR, customer)
    store(one_visit())
    night.run()
    (entry,) = Counter().timeline(customer, kind="session")["items"]
    assert (entry["trust"], entry["source"]) == ("claimed", "shop")
    assert entry["at"] == rfc3339(AT)
    assert entry["data"] == {
        "site": "shop",
        "entry": "/",
        "path": ["/", "/lamps", "/thank-you"],
        "last_page": "/thank-you",
        "pages": 3,
        "duration_s": 90,
        "ended_at": rfc3339(AT + 90_000),
        "active_ms": 15_000,
        "source": "search",
        "goals": ["order"],
    }


def test_computing_again_changes_nothing(night: Night) -> None:
    customer = customer_of()
    belongs(VISITOR, customer)
    store(one_visit())
    night.run()
    first = kit.all_items()
    night.run(NIGHT + 1)
    night.run(NEXT_NIGHT)
    assert kit.all_items() == first


def test_a_visit_that_changed_replaces_its_entry(night: Night) -> None:
    customer = customer_of()
    belongs(VISITOR, customer)
    store(one_visit())
    night.run()
    earlier = page(AT - 60_000, "/ad")
    store(batch(earlier, VISITOR, received_at=AT + 86_400_000, consent="full"))
    night.run(NEXT_NIGHT)
    (entry,) = visits(customer)
    assert (entry["at"], entry["data"]["entry"]) == (AT - 60_000, "/ad")


def test_what_a_visitor_did_before_saying_who_it_is_is_the_customers_too(night: Night) -> None:
    customer = customer_of()
    belongs(VISITOR, customer)
    store(batch(page(AT - 3 * 3_600_000, "/first"), VISITOR, consent="full"), one_visit())
    night.run()
    assert [one["data"]["entry"] for one in visits(customer)] == ["/first", "/"]


@pytest.mark.parametrize(
    ("of_visitor", "of_batch", "trust"),
    [
        ("claimed", "verified", "claimed"),
        ("verified", "claimed", "claimed"),
        ("verified", "verified", "verified"),
    ],
)
def test_a_visit_is_trusted_as_the_weaker_one_of_who_tells_it_and_of_who_says_whose_it_is(
    night: Night, of_visitor: str, of_batch: str, trust: str
) -> None:
    customer = customer_of()
    belongs(VISITOR, customer, of_visitor)
    store(one_visit(trust=of_batch))
    night.run()
    assert [one["trust"] for one in visits(customer)] == [trust]


def tells(visitor: str, email: str, trust: Trust, at: int) -> str:
    """Record a fact that says whose browser a visitor is; return the customer."""
    rider = VisitorRider(visitor, at, trust, events_table())
    fact = facts.fact(facts.email(email), trust=trust, content=at)
    customer = record(replace(fact, riders=(rider,)), recorder()).customer
    assert customer is not None
    return customer


def test_visits_go_to_whom_a_server_names_from_whoever_had_claimed_them(night: Night) -> None:
    others = customer_of("other@example.com")
    belongs("another-browser", others)
    store(one_visit(), batch(page(AT, "/other"), "another-browser", consent="full", known=True))
    claimed = [tells(VISITOR, f"c{number}@example.com", Trust.CLAIMED, AT + number)
               for number in range(3)]  # fmt: skip
    night.run()
    assert [len(visits(one)) for one in claimed] == [1, 0, 0]

    named = tells(VISITOR, "b@example.com", Trust.VERIFIED, AT)
    night.run(NEXT_NIGHT)

    assert [visits(one) for one in claimed] == [[], [], []]
    assert len(visits(named)) == 1
    assert len(visits(others)) == 1
    before = kit.all_items()
    night.run(NEXT_NIGHT + 1)
    assert kit.all_items() == before


def test_a_visitor_whose_first_customer_comes_back_is_theirs_again(night: Night) -> None:
    store(one_visit())
    first = tells(VISITOR, "a@example.com", Trust.CLAIMED, AT - 2)
    second = tells(VISITOR, "b@example.com", Trust.CLAIMED, AT - 1)
    night.run()
    assert (len(visits(first)), len(visits(second))) == (0, 1)
    assert tells(VISITOR, "a@example.com", Trust.VERIFIED, AT + 2) == first
    night.run(NEXT_NIGHT)
    assert (len(visits(first)), len(visits(second))) == (1, 0)


def liked(customer: str) -> dict[str, str]:
    """Return what a customer saved or rated, and the trust of it."""
    items = recorder().table.query(keys.customer_partition(customer), prefix="INTEREST#")
    return {str(item["product"]): str(item["trust"]) for item in items}


def saves(at: int, product: str) -> Any:
    return event(at, "Product Added to Wishlist", properties={"product_id": product})


@pytest.mark.parametrize("turned_round", [False, True])
def test_two_people_share_a_browser_and_each_keeps_what_they_did(
    night: Night, *, turned_round: bool
) -> None:
    told = [("a@example.com", AT - 1000), ("b@example.com", AT + DAY_MS - 1000)]
    found = {
        email: tells(VISITOR, email, Trust.VERIFIED, at)
        for email, at in (reversed(told) if turned_round else told)
    }
    a, b = found["a@example.com"], found["b@example.com"]
    store(batch([page(AT, "/of-a"), saves(AT + 1, "a-likes")], VISITOR, consent="full", known=True))
    night.run()
    assert [one["data"]["entry"] for one in visits(a)] == ["/of-a"]
    store(batch(page(AT + DAY_MS, "/of-b"), VISITOR, consent="full", known=True))
    night.run(NEXT_NIGHT)

    assert [one["data"]["entry"] for one in visits(a)] == ["/of-a"]
    assert [one["data"]["entry"] for one in visits(b)] == ["/of-b"]
    assert (liked(a), liked(b)) == ({"a-likes": "claimed"}, {})


def test_what_came_before_a_browser_was_anybodys_is_the_first_ones(night: Night) -> None:
    store(batch([page(AT, "/early"), saves(AT, "lamp")], VISITOR, consent="full", known=True))
    night.run()
    a = tells(VISITOR, "a@example.com", Trust.VERIFIED, AT + DAY_MS)
    b = tells(VISITOR, "b@example.com", Trust.VERIFIED, AT + 2 * DAY_MS)
    store(batch(page(AT + 2 * DAY_MS, "/b"), VISITOR, consent="full", known=True))
    night.run(NEXT_NIGHT + DAY_MS)

    assert [one["data"]["entry"] for one in visits(a)] == ["/early"]
    assert (liked(a), liked(b)) == ({"lamp": "claimed"}, {})


def test_a_browser_of_very_many_is_nobodys_for_the_time_that_is_known_no_longer(
    night: Night,
) -> None:
    people = [
        tells(VISITOR, f"p{number}@example.com", Trust.VERIFIED, AT + number * 10_000)
        for number in range(MAX_OWNERS + 2)
    ]
    for number in (0, 10, MAX_OWNERS + 1):
        at = AT + number * 10_000 + 1
        store(batch(page(at, f"/{number}"), VISITOR, consent="full", known=True, customer=None))
    night.run()
    assert visits(people[0]) == []
    (item,) = [
        one for one in map(item_from_wire, kit.all_items("events")) if one["sk"] == "VISITOR"
    ]
    assert len(VisitorItem.model_validate(item).owners) == MAX_OWNERS


def test_a_visit_that_a_server_names_goes_from_whoever_had_claimed_the_browser(
    night: Night,
) -> None:
    claimed, named = customer_of("x@example.com"), customer_of("y@example.com")
    belongs(VISITOR, claimed, "claimed")
    store(batch(page(AT, "/a"), VISITOR, consent="full", known=True))
    night.run()
    assert len(visits(claimed)) == 1
    told = event(AT + 1000, "Order Completed")
    store(batch(told, VISITOR, AT + DAY_MS, consent="full", customer=named, trust="verified"))
    night.run(NEXT_NIGHT)
    assert (len(visits(claimed)), len(visits(named))) == (0, 1)


def test_a_customer_who_is_too_busy_stops_nobody_elses_visits(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy, other = sorted((customer_of("a@example.com"), customer_of("b@example.com")))
    for name, customer in (("browser-1", busy), ("browser-2", other)):
        belongs(name, customer)
        store(batch(page(AT, "/"), name, consent="full", known=True))

    def lost(table: Any, customer: str) -> Any:
        if customer == busy:
            raise Conflict("the customer is too busy")
        return profile_of(table, customer)

    monkeypatch.setattr("mteja.tracking.timeline.profile_of", lost)
    with pytest.raises(Unmade):
        night.run()
    assert (len(visits(busy)), len(visits(other))) == (0, 1)
    assert len(summaries()) == 3 * EVENT_SHARDS * len(KINDS)


def test_a_visitor_of_nobody_is_in_no_timeline(night: Night) -> None:
    customer = customer_of()
    store(one_visit())
    night.run()
    assert visits(customer) == []


def test_a_customer_has_visits_of_several_browsers(night: Night) -> None:
    customer = customer_of()
    browsers = [f"browser-{number}" for number in range(6)]
    for name in browsers:
        belongs(name, customer)
        store(batch(page(AT, f"/{name}"), name, consent="full", known=True))
    night.run()
    night.run(NEXT_NIGHT)
    assert sorted(one["data"]["entry"] for one in visits(customer)) == [
        f"/{name}" for name in browsers
    ]


def login(trust: str, **more: Any) -> Any:
    told = event(AT + 100_000, "Signed In", "/account")
    return batch(told, VISITOR, trust=trust, consent="full", known=True, **more)


def test_a_log_in_that_a_server_tells_of_sets_the_last_one(night: Night) -> None:
    customer = customer_of()
    belongs(VISITOR, customer)
    store(login("verified", customer=customer))
    night.run()
    assert profile(customer)["last_login_at"] == AT + 100_000
    assert Counter().person(customer)["last_login_at"] == rfc3339(AT + 100_000)
    assert visits(customer) == []  # no page was seen


@pytest.mark.parametrize(
    ("of_visitor", "of_batch"), [("claimed", "verified"), ("verified", "claimed")]
)
def test_no_other_log_in_does(night: Night, of_visitor: str, of_batch: str) -> None:
    customer = customer_of()
    belongs(VISITOR, customer, of_visitor)
    store(login(of_batch))
    night.run()
    assert "last_login_at" not in profile(customer)


def test_each_of_two_who_log_in_at_one_tablet_has_their_own_last_log_in(night: Night) -> None:
    a, b = customer_of("a@example.com"), customer_of("b@example.com")
    for who, at in ((a, AT), (b, AT + 600_000)):
        told = [
            event(at, "Signed In"),
            page(at + 1, f"/{who}"),
            saves(at + 2, f"of-{who}"),
        ]
        store(batch(told, VISITOR, consent="full", known=True, customer=who, trust="verified"))
    night.run()
    for who, at in ((a, AT), (b, AT + 600_000)):
        assert profile(who)["last_login_at"] == at
        assert [one["data"]["path"] for one in visits(who)] == [[f"/{who}"]]
        assert liked(who) == {f"of-{who}": "verified"}


def test_an_earlier_log_in_does_not_move_the_last_one_back(night: Night) -> None:
    customer = customer_of()
    store(login("verified", customer=customer))
    night.run()
    store(batch(event(AT, "Logged In"), VISITOR, trust="verified", customer=customer))
    before = profile(customer)
    night.run(NEXT_NIGHT)
    assert profile(customer) == before


def test_a_customer_who_is_being_erased_gets_no_entry(night: Night) -> None:
    customer = customer_of()
    belongs(VISITOR, customer)
    store(one_visit())
    item = profile(customer)
    recorder().table.put(item | {"erased_at": AT, "v": item["v"] + 1})
    night.run()
    assert visits(customer) == []


def test_visits_of_an_erased_person_go_and_do_not_come_again(
    night: Night, aws: dict[str, str]
) -> None:
    front = Front()
    customer = customer_of()
    belongs(VISITOR, customer)
    store(one_visit())
    night.run()
    told = facts.order_fact(
        facts.email("a@example.com"), Identifier(VISITOR_KIND, VISITOR), order_id="2"
    )
    record(told, recorder())
    front.erase(customer)
    work(aws)
    assert not any(key.startswith("VISITOR#") for key in kit.all_keys("events"))
    night.run(NEXT_NIGHT)
    left = [item_from_wire(item) for item in kit.all_items()]
    assert not [item for item in left if item["pk"] == keys.customer_partition(customer)
                and not str(item["sk"]).startswith("ACCESS#")]  # fmt: skip


def test_erasing_a_person_removes_what_its_browsers_did_and_whose_they_were(
    night: Night, aws: dict[str, str]
) -> None:
    others = batch(page(AT, "/theirs"), "another-browser", consent="full")
    store(others)
    night.run()
    without = summaries()
    told = facts.order_fact(facts.email("a@example.com"), Identifier(VISITOR_KIND, VISITOR))
    customer = record(told, recorder()).customer
    assert customer is not None
    belongs(VISITOR, customer)
    store(one_visit(), batch(page(AT - DAY_MS * 60, "/long-ago"), VISITOR, consent="full"))
    night.run()
    assert summaries() != without
    erase(
        [customer],
        table=recorder().table,
        vault=recorder().vault,
        now_ms=NIGHT,
        tracks=Tracks.of(events_table(), sites(), business().time_zone),
    )
    assert [key.rpartition("/")[2] for key in kit.all_keys("events")] == [others.id]
    night.run(NEXT_NIGHT)
    assert {key: data for key, data in summaries().items() if key in without} == without


def test_what_another_did_with_the_same_browser_since_stays_the_others(
    night: Night, aws: dict[str, str]
) -> None:
    one = customer_of()
    another = customer_of("b@example.com")
    belongs(VISITOR, another)
    mine = batch(page(AT), VISITOR, trust="verified", customer=one)
    store(mine, one_visit())
    tracks = Tracks(events_table(), 90, business().time_zone)
    assert tracks.remove(one, [VISITOR], NIGHT) == (0, 1)
    assert len(kit.all_keys("events")) == 2


def test_who_shared_a_browser_is_erased_alone(night: Night, aws: dict[str, str]) -> None:
    a = tells(VISITOR, "a@example.com", Trust.VERIFIED, AT)
    b = tells(VISITOR, "b@example.com", Trust.VERIFIED, AT + 3_600_000)
    of_a = batch(
        [page(AT + 1, "/of-a"), saves(AT + 2, "lamp")], VISITOR, consent="full", known=True
    )
    of_b = batch(page(AT + 3_600_001, "/of-b"), VISITOR, consent="full", known=True)
    store(of_a, of_b)
    night.run()
    Front().erase(a)
    work(aws)
    assert [key for key in kit.all_keys("events") if key.startswith("EVENTS#")] == [
        f"EVENTS#{DAY}#{shard_of(VISITOR)}of{EVENT_SHARDS}/{of_b.id}"
    ]
    assert a not in str(kit.all_items("events"))
    night.run(NEXT_NIGHT)
    assert [one["data"]["entry"] for one in visits(b)] == ["/of-b"]
    assert liked(b) == {}

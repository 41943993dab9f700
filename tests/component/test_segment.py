"""The Segment-compatible API on its real handler: what calls mean, and that each counts once."""

import hashlib
import itertools
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mteja.aws import clients
from mteja.segment.reading import PATHS
from mteja.times import DAY_MS
from tests import kit
from tests.component.front import Front
from tests.segment import (
    BROWSER,
    PUBLIC,
    SECRET,
    SOURCE,
    Segment,
    call,
    identify,
    order,
    track,
)

EMAIL = "asha@example.com"
TRAITS = {
    "email": EMAIL,
    "firstName": "Asha",
    "lastName": "Mushi",
    "phone": "+255754123456",
    "birthday": "1990-01-31T00:00:00.000Z",
    "address": {"street": "6th St", "city": "Moshi", "postalCode": "25101", "country": "TZ"},
    "plan": "premium",
    "income": "over-4000",
}


@pytest.fixture
def segment(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Segment:
    # moto does not bear several threads; tests/e2e has them.
    monkeypatch.setattr("mteja.segment.intake.AT_ONCE", 1)
    return Segment(kit.handler("segment"))


@pytest.fixture
def counter(segment: Segment) -> Front:
    return Front()


def person(counter: Front, email: str = EMAIL) -> dict[str, Any]:
    return counter.person(counter.find_one(email=email))


def values(found: dict[str, Any]) -> dict[str, Any]:
    return {name: one["value"] for name, one in found["traits"].items()}


def test_a_server_tells_who_somebody_is(segment: Segment, counter: Front) -> None:
    segment.take(identify(TRAITS, anonymousId=BROWSER, context={"locale": "sw-TZ"}))

    found = person(counter)
    assert found["language"] == "sw-TZ"
    assert values(found) == {
        "email": EMAIL,
        "name": {"first": "Asha", "last": "Mushi", "full": "Asha Mushi"},
        "phone": "+255754123456",
        "birthday": "1990-01-31",
        "income": "over-4000",
        "address": {
            "line1": "6th St", "line2": None, "city": "Moshi", "region": None,
            "postal_code": "25101", "country": "TZ",
        },
    }  # fmt: skip
    assert all(one["verified"] and one["source"] == SOURCE for one in found["traits"].values())
    kinds = {one["kind"]: one["value"] for one in found["identifiers"]}
    assert kinds == {
        "segment-shop:customer": "u1",
        "email": EMAIL,
        "phone": "+255754123456",
        "visitor": BROWSER,
    }
    owners = segment.visitors
    assert owners[BROWSER] == (found["id"], "verified")
    assert set(owners.values()) == {(found["id"], "verified")}


def test_what_a_page_says_is_a_claim_and_changes_nothing_verified(
    segment: Segment, counter: Front
) -> None:
    segment.take(identify({"email": EMAIL, "name": "Asha Mushi"}))
    before = person(counter)
    claim = {
        "email": EMAIL,
        "name": "Somebody Else",
        "phone": "+255754999999",
        "income": "under-500",
    }
    segment.take(identify(claim, anonymousId=BROWSER, userId="u2"), key=PUBLIC)

    after = person(counter)
    assert (after["id"], values(after)) == (
        before["id"],
        values(before) | {"phone": "+255754999999"},
    )
    assert not after["traits"]["phone"]["verified"]
    assert [
        one["value"] for one in after["identifiers"] if one["kind"] == "segment-shop:customer"
    ] == ["u1"]
    assert segment.visitors[BROWSER] == (after["id"], "claimed")


def test_a_claim_takes_no_visitor_from_whom_a_server_named(segment: Segment) -> None:
    segment.take(identify({"email": EMAIL}, anonymousId=BROWSER))
    named = segment.visitors[BROWSER]
    segment.take(
        identify({"email": "other@example.com"}, anonymousId=BROWSER, userId=None), key=PUBLIC
    )
    assert segment.visitors[BROWSER] == named


def test_a_server_takes_a_visitor_from_a_claim(segment: Segment, counter: Front) -> None:
    claim = identify({"email": "other@example.com"}, anonymousId=BROWSER, userId=None)
    segment.take(claim, key=PUBLIC)
    segment.take(identify({"email": EMAIL}, anonymousId=BROWSER))
    assert segment.visitors[BROWSER] == (person(counter)["id"], "verified")


def test_two_people_on_one_browser_stay_two(segment: Segment, counter: Front) -> None:
    segment.take(identify({"email": EMAIL}, anonymousId=BROWSER))
    segment.take(identify({"email": "b@example.com"}, anonymousId=BROWSER, userId="u2"))
    assert person(counter)["id"] != person(counter, "b@example.com")["id"]
    (pair,) = counter.duplicates()["items"]
    assert [one["kind"] for one in pair["evidence"]] == ["visitor"]


def test_an_alias_ties_a_browser_to_a_user_and_merges_nobody(
    segment: Segment, counter: Front
) -> None:
    segment.take(identify({"email": EMAIL}), identify({"email": "b@example.com"}, userId="u2"))
    segment.take(call("alias", previousId=BROWSER), call("alias", previousId="u2"))
    assert segment.visitors[BROWSER] == (person(counter)["id"], "verified")
    assert len(segment.customers) == 2
    assert person(counter)["members"] == [person(counter)["id"]]


def test_a_group_is_the_company(segment: Segment, counter: Front) -> None:
    segment.take(identify({"email": EMAIL}))
    segment.take(call("group", groupId="8e9df332ac", traits={"name": "Initech"}, at=kit.NOW_MS + 1))
    assert values(person(counter))["company"] == "Initech"


def test_an_order_of_a_server_is_an_order(segment: Segment, counter: Front) -> None:
    segment.take(identify({"email": EMAIL}), order())
    found = person(counter)
    assert (found["orders"]["count"], found["orders"]["net"]) == (1, {"USD": 2750})
    (entry,) = [one for one in counter.timeline(found["id"])["items"] if one["kind"] == "order"]
    assert entry["source"] == SOURCE
    assert [line["total"] for line in entry["data"]["lines"]] == [1900, 600]
    assert entry["data"]["discount_codes"] == ["hasbros"]
    assert [event.name for event in segment.events] == ["Order Completed"]


def test_an_order_of_a_server_invites_to_the_survey_after_orders(segment: Segment) -> None:
    segment.take(identify({"email": EMAIL}), order())  # its clock stands still
    assert len([key for key in kit.all_keys() if key.startswith("OUTBOX#")]) == 1


def test_an_order_is_one_call_in_the_log(
    segment: Segment, caplog: pytest.LogCaptureFixture
) -> None:
    segment.take(order())
    (told,) = [vars(line) for line in caplog.records if line.message == "taken"]
    assert told["recorded"] == {"track": 1}


def test_an_order_of_a_page_is_an_event_only(segment: Segment) -> None:
    segment.take(order(), key=PUBLIC)
    assert [event.name for event in segment.events] == ["Order Completed"]
    assert not any(one.startswith("ORDER#") for one in kit.all_keys())


STORY = [
    order(email=EMAIL),
    order("Order Updated", at=kit.NOW_MS + 60_000, total=30, email=EMAIL),
    order("Order Refunded", at=kit.NOW_MS + 120_000, total=10, messageId="refund-1"),
]


@pytest.mark.parametrize("told", list(itertools.permutations(STORY)), ids=lambda _: "")
def test_an_order_is_the_same_in_whatever_order_it_is_told(
    segment: Segment, counter: Front, told: tuple[dict[str, Any], ...]
) -> None:
    segment.now_ms = kit.NOW_MS + DAY_MS
    for one in (*told, *told):
        segment.take(one)
    found = person(counter)
    assert found["orders"]["count"] == 1
    assert found["orders"]["net"] == {"USD": 2000}
    assert found["orders"]["first_at"] == "2026-11-22T07:03:20.000Z"
    entries = counter.timeline(found["id"])["items"]
    assert sorted(one["kind"] for one in entries if one["kind"] in {"order", "refund"}) == [
        "order",
        "refund",
    ]


def test_a_cancelled_order_counts_nothing(segment: Segment, counter: Front) -> None:
    segment.take(order(email=EMAIL))
    segment.take(order("Order Cancelled", at=kit.NOW_MS + 1, email=EMAIL))
    assert person(counter)["orders"]["count"] == 0


def test_orders_are_events_only_where_a_shop_tells_of_them(
    segment: Segment, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = segment.app.SEGMENT.sites.sites[0].model_copy(update={"orders": False})
    sites = segment.app.SEGMENT.sites.model_copy(update={"sites": (site,)})
    object.__setattr__(segment.app.SEGMENT, "sites", sites)
    segment.take(order())
    assert not any(one.startswith("ORDER#") for one in kit.all_keys())
    assert len(segment.events) == 1


def test_events_say_whose_they_are_where_a_server_told_it(segment: Segment, counter: Front) -> None:
    segment.take(identify({"email": EMAIL}), track("Logged In"), call("page", userId="u-unknown"))
    known = {batch.events[0].type: batch.customer for batch in segment.batches}
    assert known == {"event": person(counter)["id"], "page": None}
    assert all(batch.known and batch.trust == "verified" for batch in segment.batches)


def test_a_page_and_a_screen(segment: Segment) -> None:
    context = {
        "page": {"url": "https://shop.example/lamps/a%40b.example?e=a@b.example&utm_source=news",
                 "referrer": "https://www.google.com/search?q=a@b.example", "title": "Lamps"},
        "campaign": {"name": "Spring", "medium": "email"},
        "locale": "sw-TZ", "screen": {"width": 390},
        "userAgent": "Mozilla/5.0",
    }  # fmt: skip
    segment.take(
        call("page", userId=None, anonymousId=BROWSER, name="Lamps", context=context),
        call("screen", userId=None, anonymousId=BROWSER, name="Basket"),
        key=PUBLIC,
    )
    page, screen = segment.events
    assert (page.type, page.path, page.host) == ("page", "/lamps/:email", "shop.example")
    assert (page.referrer, page.title) == ("www.google.com", "Lamps")
    assert page.campaign == {"source": "news", "campaign": "Spring", "medium": "email"}
    assert (page.language, page.screen) == ("sw-TZ", "s")
    assert (screen.type, screen.path) == ("page", "/Basket")
    (batch,) = segment.batches
    assert (batch.visitor, batch.trust, batch.known) == (BROWSER, "claimed", False)


def test_a_robot_is_marked(segment: Segment) -> None:
    agent = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    segment.take(call("page", anonymousId=BROWSER, context={"userAgent": agent}), key=PUBLIC)
    assert (segment.batches[0].bot or "").startswith("list:")


def test_a_browser_that_asks_not_to_be_followed_is_not(segment: Segment) -> None:
    segment.take(
        call("page", anonymousId=BROWSER),
        identify({"email": EMAIL}, anonymousId=BROWSER),
        key=PUBLIC,
        Sec_GPC="1",
    )
    (batch,) = segment.batches
    assert (batch.consent, batch.known) == ("none", False)
    assert BROWSER not in json.dumps(kit.all_items("events"), default=str)
    assert segment.visitors == {}
    assert len(segment.customers) == 1


@pytest.mark.parametrize("key", [PUBLIC, SECRET])
def test_each_call_counts_once(segment: Segment, key: str) -> None:
    calls = [
        identify({"email": EMAIL}, anonymousId=BROWSER),
        track("Song Played"),
        call("page", anonymousId=BROWSER),
        call("group", groupId="g", anonymousId=BROWSER),
        call("alias", previousId=BROWSER),
        order(email=EMAIL),
    ]
    for _ in range(3):
        segment.take(*calls, key=key)
    segment.take(*reversed(calls), key=key)  # a library that packs them anew
    stored = kit.all_keys()
    assert len({event.id for event in segment.events}) == 3
    assert segment.receipts == 3
    segment.now_ms += 3_000
    segment.take(*[{**one, "sentAt": "2026-11-22T07:03:23Z"} for one in calls], key=key)
    assert kit.all_keys() == stored


def test_what_failed_half_way_is_taken_the_second_time(
    segment: Segment, counter: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = [identify({"email": EMAIL}), order(), track("Song Played"), call("page")]
    dynamodb = clients.dynamodb()
    put = dynamodb.put_item

    def busy(**request: Any) -> Any:
        if request["TableName"] == "events":
            error = {"Error": {"Code": "ProvisionedThroughputExceededException", "Message": ""}}
            raise ClientError(error, "PutItem")  # type: ignore[arg-type]
        return put(**request)

    with monkeypatch.context() as patch:
        patch.setattr(dynamodb, "put_item", busy)
        status, _ = segment.post("batch", {"batch": calls})
    assert status == 503
    assert segment.events == []

    segment.take(*calls)
    assert len(segment.events) == 3
    assert person(counter)["orders"]["count"] == 1
    assert segment.receipts == 1


def test_many_people_in_one_batch(segment: Segment) -> None:
    calls = [
        identify({"email": f"p{number}@example.com"}, userId=f"u{number}") for number in range(40)
    ]
    segment.take(*calls, *(track("Viewed", userId=f"u{number}") for number in range(40)))
    assert len(segment.customers) == 40
    assert len({batch.customer for batch in segment.batches}) == 40


def test_too_many_calls_for_one_request_come_again(
    segment: Segment, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = [
        identify({"email": f"p{number}@example.com"}, userId=f"{number}") for number in range(1, 10)
    ]
    with monkeypatch.context() as patch:
        patch.setattr("mteja.segment.intake.LONGEST_S", -1.0)
        assert segment.post("batch", {"batch": calls})[0] == 503
    segment.take(*calls)
    assert len(segment.customers) == 9


def test_a_claim_too_many_is_counted_and_not_sent_again(
    segment: Segment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mteja.recording.plan.MAX_CLAIMS_A_DAY", 2)
    for number in range(4):
        segment.take(identify({"email": EMAIL, "name": f"N {number}"}), key=PUBLIC)
    assert segment.refused == {"too-many-claims": 2}


def test_a_late_claim_of_time_is_corrected_by_the_senders_clock(segment: Segment) -> None:
    ahead = 3 * DAY_MS
    told = track("Song Played", at=kit.NOW_MS - 60_000 + ahead)
    told["sentAt"] = "2026-11-25T07:03:20Z"
    segment.take(told)
    assert segment.events[0].at == kit.NOW_MS - 60_000


@pytest.mark.parametrize("path", PATHS)
def test_each_path_takes_its_calls(segment: Segment, path: str) -> None:
    """`Segment.invoke` holds the answers to docs/openapi.json."""
    told = track("Song Played", name="n", groupId="g", previousId=BROWSER, traits={"email": EMAIL})
    del told["type"]
    batch = {"batch": [told | {"type": "track"}]}
    is_batch = path in {"batch", "b"}
    assert segment.post(path, batch if is_batch else told) == (200, {"success": True})
    assert (len(segment.events), segment.receipts) in {(1, 0), (0, 1)}
    assert segment.refused == {}


class SlowKms:
    """Counts calls, each of which takes its time by the clock of the intake."""

    def __init__(self, segment: Segment, patch: pytest.MonkeyPatch, seconds: float) -> None:
        self.calls = 0
        self._seconds = seconds
        self._now = 0.0
        patch.setattr(segment.app.SEGMENT.within.vault.index, "_kms", self)
        patch.setattr("mteja.segment.intake.time.monotonic", lambda: self._now)

    def generate_mac(self, **asked: Any) -> dict[str, bytes]:
        self.calls += 1
        self._now += self._seconds
        return {"Mac": hashlib.sha256(asked["Message"]).digest()}


def many_users(number: int) -> list[dict[str, Any]]:
    return [track("Viewed", userId=f"u{one}", messageId=f"m{one}") for one in range(number)]


def test_what_anybody_may_send_asks_kms_once_however_many_users_it_names(
    segment: Segment, monkeypatch: pytest.MonkeyPatch
) -> None:
    kms = SlowKms(segment, monkeypatch, 0)
    segment.take(*many_users(100), key=PUBLIC)
    assert kms.calls == 1
    assert len({one.visitor for one in segment.batches}) == 100


def test_a_servers_batch_of_many_users_is_stored_in_the_end_and_each_time_more_of_it(
    segment: Segment, monkeypatch: pytest.MonkeyPatch
) -> None:
    SlowKms(segment, monkeypatch, 0.1)
    body = {"batch": many_users(150)}
    first = segment.post("batch", body)[0], len(segment.events)
    assert first == (503, 100)
    assert segment.post("batch", body)[0] == 200
    assert len(segment.events) == 150

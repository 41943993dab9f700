"""Events as they come, are masked, and are packed: whatever is sent, nothing is but what may be."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mteja.errors import InvalidInput, MalformedBody
from mteja.store.wire import item_from_wire, item_to_wire, size
from mteja.times import DAY_MS, rfc3339
from mteja.tracking import collect, events, masking
from mteja.tracking.events import Clock, Refused
from mteja.tracking.packed import Batch, from_item, to_item
from tests.beacons import KEY, NOON, body, page

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
# Machines of CI are slow now and then.
_CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
_MEMBERS = (
    *("id", "at", "referrer", "title", "campaign", "load", "active_ms", "name", "properties"),
    *("traits", "screen", "language"),
)
LIKE_AN_EVENT = st.fixed_dictionaries(
    {"type": st.sampled_from(["page", "leave", "event", "consent", "identify", "?"])},
    optional=dict.fromkeys(_MEMBERS, JSON)
    | {"url": JSON | st.text().map(lambda text: f"https://shop.example/{text}")},
)


@_CALM
@given(st.lists(LIKE_AN_EVENT | JSON, max_size=6))
def test_whatever_is_sent_is_taken_or_refused_and_comes_out_as_it_went_in(sent: list[Any]) -> None:
    beacon = collect.read(json.dumps(body(*sent)).encode())
    taken, refused = collect._read_all(beacon, "batch-1", NOON)
    assert len(taken) + sum(refused.values()) == len(sent)
    batch = Batch("shop", "batch-1", "somebody", NOON, "none", taken, refused=refused)
    item = to_item(batch, "pk", "batch-1", 1)
    assert from_item(item_from_wire(item_to_wire(item))) == batch


@_CALM
@given(st.binary(max_size=400))
def test_a_body_is_read_or_refused_and_never_breaks(sent: bytes) -> None:
    try:
        collect.read(sent)
    except (MalformedBody, InvalidInput):
        return
    assert json.loads(sent)["key"]


@_CALM
@given(LIKE_AN_EVENT)
def test_no_event_is_of_the_future_or_long_past(sent: dict[str, Any]) -> None:
    try:
        event = events.read(sent, "1", Clock(NOON))
    except Refused:
        return
    assert NOON - events.OLDEST_MS <= event.at <= NOON
    assert len(event.path or "") <= masking.MAX_PATH
    assert len(event.title or "") <= masking.MAX_TEXT


def test_the_largest_batch_fits_an_item() -> None:
    values = {f"property-{number}": f"{number:0190d}" for number in range(9)}
    sent = [
        page(
            f"https://{'h' * 60}.example/{number}/{'p' * 400}",
            type="event",
            name="n" * 100,
            title="t" * 300,
            properties={name: f"{number}{value}" for name, value in values.items()},
        )
        for number in range(collect.MAX_EVENTS)
    ]
    beacon = collect.read(json.dumps(body(*sent)).encode())
    taken, refused = collect._read_all(beacon, "batch-1", NOON, frozenset(values))
    assert (len(taken), refused) == (collect.MAX_EVENTS, {})
    item = to_item(Batch("shop", "b", "v", NOON, "none", taken), "pk", "sk", 1)
    assert size(item) < 380_000


@_CALM
@given(st.integers(-(40 * 365) * DAY_MS, 40 * 365 * DAY_MS), st.integers(0, 20 * DAY_MS))
def test_a_clock_that_is_off_tells_the_right_time(ahead_ms: int, ago_ms: int) -> None:
    clock = Clock.of(NOON, NOON + ahead_ms)
    assert clock.right(NOON + ahead_ms - ago_ms) == NOON - ago_ms


def test_a_time_may_be_told_as_text_or_number() -> None:
    assert events.moment(rfc3339(NOON)) == events.moment(NOON) == NOON
    assert events.moment("2026-11-22T11:00:00+03:00") == NOON
    wrongs: list[object] = ["", "now", "2026-11-22", True, 1.5, -1, 10**15, [], "9" * 1000]
    for wrong in wrongs:
        assert events.moment(wrong) is None


@pytest.mark.parametrize(
    ("path", "masked"),
    [
        ("", "/"),
        ("/", "/"),
        ("/products/7632091840123", "/products/7632091840123"),
        ("/2026-11-24/1.2.3", "/2026-11-24/1.2.3"),
        ("/08-11-2026", "/08-11-2026"),
        ("/a-lamp-with-a-very-long-name-2026", "/a-lamp-with-a-very-long-name-2026"),
        ("/a%20b/%C3%A9t%C3%A9", "/a%20b/%C3%A9t%C3%A9"),
        ("/jo@shop.example/orders", "/:email/orders"),
        ("/u/jo%40shop.example", "/u/:email"),
        ("/u/jo%2540shop.example", "/u/jo%2540shop.example"),
        ("/+255712345678", "/:phone"),
        ("/%2B255%20712%20345%20678/x", "/:phone/x"),
        ("/0712345678", "/:phone"),
        ("/tel:0712-345-678", "/tel::phone"),
        ("/555-123-4567", "/:phone"),
        ("/reset/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b", "/reset/:secret"),
        ("/in/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "/in/:secret"),
        ("/x?email=jo@shop.example", "/x"),
    ],
)  # fmt: skip
def test_what_may_name_a_person_is_masked_in_a_path(path: str, masked: str) -> None:
    assert masking.path(path) == masked


@_CALM
@given(
    st.from_regex(r"[a-z][a-z0-9.]{2,20}@[a-z]{3,10}\.(com|tz|example)", fullmatch=True),
    st.text(st.characters(categories=("L", "N")), max_size=5),
)
@example("jo@shop.example", "")
def test_no_address_stays_in_a_text(address: str, around: str) -> None:
    assert address not in masking.masked(f"{around} {address} {around}")
    assert address not in masking.path(f"/{around}/{address.replace('@', '%40')}")
    assert address not in repr(masking.values({"note": [address, {"x": address}], address: 1}))


@pytest.mark.parametrize("name", ["email", "Phone", "first_name", "dateOfBirth", "PASSWORD"])
def test_a_property_of_a_person_is_left_out(name: str) -> None:
    assert masking.values({name: "x", "product_id": "lamp"}) == {"product_id": "lamp"}


@pytest.mark.parametrize(
    ("host", "kept"),
    [
        ("Shop.Example", "shop.example"),
        ("shop.example:443", "shop.example"),
        ("127.0.0.1:8000", "127.0.0.1:8000"),
        ("user:secret@shop.example", "shop.example"),
        ("[::1]:80", "[::1]"),
        ("a b", None),
        ("x" * 254, None),
        ("é.example", None),
    ],
)
def test_a_host_is_a_host_and_no_more(host: str, kept: str | None) -> None:
    assert masking.host(host) == kept


def test_a_number_that_is_none_is_refused() -> None:
    sent = json.loads('{"type": "event", "name": "Seen", "properties": {"value": [1e999]}}')
    with pytest.raises(Refused, match="properties"):
        events.read(sent, "1", Clock(NOON))


def test_a_paid_click_is_told_without_its_id() -> None:
    event = events.read(
        page("https://shop.example/?gclid=Cj0KCQ&s=wa&ref=friend"), "1", Clock(NOON)
    )
    assert event.campaign == {"click": "google", "share": "whatsapp", "ref": "friend"}


@pytest.mark.parametrize("query", ["s=blue+lamp&post_type=product", "s=", "s=asha%40example.com"])
def test_a_search_of_wordpress_is_no_shared_link(query: str) -> None:
    told = page(f"https://shop.example/?{query}", campaign={"share": "lamp"})
    assert events.read(told, "1", Clock(NOON)).campaign is None


def test_the_demonstrations_key_is_known(business_layer: Any) -> None:
    from mteja.tracking.sites import website

    assert (website(KEY).id, website(KEY).keep_days) == ("shop", 90)

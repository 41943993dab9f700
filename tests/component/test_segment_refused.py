"""What the Segment-compatible API does with what is wrong, hostile or personal."""

import gzip
import json
from dataclasses import replace
from typing import Any

import pytest

from mteja.times import DAY_MS
from mteja.tracking.sites import websites
from tests import kit
from tests.component.front import Front
from tests.segment import (
    BROWSER,
    PUBLIC,
    SECRET,
    Segment,
    call,
    identify,
    order,
    stores_nothing,
    track,
)

MARK = "markedperson"
MARKED = f"{MARK}@example.com"
_MANY = 2_501


@pytest.fixture
def segment(aws: dict[str, str]) -> Segment:
    return Segment(kit.handler("segment"))


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b'"text"', b"null", b"\xff\xfe", b'{"batch": NaN}', b'{"batch": {}}',
        b"[" * 100_000, b'{"a": ' * 50_000, b'{"batch": [1' + b"0" * 5_000 + b"]}",
    ],
)  # fmt: skip
def test_what_is_no_json_object_is_refused(segment: Segment, body: bytes) -> None:
    status, answer = segment.post("batch", body)
    assert (status, answer["type"]) == (400, "/problems/malformed-body")
    assert stores_nothing()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("batch", {"batch": [track("x" * 33_000)]}),
        ("track", track("a", {"product_id": "x" * 33_000})),
        ("batch", {"batch": [track("a", {"product_id": "x" * 1_000})] * 520}),
        ("batch", {"batch": [{}] * _MANY}),
        ("batch", b" " * 900_000),
    ],
)
@pytest.mark.parametrize("zipped", [False, True])
def test_what_is_too_large_is_refused_as_segment_does(
    segment: Segment, path: str, body: Any, zipped: bool
) -> None:
    status, answer = segment.post(path, body, zipped=zipped)
    assert (status, answer["type"]) == (400, "/problems/too-large")
    assert stores_nothing()


def test_a_zip_bomb_is_not_unpacked(segment: Segment) -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    status, answer = segment.post("batch", bomb, Content_Encoding="gzip")
    assert (status, answer["type"]) == (400, "/problems/too-large")


@pytest.mark.parametrize(
    "spoilt",
    [b"\x1f\x8bnothing", gzip.compress(b'{"batch": []}', mtime=0)[:-9]],
    ids=["no-gzip", "cut-off"],
)
def test_spoilt_gzip_is_refused(segment: Segment, spoilt: bytes) -> None:
    assert segment.post("batch", spoilt, Content_Encoding="gzip")[0] == 400


def test_gzip_and_plain_text_are_taken(segment: Segment) -> None:
    body = {"batch": [track("Song Played"), track("Song Paused")]}
    assert segment.post("batch", body, zipped=True, Content_Type="application/json")[0] == 200
    assert segment.post("t", track("Song Ended"), Content_Type="text/plain")[0] == 200
    assert len(segment.events) == 3


def test_half_a_surrogate_pair_may_stand_in_a_calls_id(segment: Segment) -> None:
    for _ in range(2):
        segment.take(track("Song Played", messageId="m-\ud800"))
    assert len(segment.events) == 1


@pytest.mark.parametrize("number", ["1e999999999", "-1e999999999", "1e-999999999", "1.5"])
def test_a_quantity_is_not_written_out_before_its_size_is_known(
    segment: Segment, number: str
) -> None:
    body = json.dumps({"batch": [order(products=[{"quantity": 0.125}])]}).replace("0.125", number)
    assert segment.post("batch", body.encode())[0] == 200
    assert segment.refused == {"order:quantity": 1}


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (7, "not-an-object"),
        ({"type": "dance", "userId": "u"}, "unknown-type"),
        ({"userId": "u"}, "unknown-type"),
        ({"type": ["track"], "userId": "u"}, "unknown-type"),
        (track("x", userId=None), "no-id"),
        (track("x", userId={"a": 1}), "bad-id"),
        (track("x", userId="u" * 201), "bad-id"),
        (track("x", userId="\ud800"), "bad-id"),
        (track(""), "name"),
        (call("track", event={"a": 1}), "name"),
        (track("x", at=0), "too-old"),
        (track("x", at=kit.NOW_MS - 60 * DAY_MS), "time"),
        (call("alias", previousId=None), "no-id"),
        (call("group", groupId=None), "no-group"),
        (identify({"plan": "x"}, userId=None, anonymousId=BROWSER), "nobody"),
        (order(order_id=None), "order:no order_id"),
        (order(currency=None), "order:no currency"),
        (order(currency="dollars"), "order:no currency"),
        (order(total=None, subtotal=None, revenue=None), "order:no total"),
        (order(total="a lot"), "order:total"),
        (order(total=-1), "order:total"),
        (order(total=1.234), "order:total"),
        (order(total=True), "order:total"),
        (order(products=[1]), "order:products"),
        (order(products=[{"quantity": 1.5}]), "order:quantity"),
        (order(at=kit.NOW_MS + 2 * DAY_MS), "in-the-future"),
    ],
)
def test_a_call_that_cannot_be_right_is_counted_and_the_others_are_taken(
    segment: Segment, wrong: Any, reason: str
) -> None:
    for _ in range(2):
        segment.take(wrong, track("Song Played"))
    assert segment.refused == {reason: 1}
    assert [event.name for event in segment.events] == ["Song Played"]


def test_every_refused_call_counts_once_however_many_there_are_in_a_day(segment: Segment) -> None:
    wrong = [7, 8, {"userId": "u"}, track("x", userId=None), track("y", userId=None)]
    for _ in range(2):
        for one in wrong:
            segment.take(one)
    assert segment.refused == {"not-an-object": 2, "unknown-type": 1, "no-id": 2}


def test_refused_calls_of_two_sites_are_two(
    segment: Segment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(websites(), "blog-key", replace(websites()[PUBLIC], id="blog"))
    first = segment.app.SEGMENT.sites.sites[0]
    second = first.model_copy(update={"id": "blog", "write_key": "blog-key"})
    sites = segment.app.SEGMENT.sites.model_copy(update={"sites": (first, second)})
    object.__setattr__(segment.app.SEGMENT, "sites", sites)
    for key in (PUBLIC, "blog-key"):
        segment.take(track("x", userId=None), key=key)
    assert {batch.site for batch in segment.batches} == {"shop", "blog"}


@pytest.mark.parametrize("year", ["2090", "9999"])
def test_a_time_to_come_is_no_later_than_now(segment: Segment, year: str) -> None:
    segment.take(track("Song Played") | {"timestamp": f"{year}-01-01T00:00:00Z"})
    assert segment.events[0].at == kit.NOW_MS


@pytest.mark.parametrize("odd", ["yesterday", "", [], {}, True, "2026-13-01T00:00:00Z", 10**30])
def test_a_time_that_is_none_is_now(segment: Segment, odd: Any) -> None:
    segment.take(track("Song Played") | {"timestamp": odd, "sentAt": odd})
    assert segment.events[0].at == kit.NOW_MS


@pytest.mark.parametrize("odd", [None, 1, "text", [1], {"a": {"b": [{"c": None}]}}, True])
@pytest.mark.parametrize("kind", ["track", "page", "screen", "identify", "group"])
def test_odd_members_never_break_it(segment: Segment, kind: str, odd: Any) -> None:
    told = call(kind, event="x", name="n", groupId="g", anonymousId=BROWSER)
    told |= {"properties": odd, "traits": odd, "context": odd, "integrations": odd}
    segment.take(told)
    within = {"page": odd, "campaign": odd, "screen": odd, "locale": odd, "userAgent": odd,
              "traits": odd}  # fmt: skip
    traits = dict.fromkeys(("email", "phone", "name", "address", "birthday", "income"), odd)
    of_a_page = {"products": odd, "url": odd, "path": odd, "title": odd}
    segment.take(
        call(kind, event="x", groupId="g", context=within, traits=traits, properties=of_a_page)
    )


@pytest.mark.parametrize(
    "forged",
    ["xy", "VISITOR#0190f3a1b2c3d4e5", "../../0190f3a1b2c3d4e5", "<script>1</script>", "é1" * 10,
     "=cmd|'/C calc'!A0", f"{'1a' * 40}"],
)  # fmt: skip
@pytest.mark.parametrize("key", [PUBLIC, SECRET])
def test_what_is_no_random_id_is_no_name_of_a_visitor(
    segment: Segment, forged: str, key: str
) -> None:
    told: dict[str, Any] = {"userId": None, "anonymousId": forged}
    segment.take(track("Song Played", **told), identify({"email": MARKED}, **told), key=key)
    stored = str([kit.all_items("events"), kit.all_items()])
    assert len(segment.events) == 1
    assert len(segment.visitors) == 1
    assert segment.batches[0].visitor in segment.visitors
    assert len(forged) == 2 or forged not in stored


@pytest.mark.parametrize("key", [PUBLIC, SECRET, "nobody's"])
def test_a_number_with_a_hopeless_exponent_is_no_json_of_ours(segment: Segment, key: str) -> None:
    body = (
        b'{"type":"track","userId":"u1","event":"x","properties":{"value":1e99999999999999999999}}'
    )
    assert segment.post("track", body, key=key)[0] == 400
    assert stores_nothing()


@pytest.mark.parametrize(
    "shared", ["null", "undefined", "anonymous", "0", "00000000-0000-0000-0000-000000000000"]
)
def test_what_many_people_share_names_no_user_and_no_browser(segment: Segment, shared: str) -> None:
    segment.take(
        identify({"email": MARKED}, userId=shared),
        identify({"email": MARKED}, userId=None, anonymousId=shared),
        call("alias", userId="u1", previousId=shared),
        track("Viewed", userId=shared, anonymousId=BROWSER),
        track("Viewed", anonymousId=shared),
    )
    assert segment.refused == {"no-id": 3}
    assert segment.visitors == {}
    assert len(segment.events) == 2


def test_what_has_no_id_of_its_own_counts_as_often_as_it_is_sent(segment: Segment) -> None:
    told = {"type": "track", "event": "Song Played", "anonymousId": BROWSER}
    segment.take(told)
    segment.now_ms += 1
    segment.take(told)
    assert len({event.id for event in segment.events}) == 2


def test_nothing_personal_is_in_events_or_logs(
    segment: Segment, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    properties = {
        "email": MARKED, "name": MARK, "product_id": f"p {MARKED}", "coupon": "+15558675309",
        "note": MARK, "price": 1, "products": [{"name": MARKED, "product_id": "p1"}],
    }  # fmt: skip
    context = {
        "ip": "192.0.2.77", "userAgent": "Mozilla/5.0", "traits": {"email": MARKED, "name": MARK},
        "page": {"url": f"https://shop.example/u/{MARKED}?name={MARK}", "title": f"Hi {MARKED}"},
        "campaign": {"name": MARKED},
    }  # fmt: skip
    for key in (PUBLIC, SECRET):
        segment.take(
            identify({"email": MARKED, "name": MARK}, userId=MARKED, context=context),
            track(f"Bought {MARKED}", properties, userId=MARKED, messageId=MARKED),
            call("page", userId=MARKED, anonymousId=MARKED, context=context),
            order(userId=MARKED, email=MARKED, coupon=MARKED),
            track("x", userId=f"{MARK} " * 50),
            key=key,
        )
    segment.post("batch", b'{"batch": "' + MARKED.encode())
    segment.post("batch", {"batch": []}, key=MARKED)
    stored = json.dumps([kit.all_items("events"), segment.events, segment.batches], default=repr)
    said = capfd.readouterr()
    logged = str([vars(line) for line in caplog.records])
    assert "refused" in logged
    for where in (stored, said.out, said.err, logged, json.dumps(kit.all_items(), default=repr)):
        assert MARK not in where
        assert "5558675309" not in where
        assert "192.0.2" not in where


def test_only_known_and_declared_properties_are_kept(
    segment: Segment, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = segment.app.SEGMENT.sites.sites[0].model_copy(update={"properties": ("colour",)})
    sites = segment.app.SEGMENT.sites.model_copy(update={"sites": (site,)})
    object.__setattr__(segment.app.SEGMENT, "sites", sites)
    segment.take(track("Lamp Chosen", {"colour": "red", "size": "L", "price": 19.99, "name": "A"}))
    assert segment.events[0].properties == {"colour": "red", "price": 19.99}


def test_a_claim_reveals_nobody(segment: Segment) -> None:
    front = Front()
    segment.take(identify({"email": MARKED}))
    known = segment.post("identify", identify({"email": MARKED}, userId="x"), key=PUBLIC)
    unknown = segment.post("identify", identify({"email": "no@example.com"}), key=PUBLIC)
    assert known == unknown
    assert front.find_one(email=MARKED)

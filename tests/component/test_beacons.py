"""What browsers send is stored as it is said to be, and bad input is answered by a clear 4xx."""

import json
import subprocess
import sys
from typing import Any

import pytest

from mteja.store.wire import item_from_wire
from mteja.times import DAY_MS, rfc3339
from tests import kit, openapi
from tests.beacons import CHROME, KEY, NOON, ORIGIN, Beacons, body, fresh_app, page

VISITOR = "0190f3a1b2c3d4e5"
MIDNIGHT = 1_795_294_800_000 + DAY_MS  # 2026-11-23T00:00 in the demonstration's time zone, UTC+3


@pytest.fixture
def beacons(account: None, monkeypatch: pytest.MonkeyPatch) -> Beacons:
    monkeypatch.setenv("EVENTS_TABLE", "events")
    monkeypatch.setenv("SALTS_TABLE", "salts")
    monkeypatch.setenv("BEACON_REQUESTS_PER_MINUTE", "1000")
    kit.make_table("events")
    kit.make_table("salts")
    return Beacons(fresh_app())


def test_a_page_view_is_one_item(beacons: Beacons) -> None:
    view = page(
        "https://shop.example/lamps?utm_source=letter&utm_medium=email&session=secret#top",
        referrer="www.google.com",
        title="Lamps",
        load={"ttfb": 80, "dom": 300, "load": 700, "lcp": 650},
        screen="s",
        language="sw-TZ",
    )
    assert beacons.send(body(view)).status == 204
    batch = beacons.only
    (event,) = batch.events
    assert (batch.site, batch.consent, batch.trust, batch.bot) == ("shop", "none", "claimed", None)
    assert (event.path, event.host, event.referrer) == ("/lamps", "shop.example", "www.google.com")
    assert event.campaign == {"source": "letter", "medium": "email"}
    assert event.load == {"ttfb": 80, "dom": 300, "load": 700, "lcp": 650}
    assert (event.title, event.screen, event.language) == ("Lamps", "s", "sw-TZ")
    assert event.at == NOON - 2_000


def test_a_beacon_sent_again_is_no_second_item(beacons: Beacons) -> None:
    sent = body(page(), visitor=VISITOR, consent="full")
    assert [beacons.send(sent).status for _ in range(3)] == [204, 204, 204]
    assert len(beacons.batches) == 1


def test_a_beacon_without_an_id_is_known_by_its_content(beacons: Beacons) -> None:
    sent = body(page(), id=None)
    beacons.send(sent)
    beacons.send(sent)
    assert len(beacons.batches) == 1


def test_nobody_can_take_the_place_of_anothers_batch(beacons: Beacons) -> None:
    beacons.send(body(page(), visitor=VISITOR, consent="full"))
    beacons.send(body(page(), visitor="another-visitor", consent="full"))
    assert len(beacons.batches) == 2


def test_json_and_text_are_taken_and_nothing_else(beacons: Beacons) -> None:
    assert beacons.send(body(page()), content_type="application/json").status == 204
    refused = beacons.send(body(page()), content_type="application/x-www-form-urlencoded")
    assert (refused.status, refused.slug) == (415, "unsupported-media-type")


# ---- Consent


def test_without_consent_the_visitor_is_a_hash_of_the_day(beacons: Beacons) -> None:
    beacons.send(body(page(), visitor=VISITOR))
    beacons.send(body(page(), id="batch-2"))
    first, second = beacons.batches
    assert first.visitor == second.visitor != VISITOR
    assert first.before is second.before is None
    beacons.send(body(page(), id="batch-3"), user_agent=CHROME.replace("142", "141"))
    assert len({batch.visitor for batch in beacons.batches}) == 2


def test_address_and_user_agent_are_not_stored(beacons: Beacons) -> None:
    beacons.send(body(page()))
    stored = repr(beacons.items)
    assert "192.0.2.1" not in stored
    assert "AppleWebKit" not in stored


def test_nobody_is_known_again_the_next_day(beacons: Beacons) -> None:
    beacons.send(body(page()))
    beacons.now_ms = NOON + DAY_MS
    beacons.send(body(page(at=None), sent_at=None))
    first, second = beacons.batches
    assert first.visitor != second.visitor
    assert second.before is None


@pytest.mark.parametrize(("minutes", "told"), [(0, True), (29, True), (30, False), (600, False)])
def test_after_midnight_a_batch_says_whose_hash_it_was(
    beacons: Beacons, minutes: int, told: bool
) -> None:
    beacons.now_ms = MIDNIGHT - 60_000
    beacons.send(body(page(at=None), sent_at=None))
    beacons.now_ms = MIDNIGHT + minutes * 60_000
    beacons.send(body(page(at=None), sent_at=None))
    by_time = sorted(beacons.batches, key=lambda batch: batch.received_at)
    assert (by_time[1].before == by_time[0].visitor) is told
    assert by_time[1].visitor != by_time[0].visitor


def test_a_day_has_one_salt_whoever_makes_it(beacons: Beacons) -> None:
    beacons.send(body(page()))
    another = Beacons(fresh_app())
    another.send(body(page(), id="batch-2"))
    (salt,) = map(item_from_wire, kit.all_items("salts"))
    assert salt["sk"] == "SALT"
    assert isinstance(salt["salt"], bytes)
    assert len(salt["salt"]) == 16
    # 48 hours from the beginning of its day
    assert salt["expires_at"] == (MIDNIGHT - DAY_MS) // 1000 + 2 * 86_400
    assert len({batch.visitor for batch in beacons.batches}) == 1


@pytest.mark.parametrize("consent", ["essential", "full"])
def test_with_consent_the_id_is_kept(beacons: Beacons, consent: str) -> None:
    beacons.send(body(page(), visitor=VISITOR, consent=consent, known=True))
    assert (beacons.only.visitor, beacons.only.consent) == (VISITOR, consent)
    assert beacons.only.known is (consent == "full")


def test_global_privacy_control_is_no_consent(beacons: Beacons) -> None:
    answer = beacons.send(
        body(page(), visitor=VISITOR, consent="full", known=True),
        sec_gpc="1",
        sec_fetch_site="same-site",
    )
    assert answer.cookies == []
    assert beacons.only.visitor != VISITOR
    assert (beacons.only.consent, beacons.only.known) == ("none", False)


@pytest.mark.parametrize("forged", ["x", "a b c d e f g", "x" * 65, "<script>", 7, ["a"], "é" * 9])
def test_what_is_no_id_is_no_visitor(beacons: Beacons, forged: Any) -> None:
    assert beacons.send(body(page(), visitor=forged, consent="full")).status == 204
    assert beacons.only.consent == "none"
    assert beacons.only.visitor != forged


# ---- What is refused


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b'{"key": NaN}',
        b"[" * 100_000,
        b'{"n": ' + b"9" * 10_000 + b"}",
    ],
    ids=range(9),
)
def test_what_is_no_json_object_is_malformed(beacons: Beacons, sent: bytes) -> None:
    answer = beacons.send(sent)
    assert (answer.status, answer.slug) == (400, "malformed-body")
    assert beacons.items == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("key", None),
        ("key", 7),
        ("id", ""),
        ("id", "x" * 65),
        ("id", "a/b"),
        ("id", 7),
        ("consent", "maybe"),
        ("consent", ["full"]),
        ("events", None),
        ("events", {}),
        ("events", "page"),
        ("events", [{}] * 101),
    ],
)
def test_a_member_that_is_not_what_it_should_be_is_named(
    beacons: Beacons, field: str, value: Any
) -> None:
    answer = beacons.send(body(page()) | {field: value})
    assert (answer.status, answer.slug) == (422, "invalid-field")
    assert [one["field"] for one in json.loads(answer.body)["errors"]] == [field]
    assert beacons.items == []


def test_an_unknown_key_is_not_taken(beacons: Beacons) -> None:
    answer = beacons.send(body(page(), key="another-shops-key"))
    assert (answer.status, answer.slug) == (401, "bad-signature")
    assert beacons.items == []


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://shop.example"])
def test_another_website_is_not_taken(beacons: Beacons, origin: str) -> None:
    answer = beacons.send(body(page()), origin=origin)
    assert (answer.status, answer.slug) == (403, "not-allowed")
    assert beacons.items == []


def test_who_is_no_browser_tells_no_origin_and_is_taken(beacons: Beacons) -> None:
    assert beacons.send(body(page()), origin="-").status == 204


@pytest.mark.parametrize("size", [512 * 1024 + 1, 1_000_000])
def test_more_than_512_kilobytes_are_too_large(beacons: Beacons, size: int) -> None:
    answer = beacons.send(b" " * size)
    assert (answer.status, answer.slug) == (413, "too-large")


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (None, "type"),
        ("page", "type"),
        ({}, "type"),
        ({"type": "click"}, "type"),
        ({"type": ["page"]}, "type"),
        ({"type": "page"}, "url"),
        ({"type": "page", "url": 7}, "url"),
        ({"type": "page", "url": "javascript:alert(1)"}, "url"),
        ({"type": "page", "url": "https://[::1/"}, "url"),
        ({"type": "leave", "url": "file:///home/me"}, "url"),
        (page(at="1970-01-01T00:00:00Z"), "time"),
        (page(at="2090-01-01T00:00:00Z"), "time"),
        (page(at="yesterday"), "time"),
        (page(at=True), "time"),
        ({"type": "event", "properties": {}}, "name"),
        ({"type": "event", "name": "Saved", "properties": []}, "properties"),
        ({"type": "event", "name": "Saved", "properties": {"products": [
            {"sku": "x" * 199} for _ in range(10)]}}, "properties"),
        ({"type": "event", "name": "Saved", "properties": {"value": [[[[1]]]]}}, "properties"),
        ({"type": "identify", "traits": {"email": "jo@shop.example"}}, "identify"),
    ],
    ids=range(19),
)  # fmt: skip
def test_a_bad_event_is_refused_alone_and_counted(
    beacons: Beacons, event: Any, reason: str
) -> None:
    assert beacons.send(body(page(), event, page("/other"))).status == 204
    assert [one.path for one in beacons.only.events] == ["/lamps", "/other"]
    assert beacons.only.refused == {reason: 1}


def test_a_batch_of_bad_events_is_counted_too(beacons: Beacons) -> None:
    assert beacons.send(body({"type": "identify"}, {"type": "?"}, 7)).status == 204
    assert beacons.only.events == ()
    assert beacons.only.refused == {"identify": 1, "type": 2}


def test_a_batch_of_nothing_is_nothing(beacons: Beacons) -> None:
    assert beacons.send(body()).status == 204
    assert beacons.batches == []


@pytest.mark.parametrize("ahead_ms", [-20 * 365 * DAY_MS, -3_600_000, 3_600_000, 64 * 365 * DAY_MS])
def test_a_clock_that_is_wrong_is_put_right(beacons: Beacons, ahead_ms: int) -> None:
    sent = body(page(at=rfc3339(NOON + ahead_ms - 5_000)), sent_at=rfc3339(NOON + ahead_ms))
    beacons.send(sent)
    assert beacons.only.events[0].at == NOON - 5_000


def test_an_event_of_the_future_happened_now(beacons: Beacons) -> None:
    beacons.send(body(page(at=rfc3339(NOON + 30_000))))
    assert beacons.only.events[0].at == NOON


# ---- What is masked


def test_nothing_that_names_a_person_is_stored_or_logged(
    beacons: Beacons, capsys: pytest.CaptureFixture[str]
) -> None:
    marked = "jo.marked@shop.example"
    address = f"https://shop.example/users/{marked}/+255712345678?email={marked}#{marked}"
    asked = {"email": marked, "phone": "+255712345678", "reason": f"from {marked}", "sku": "L-1"}
    beacons.send(
        body(
            page(address, title=f"Hello {marked}", referrer=f"https://{marked}:x@mail.example/i"),
            {"type": "event", "name": f"Wrote to {marked}", "url": address, "properties": asked},
            {"type": "identify", "traits": asked},
            visitor=VISITOR,
            consent="full",
        )
    )
    beacons.send(body(page(), key=marked))
    beacons.send(f'{{"key": "{marked}", "consent": "{marked}"}}'.encode())
    stored = f"{beacons.items} {beacons.batches}"
    assert "marked" not in stored
    assert "712345678" not in stored
    written = capsys.readouterr().out  # it prints its log: no logger keeps an older stream
    assert [json.loads(one)["message"] for one in written.splitlines()] == [
        "answered", "refused", "refused",
    ]  # fmt: skip
    assert "marked" not in written
    first, second = beacons.only.events
    assert first.path == "/users/:email/:phone"
    assert first.referrer == "mail.example"
    assert second.properties == {"reason": "from :email", "sku": "L-1"}


def test_properties_that_nobody_declared_are_dropped(beacons: Beacons) -> None:
    lamp = {"product_id": "lamp", "price": 12.5, "engraving": "for Jo"}
    sent = {"value": 25, "products": [lamp, 7], "wish": "for Jo", "name": "Jo"}
    beacons.send(body({"type": "event", "name": "Wished", "properties": sent}))
    (event,) = beacons.only.events
    assert event.properties == {"value": 25, "products": [{"product_id": "lamp", "price": 12.5}]}


def test_hostile_text_is_kept_as_text(beacons: Beacons) -> None:
    hostile = "<script>alert(1)</script>\x00\u2028=cmd|'/C calc'!A0\ud800"
    beacons.send(body(page(f"https://shop.example/{hostile}", title=hostile, referrer=hostile)))
    (event,) = beacons.only.events
    assert event.title == "<script>alert(1)</script> =cmd|'/C calc'!A0?"
    assert event.referrer is None


# ---- Robots


@pytest.mark.parametrize(
    ("user_agent", "sign"),
    [
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
         "list:Googlebot/"),
        ("python-requests/2.32", "list:python-requests"),
        ("-", "no-user-agent"),
        (CHROME, None),
    ],
)  # fmt: skip
def test_robots_are_flagged_and_kept(beacons: Beacons, user_agent: str, sign: str | None) -> None:
    beacons.send(body(page()), user_agent=user_agent)
    assert beacons.only.bot == sign


def test_a_driven_browser_is_flagged(beacons: Beacons) -> None:
    beacons.send(body(page(), robot=True))
    assert beacons.only.bot == "webdriver"


def test_who_opens_more_pages_than_a_person_can_is_flagged(beacons: Beacons) -> None:
    for number in range(62):
        beacons.send(body(page(), id=f"batch-{number}", visitor=VISITOR, consent="full"))
    flagged = [batch.bot for batch in beacons.batches if batch.bot]
    assert flagged
    assert set(flagged) == {"busy"}


def test_people_behind_one_address_who_agreed_to_no_id_are_no_robot(beacons: Beacons) -> None:
    for number in range(100):
        beacons.send(body(page(), id=f"batch-{number}"))
    assert {batch.bot for batch in beacons.batches} == {None}


@pytest.mark.parametrize("shared", ["null", "undefined", "00000000-0000-0000-0000-000000000000"])
def test_what_many_browsers_would_share_is_no_id(beacons: Beacons, shared: str) -> None:
    beacons.send(body(page(), visitor=shared, consent="full"))
    assert (beacons.only.consent, beacons.only.visitor == shared) == ("none", False)


# ---- Tracker and pixel


def test_the_tracker_is_handed_out_compressed_and_may_be_kept(beacons: Beacons) -> None:
    plain = beacons.get("/mteja.js")
    packed = beacons.get("/mteja.js", accept_encoding="gzip, deflate, br")
    assert plain.headers["content-type"].startswith("text/javascript")
    assert "data-key" in plain.body
    assert packed.headers["content-encoding"] == "gzip"
    assert len(packed.body) < 3_100  # base64 of at most 2,250 bytes
    again = beacons.get("/mteja.js", if_none_match=plain.headers["etag"])
    assert (again.status, again.body) == (304, "")


def test_the_pixel_counts_a_page_without_a_script(beacons: Beacons) -> None:
    answer = beacons.get("/v1/pixel.gif", {"key": KEY, "path": "/about"}, referer=f"{ORIGIN}/")
    assert (answer.status, answer.headers["content-type"]) == (200, "image/gif")
    assert answer.headers["cache-control"] == "no-store"
    (event,) = beacons.only.events
    assert (event.path, beacons.only.consent) == ("/about", "none")


def test_two_who_load_the_pixel_in_one_moment_are_two_views(beacons: Beacons) -> None:
    for path in ("/a", "/b", "/b"):
        assert beacons.get("/v1/pixel.gif", {"key": KEY, "path": path}).status == 200
    assert sorted(str(batch.events[0].path) for batch in beacons.batches) == ["/a", "/b", "/b"]


@pytest.mark.parametrize(
    ("query", "referer", "status"),
    [
        (None, f"{ORIGIN}/", 401),
        ({"key": "unknown"}, f"{ORIGIN}/", 401),
        ({"key": KEY}, "https://evil.example/", 403),
        ({"key": KEY}, "https://[::1/", 403),
    ],
)
def test_the_pixel_asks_for_the_same(
    beacons: Beacons, query: dict[str, str] | None, referer: str, status: int
) -> None:
    assert beacons.get("/v1/pixel.gif", query, referer=referer).status == status
    assert beacons.items == []


def test_what_is_not_there_is_not_found(beacons: Beacons) -> None:
    assert beacons.get("/v1/collect").status == 404


def test_a_table_that_does_not_answer_is_told_as_busy(
    beacons: Beacons, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENTS_TABLE", "of-nobody")
    answer = Beacons(fresh_app()).send(body(page()))
    assert (answer.status, answer.slug) == (503, "internal")


def test_a_line_of_the_log_tells_counts_only(
    beacons: Beacons, capsys: pytest.CaptureFixture[str]
) -> None:
    beacons.send(body(page(), 7))
    line = json.loads(capsys.readouterr().out)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "level": "INFO",
        "service": "beacons",
        "message": "answered",
        "status": 204,
        "site": "shop",
        "new": True,
        "events": 1,
        "bot": None,
        "refused": {"type": 1},
        "function_request_id": None,
    }


def test_the_way_of_a_beacon_imports_no_models() -> None:
    code = (
        "import sys; import mteja.tracking.web, mteja.tracking.collect, mteja.troubles;"
        "print([m for m in ('pydantic', 'aws_lambda_powertools', 'boto3') if m in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


# ---- The document


@pytest.mark.parametrize(
    ("sent", "headers", "status"),
    [
        (body(page()), {}, 204),
        (b"{", {}, 400),
        (body(key="of-nobody"), {}, 401),
        (body(), {"origin": "https://evil.example"}, 403),
        (b" " * 600_000, {}, 413),
        (body(), {"content_type": "image/gif"}, 415),
        (body(events=7), {}, 422),
    ],
    ids=lambda it: str(it)[:20],
)
def test_an_answer_is_as_the_document_says(
    beacons: Beacons, sent: Any, headers: dict[str, str], status: int
) -> None:
    answer = beacons.send(sent, **headers)
    assert answer.status == status
    operation = openapi.operation_of("POST", "/v1/collect")
    assert operation is not None
    if status == 204:
        assert answer.body == ""
        assert "content" not in operation["responses"]["204"]
        return
    told = json.loads(answer.body)
    assert openapi.misfits("POST", "/v1/collect", status, answer.headers, told) == []

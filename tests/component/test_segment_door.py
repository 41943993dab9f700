"""Who may send to the Segment-compatible API: keys, pages, and how often an address may ask."""

from typing import Any

import pytest

from mteja.aws import clients
from tests import kit
from tests.segment import BROWSER, PUBLIC, SECRET, Segment, identify, stores_nothing, track


@pytest.fixture
def segment(aws: dict[str, str]) -> Segment:
    return Segment(kit.handler("segment"))


@pytest.mark.parametrize("key", [None, "", "another-key", "x" * 10_000, "é"])
def test_a_key_that_opens_nothing_stores_nothing(segment: Segment, key: str | None) -> None:
    status, answer = segment.post("batch", {"batch": [track("Song Played")]}, key=key)
    assert (status, answer["type"]) == (401, "/problems/bad-signature")
    assert stores_nothing()


@pytest.mark.parametrize("authorization", ["Basic", "Basic %%%", "Bearer x", "Basic /w=="])
def test_a_header_that_is_no_key_is_none(segment: Segment, authorization: str) -> None:
    body = {"batch": [track("Song Played")], "writeKey": SECRET}
    assert segment.post("batch", body, key=None, Authorization=authorization)[0] == 200


def test_the_key_may_stand_in_the_body_in_each_call_or_in_its_context(segment: Segment) -> None:
    each = [
        track("a", writeKey=PUBLIC, anonymousId=BROWSER),
        track("b", context={"writeKey": SECRET}),
    ]
    assert segment.post("batch", {"batch": each}, key=None)[0] == 200
    assert segment.post("track", track("c") | {"writeKey": SECRET}, key=None)[0] == 200
    told = {event.name: batch.trust for batch in segment.batches for event in batch.events}
    assert told == {"a": "claimed", "b": "verified", "c": "verified"}


def test_half_a_surrogate_pair_is_no_key(segment: Segment) -> None:
    body = track("Song Played") | {"writeKey": "\ud800"}
    status, answer = segment.post("track", body, key=None)
    assert (status, answer["type"]) == (401, "/problems/bad-signature")
    assert stores_nothing()


def test_the_older_secret_is_good_while_it_is_there(segment: Segment) -> None:
    segment.take(track("Song Played"), key="older")
    assert segment.batches[0].trust == "verified"


def test_a_page_of_another_website_is_refused(segment: Segment) -> None:
    body = {"batch": [track("Song Played")]}
    assert segment.post("batch", body, key=PUBLIC, Origin="https://evil.example")[0] == 403
    assert segment.post("batch", body, key=PUBLIC, Origin="https://shop.example")[0] == 200


def test_addresses_without_a_secret_key_are_limited(
    aws: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEGMENT_REQUESTS_PER_MINUTE", "3")
    limited = Segment(kit.handler("segment"))
    body = {"batch": [track("Song Played")]}
    told = [limited.post("batch", body, key=PUBLIC)[0] for _ in range(4)]
    assert told == [200, 200, 200, 429]
    assert limited.post("batch", body, key="another-key")[0] == 429
    assert limited.post("batch", body, key=SECRET)[0] == 200


def test_what_claims_make_us_write_counts_and_not_the_request(
    aws: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEGMENT_REQUESTS_PER_MINUTE", "9")
    limited = Segment(kit.handler("segment"))
    one_visitor = [track(f"Song {n}", anonymousId=BROWSER, userId=None) for n in range(50)]
    five = [track("Song Played", userId=f"u{n}") for n in range(5)]
    person = [identify(userId=None, anonymousId=BROWSER)]
    told = [limited.post("batch", {"batch": some}, key=PUBLIC)[0]
            for some in (one_visitor, five, person, five, one_visitor)]  # fmt: skip
    assert told == [200, 200, 200, 429, 200]


def test_the_settings_of_the_browsers_library(segment: Segment) -> None:
    def ask(key: str) -> tuple[int, dict[str, Any]]:
        return segment.invoke(
            kit.http_event(
                "GET",
                f"/v1/projects/{key}/settings",
                headers={"Host": "api.shop.example"},
                path_parameters={"key": key},
            )
        )

    status, told = ask(PUBLIC)
    assert status == 200
    assert told["integrations"]["Segment.io"]["apiHost"] == "api.shop.example/v1"
    assert told["integrations"]["Segment.io"]["protocol"] == "https"
    assert ask(SECRET)[0] == 404


@pytest.mark.parametrize("there", [True, False])
def test_wrong_keys_do_not_hammer_the_secret_store(
    segment: Segment, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    ssm = clients.ssm()
    if not there:
        ssm.delete_parameter(Name="/mteja/test/sites/shop/secret")
    ask, asked = ssm.get_parameter, []

    def counted(**how: Any) -> Any:
        asked.append(how)
        return ask(**how)

    monkeypatch.setattr(ssm, "get_parameter", counted)
    for _ in range(20):
        assert segment.post("track", track("Song Played"), key="another-key")[0] == 401
    assert len(asked) <= 2

"""Cookies that beacons set, and how many requests an address may make."""

import pytest

from tests import kit
from tests.beacons import Beacons, body, fresh_app, page

VISITOR = "0190f3a1b2c3d4e5"


@pytest.fixture
def beacons(account: None, monkeypatch: pytest.MonkeyPatch) -> Beacons:
    monkeypatch.setenv("EVENTS_TABLE", "events")
    monkeypatch.setenv("SALTS_TABLE", "salts")
    monkeypatch.setenv("BEACON_REQUESTS_PER_MINUTE", "1000")
    kit.make_table("events")
    kit.make_table("salts")
    return Beacons(fresh_app())


def test_on_the_same_site_the_server_sets_the_id_as_a_cookie(beacons: Beacons) -> None:
    sent = body(page(), visitor=VISITOR, consent="full")
    (cookie,) = beacons.send(sent, sec_fetch_site="same-site", host="api.shop.example").cookies
    assert cookie.split("; ") == [
        f"mteja={VISITOR}",
        "Max-Age=34560000",
        "Path=/",
        "Secure",
        "SameSite=Lax",
        "Domain=shop.example",
    ]
    assert beacons.send(sent, sec_fetch_site="cross-site").cookies == []
    for less in ("essential", "none"):
        sent = body(page(), visitor=VISITOR, consent=less)
        assert beacons.send(sent, sec_fetch_site="same-site").cookies == []


def test_consent_that_is_taken_back_ends_the_cookie(beacons: Beacons) -> None:
    taken_back = body({"type": "consent", "name": "none"})
    (cookie,) = beacons.send(
        taken_back, sec_fetch_site="same-origin", cookie=f"mteja={VISITOR}"
    ).cookies
    assert cookie.startswith("mteja=; Max-Age=0;")
    assert beacons.only.events[0].name == "none"


def test_a_beacon_without_events_keeps_the_cookie(beacons: Beacons) -> None:
    sent = body(visitor=VISITOR, consent="full")
    (cookie,) = beacons.send(sent, sec_fetch_site="same-origin", cookie=f"mteja={VISITOR}").cookies
    assert cookie.startswith(f"mteja={VISITOR}; Max-Age=34560000;")
    assert beacons.batches == []


def test_too_many_from_one_address_are_told_when_to_come_again(
    beacons: Beacons, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BEACON_REQUESTS_PER_MINUTE", "3")
    limited = Beacons(fresh_app())
    statuses = [limited.send(body(page(), id=f"batch-{n}")).status for n in range(5)]
    assert statuses == [204, 204, 204, 429, 429]
    answer = limited.send(body(page()))
    assert answer.slug == "rate-limited"
    assert 1 <= int(answer.headers["retry-after"]) <= 20
    assert len(limited.batches) == 3


def test_the_addresses_of_one_network_of_ipv6_are_one(
    beacons: Beacons, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BEACON_REQUESTS_PER_MINUTE", "3")
    limited = Beacons(fresh_app())
    addresses = [f"2001:db8:1:2::{n}" for n in range(5)] + ["2001:db8:1:3::1"]
    statuses = [limited.send(body(page()), address=one).status for one in addresses]
    assert statuses == [204, 204, 204, 429, 429, 204]

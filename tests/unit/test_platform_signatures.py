"""Signatures: the platforms' own vectors, and whatever else may stand in a header."""

import base64
import hmac
import json
from typing import Any

import pytest

from mteja.errors import BadSignature, Misconfigured
from mteja.orders.platforms import available, platform
from mteja.orders.platforms.base import Webhook
from tests import kit, platforms

VECTORS: list[dict[str, Any]] = json.loads(
    kit.SAMPLES.joinpath("signature-vectors.json").read_text(encoding="utf-8")
)
SIGNED = ["woocommerce", "stripe", "square", "standard"]
BODY = b'{"a": 1}'


def check(name: str, webhook: Webhook, secrets: list[str], **changes: Any) -> None:
    platform(name).verify(webhook, platforms.source(name, **changes), secrets)


@pytest.mark.parametrize(
    "vector", VECTORS, ids=[f"{one['platform']}-{one['expect'][:30]}" for one in VECTORS]
)
def test_vectors(vector: dict[str, Any]) -> None:
    name = vector["platform"].removesuffix("-webhooks")
    seconds = vector["headers"].get("webhook-timestamp", "12345")
    changes: dict[str, Any] = {}
    if name == "square":
        changes["notification_url"] = vector["notification_url"]
    body = vector["raw_body"].encode()
    given = dict(vector["headers"])
    given.pop("X-Shopify-Shop-Domain", None)
    webhook = platforms.webhook(given, body, int(seconds) * 1000)
    if vector["expect"].startswith("valid"):
        check(name, webhook, ["another", vector["secret"]][name == "standard" :], **changes)
    else:
        with pytest.raises(BadSignature):
            check(name, webhook, [vector["secret"]], **changes)


def test_every_platform_of_the_owners_file_has_a_module() -> None:
    assert set(available()) == {"shopify", *SIGNED}
    for name in available():
        assert platform(name) is available()[name]


@pytest.mark.parametrize("name", SIGNED)
def test_signed_with_any_of_several_secrets(name: str) -> None:
    at = kit.NOW_MS
    secret = platforms.SECRETS[f"{name}-demo"]
    webhook = platforms.webhook(platforms.headers(name, BODY, at_ms=at), BODY)
    older = base64.b64encode(b"older").decode()
    check(name, webhook, [older, secret])
    check(name, webhook, [secret, older])
    with pytest.raises(BadSignature):
        check(name, webhook, [older])
    with pytest.raises(BadSignature):
        check(name, platforms.webhook(dict(webhook.headers), BODY + b" "), [secret])


MALFORMED = [
    "",
    " ",
    ",",
    "=",
    ",,,",
    "v1",
    "v1,",
    "v1,%%%",
    "v1,é",
    "v1,\udcff",
    "t=,v1=",
    "t=nan,v1=aa",
    "t=1e3,v1=aa",
    "t=-5,v1=aa",
    "t=²,v1=aa",
    "t=99999999999999999999,v1=aa",
    "t=12345",
    "v1=aa",
    "not base64 at all!",
    "é",
    "\udcff",
    "A" * 5000,
    "v1,AAAA " * 2000,
    "t=12345," + "v1=" + "a" * 64 + ("," + "v1=" + "a" * 64) * 2000,
]


@pytest.mark.parametrize("value", MALFORMED)
@pytest.mark.parametrize("name", SIGNED)
def test_malformed_signatures_are_bad_signatures_and_nothing_else(name: str, value: str) -> None:
    good = platforms.headers(name, BODY, at_ms=kit.NOW_MS)
    for header in good:
        if "topic" in header.lower() or "source" in header.lower() or "delivery" in header.lower():
            continue
        with pytest.raises(BadSignature):
            check(
                name,
                platforms.webhook(good | {header: value}, BODY),
                [platforms.SECRETS[f"{name}-demo"]],
            )
        without = {other: text for other, text in good.items() if other != header}
        with pytest.raises(BadSignature):
            check(name, platforms.webhook(without, BODY), [platforms.SECRETS[f"{name}-demo"]])


@pytest.mark.parametrize("name", ["stripe", "standard"])
@pytest.mark.parametrize(
    ("seconds_off", "accepted"), [(0, True), (300, True), (-300, True), (301, False), (-301, False)]
)
def test_a_signed_time_is_five_minutes_off_at_most(
    name: str, seconds_off: int, accepted: bool
) -> None:
    given = platforms.headers(name, BODY, at_ms=kit.NOW_MS + seconds_off * 1000)
    webhook = platforms.webhook(given, BODY)
    secrets = [platforms.SECRETS[f"{name}-demo"]]
    if accepted:
        check(name, webhook, secrets)
    else:
        with pytest.raises(BadSignature):
            check(name, webhook, secrets)


@pytest.mark.parametrize(
    ("declared", "key"),
    [
        ("a&amp;b", "a&b"),
        ("a&b", "a&b"),
        ("&lt;&gt;&quot;&#039;", "<>\"'"),
        ("&#x27;&#39;", "''"),
        ("&amp;lt;", "&lt;"),
        ("&copy;&nbsp;", "&copy;&nbsp;"),
    ],
)
def test_woocommerce_unescapes_its_secret(declared: str, key: str) -> None:
    given = platforms.headers("woocommerce", BODY, secret=key)
    check("woocommerce", platforms.webhook(given, BODY), [declared])


@pytest.mark.parametrize(
    ("shop_url", "accepted"),
    [
        (None, True),
        ("https://shop.example", True),
        ("http://SHOP.example/", True),
        ("https://other.example", False),
        ("https://shop.example/second", False),
    ],
)
def test_a_woocommerce_delivery_of_another_shop(shop_url: str | None, accepted: bool) -> None:
    webhook = platforms.webhook(platforms.headers("woocommerce", BODY), BODY)
    secrets = [platforms.SECRETS["woocommerce-demo"]]
    own = {} if shop_url is None else {"shop_url": shop_url}
    if accepted:
        check("woocommerce", webhook, secrets, **own)
    else:
        with pytest.raises(BadSignature):
            check("woocommerce", webhook, secrets, **own)


@pytest.mark.parametrize(
    ("body", "headers", "ping"),
    [
        (b"webhook_id=7", {}, True),
        (b"webhook_id=7&x=1", {}, False),
        (b"webhook_id=", {}, False),
        (b"webhook_id=7\n", {}, False),
        (b"", {}, False),
        (b"webhook_id=7", {"X-WC-Webhook-Signature": "AAAA"}, False),
    ],
)
def test_the_ping_of_woocommerce(body: bytes, headers: dict[str, str], ping: bool) -> None:
    is_ping = platform("woocommerce").is_ping
    assert is_ping is not None
    assert is_ping(platforms.webhook(headers, body)) is ping


def test_square_signs_the_address_byte_for_byte() -> None:
    webhook = platforms.webhook(platforms.headers("square", BODY), BODY)
    secrets = [platforms.SECRETS["square-demo"]]
    check("square", webhook, secrets)
    with pytest.raises(BadSignature):
        check("square", webhook, secrets, notification_url=platforms.URL + "/")


def test_stripe_takes_the_secret_as_it_is_written() -> None:
    decoded = base64.b64decode(platforms.KEY)
    content = f"{kit.NOW_MS // 1000}.".encode() + BODY
    signed = hmac.new(decoded, content, "sha256").hexdigest()
    header = {"Stripe-Signature": f"t={kit.NOW_MS // 1000},v1={signed}"}
    with pytest.raises(BadSignature):
        check("stripe", platforms.webhook(header, BODY), [f"whsec_{platforms.KEY}"])


def test_standard_webhooks_under_the_names_of_svix_and_without_prefix() -> None:
    given = platforms.headers("standard", BODY, at_ms=kit.NOW_MS)
    renamed = {name.replace("webhook-", "svix-"): value for name, value in given.items()}
    check("standard", platforms.webhook(renamed, BODY), [platforms.KEY])


def test_a_standard_secret_that_is_not_base64_is_the_owners_fault() -> None:
    webhook = platforms.webhook(platforms.headers("standard", BODY, at_ms=kit.NOW_MS), BODY)
    check("standard", webhook, ["not base64!", platforms.SECRETS["standard-demo"]])
    with pytest.raises(Misconfigured, match="standard-demo is not base64"):
        check("standard", webhook, ["not base64!"])

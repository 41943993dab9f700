"""What a source of each platform needs in the owner's file."""

from typing import Any

import pytest
from pydantic import ValidationError

from mteja.business.sources import source_faults
from mteja.orders.platforms import source_fields
from tests import platforms


@pytest.mark.parametrize(
    ("platform", "changes", "field", "fault"),
    [
        ("square", {}, "notification_url", "a square source needs it"),
        ("square", {"notification_url": "http://shop.example/"}, "notification_url", "should be"),
        ("shopify", {}, "shop_domain", "a shopify source needs it"),
        ("shopify", {"shop_domain": "a.myshopify.com\n"}, "shop_domain", "should be"),
        ("stripe", {"shop_domain": "a.myshopify.com"}, "shop_domain", "is for shopify sources"),
        ("standard", {"shop_url": "https://shop.example"}, "shop_url", "is for woocommerce"),
        ("stripe", {"colour": "red"}, "colour", "means nothing"),
        ("woocommerce", {"shop_url": "shop.example"}, "shop_url", "should be"),
        ("etsy", {}, "platform", "no platform etsy, but shopify, square, standard"),
        ("base", {}, "platform", "no platform base"),  # a module beside them that is none
    ],
)
def test_a_wrong_source(platform: str, changes: dict[str, Any], field: str, fault: str) -> None:
    source = platforms.bare_source(platform, **changes)
    ((where, why),) = source_faults(source, source_fields())
    assert (where, fault in why) == (field, True), why


@pytest.mark.parametrize("value", [None, 7, ["a"], {"b": "c"}])
def test_what_a_platform_asks_for_is_text(value: object) -> None:
    with pytest.raises(ValidationError, match="shop_url"):
        platforms.bare_source("woocommerce", shop_url=value)


@pytest.mark.parametrize("platform", ["mteja.os", "../x", "Shopify", ""])
def test_a_platforms_name_is_a_name(platform: str) -> None:
    with pytest.raises(ValidationError, match="platform"):
        platforms.bare_source(platform)


def test_right_ones() -> None:
    shop = "https://shop.example/store"
    right = {
        ("woocommerce", "shop_url"): platforms.source("woocommerce", shop_url=shop),
        ("woocommerce", "shop_domain"): platforms.source("woocommerce"),
        ("square", "notification_url"): platforms.source("square"),
        ("stripe", "shop_url"): platforms.source("stripe", role="payments"),
    }
    assert [list(source_faults(one, source_fields())) for one in right.values()] == [[]] * 4
    assert [one.own(field) for (_, field), one in right.items()] == [
        shop,
        None,
        platforms.URL,
        None,
    ]

"""What a source of each platform needs in the owner's file."""

from typing import Any

import pytest
from pydantic import ValidationError

from tests import platforms


@pytest.mark.parametrize(
    ("platform", "changes", "fault"),
    [
        ("square", {"notification_url": None}, "a square source needs notification_url"),
        ("square", {"notification_url": "http://shop.example/"}, "notification_url"),
        ("shopify", {"shop_domain": None}, "a shopify source needs shop_domain"),
        ("stripe", {"shop_domain": "a.myshopify.com"}, "shop_domain is for shopify sources only"),
        ("standard", {"shop_url": "https://shop.example"}, "shop_url is for woocommerce"),
        ("woocommerce", {"shop_url": "shop.example"}, "shop_url"),
        ("etsy", {}, "platform"),
    ],
)
def test_a_wrong_source(platform: str, changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        platforms.source(platform, **changes)


def test_right_ones() -> None:
    assert platforms.source("woocommerce", shop_url="https://shop.example/store").shop_url
    assert platforms.source("woocommerce").shop_url is None
    assert platforms.source("square").notification_url == platforms.URL
    assert platforms.source("stripe", role="payments").role == "payments"

"""By which way a visit came."""

import pytest

from mteja.tracking.referrers import classify

CLASSES = set("search social email assistant paid direct internal campaign referral".split())


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        (None, "direct"),
        ("", "direct"),
        ("www.google.com", "search"),
        ("google.co.tz", "search"),
        ("google.com.br", "search"),
        ("www.google.cat", "search"),
        ("images.google.de", "search"),
        ("duckduckgo.com", "search"),
        ("search.brave.com", "search"),
        ("m.facebook.com", "social"),
        ("l.instagram.com", "social"),
        ("T.CO", "social"),
        ("www.pinterest.co.uk", "social"),
        ("com.linkedin.android", "social"),
        ("mail.google.com", "email"),
        ("outlook.live.com", "email"),
        ("gemini.google.com", "assistant"),
        ("chatgpt.com", "assistant"),
        ("www.perplexity.ai", "assistant"),
        ("googleads.g.doubleclick.net", "paid"),
        ("a-friends-blog.example", "referral"),
        ("google.example.com", "referral"),
        ("google.com.evil.example", "referral"),
        ("notgoogle.com", "referral"),
        ("127.0.0.1", "referral"),
    ],
)
def test_the_page_before_tells_the_way(host: str | None, kind: str) -> None:
    assert classify(host) == kind


@pytest.mark.parametrize(
    ("host", "campaign", "kind"),
    [
        ("www.google.com", {"medium": "CPC"}, "paid"),
        ("www.google.com", {"click": "google"}, "paid"),
        (None, {"source": "november", "medium": "email"}, "email"),
        (None, {"source": "newsletter", "campaign": "sale"}, "campaign"),
        ("www.facebook.com", {"campaign": "sale"}, "social"),
        (None, {"source": "chatgpt.com"}, "assistant"),
        ("blog.example", {"ref": "friend"}, "campaign"),
        ("blog.example", {}, "referral"),
    ],
)
def test_a_campaign_that_says_its_medium_goes_before_the_page_before(
    host: str | None, campaign: dict[str, str], kind: str
) -> None:
    assert classify(host, campaign) == kind


def test_a_page_of_the_same_site_is_internal() -> None:
    assert classify("www.shop.example", own="shop.example") == "internal"
    assert classify("shop.example", {"campaign": "sale"}, own="shop.example") == "campaign"
    assert classify("blog.shop.example", own="www.shop.example") == "internal"
    assert classify("shop.example", own="blog.shop.example") == "internal"
    assert classify("m.shop.example", own="blog.shop.example") == "referral"
    origins = ("m.shop.example", "blog.shop.example")
    assert classify("m.shop.example", own="blog.shop.example", origins=origins) == "internal"
    assert classify("notshop.example", own="shop.example") == "referral"
    assert classify("google.com", own="sites.google.com") == "search"


@pytest.mark.parametrize(
    ("host", "share", "kind"),
    [
        (None, "whatsapp", "social"),
        ("shop.example", "whatsapp", "social"),
        (None, "email", "email"),
        (None, "copy", "direct"),
        ("duckduckgo.com", "copy", "search"),
        (None, "blue lamp", "campaign"),
    ],
)
def test_a_shared_link_came_by_its_network(host: str | None, share: str, kind: str) -> None:
    assert classify(host, {"share": share}, "shop.example") == kind


def test_whatever_comes_is_of_a_known_class() -> None:
    for host in ("...", ".", "a" * 300, "é.example", "co.uk", "x..y"):
        assert classify(host) in CLASSES

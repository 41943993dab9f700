"""What tells of a page that was shared, and of a visit that came of it."""

from mteja.tracking.packed import Event

SHARED = frozenset({"Page Shared", "Product Shared", "Cart Shared"})
"""Names of events: the tracker's, and those of Segment's e-commerce specification."""

_SHORT = {"wa": "whatsapp", "t": "telegram", "x": "twitter", "bsky": "bluesky", "mail": "email"}
NETWORKS = frozenset(
    "facebook twitter linkedin whatsapp telegram pinterest reddit bluesky threads vk line "
    "instagram messenger tiktok snapchat discord slack viber wechat weibo signal mastodon tumblr "
    "xing kakao zalo youtube".split()
)
"""By which a page is shared, beside the ways below. What is no name of these is OTHER: anybody may
send any word, and a row of a report holds no list of them."""

EMAIL, OTHER, UNKNOWN = "email", "other", "unknown"
_WAYS = frozenset({EMAIL, "copy", "native", "sms"})


def network(told: str) -> str | None:
    """Return a network or way by its name or the tracker's short one, None for any other word."""
    name = told.strip().lower()
    name = _SHORT.get(name, name)
    return name if name in NETWORKS or name in _WAYS else None


def network_of(event: Event) -> str | None:
    """Return where a page was shared by this event, `copy` for a copied link; None where it tells
    of something else."""
    if event.name not in SHARED:
        return None
    told = (event.properties or {}).get("share_via")
    if not told:
        return UNKNOWN
    return network(str(told)) or OTHER


def returned_from(event: Event) -> str | None:
    """Return by which shared link a page view came (`?s=`), None where by none."""
    return network((event.campaign or {}).get("share", ""))

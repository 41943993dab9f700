"""Names on social networks, as people write them: with @, or as the address of their page."""

import re
from urllib.parse import urlsplit

NETWORKS = {
    "instagram": "Instagram",
    "tiktok": "TikTok",
    "youtube": "YouTube",
    "facebook": "Facebook",
    "x": "X",
}
"""By the name of the field that asks for it: what a network is called."""

_HOSTS = {
    "instagram": ("instagram.com", "instagr.am"),
    "tiktok": ("tiktok.com",),
    "youtube": ("youtube.com",),
    "facebook": ("facebook.com", "fb.com"),
    "x": ("x.com", "twitter.com"),
}
# What networks allow is within this, and all of them take capital letters for small ones.
_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9._-]{0,48}[a-z0-9_])?", re.ASCII)
# Parts of networks' addresses that are nobody's, and what stands for nothing.
_NOBODYS = frozenset(
    "p reel reels explore stories watch shorts channel c user profile.php pages groups home i"
    " hashtag search share login settings about none null undefined".split()
)


def handle(network: str, text: str) -> str | None:
    """Return the name on a network, in small letters and without @; None for what is none, or the
    address of something else, or on another network."""
    told = text.strip().lower()
    if "/" in told:
        told = _of_address(network, told) or ""
    name = told.removeprefix("@")
    return name if _NAME.fullmatch(name) and ".." not in name and name not in _NOBODYS else None


def _of_address(network: str, told: str) -> str | None:
    try:
        parts = urlsplit(told if "//" in told else f"//{told}")
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    except ValueError:
        return None
    steps = [step for step in parts.path.split("/") if step]
    if parts.scheme not in {"", "http", "https"} or host not in _HOSTS[network] or len(steps) != 1:
        return None
    return steps[0]

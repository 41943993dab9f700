"""What every page tells the browser to allow: next to nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

_NONE: Mapping[str, tuple[str, ...]] = MappingProxyType({})


@dataclass(frozen=True)
class Policy:
    """What is let through beyond the page's own files.

    `embedders` are origins whose pages may show this one in a frame. `also` names further sources
    by directive of the Content-Security-Policy: `{"script-src": ("https://challenges.example",)}`.
    """

    embedders: tuple[str, ...] = ()
    also: Mapping[str, tuple[str, ...]] = field(default=_NONE)


CLOSED = Policy()
"""For staff: in no frame, and nothing from elsewhere."""

_OWN = "style-src script-src img-src connect-src manifest-src worker-src form-action".split()


def security(policy: Policy = CLOSED) -> dict[str, str]:
    """Return the headers that guard a page, which is never kept by a cache.

    `Referrer-Policy: same-origin` and not `no-referrer`: with that, a browser sends a form with
    `Origin: null`, and its origin could not be checked.
    """
    directives: dict[str, tuple[str, ...]] = {"default-src": ("'none'",), "base-uri": ("'none'",)}
    directives |= dict.fromkeys(_OWN, ("'self'",))
    directives["frame-ancestors"] = policy.embedders or ("'none'",)
    for name, sources in policy.also.items():
        directives[name] = (*directives.get(name, ()), *sources)
    guarded = {
        "content-security-policy": "; ".join(
            " ".join((name, *sources)) for name, sources in directives.items()
        ),
        "cache-control": "no-store",
        "cross-origin-opener-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "referrer-policy": "same-origin",
        "strict-transport-security": "max-age=31536000",
        "x-content-type-options": "nosniff",
    }
    if not policy.embedders:
        guarded["x-frame-options"] = "DENY"
    return guarded

"""What `@segment/analytics-next` asks for before it sends anything: where to, and that nothing
else is to be loaded.
"""

from typing import Any

_ON = {"__default": {"enabled": True, "integrations": {}}}


def settings(write_key: str, host: str, protocol: str) -> dict[str, Any]:
    """Return the settings of a site for the library. `host` is where the request came to: there
    the calls are taken too."""
    return {
        "integrations": {
            "Segment.io": {
                "apiKey": write_key,
                "apiHost": f"{host}/v1",
                "protocol": protocol,
                "unbundledIntegrations": [],
                "addBundledMetadata": True,
                "maybeBundledConfigIds": {},
                "versionSettings": {"version": "4.4.7", "componentTypes": ["browser"]},
            }
        },
        "plan": {"track": _ON, "identify": _ON, "group": _ON},
        "edgeFunction": {},
        "analyticsNextEnabled": True,
        "middlewareSettings": {},
        "enabledMiddleware": {},
        # The library's own measurements would go to Segment.
        "metrics": {"sampleRate": 0},
        "legacyVideoPluginsEnabled": False,
        "remotePlugins": [],
    }

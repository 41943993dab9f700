"""The shipped tracker asks nothing of a browser that its last two versions lack, or does without.

What browsers know: MDN's compatibility data (https://github.com/mdn/browser-compat-data, CC0),
locked in browsers/package-lock.json. What the script asks for is read off the script.
"""

import json
import os
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from tests import kit

_HERE = Path(__file__).parent / "browsers"
_SHIPPED = kit.ROOT / "layers/core/mteja/tracking/tracker/mteja.min.js"

# By the name that the script says: where MDN's data has it. Members of one name are all looked at.
_ASKED = {
    "Date": "javascript.builtins.Date",
    "JSON": "javascript.builtins.JSON",
    "Math": "javascript.builtins.Math",
    "PerformanceObserver": "api.PerformanceObserver.PerformanceObserver",
    "Uint32Array": "javascript.builtins.Uint32Array",
    "addEventListener": "api.EventTarget.addEventListener.options_parameter",
    "apply": "javascript.builtins.Function.apply",
    "ariaPressed": "api.Element.ariaPressed",
    "catch": "javascript.builtins.Promise.catch",
    "clearTimeout": "api.clearTimeout",
    "clipboard": "api.Navigator.clipboard",
    "closest": "api.Element.closest",
    "cookie": "api.Document.cookie",
    "crypto": "api.crypto",
    "dataset": "api.HTMLElement.dataset",
    "document": "api.Window.document",
    "domContentLoadedEventEnd": "api.PerformanceNavigationTiming.domContentLoadedEventEnd",
    "exec": "javascript.builtins.RegExp.exec",
    "fetch": "api.fetch",
    "getEntries": "api.PerformanceObserverEntryList.getEntries",
    "getEntriesByType": "api.Performance.getEntriesByType",
    "getRandomValues": "api.Crypto.getRandomValues",
    "getSelection": "api.Window.getSelection",
    "globalPrivacyControl": "api.Navigator.globalPrivacyControl",
    "hidden": "api.Document.hidden",
    "history": "api.Window.history",
    "host": "api.HTMLAnchorElement.host",
    "href": "api.HTMLAnchorElement.href",
    "innerWidth": "api.Window.innerWidth",
    "join": "javascript.builtins.Array.join",
    "language": "api.Navigator.language",
    "loadEventEnd": "api.PerformanceNavigationTiming.loadEventEnd",
    "localStorage": "api.Window.localStorage",
    "location": "api.Window.location",
    "map": "javascript.builtins.Array.map",
    "min": "javascript.builtins.Math.min",
    "navigator": "api.Window.navigator",
    "now": "api.Performance.now",
    "observe": "api.PerformanceObserver.observe",
    "onLine": "api.Navigator.onLine",
    "pathname": "api.HTMLAnchorElement.pathname",
    "performance": "api.Performance",
    "persisted": "api.PageTransitionEvent.persisted",
    "pop": "javascript.builtins.Array.pop",
    "prerendering": "api.Document.prerendering",
    "push": "javascript.builtins.Array.push",
    "querySelector": "api.Document.querySelector",
    "referrer": "api.Document.referrer",
    "replace": "javascript.builtins.String.replace",
    "responseStart": "api.PerformanceResourceTiming.responseStart",
    "search": "api.Location.search",
    "sendBeacon": "api.Navigator.sendBeacon",
    "sessionStorage": "api.Window.sessionStorage",
    "setTimeout": "api.setTimeout",
    "splice": "javascript.builtins.Array.splice",
    "split": "javascript.builtins.String.split",
    "src": "api.HTMLScriptElement.src",
    "startTime": "api.PerformanceEntry.startTime",
    "startsWith": "javascript.builtins.String.startsWith",
    "stringify": "javascript.builtins.JSON.stringify",
    "target": "api.Event.target",
    "test": "javascript.builtins.RegExp.test",
    "title": "api.Document.title",
    "type": "api.Event.type",
    "webdriver": "api.Navigator.webdriver",
    "window": "api.Window.window",
}
# The script's own: its attributes, what it sends, what it gives to the page.
_OWN = set("consent key load mteja mtejaFavourite mtejaRating".split())
# What no name says: syntax, events, and options that stand in strings and objects.
_UNNAMED = [
    "api.Document.prerenderingchange_event",
    "api.Document.visibilitychange_event",
    "api.Element.copy_event",
    "api.History.pushState",
    "api.History.replaceState",
    "api.LargestContentfulPaint",
    "api.Navigator.share",
    "api.Clipboard.writeText",
    "api.PerformanceNavigationTiming",
    "api.Request.keepalive",
    "api.Window.online_event",
    "api.Window.pagehide_event",
    "api.Window.pageshow_event",
    "api.Window.popstate_event",
    "javascript.operators.logical_or_assignment",
    "javascript.operators.optional_chaining",
    "javascript.operators.spread.spread_in_object_literals",
    "javascript.regular_expressions.lookahead_assertion",
    "javascript.statements.try_catch.optional_catch_binding",
]
# What a browser lacks and the script then does without. docs/visitors.md says what follows.
_LACKED = {
    "api.Document.prerendering": {"firefox", "safari", "safari_ios"},
    "api.Document.prerenderingchange_event": {"firefox", "safari", "safari_ios"},
    "api.Navigator.globalPrivacyControl": {"chrome", "edge", "safari", "safari_ios"},
    "api.Navigator.share": {"firefox"},
}


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the script asks for, and what browsers lack of it."""
    folder = tmp_path_factory.mktemp("browsers")
    shutil.copytree(_HERE, folder, dirs_exist_ok=True)
    _node("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", folder=folder)
    asked = json.dumps({"features": sorted({*_ASKED.values(), *_UNNAMED})})
    told: dict[str, Any] = json.loads(
        _node("node", "known.mjs", str(_SHIPPED), folder=folder, given=asked)
    )
    return told


def test_its_syntax_is_known_to_all(known: dict[str, Any]) -> None:
    assert known["edition"] <= 2021


def test_all_that_it_asks_for_is_looked_up(known: dict[str, Any]) -> None:
    assert {*known["names"], *known["members"]} - _OWN == set(_ASKED)


def test_only_what_it_does_without_is_lacked_by_a_browser(known: dict[str, Any]) -> None:
    assert {name: len(found) for name, found in known["versions"].items()} == dict.fromkeys(
        ["chrome", "edge", "firefox", "safari", "safari_ios"], 2
    )
    assert {feature: set(where) for feature, where in known["missing"].items()} == _LACKED


def _node(program: str, *arguments: str, folder: Path, given: str = "") -> str:
    scripts = sysconfig.get_path("scripts")
    done = subprocess.run(  # noqa: S603 - our own script
        [f"{scripts}/{program}", *arguments],
        cwd=folder,
        input=given,
        capture_output=True,
        text=True,
        env=os.environ | {"PATH": f"{scripts}:{os.environ['PATH']}"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout

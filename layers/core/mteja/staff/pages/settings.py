"""**Settings**: what the owner has to put into pages and shops, and whether it works: are websites
and shops heard from. What can be changed stands in the owner's file; secrets are shown nowhere.
"""

import re
from datetime import date
from typing import Any
from urllib.parse import quote

from mteja.business.load import sites
from mteja.business.sites import Site
from mteja.http.request import Request
from mteja.sources import silence
from mteja.staff.access import may_see_settings
from mteja.staff.pages.asking import Ask, Response
from mteja.staff.products import tables_apart
from mteja.store.table import customers_table
from mteja.times import business_day, now_ms, rfc3339
from mteja.tracking import hearing

SECTION = "settings"
_TEMPLATE = "staff/settings.html"
_ON_THIS_MACHINE = re.compile(r"(.*\.)?localhost|127\.0\.0\.1")


def show(ask: Ask) -> Response:
    """Answer `GET /staff/settings`."""
    may_see_settings(ask.session.caller)
    now, zone, declared = now_ms(), ask.business.time_zone, sites().sites
    heard = hearing.last_heard(
        [site.id for site in declared], tables=tables_apart(), zone=zone, now_ms=now
    )
    return ask.page(
        _TEMPLATE,
        SECTION,
        websites=[_website(ask, site, heard[site.id]) for site in declared],
        shops=_shops(ask, now),
        today=str(business_day(now, zone)),
        look_back=hearing.LOOK_BACK_DAYS,
    )


def _website(ask: Ask, site: Site, heard: date | None) -> dict[str, Any]:
    root, key = _root(ask.request), quote(site.write_key)
    pixel = f"{root}/v1/pixel.gif?key={key}&amp;path=/"
    return {
        "id": site.id,
        "snippet": f'<script defer src="{root}/mteja.js" data-key="{key}"></script>',
        "pixel": f'<noscript><img src="{pixel}" alt=""></noscript>',
        "origins": site.origins or ask.business.allowed_origins,
        "heard": None if heard is None else str(heard),
    }


def _shops(ask: Ask, now: int) -> list[dict[str, Any]]:
    declared = ask.business.sources
    ids = [one.id for one in declared]
    heard = silence.heard_of(customers_table(), ids, now, ask.business.time_zone)
    return [
        {
            "id": one.id,
            "platform": one.platform,
            "role": one.role,
            "heard_at": rfc3339(max(heard[one.id])) if heard[one.id] else None,
            "silent": silence.is_silent(heard[one.id], now),
            "address": f"{_root(ask.request)}/v1/webhooks/{one.id}",
        }
        for one in declared
    ]


def _root(request: Request) -> str:
    """Return the API's address as the browser has it, from which the pages of others load. The
    local stack has no TLS."""
    host = request.headers.get("host", "")
    local = _ON_THIS_MACHINE.fullmatch(host.partition(":")[0])
    before = request.path[: request.path.index("/staff")]
    return f"{'http' if local else 'https'}://{host}{before}"

"""The shapes of reports, as `mteja.summaries.reports` makes them. No function imports this."""

from typing import Annotated, TypedDict

from pydantic import Field

from mteja.http.operations import Day

Share = Annotated[float, Field(ge=0, le=1, description="a share, 0 to 1")]

_About = TypedDict(
    "_About", {"site": str, "from": Day, "to": Day, "until": Day, "incomplete": list[Day]}
)
"""`until`: the last day that is in it; earlier than `to` where today is not over, or has had too
many visits to be summarised on the spot. `incomplete`: days of which a part could not be made, and
is not in it."""


class Load(TypedDict):
    """How fast a page opened, in milliseconds: the median and worse."""

    p50: int | None
    p75: int | None
    p95: int | None


class Page(TypedDict):
    path: Annotated[str, Field(description="`(other)`: all paths beyond the first thousand")]
    views: int
    visitors: int
    entries: int
    exits: int
    exit_rate: Share
    exits_without_goal: int
    bounces: int
    active_ms_median: int | None
    load_ms: Load
    shares: int
    shares_by_network: dict[str, int]
    share_returns: Annotated[int, Field(description="views that came of a shared link")]


class BotViews(TypedDict):
    """Page views of robots, which count nowhere else."""

    views: int


class Bots(BotViews):
    by_reason: dict[str, int]


class Pages(_About):
    """The most viewed page first."""

    items: list[Page]
    bots: BotViews


class VisitsOfDay(TypedDict):
    day: Day
    sessions: int
    visitors: Annotated[int, Field(description="who comes on two days is a visitor of both")]
    views: int


class Source(TypedDict):
    channel: str
    sessions: int
    bounces: int
    with_goal: Annotated[int, Field(description="that reached a goal")]
    share: Share


class Way(TypedDict):
    path: Annotated[list[str], Field(description="pages in order, at most the first six")]
    count: int


class GoalReached(TypedDict):
    goal: str
    sessions: int


class Campaign(TypedDict):
    campaign: str
    sessions: int


class Sessions(_About):
    """Ways and campaigns: the largest fifty, the largest first."""

    sessions: int
    visitors: int
    views: int
    bounce_rate: Share
    duration_median_s: int | None
    by_day: list[VisitsOfDay]
    by_source: list[Source]
    paths: list[Way]
    transitions: list[Way]
    goals: list[GoalReached]
    campaigns: list[Campaign]
    bots: Bots
    late: Annotated[int, Field(description="events that came too late to count on their day")]
    refused: Annotated[dict[str, int], Field(description="events that were refused, by reason")]

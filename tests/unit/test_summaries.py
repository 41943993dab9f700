"""Summaries are pure functions of what happened: however a day is split, ordered or repeated."""

import json
import random
import zlib
from datetime import timedelta
from string import ascii_letters
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mteja.store.table import MAX_ITEM_BYTES
from mteja.summaries import pages, visits
from mteja.summaries.kinds import KINDS, Part, kind
from mteja.summaries.rows import OTHER
from mteja.summaries.storing import MAX_ROWS, stored_form
from mteja.summaries.working import shard_days
from mteja.tracking.packed import Batch, shard_of
from tests.visits import DAY, SITE, ZONE, batch, event, leave, moment, page

NEXT = DAY + timedelta(days=1)
PREVIOUS = DAY - timedelta(days=1)
MINUTE = 60_000


def parts_of(batches: list[Batch], name: str, shards: int = 1, day: Any = DAY) -> list[Part]:
    """Return a day's parts, one for each shard."""
    return [
        kind(name).of(
            shard_days(
                [one for one in batches if shard_of(one.visitor) % shards == shard],
                day, day, [SITE], ZONE,
            )[SITE.id, day]
        )
        for shard in range(shards)
    ]  # fmt: skip


def whole(batches: list[Batch], name: str, shards: int = 1, day: Any = DAY) -> Part:
    return kind(name).merge(parts_of(batches, name, shards, day))


def canonical(part: Part) -> str:
    return json.dumps(part, sort_keys=True)


def row(batches: list[Batch], path: str, day: Any = DAY) -> dict[str, int]:
    return dict(pages.merged_rows([whole(batches, "pages", day=day)])[path].counts)


HAPPENED = st.lists(
    st.tuples(
        st.integers(-40, 26 * 60),  # minutes from the beginning of the day
        st.integers(0, 6),  # visitor
        st.sampled_from(["page", "leave", "event", "shared", "bot", "viewed", "saved"]),
        st.integers(0, 4),  # path
        st.integers(0, 90),  # minutes until it came
    ),
    max_size=40,
)


def told(happened: tuple[int, int, str, int, int]) -> Batch:
    minutes, visitor, what, path, waited = happened
    at = moment("00:00") + minutes * MINUTE
    made = {
        "page": lambda: page(at, f"/{path}", load={"load": 100 + path}, referrer="google.com"),
        "bot": lambda: page(at, f"/{path}"),
        "leave": lambda: leave(at, f"/{path}", 1000 * path),
        "event": lambda: event(at, "Signed Up", f"/{path}"),
        "shared": lambda: event(at, "Page Shared", f"/{path}", properties={"share_via": "x"}),
        "viewed": lambda: event(at, "Product Viewed", properties={"product_id": f"p{path}"}),
        "saved": lambda: event(
            at, "Product Added to Wishlist", properties={"product_id": f"p{path}"}
        ),
    }[what]()
    bot = "Googlebot" if what == "bot" else None
    return batch(made, f"v{visitor}", received_at=at + waited * MINUTE, bot=bot)


@pytest.mark.parametrize("name", sorted(KINDS))
@given(happened=HAPPENED, chance=st.randoms(use_true_random=False), shards=st.integers(1, 8))
def test_any_split_order_and_repetition_gives_the_same_summary(
    name: str, happened: list[Any], chance: random.Random, shards: int
) -> None:
    batches = [told(one) for one in happened]
    shuffled = batches + chance.choices(batches, k=len(batches)) if batches else []
    chance.shuffle(shuffled)
    parts = parts_of(shuffled, name, shards)
    chance.shuffle(parts)
    middle = chance.randrange(len(parts) + 1)
    nested = kind(name).merge([kind(name).merge(parts[:middle]), kind(name).merge(parts[middle:])])
    assert canonical(nested) == canonical(whole(batches, name))


@given(happened=HAPPENED)
def test_each_session_and_each_view_counts_on_one_day_whatever_the_day_asked_for(
    happened: list[Any],
) -> None:
    batches = [told(one) for one in happened]
    days = [PREVIOUS, DAY, NEXT, NEXT + timedelta(days=1)]
    one_by_one = [whole(batches, "sessions", day=day) for day in days]
    at_once = shard_days(batches, days[0], days[-1], [SITE], ZONE)
    assert [canonical(visits.merge([visits.of(at_once[SITE.id, day])])) for day in days] == [
        canonical(one) for one in one_by_one
    ]
    seen = {one.events[0].id for one in batches if one.bot is None and one.events[0].type == "page"}
    assert sum(one["views"] for one in one_by_one) == len(seen)


def test_a_session_over_midnight_counts_on_the_day_on_which_it_begins() -> None:
    batches = [batch([page(moment("23:59"), "/a"), page(moment("00:01", NEXT), "/b")])]
    assert [whole(batches, "sessions", day=day)["sessions"] for day in (DAY, NEXT)] == [1, 0]
    assert [whole(batches, "sessions", day=day)["views"] for day in (DAY, NEXT)] == [1, 1]
    assert row(batches, "/b", DAY)["exits"] == 1
    assert row(batches, "/b", NEXT)["views"] == 1


def test_a_page_tells_entries_exits_bounces_and_exits_without_goal() -> None:
    at = moment("10:00")
    batches = [
        batch([page(at, "/in"), page(at + 1, "/out")], "v1"),
        batch(page(at, "/in"), "v2"),
        batch([page(at, "/in"), page(at + 1, "/thank-you")], "v3"),
    ]
    assert row(batches, "/in") == {
        "views": 3, "entries": 3, "exits": 1, "exits_without_goal": 1, "bounces": 1,
        "share_returns": 0,
    }  # fmt: skip
    assert row(batches, "/thank-you")["exits_without_goal"] == 0


def test_shares_count_by_network_and_visits_that_came_of_one() -> None:
    at = moment("10:00")
    shared = event(at, "Page Shared", "/a", properties={"share_via": "whatsapp"})
    came = page(at, "/a", campaign={"share": "whatsapp"})
    found = pages.merged_rows(
        [whole([batch([page(at, "/a"), shared]), batch(came, "v2")], "pages")]
    )
    assert dict(found["/a"].shares) == {"whatsapp": 1}
    assert found["/a"].counts["share_returns"] == 1


def test_robots_late_and_refused_ones_stand_apart() -> None:
    at = moment("10:00")
    batches = [
        batch(page(at), "bot", bot="Googlebot"),
        batch(page(at - 5 * 24 * 60 * MINUTE), "late", received_at=at),
        batch([], "bad", refused={"too old": 2}),
    ]
    told = whole(batches, "sessions")
    assert (told["sessions"], told["views"]) == (0, 0)
    assert (told["bots"], told["late"], told["refused"]) == (
        {"Googlebot": 1}, {"page": 1}, {"too old": 2},
    )  # fmt: skip
    assert whole(batches, "pages")["bots"] == 1


def test_a_hundred_thousand_paths_are_a_thousand_and_one_row() -> None:
    at = moment("10:00")
    batches = [
        batch([page(at + step, f"/p/{number * 50 + step}") for step in range(50)], f"v{number}")
        for number in range(2_000)
    ]
    batches.append(batch([page(at, "/popular")] * 1 + [page(at + 1, "/popular")], "again"))
    data = stored_form("pages", whole(batches, "pages"))
    rows = pages.merged_rows([json.loads(zlib.decompress(data))])
    assert len(rows) == MAX_ROWS + 1
    assert rows["/popular"].counts["views"] == 2
    assert sum(one.counts["views"] for one in rows.values()) == 100_002
    assert rows[OTHER].counts["views"] == 100_002 - 2 - (MAX_ROWS - 1)


def test_a_part_that_would_not_fit_an_item_has_fewer_rows() -> None:
    at = moment("10:00")
    chance = random.Random(3)  # noqa: S311 - the same paths each time
    batches = [
        batch(page(at, f"/{chance.getrandbits(4_000):x}"), f"v{number}") for number in range(900)
    ]
    data = stored_form("pages", whole(batches, "pages"))
    assert len(data) <= 380_000
    rows = pages.merged_rows([json.loads(zlib.decompress(data))])
    assert sum(one.counts["views"] for one in rows.values()) == 900
    assert OTHER in rows


@pytest.mark.parametrize("name", sorted(KINDS))
def test_what_visitors_send_never_makes_a_part_that_no_item_holds(name: str) -> None:
    at = moment("10:00")
    chance = random.Random(7)  # noqa: S311 - the same each time

    def anything(length: int) -> str:
        return "".join(chance.choices(ascii_letters, k=length))

    batches = [
        batch(
            [page(at, f"/{anything(1_500)}", campaign={"campaign": anything(100)})]
            + [event(at + step, "Product Viewed", properties={"product_id": anything(100)})
               for step in range(40)]
            + [event(at + step, "Page Shared", "/a", properties={"share_via": anything(90)})
               for step in range(40)],
            f"v{number}",
        )
        for number in range(300)
    ]  # fmt: skip
    part = whole(batches, name)
    data = stored_form(name, part)
    assert len(data) <= MAX_ITEM_BYTES
    assert len(json.dumps(kind(name).cut(part, 0))) < 50_000
    assert kind(name).cut(part, 0) == kind(name).cut(kind(name).cut(part, 100), 0)


def test_a_network_that_nobody_knows_is_another_one() -> None:
    at = moment("10:00")
    told = [event(at, "Page Shared", "/a", properties={"share_via": via})
            for via in ("wa", "WhatsApp", "made up", "<script>", "")]  # fmt: skip
    found = pages.merged_rows([whole([batch(told)], "pages")])
    assert dict(found["/a"].shares) == {"whatsapp": 2, "other": 2, "unknown": 1}


def test_of_very_many_rows_the_largest_are_merged_and_nothing_is_lost_of_the_sum(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in ("pages", "products", "rows"):
        monkeypatch.setattr(f"mteja.summaries.{module}.MOST_MERGED", 20)
    at = moment("10:00")
    days = [
        [
            batch(
                [page(at, "/popular"), page(at + 1, f"/{day}-{number}")]
                + [event(at + step, "Product Viewed", properties={"product_id": product})
                   for step, product in enumerate(("lamp", f"p{day}-{number}"))],
                f"v{day}-{number}",
            )
            for number in range(15)
        ]
        for day in range(6)
    ]  # fmt: skip
    seen = pages.merge(whole(one, "pages") for one in days)
    assert len(seen["rows"]) <= 21
    assert seen["rows"]["/popular"]["counts"][0] == 90
    assert sum(row["counts"][0] for row in seen["rows"].values()) == 180
    viewed = kind("products").merge(whole(one, "products") for one in days)
    assert len(viewed["rows"]) <= 21
    assert viewed["rows"]["lamp"][0] == 90
    assert sum(row[0] for row in viewed["rows"].values()) == 180
    ways = kind("sessions").merge(whole(one, "sessions") for one in days)
    assert len(ways["paths"]) <= 21
    assert sum(ways["paths"].values()) == 90


HOSTILE = ["/\ud800", "/<script>", "/=1+1", '/"', "/\x00", "/" + "é" * 300, "/a\nb", "/(other)"]


@pytest.mark.parametrize("path", HOSTILE)
@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_hostile_path_is_a_path(path: str, name: str) -> None:
    data = stored_form(name, whole([batch(page(moment("10:00"), path))], name))
    assert json.loads(zlib.decompress(data))


def test_a_summary_of_nothing_is_a_summary() -> None:
    told = whole([], "sessions")
    assert (told["sessions"], told["by_source"], told["paths"]) == (0, {}, {})
    assert whole([], "pages")["rows"] == {}

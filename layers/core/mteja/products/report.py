"""The report on products: numbers, of nobody."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from mteja.products.days import Figures, merged
from mteja.products.ranking import best_seller_score, trend
from mteja.products.rating import Rating, rating
from mteja.products.standing import Standing
from mteja.products.storing import SoldDay
from mteja.summaries.rows import OTHER

MAX_ROWS = 1_000
_ROUNDED = 4
_NO_FIGURES = Figures()
_NOTHING = Standing()


@dataclass(frozen=True)
class Row:
    """One product. `before`, `recent`: pieces sold in the two halves of the time that was asked
    for, of the days that are over; of an odd number of days the first is in neither."""

    product: str
    title: str
    figures: Figures
    stand: Standing
    rating: Rating
    score: float
    before: int
    recent: int


# By what a report may be ordered, the greatest first.
ORDERS: Mapping[str, Callable[[Row], float]] = {
    "best": lambda row: row.score,
    "sold": lambda row: row.figures.sold,
    "viewed": lambda row: row.figures.views,
    "saved": lambda row: row.figures.saves,
    "saved-not-bought": lambda row: row.stand.saved_not_bought,
    "rated": lambda row: row.rating.bound or 0.0,
}


def rows(
    sold: Mapping[date, SoldDay],
    seen: Mapping[str, Figures],
    stands: Mapping[str, Standing],
    first: date,
    last: date,
    today: date,
) -> list[Row]:
    """Return a row for each product that anything is known of. `seen`: views and saves of the whole
    time; best sellers are weighted as of its last day. Today, which is not over, would make every
    trend go down in the morning."""
    products = {product: figures for product, figures in seen.items() if product != OTHER}
    whole = merged([*(one.figures for one in sold.values()), products])
    titles = {product: title for day in sorted(sold) for product, title in sold[day].titles.items()
              if title}  # fmt: skip
    over = min(last, today - timedelta(days=1))
    half = timedelta(days=max((over - first).days + 1, 0) // 2)
    by_day = _by_product(sold)
    found: list[Row] = []
    for product in sorted(whole.keys() | stands.keys()):
        pieces = by_day.get(product, {})
        stand = stands.get(product, _NOTHING)
        recent = sum(n for day, n in pieces.items() if over - half < day <= over)
        before = sum(n for day, n in pieces.items() if over - 2 * half < day <= over - half)
        found.append(
            Row(
                product,
                titles.get(product) or stand.title,
                whole.get(product, _NO_FIGURES),
                stand,
                rating(stand.stars),
                best_seller_score(pieces, last),
                before,
                recent,
            )
        )
    return found


def others(seen: Mapping[str, Figures]) -> dict[str, int]:
    """Return what was seen of the products that no summary tells apart."""
    rest = seen.get(OTHER, _NO_FIGURES)
    return {"views": rest.views, "saved": rest.saves, "removed": rest.removals}


def shown(found: list[Row], by: str) -> list[dict[str, Any]]:
    """Return rows in order, as JSON: at most MAX_ROWS."""
    rank = ORDERS[by]
    ordered = sorted(found, key=lambda row: (-rank(row), -row.score, row.product))
    return [_shown(row) for row in ordered[:MAX_ROWS]]


def _shown(row: Row) -> dict[str, Any]:
    rated, figures = asdict(row.rating), row.figures
    return {
        "product_id": row.product,
        "title": row.title or None,
        "sold": figures.sold,
        "orders": figures.orders,
        "net": dict(figures.net),
        "views": figures.views,
        "saved": figures.saves,
        "removed": figures.removals,
        "on_lists": row.stand.saved,
        "saved_not_bought": row.stand.saved_not_bought,
        "buyers": row.stand.buyers,
        "rating": {
            "mean": _rounded(rated["mean"]),
            "n": rated["n"],
            "bound": _rounded(rated["bound"]),
            "of_buyers": sum(row.stand.stars_of_buyers),
        },
        "score": round(row.score, _ROUNDED),
        "trend": trend(row.before, row.recent),
        "sold_before": row.before,
        "sold_recently": row.recent,
    }


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, _ROUNDED)


def _by_product(sold: Mapping[date, SoldDay]) -> dict[str, dict[date, int]]:
    found: dict[str, dict[date, int]] = {}
    for day, one in sold.items():
        for product, figures in one.figures.items():
            found.setdefault(product, {})[day] = figures.sold
    return found

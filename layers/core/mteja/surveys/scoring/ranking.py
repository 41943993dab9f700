"""What people put before what: Borda's count, mean rank, first choices, duels, and whether the
order in which options were shown had a say.

Borda's count gives an option a point for each one that stands below it: of four, 3, 2, 1 and 0
(Borda, "Mémoire sur les élections au scrutin", 1781). Whoever ranked only some of them said nothing
of the rest: the others share the places, and the points, that are left, as tied ranks are averaged
(Kendall, "The treatment of ties in ranking problems", Biometrika 33, 1945). So each person gives
the same number of points, and stopping early is no trick. A ranking of nothing is one that was
skipped. A mean rank says the same as Borda's count on another scale; both are told, since owners
ask for either.

A duel of two options is won by the one that more people put first; who ranked one of them prefers
it to one that they left out; who ranked neither has no say.

Position. Options are shuffled for each person, so that each place is as likely to hold anybody's
first choice as any other, whatever people like. Where the 95 % interval (Wilson) of the share of
first choices that the place shown first got is without 1/k, it had a say.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations

from mteja.intervals import wilson

_ROUNDED = 4


@dataclass(frozen=True)
class Ranked:
    """One option. `borda`: points of all together; `mean_rank` from 1; `first_share`: of those who
    ranked anything; `ranked`: how many ranked it; `wins`: duels won."""

    option: str
    borda: float
    mean_rank: float
    first_share: float
    first_interval: tuple[float, float]
    ranked: int
    wins: int


@dataclass(frozen=True)
class Duel:
    """How many put `option` before `over`."""

    option: str
    over: str
    count: int


@dataclass(frozen=True)
class Place:
    """How often what was shown in a place, from 1, was somebody's first choice."""

    place: int
    count: int
    share: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class Ranking:
    """Of `n` who ranked anything, the best option first. `biased`: the place shown first had a say;
    None where nobody was shown a shuffled order."""

    n: int
    items: tuple[Ranked, ...]
    pairwise: tuple[Duel, ...]
    places: tuple[Place, ...]
    biased: bool | None


def ranking(
    answers: Iterable[tuple[Sequence[str], Sequence[str]]], options: Sequence[str]
) -> Ranking:
    """Return what rankings amount to. `answers`: what each person ranked, best first, and the order
    in which options were shown, empty where it was not shuffled. What is none of `options`, since
    the owner has taken it away, is passed over."""
    known = frozenset(options)
    ballots: Counter[tuple[str, ...]] = Counter()
    shown_first: Counter[int] = Counter()
    for ranked, shown in answers:
        ballot = tuple(option for option in ranked if option in known)
        if ballot:
            ballots[ballot] += 1
            if len(shown) == len(options) and ballot[0] in shown:
                shown_first[shown.index(ballot[0])] += 1
    n = ballots.total()
    duels = _duels(ballots, options)
    items = [_ranked(option, ballots, options, duels, n) for option in options] if n else []
    places = _places(shown_first, len(options))
    return Ranking(
        n=n,
        items=tuple(sorted(items, key=lambda one: (-one.borda, one.option))),
        pairwise=tuple(Duel(*pair, count) for pair, count in sorted(duels.items())),
        places=places,
        biased=_biased(places, len(options)),
    )


def _duels(ballots: Counter[tuple[str, ...]], options: Sequence[str]) -> Counter[tuple[str, str]]:
    duels: Counter[tuple[str, str]] = Counter(dict.fromkeys(permutations(options, 2), 0))
    for ballot, people in ballots.items():
        left = set(options)
        for option in ballot:
            left.discard(option)
            for lower in left:
                duels[option, lower] += people
    return duels


def _ranked(
    option: str,
    ballots: Counter[tuple[str, ...]],
    options: Sequence[str],
    duels: Counter[tuple[str, str]],
    n: int,
) -> Ranked:
    rank_sum = 0.0
    ranked = first = 0
    for ballot, people in ballots.items():
        if option in ballot:
            ranked += people
            first += people if ballot[0] == option else 0
            rank_sum += people * (ballot.index(option) + 1)
        else:
            rank_sum += people * (len(ballot) + 1 + len(options)) / 2
    others = [other for other in options if other != option]
    return Ranked(
        option=option,
        borda=round(n * len(options) - rank_sum, _ROUNDED),
        mean_rank=round(rank_sum / n, _ROUNDED),
        first_share=round(first / n, _ROUNDED),
        first_interval=wilson(first, n),
        ranked=ranked,
        wins=sum(duels[option, other] > duels[other, option] for other in others),
    )


def _places(shown_first: Counter[int], options: int) -> tuple[Place, ...]:
    n = shown_first.total()
    return tuple(
        Place(at + 1, shown_first[at], round(shown_first[at] / n, _ROUNDED),
              wilson(shown_first[at], n))
        for at in range(options if n else 0)
    )  # fmt: skip


def _biased(places: Sequence[Place], options: int) -> bool | None:
    if not places:
        return None
    low, high = places[0].interval
    return not low <= 1 / options <= high

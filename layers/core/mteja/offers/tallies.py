"""Outcomes added up: of a day, of many days. A pure function of the outcomes, in any order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mteja.offers.outcomes import Outcome

type Row = tuple[str, int | None]
"""A rule, or one step of it."""


@dataclass
class Money:
    """Of one currency: how many bought in it, the sum of what they spent and of its squares."""

    buyers: int = 0
    net: int = 0
    squares: int = 0


@dataclass
class Tally:
    """One group of people. `bought`: how many bought anything within the window."""

    people: int = 0
    sent: int = 0
    stopped: int = 0
    redeemed: int = 0
    handed_on: int = 0
    bought: int = 0
    money: dict[str, Money] = field(default_factory=dict)

    def take(self, one: Outcome) -> None:
        self.people += 1
        self.sent += one.sent
        self.stopped += one.stopped
        self.redeemed += one.redeemed
        self.handed_on += one.handed_on
        self.bought += bool(one.net)
        for currency, net in one.net.items():
            self._add(currency, 1, net, net * net)

    def merge(self, other: "Tally") -> None:
        for name in ("people", "sent", "stopped", "redeemed", "handed_on", "bought"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for currency, one in other.money.items():
            self._add(currency, one.buyers, one.net, one.squares)

    def _add(self, currency: str, buyers: int, net: int, squares: int) -> None:
        money = self.money.setdefault(currency, Money())
        money.buyers += buyers
        money.net += net
        money.squares += squares


@dataclass
class Groups:
    """Whom a rule offered something, and whom it held out by chance."""

    offered: Tally = field(default_factory=Tally)
    held_out: Tally = field(default_factory=Tally)

    def merge(self, other: "Groups") -> None:
        self.offered.merge(other.offered)
        self.held_out.merge(other.held_out)


type Day = dict[Row, Groups]


def of_outcomes(outcomes: Iterable[Outcome]) -> Day:
    """Return a day by rule and by step. A rule is measured from the first thing that it did in a
    silence, so that nobody who climbs a ladder is counted twice; each step from its own day."""
    day: Day = {}
    for one in outcomes:
        rows: list[Row] = [(one.rule, one.step)]
        if one.first:
            rows.append((one.rule, None))
        for row in rows:
            groups = day.setdefault(row, Groups())
            (groups.held_out if one.held_out else groups.offered).take(one)
    return day


def merged(days: Iterable[Day]) -> Day:
    """Return days as one."""
    whole: Day = {}
    for day in days:
        for row, groups in day.items():
            whole.setdefault(row, Groups()).merge(groups)
    return whole


def as_json(day: Day) -> list[Any]:
    """Return a day as it is stored: the same for the same outcomes."""
    ordered = sorted(day, key=lambda row: (row[0], -1 if row[1] is None else row[1]))
    return [[*row, _listed(day[row].offered), _listed(day[row].held_out)] for row in ordered]


def from_json(told: Iterable[Any]) -> Day:
    """Return a day as `as_json` made it."""
    return {
        (rule, step): Groups(_tally(offered), _tally(held_out))
        for rule, step, offered, held_out in told
    }


def _listed(one: Tally) -> list[Any]:
    money = {
        currency: [known.buyers, known.net, known.squares]
        for currency, known in sorted(one.money.items())
    }
    return [
        one.people, one.sent, one.stopped, one.redeemed, one.handed_on, one.bought, money,
    ]  # fmt: skip


def _tally(told: Iterable[Any]) -> Tally:
    people, sent, stopped, redeemed, handed_on, bought, money = told
    spent: Mapping[str, list[int]] = money
    by_currency = {currency: Money(*one) for currency, one in spent.items()}
    return Tally(people, sent, stopped, redeemed, handed_on, bought, by_currency)

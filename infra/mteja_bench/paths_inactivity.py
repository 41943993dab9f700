"""What the daily job writes: an offer or a reminder with its message, a look that moves a due date,
and a step that is passed over."""

from collections.abc import Iterator
from dataclasses import dataclass

from mteja.business.load import win_back
from mteja.business.winning_back import Step, Watching, WinBackRule
from mteja.customers.items import ProfileItem
from mteja.inactivity.acting import Job
from mteja.inactivity.replanning import sooner
from mteja.inactivity.winning import WinBackWatcher
from mteja.offers.making import Maker
from mteja.store import keys
from mteja.times import DAY_MS, business_day
from mteja_bench import path
from mteja_bench.bodies.base import Shopper
from mteja_bench.bodies.shopify import order
from mteja_bench.ground import Ground
from mteja_bench.path import Path, deliver

_CUSTOMER: list[str] = []


@dataclass(frozen=True)
class _Rule:
    """One rule, and after how many days of silence it is asked."""

    rule: WinBackRule
    days: int

    def work(self, ground: Ground) -> str:
        """Let the job act on the customer who ordered last; return what was done."""
        within = ground.recorder()
        customer = _CUSTOMER[-1]
        profile = ProfileItem.model_validate(within.table.get(keys.profile(customer)))
        bought = profile.orders.last or 0
        rules = win_back().model_copy(update={"rules": (self.rule,)})
        maker = Maker(within.table, within.business, rules.low_codes)
        watcher = WinBackWatcher(within.table, within.business, rules, maker, lambda: None)
        job = Job(within.table, (watcher,), rules.rules, within.business.time_zone)
        done = job.act(customer, str(profile.due_pk), bought + self.days * DAY_MS)
        return ", ".join(done.counts)


@dataclass(frozen=True)
class _OtherRules:
    """A rule that comes sooner than those by which the customer who ordered last was planned."""

    rule: WinBackRule

    def work(self, ground: Ground) -> str:
        """Plan that customer anew; return what was done."""
        within = ground.recorder()
        customer, rules = _CUSTOMER[-1], Watching(rules=(self.rule,))
        profile = ProfileItem.model_validate(within.table.get(keys.profile(customer)))
        now = profile.orders.last or 0
        zone = within.business.time_zone
        today = business_day(now, zone)
        write = sooner(within.table, customer, rules, zone, now, today)
        if write is None:
            return "as it was"
        within.table.transact([write])
        return "sooner"


def paths() -> Iterator[Path]:
    quiet = WinBackRule(id="quiet", hold_out_per_cent=0)
    reminder = quiet.model_copy(update={"steps": (Step(days=30), Step(days=40, per_cent=10))})
    late = WinBackRule(id="late", after="lapse", steps=(Step(days=5),), hold_out_per_cent=0)
    yield Path("daily job: an offer with a code and its message", (_Rule(quiet, 30).work,), 12,
               (_ordered(951),), "acted")  # fmt: skip
    yield Path("daily job: a reminder and its message", (_Rule(reminder, 30).work,), 11,
               (_ordered(952),), "acted")  # fmt: skip
    yield Path("daily job: the first look at when somebody lapses", (_Rule(late, 14).work,), 4,
               (_ordered(953),), "waits")  # fmt: skip
    yield Path("daily job: a step is passed over for want of consent", (_Rule(quiet, 30).work,), 4,
               (_ordered(954, agrees=False),), "skipped")  # fmt: skip
    soon = WinBackRule(id="soon", steps=(Step(days=2),), floor_days=1)
    yield Path("daily job: a due date by rules that were changed", (_OtherRules(soon).work,), 4,
               (_ordered(955),), "sooner")  # fmt: skip


def _ordered(number: int, *, agrees: bool = True) -> path.Step:
    shopper = Shopper(number).subscribed() if agrees else Shopper(number)

    def step(ground: Ground) -> str:
        result, customer = deliver(ground, order(number, shopper))
        _CUSTOMER.append(str(customer))
        return result

    return step

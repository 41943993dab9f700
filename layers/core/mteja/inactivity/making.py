"""The daily job of this process: what watches customers, and by which rules."""

from functools import cache, partial

from mteja.business import business
from mteja.business.load import asking, win_back
from mteja.business.model import Business
from mteja.business.winning_back import WinBack
from mteja.inactivity.acting import Job
from mteja.inactivity.asking import FreshnessWatcher
from mteja.inactivity.expiring import LotsWatcher
from mteja.inactivity.winning import WinBackWatcher
from mteja.offers.making import Maker
from mteja.products.gaps import read_gap
from mteja.store.apart import TableApart, summaries_table
from mteja.store.table import Table, customers_table


def job() -> Job:
    """Return the job as a function or command does it. Raises Misconfigured."""
    return job_of(customers_table(), summaries_table(), business(), win_back())


def job_of(table: Table, summaries: TableApart, declared: Business, rules: WinBack) -> Job:
    """Return the job on some tables."""
    maker = Maker(table, declared, rules.low_codes)
    shop_days = cache(partial(read_gap, summaries))  # once a bucket
    winning = WinBackWatcher(table, declared, rules, maker, shop_days)
    watchers = (LotsWatcher(table), winning, FreshnessWatcher(declared, asking))
    return Job(table, watchers, rules.rules, declared.time_zone)

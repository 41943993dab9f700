"""The rules by which quiet customers are won back, as the daily job works them."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from mteja.business.model import Business
from mteja.business.winning_back import WinBack, WinBackRule
from mteja.consent.gate import allowed
from mteja.customers.items import WatchedRule
from mteja.due import rule_days, silent_since, step_day
from mteja.inactivity.lapse import bought_on, lapse_day
from mteja.inactivity.silence import offered_at, offered_on
from mteja.inactivity.watching import ACTED, HELD_OUT, SKIPPED, Done, Foreseen, Seen
from mteja.offers.items import Standing
from mteja.offers.making import OFFER, REMINDER, Act, Made, Maker, held_out
from mteja.offers.standing import redeemed_at_till
from mteja.store.table import Table
from mteja.times import DAY_MS

NO_CONSENT, CAPPED, NO_CODES, REDEEMED = "consent", "cap", "no-codes", "redeemed"
"""Why a step is passed over. It counts as done: the ladder goes on, and nothing is made up for."""


@dataclass(frozen=True)
class WinBackWatcher:
    """Climbs the ladders. `shop_days`: the shop's median gap between purchases, asked for where a
    rule needs it; None where the shop has none."""

    table: Table
    business: Business
    win_back: WinBack
    maker: Maker
    shop_days: Callable[[], float | None]

    def days(self, seen: Seen) -> Iterator[date]:
        """Yield the day of each rule's next step in the person's silence."""
        return rule_days(seen.silent, self.win_back.rules, self._zone)

    def act(self, seen: Seen) -> Done:
        """Do the first step that is due. A person gets one offer a day: what else is due waits for
        the next run."""
        watched = dict(seen.silent.watched or {})
        before = dict(watched)
        had_one = offered_on(seen.person, seen.today, self._zone)
        made: Made | None = None
        skipped: Counter[str] = Counter()
        for rule in self.win_back.rules:
            known = self._due(seen, rule, watched)
            if known is None or made is not None or had_one:
                continue
            why_not = self._why_not(seen, rule, known)
            if why_not is None:
                made = self._make(seen, rule, known)
                why_not = NO_CODES if made is None else None
            if why_not is not None:
                skipped[why_not] += 1
            watched[rule.id] = known.model_copy(
                update={
                    "done": known.done + 1,
                    "on": seen.today.isoformat(),
                    "days": rule.steps[known.done].days,
                }
            )
        changes = {"watched": watched} if watched != before else {}
        counts = Counter({SKIPPED: skipped.total()})
        if made is not None:
            counts[HELD_OUT if made.offer.standing is Standing.HELD_OUT else ACTED] += 1
        return Done(made.writes if made is not None else (), changes, +counts, skipped)

    def foresee(self, seen: Seen) -> Iterator[Foreseen]:
        """Yield the steps that are due, and what would be done; of those that wait for the next run
        since the person gets one offer a day, too."""
        watched = dict(seen.silent.watched or {})
        for rule in self.win_back.rules:
            known = self._due(seen, rule, watched)
            if known is not None:
                yield Foreseen(rule.id, known.done, self._what(seen, rule, known))

    def _what(self, seen: Seen, rule: WinBackRule, known: WatchedRule) -> str:
        why_not = self._why_not(seen, rule, known)
        if why_not is not None:
            return why_not
        if held_out(Act(seen.person, seen.customer, rule, known.done, known.cycle)):
            return HELD_OUT
        return REMINDER if rule.steps[known.done].per_cent is None else OFFER

    def _due(
        self, seen: Seen, rule: WinBackRule, watched: dict[str, WatchedRule]
    ) -> WatchedRule | None:
        """Return how far a rule is, where its next step is due today. The first look at somebody
        who may have lapsed notes when that is."""
        since = silent_since(seen.silent, rule)
        if since is None:
            return None
        known = watched.get(rule.id) or WatchedRule(cycle=since)
        if not self._is_time(seen, rule, known):
            return None
        if rule.after == "lapse" and known.lapse is None:
            bought = bought_on(self.table, seen.person, self._zone)
            lapse = lapse_day(bought, self.shop_days())
            known = known.model_copy(update={"lapse": lapse.isoformat()})
            watched[rule.id] = known
        return known if self._is_time(seen, rule, known) else None

    def _is_time(self, seen: Seen, rule: WinBackRule, known: WatchedRule) -> bool:
        if known.done >= len(rule.steps):
            return False
        return step_day(seen.silent, rule, known.cycle, known, self._zone) <= seen.today

    def _why_not(self, seen: Seen, rule: WinBackRule, known: WatchedRule) -> str | None:
        stated = [member.profile.consents for member in seen.person.members]
        if not allowed(rule.purpose, stated, self.business):
            return NO_CONSENT
        offers = [one for member in seen.person.members for one in member.offers]
        if redeemed_at_till(offers, known.cycle):
            return REDEEMED
        cap = self.win_back.cap
        since = seen.now_ms - cap.days * DAY_MS
        lately = sum(1 for at in offered_at(seen.person) if at > since)
        return CAPPED if lately >= cap.offers else None

    def _make(self, seen: Seen, rule: WinBackRule, known: WatchedRule) -> Made | None:
        act = Act(seen.person, seen.customer, rule, known.done, known.cycle)
        return self.maker.make(act, seen.now_ms)

    @property
    def _zone(self) -> str:
        return self.business.time_zone

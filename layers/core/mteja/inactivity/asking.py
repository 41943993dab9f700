"""Asking once a year whether what we know is still right, as the daily job works it."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from mteja.business.forms import Asking
from mteja.business.model import Business
from mteja.freshness.asking import ask, asked, asks_on
from mteja.inactivity.watching import ASKED, Done, Foreseen, Seen
from mteja.mail.outbox import post


@dataclass(frozen=True)
class FreshnessWatcher:
    """Writes the message. `asking` is asked for where somebody is due by some rule."""

    business: Business
    asking: Callable[[], Asking]

    def days(self, seen: Seen) -> Iterator[date]:
        """Yield the day on which the person is to be asked next, by all that is known of it."""
        day = asks_on(seen.person, self.asking(), self.business.time_zone)
        if day is not None:
            yield day

    def act(self, seen: Seen) -> Done:
        """Write the message where it is time, in the transaction by which the next one is due in a
        year."""
        message = ask(
            seen.person,
            self.asking(),
            zone=self.business.time_zone,
            now_ms=seen.now_ms,
        )
        if message is None:
            return Done()
        return Done((post(message, seen.customer),), asked(seen.now_ms), Counter({ASKED: 1}))

    def foresee(self, seen: Seen) -> Iterator[Foreseen]:
        """Yield that the person would be asked."""
        if any(day <= seen.today for day in self.days(seen)):
            yield Foreseen("freshness", 0, ASKED)

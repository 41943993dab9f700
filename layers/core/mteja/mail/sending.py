"""Sending what waits: decided, opened, claimed, sent and settled, each step on what stood before.

- A message is claimed in one transaction with the version of every member of its person. A consent
  taken back, an erasure or another message of the same moment makes it fail, and all is decided
  anew.
- Marketing leaves the outbox with its claim: whoever dies after that has sent it once or not at
  all. It stays claimed, is shown so, and only what SES tells of it settles it.
- What the person asked for stays in the outbox until it is settled, under a lease: whoever dies
  leaves it to the next.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mteja.customers.language import language_of
from mteja.customers.opening import Opener
from mteja.customers.present import as_read
from mteja.customers.reading import Person, read_person
from mteja.errors import NotFound
from mteja.mail import outbox
from mteja.mail.channels import Outcome, Parcel
from mteja.mail.deciding import Later, Rules, Way, Withhold, decide
from mteja.mail.items import MessageItem
from mteja.mail.letters import Writer
from mteja.mail.links import LinkMaker
from mteja.mail.messages import (
    CLAIMED,
    FAILED,
    PENDING,
    SENT,
    WITHHELD,
    key_of,
    tried,
)
from mteja.store import keys
from mteja.store.table import Delete, Put, State, Table, TransactionLost, Write
from mteja.vault.keyring import Keyring

ERASED, GONE, LATER, NOT_NOW, UNKNOWN = "erased", "gone", "later", "not-now", "unknown"
UNREADABLE, PASSED_OVER, ERROR = "unreadable", "passed-over", "error"
# Longer than a mailer lives.
LEASE_MS = 900_000
_ATTEMPTS = 6
# How often something is tried that AWS does not take, each time after twice as long.
MOST_TRIES = 8
_AGAIN_AFTER_MS = 60_000


@dataclass(frozen=True)
class Mailer:
    table: Table
    keyring: Keyring
    rules: Rules
    writer: Writer
    links: LinkMaker
    clock: Callable[[], int]

    def sweep(
        self, until: Callable[[], bool], trouble: Callable[[Exception], None]
    ) -> Counter[str]:
        """Send what is due, until `until` says that time is up; return what became of how many.

        A message that fails is told to `trouble`, put off, and keeps no other from being sent. A
        channel that takes nothing now is asked no more: what would go by it waits for the next
        look, as it is.
        """
        became: Counter[str] = Counter()
        closed: set[str] = set()
        places = outbox.partitions()
        random.shuffle(places)  # so that several mailers begin in different places
        for item in self._due(places):
            if until():
                break
            try:
                result = self.work(item, closed)
            except Exception as error:
                trouble(error)
                result = self._fail(item, trouble)
            became[result] += 1
        return became

    def _due(self, places: Iterable[str]) -> Iterable[MessageItem]:
        for place in places:
            yield from outbox.due(self.table, place, self.clock())

    def work(self, item: MessageItem, closed: set[str] | None = None) -> str:
        """Do with a message of the outbox what is to be done now; return what became of it. What
        another mailer has done meanwhile, or is at, is left alone. `closed`: the channels that take
        nothing now; what is found to take nothing is added."""
        for attempt in range(_ATTEMPTS):
            try:
                return self._once(item, set() if closed is None else closed)
            except TransactionLost:
                time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311
        return GONE

    def _fail(self, item: MessageItem, trouble: Callable[[Exception], None]) -> str:
        """Put off a message that failed. Where that fails too, it stands as it was, and is found
        again."""
        try:
            return self._put_off(item, ERROR)
        except Exception as error:
            trouble(error)
            return ERROR

    def _once(self, found: MessageItem, closed: set[str]) -> str:
        now = self.clock()
        before = keys.message(found.customer, found.id)
        stored = self.table.get_many([key_of(found), before])
        if key_of(found) not in stored:
            return GONE
        item = MessageItem.model_validate(stored[key_of(found)])
        if (item.leased_until or 0) > now:
            return GONE
        known = MessageItem.model_validate(stored[before]) if before in stored else None
        if known is not None and (known.status != CLAIMED or item.purpose is not None):
            # Settled by what SES told, or marketing that was written again: it left once.
            self._transact([Delete(key_of(item), item.v)])
            return known.status
        try:
            person = read_person(self.table, item.customer)
        except NotFound:
            self._transact([Delete(key_of(item), item.v)])
            return ERASED
        decision = decide(item, person, self.rules, now)
        match decision:
            case Later():
                self._transact(outbox.again(item, decision.at))
                return LATER
            case Withhold():
                return self._end(item, person, known, WITHHELD, decision.why)
            case Way():
                if decision.channel.name in closed:
                    return PASSED_OVER
                result = self._send(item, person, known, decision)
                if result == NOT_NOW:
                    closed.add(decision.channel.name)
                return result

    def _send(self, item: MessageItem, person: Person, known: MessageItem | None, way: Way) -> str:
        item = self._in_language(item, person)
        opener = Opener(person.ids, self.table, self.keyring)
        opened = opener.identifier(way.address.customer, way.address.held)
        if not opened.readable:
            return self._end(item, person, known, FAILED, UNREADABLE)
        links = self.links.links(item, self.clock())
        told = self.rules.cause(item).values(item, person)
        letter = self.writer.write(item.template, str(item.language), links, **told)
        claimed = self._claim(item, person, known, way)
        outcome = way.channel.send(Parcel(item, letter, str(opened.value)))
        return self._settle(*claimed, outcome)

    def _in_language(self, item: MessageItem, person: Person) -> MessageItem:
        """Return a message in the language that it was written for, or else in that of its person,
        or else in the business's first."""
        offered = self.rules.business.languages
        language = item.language or language_of(person, offered) or offered[0]
        return item.model_copy(update={"language": language})

    def _claim(
        self, item: MessageItem, person: Person, known: MessageItem | None, way: Way
    ) -> tuple[MessageItem, MessageItem]:
        """Claim a message; return it as it stands in the outbox and in its customer's partition."""
        now = self.clock()
        attempts = item.attempts + 1
        v = 1 if known is None else known.v + 1
        mine = tried(
            item,
            now,
            CLAIMED,
            v=v,
            channel=way.channel.name,
            reached=way.address.held.index,
            attempts=attempts,
        )
        leased = item.model_copy(
            update={"v": item.v + 1, "attempts": attempts, "leased_until": now + LEASE_MS}
        )
        first: Write = Put(leased.model_dump(exclude_none=True), item.v)
        if item.purpose is not None:
            first = Delete(key_of(item), item.v)
        ahead = self.rules.cause(item).claimed(mine, person, now)
        raised = as_read(person, item.customer, ahead.changes)
        self._transact([first, _put(mine, known), *ahead.writes, *raised])
        return leased, mine

    def _end(
        self,
        item: MessageItem,
        person: Person,
        known: MessageItem | None,
        status: str,
        why: str,
    ) -> str:
        """Take a message out of the outbox that is not sent, and keep why."""
        item = self._in_language(item, person)
        v = 1 if known is None else known.v + 1
        now = self.clock()
        ended = tried(item, now, status, v=v, reason=why)
        writes: list[Write] = [Delete(key_of(item), item.v), _put(ended, known)]
        ahead = self.rules.cause(item).ended(item, person, why, now)
        raised = as_read(person, item.customer, ahead.changes)
        self._transact([*writes, *ahead.writes, *raised])
        return status

    def _settle(self, waiting: MessageItem, mine: MessageItem, outcome: Outcome) -> str:
        """Write what became of a message. Where it is gone meanwhile (erased), or SES has told
        already, nothing is written over that. Its time stays that of the claim, on whose day it is
        counted."""
        marketing = mine.purpose is not None
        match outcome:
            case Outcome.SENT:
                status, reason = SENT, None
            case Outcome.REFUSED:
                status, reason = FAILED, "refused"
            case Outcome.NOT_NOW if waiting.attempts < MOST_TRIES:
                return self._not_now(waiting, mine)
            case Outcome.NOT_NOW:
                status, reason = FAILED, NOT_NOW
            case Outcome.UNKNOWN if marketing:
                status, reason = CLAIMED, UNKNOWN  # it may have left: not again
            case Outcome.UNKNOWN if waiting.attempts < MOST_TRIES:
                return self._put_off(waiting, UNKNOWN)
            case Outcome.UNKNOWN:
                status, reason = FAILED, UNKNOWN
        done = tried(mine, mine.at or self.clock(), status, v=mine.v + 1, reason=reason)
        writes: list[Write] = [Put(done.model_dump(exclude_none=True), mine.v)]
        if status == FAILED and reason is not None and reason != UNKNOWN:
            writes += self.rules.cause(mine).failed(mine, reason)
        if not marketing:
            writes.append(Delete(key_of(waiting), waiting.v))
        self._try(writes)
        return status if reason != UNKNOWN else UNKNOWN

    def _not_now(self, waiting: MessageItem, mine: MessageItem) -> str:
        """Nothing left: the claim is given back."""
        due = self._next(waiting)
        if mine.purpose is None:
            self._try(outbox.again(waiting, due, leased_until=None))
            return NOT_NOW
        back = waiting.model_copy(update={"status": PENDING, "leased_until": None})
        key = keys.outbox(back.customer, due, back.id)
        item = back.model_copy(update={"pk": key.pk, "sk": key.sk, "due": due})
        self._try(
            [
                Put(item.model_dump(exclude_none=True), State.ABSENT),
                Delete(key_of(mine), mine.v),
                *self.rules.cause(mine).given_back(mine),
            ]
        )
        return NOT_NOW

    def _put_off(self, item: MessageItem, result: str) -> str:
        """Try a message again later, or give it up after so many times. `item` as we know it: where
        the lease on it is another's, that one is at it."""
        stored = self.table.get(key_of(item))
        if stored is None:
            return result
        waiting = MessageItem.model_validate(stored)
        if (waiting.leased_until or 0) > self.clock() and waiting != item:
            return result
        if waiting.attempts < MOST_TRIES:
            more = waiting.attempts + (waiting.leased_until is None)
            self._try(outbox.again(waiting, self._next(waiting), leased_until=None, attempts=more))
            return result
        try:
            person = read_person(self.table, item.customer)
        except NotFound:
            self._try([Delete(key_of(waiting), waiting.v)])
            return ERASED
        raw = self.table.get(keys.message(item.customer, item.id))
        known = None if raw is None else MessageItem.model_validate(raw)
        return self._end(waiting, person, known, FAILED, result)

    def _next(self, waiting: MessageItem) -> int:
        return self.clock() + (_AGAIN_AFTER_MS << min(waiting.attempts, MOST_TRIES))

    def _transact(self, writes: Iterable[Write]) -> None:
        self.table.transact(list(writes))

    def _try(self, writes: Iterable[Write]) -> None:
        """Write what is true unless something truer stands there by now."""
        try:
            self._transact(writes)
        except TransactionLost:
            return


def _put(item: MessageItem, known: MessageItem | None) -> Put:
    return Put(item.model_dump(exclude_none=True), State.ABSENT if known is None else known.v)

"""Making an offer: what one step of a rule does for one person, as the writes of one transaction.

When it is done, for whom, and whether it may be, the daily job decides (mteja.inactivity).
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from mteja.business.model import Business
from mteja.business.winning_back import WinBackRule
from mteja.customers.reading import Person
from mteja.ids import ulid
from mteja.offers import stock
from mteja.offers.codes import new_code, typed
from mteja.offers.items import CodeItem, FreeCodeItem, OfferItem, Standing
from mteja.offers.standing import placed, put
from mteja.store import index_keys, offer_keys
from mteja.store.keys import Key
from mteja.store.table import Delete, State, Table, TransactionLost, Write
from mteja.times import business_day, day_begins

if TYPE_CHECKING:
    from mteja.mail.messages import Message

REMINDER, OFFER = "win-back", "offer"
"""Templates of messages."""
RULE, CYCLE, STEP = "rule", "cycle", "step"
"""What a message of an offer is about."""


@dataclass(frozen=True)
class Act:
    """One step of a rule's ladder, in the silence of a person that began at `cycle` (epoch ms: the
    latest over all members). `customer` is the member in whose partition it is written, and whose
    PROFILE the transaction raises; the others' it checks."""

    person: Person
    customer: str
    rule: WinBackRule
    step: int
    cycle: int


@dataclass(frozen=True)
class Made:
    """What one act writes, all of it or nothing, together with the PROFILE. `offer.standing` is
    OPEN, or HELD_OUT where nothing is sent."""

    offer: OfferItem
    writes: tuple[Write, ...]


@dataclass(frozen=True)
class Maker:
    """Makes offers. `low_codes`: with so few codes left in a list, staff get a task."""

    table: Table
    business: Business
    low_codes: int
    new_code: Callable[[], str] = new_code

    def make(self, act: Act, now_ms: int) -> Made | None:
        """Return an offer to be written now; None where its step takes a code from a list and none
        is left, which is the only thing that it reads (and notes, as a task for staff). Who is held
        out gets none then either: else the days without codes would be in one group alone.

        Each write demands that the act was not done before (State.ABSENT), and a code of a list
        that nobody else takes it: a lost transaction is to be made again.
        """
        codes = act.rule.codes_of(act.rule.steps[act.step])
        free = None if codes is None else self._free(codes, now_ms)
        if free is not None and not free:
            return None
        if held_out(act):
            offer = self._offer(act, now_ms, standing=Standing.HELD_OUT)
            return Made(offer, (put(offer, State.ABSENT),))
        from mteja.mail.messages import new_id
        from mteja.mail.outbox import post

        offer = self._offer(act, now_ms, standing=Standing.OPEN, message=new_id(now_ms))
        writes: list[Write] = []
        if offer.per_cent is not None:
            code, before = self._new() if free is None else self._of_list(free[0])
            offer = offer.model_copy(update={"code": code.code, "stock": code.stock})
            writes.append(put(code.model_copy(update={"offer": offer}), before))
            if code.stock is not None:
                taken = offer_keys.free_code(code.stock, _plain(code.code))
                writes.append(Delete(taken, State.PRESENT))
        posted = post(self._message(act, offer), act.customer)
        return Made(offer, (put(offer, State.ABSENT), *writes, posted))

    def _offer(self, act: Act, now_ms: int, **known: object) -> OfferItem:
        zone = self.business.time_zone
        day = business_day(now_ms, zone)
        key = offer_keys.offer(act.customer, act.rule.id, act.cycle, act.step)
        offer_id = f"off_{ulid(now_ms)}"
        told = {
            "pk": key.pk,
            "sk": key.sk,
            "id": offer_id,
            "customer": act.customer,
            "rule": act.rule.id,
            "step": act.step,
            "cycle": act.cycle,
            "first": not _of_silence(act),
            "per_cent": act.rule.steps[act.step].per_cent,
            "at": now_ms,
            "ends": day_begins(day + timedelta(days=act.rule.valid_days + 1), zone) - 1,
            "log_pk": offer_keys.offers_log(day, offer_id),
            "log_sk": index_keys.log_position(now_ms, act.rule.id, offer_id),
        }
        return placed(OfferItem.model_validate(told | known))

    def _free(self, codes: str, now_ms: int) -> list[FreeCodeItem]:
        """Return some free codes of a list, and note where only few are left after one of them."""
        free = stock.some_free(self.table, codes, self.low_codes + 2)
        if len(free) - 1 <= self.low_codes:
            stock.note_low(self.table, codes, now_ms)
        return free

    def _new(self) -> tuple[CodeItem, State]:
        """Return a code of ours, and how it must stand before."""
        text = self.new_code()
        key = offer_keys.code(_plain(text))
        return CodeItem(pk=key.pk, sk=key.sk, code=text), State.ABSENT

    def _of_list(self, free: FreeCodeItem) -> tuple[CodeItem, int]:
        """Return a code of a list as it will stand, and how it must stand before. Raises
        TransactionLost."""
        raw = self.table.get(offer_keys.code(_plain(free.code)))
        if raw is None:
            raise TransactionLost  # it was taken out of the list meanwhile
        known = CodeItem.model_validate(raw)
        return known.model_copy(update={"v": known.v + 1}), known.v

    def _message(self, act: Act, offer: OfferItem) -> "Message":
        from mteja.mail.messages import Message

        return Message(
            id=str(offer.message),
            template=REMINDER if offer.per_cent is None else OFFER,
            language=None,
            due=offer.at,
            not_after=offer.ends,
            purpose=act.rule.purpose,
            about={RULE: offer.rule, CYCLE: str(offer.cycle), STEP: str(offer.step)},
        )


def named(customer: str, about: Mapping[str, str]) -> Key:
    """Return the key of the offer that a message of a customer is about."""
    return offer_keys.offer(customer, about[RULE], int(about[CYCLE]), int(about[STEP]))


def held_out(act: Act) -> bool:
    """Whether a person gets nothing of a rule, to compare with: drawn by a hash of rule and person,
    so that it stays so. Within one silence it stays as it was at its first step, also where the
    person was linked with another meanwhile."""
    before = _of_silence(act)
    if before:
        return before[0].standing is Standing.HELD_OUT
    text = f"{act.rule.id}\x1f{act.person.id}"
    digest = hashlib.blake2s(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest) % 100 < act.rule.hold_out_per_cent


def _of_silence(act: Act) -> list[OfferItem]:
    """Return what the rule did in this silence; of members who were linked since, it may have begun
    otherwise."""
    return [
        one
        for member in act.person.members
        for one in member.offers
        if one.rule == act.rule.id and (one.cycle == act.cycle or one.at > act.cycle)
    ]


def _plain(code: str) -> str:
    plain = typed(code)
    if plain is None:
        raise ValueError("not a code")
    return plain

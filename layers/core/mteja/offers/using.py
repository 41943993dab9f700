"""What a use of a code changes: of an order, in its own transaction, or by staff at a till."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mteja.errors import AlreadyTaken, InvalidInput, NotFound
from mteja.offers.codes import typed
from mteja.offers.items import CodeItem, OfferItem, Use
from mteja.offers.standing import changed, put, redeemed, used
from mteja.recording.draft import Draft
from mteja.recording.facts import Json
from mteja.recording.reading import Stored
from mteja.sources.own import STAFF
from mteja.store import offer_keys
from mteja.store.keys import Key
from mteja.store.table import Delete, Table, Write

CODE = "code"


def uses_code(
    raw: Mapping[str, object] | None, use: tuple[str, str, int | None], *, used: bool
) -> list[Write]:
    """Return the writes by which an order (source, id, when it was placed) uses a code, or does so
    no more; none where it is no code of ours, and where that is so already."""
    source, order_id, at = use
    code = None if raw is None else CodeItem.model_validate(raw)
    if code is None or at is None:
        return []
    return _uses(code, Use(source=source, id=order_id, at=at), takes=used)


def check_at_the_till(raw: Mapping[str, object] | None, now_ms: int) -> None:
    """Raise AlreadyTaken, InvalidInput for a code of ours with which staff can't sell anything. One
    of the shop is the shop's business."""
    code = None if raw is None else CodeItem.model_validate(raw)
    if code is not None and code.offer is not None:
        may_be_redeemed(code.offer, now_ms, "discount_codes")


def _uses(code: CodeItem, use: Use, *, takes: bool) -> list[Write]:
    if code.offer is None:
        return _spoilt(code, use.at) if takes and code.spoilt is None else []
    mine = (use.source, use.id)
    others = [one for one in code.offer.uses if (one.source, one.id) != mine]
    after = used(code.offer, [*others, use] if takes else others)
    return [] if after.uses == code.offer.uses else list(changed(code, code.offer, after))


def _spoilt(code: CodeItem, at: int) -> list[Write]:
    """A code of a list was used before anybody was given it: nobody is given it any more."""
    writes: list[Write] = [put(code.model_copy(update={"v": code.v + 1, "spoilt": at}), code.v)]
    plain = typed(code.code)
    if code.stock is not None and plain is not None:
        writes.append(Delete(offer_keys.free_code(code.stock, plain)))
    return writes


def find(table: Table, text: str) -> OfferItem:
    """Return the offer of a code, however it is typed. Raises NotFound, also for a code that nobody
    was given."""
    return _offer(table.get(_key(text)))


def _key(text: str) -> Key:
    plain = typed(text)
    if plain is None:
        raise NotFound("offer")
    return offer_keys.code(plain)


def _offer(raw: Mapping[str, object] | None) -> OfferItem:
    code = None if raw is None else CodeItem.model_validate(raw)
    if code is None or code.offer is None:
        raise NotFound("offer")
    return code.offer


@dataclass(frozen=True)
class StaffRider:
    """Redeems an offer at a till: at once, by a member of staff."""

    code: str
    by: str
    at: int

    def reads(self) -> Iterable[Key]:
        return (_key(self.code),)

    def ride(
        self,
        stored: Stored,
        customer: str | None,  # noqa: ARG002 - whose it is stands in the code
        draft: Draft,
    ) -> Mapping[str, Json]:
        """Use the code. Raises NotFound, AlreadyTaken for one that was redeemed, InvalidInput for
        one that has ended."""
        code = stored.item(CodeItem, _key(self.code))
        if code is None or code.offer is None:
            raise NotFound("offer")
        may_be_redeemed(code.offer, self.at)
        draft.add(*_uses(code, Use(source=STAFF, id=self.by, at=self.at), takes=True))
        return {}

    def let_go(self) -> None:
        """Nothing was taken."""


def may_be_redeemed(offer: OfferItem, now_ms: int, field: str = CODE) -> None:
    """Raise AlreadyTaken where an offer was redeemed, InvalidInput where it has ended."""
    if redeemed(offer) is not None:
        raise AlreadyTaken(field, "was redeemed before")
    if now_ms > offer.ends:
        raise InvalidInput(field, "has ended")

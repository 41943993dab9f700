"""A person as it is stored: its members, reached over links, with one Query each."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from mteja.customers.items import (
    CandidateItem,
    ConsentItem,
    InteractionItem,
    LinkItem,
    ProfileItem,
    TraitsItem,
)
from mteja.customers.traits import with_seen
from mteja.errors import NotFound
from mteja.inventory import StoredItem
from mteja.store import keys, offer_keys, people_keys, product_keys
from mteja.store.table import Table
from mteja.store.wire import Item

if TYPE_CHECKING:
    from mteja.forms.items import OwnsItem, PlaceItem
    from mteja.mail.items import MessageItem
    from mteja.offers.items import OfferItem
    from mteja.products.items import InterestItem
    from mteja.rewards.items import PointsItem
    from mteja.social.items import ReachItem

# What a customer is beside its timeline, usually: so many items more are asked for in one Query.
_BESIDE = 20


@dataclass(frozen=True)
class Latest:
    """What was read along of a timeline, newest first. `older`: there may be more."""

    items: tuple[InteractionItem, ...] = ()
    older: bool = True


@dataclass(frozen=True)
class Member:
    """One customer and what its partition holds, but for timeline and audit trail. What few ask for
    is taken apart, and its module imported, when somebody does."""

    id: str
    profile: ProfileItem
    traits: TraitsItem | None
    links: tuple[LinkItem, ...]
    candidates: tuple[CandidateItem, ...]
    consents: tuple[ConsentItem, ...]
    latest: Latest = Latest()
    stored: tuple[Item, ...] = field(default=(), repr=False)

    @cached_property
    def owns(self) -> tuple["OwnsItem", ...]:
        from mteja.forms.items import OwnsItem

        return _of(self.stored, product_keys.OWNS_PREFIX, OwnsItem)

    @cached_property
    def places(self) -> tuple["PlaceItem", ...]:
        from mteja.forms.items import PlaceItem

        return _of(self.stored, product_keys.PLACE_PREFIX, PlaceItem)

    @cached_property
    def interests(self) -> tuple["InterestItem", ...]:
        from mteja.products.items import InterestItem

        return _of(self.stored, product_keys.INTEREST_PREFIX, InterestItem)

    @cached_property
    def points(self) -> tuple["PointsItem", ...]:
        from mteja.rewards.items import PointsItem

        return _of(self.stored, keys.POINTS_PREFIX, PointsItem)

    @cached_property
    def reach(self) -> "ReachItem | None":
        from mteja.social.items import ReachItem

        return next(iter(_of(self.stored, people_keys.REACH_SK, ReachItem)), None)

    @cached_property
    def messages(self) -> tuple["MessageItem", ...]:
        from mteja.mail.items import MessageItem

        return _of(self.stored, keys.MESSAGE_PREFIX, MessageItem)

    @cached_property
    def offers(self) -> tuple["OfferItem", ...]:
        from mteja.offers.items import OfferItem

        return _of(self.stored, offer_keys.OFFER_PREFIX, OfferItem)


@dataclass(frozen=True)
class Person:
    """The customers that are one person, in the order of their ids. There is at least one."""

    members: tuple[Member, ...]

    @property
    def id(self) -> str:
        """The smallest member's id, which stays the same whichever member was asked for."""
        return self.members[0].id

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(member.id for member in self.members)

    def member(self, customer: str) -> Member:
        """Return a member that is known to be one."""
        return next(one for one in self.members if one.id == customer)


def read_person(table: Table, customer: str, *, entries: int = 0) -> Person:
    """Return the person that a customer is a member of, strongly consistent, with one Query a
    member. `entries` asks for so many of the newest entries of each timeline in the same Query.

    Raises NotFound where there is no such customer.
    """
    found: dict[str, Member] = {}
    seen = {customer}
    waiting = [customer]
    while waiting:
        member = _read_member(table, waiting.pop(), entries)
        if member is None:
            continue
        found[member.id] = member
        linked = set(linked_to(member.links)) - seen
        seen |= linked
        waiting += sorted(linked)
    if customer not in found:
        raise NotFound("customer")
    return Person(tuple(found[one] for one in sorted(found)))


_ID = re.compile(r"cus_[0-9A-HJKMNP-TV-Z]{26}")


def read_known(table: Table, customer: str, *, entries: int = 0) -> Person:
    """Return the person of an id that somebody typed. Raises NotFound, also for what is no id: it
    may be an address, and nothing is looked up or noted by one."""
    if not is_customer_id(customer):
        raise NotFound("customer")
    return read_person(table, customer, entries=entries)


def is_customer_id(text: str) -> bool:
    """Whether a text may be the id of a customer."""
    return _ID.fullmatch(text) is not None


def linked_to(links: Iterable[LinkItem]) -> list[str]:
    """Return the customers at the other end of the links that hold."""
    return [other_end(link) for link in links if link.status == "linked"]


def other_end(item: LinkItem | CandidateItem) -> str:
    """Return the customer that a link or candidate points at."""
    return item.sk.partition("#")[2]


def _read_member(table: Table, customer: str, entries: int) -> Member | None:
    """Return a customer, or None where there is none: never known, erased, or being erased."""
    found = sorted(_items_of(table, customer, entries), key=lambda raw: str(raw["sk"]))
    (profile, *_) = *_of(found, keys.profile(customer).sk, ProfileItem), None
    (traits, *_) = *_of(found, keys.traits(customer).sk, TraitsItem), None
    if profile is None or profile.erased_at is not None:
        return None
    latest = _of(found, keys.INTERACTION_PREFIX, InteractionItem)
    return Member(
        customer,
        profile,
        None if traits is None else with_seen(traits, profile.seen),
        links=_of(found, keys.LINK_PREFIX, LinkItem),
        candidates=_of(found, keys.CANDIDATE_PREFIX, CandidateItem),
        consents=_of(found, keys.CONSENT_PREFIX, ConsentItem),
        latest=Latest(latest[::-1], older=len(latest) == entries),
        stored=tuple(found),
    )


def _of[T: StoredItem](found: Sequence[Item], prefix: str, shape: type[T]) -> tuple[T, ...]:
    """Return those whose sort key begins so, in their order."""
    return tuple(shape.model_validate(one) for one in found if str(one["sk"]).startswith(prefix))


def _items_of(table: Table, customer: str, entries: int) -> Iterator[Item]:
    """Yield what a customer is, and of what it did the newest `entries`."""
    partition = keys.customer_partition(customer)
    if not entries:
        yield from table.query(partition, between=keys.WHAT_IT_IS)
        return
    for raw in table.query(
        partition,
        between=keys.WHAT_IT_IS_AND_DID,
        newest_first=True,
        limit=entries + _BESIDE,
    ):
        yield raw
        entries -= str(raw["sk"]).startswith(keys.INTERACTION_PREFIX)
        if not entries:
            return

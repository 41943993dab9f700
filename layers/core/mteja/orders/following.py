"""What follows from an order: it invites to a survey, redeems an offer and earns points, each as a
rider in its own transaction. Nothing is imported of what the business does not have."""

from typing import TYPE_CHECKING

from mteja.business.load import rewards
from mteja.recording.facts import Fact

if TYPE_CHECKING:
    from mteja.recording.record import Recorder


def with_what_follows(fact: Fact, within: "Recorder", *, invites: bool = True) -> Fact:
    """Return a fact with what follows from its order, and from a call. What is told of the past,
    as an import does, `invites` nobody. Raises Misconfigured."""
    if invites:
        from mteja.surveys.inviting import with_invitations

        fact = with_invitations(fact)
    if fact.order is not None:
        from mteja.offers.riding import with_offers

        fact = with_offers(fact, within.table)
        if rewards() is not None:
            from mteja.rewards.earning import with_earning

            fact = with_earning(fact, within)
    return fact

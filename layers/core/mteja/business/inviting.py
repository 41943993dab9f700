"""What the owner's file says of invitations to surveys, by itself: who takes an order needs to know
that, and nothing of what surveys ask.
"""

from typing import Annotated, Literal

from pydantic import Field

from mteja.business.declared import Declared
from mteja.business.sources import Slug

type After = Literal["order", "call", "year"]


class Invite(Declared):
    """When somebody is invited: so many days after an order or a call, or once a year."""

    after: Literal["order", "call", "year"]
    days: Annotated[int, Field(ge=0, le=365, description="after the order or the call")] = 0
    per_cent: Annotated[int, Field(ge=1, le=100, description="of those who could be")] = 100


class InvitingSurvey(Declared):
    """A survey that invites."""

    id: Slug
    purpose: Slug
    consent: Slug | None = None
    invite: tuple[Invite, ...]

    def rule(self, after: str) -> Invite | None:
        """Return the rule that invites after this."""
        return next((one for one in self.invite if one.after == after), None)


class Inviting(Declared):
    """The surveys that invite by rules."""

    surveys: tuple[InvitingSurvey, ...] = ()

    def declares(self, after: After) -> bool:
        """Whether any rule invites after this."""
        return any(one.rule(after) is not None for one in self.surveys)

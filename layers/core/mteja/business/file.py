"""The owner's file as a whole: what every function knows, and what forms ask (design, section 10).

For the build. Functions load the parts that they need: a webhook pays for no form.
"""

from mteja.business.forms import Asking
from mteja.business.mailing import Mailing
from mteja.business.model import Business
from mteja.business.rewards import Rewarding
from mteja.business.sites import Sites
from mteja.business.surveys import Surveying
from mteja.business.winning_back import WinningBack


class OwnersFile(Business, Asking, Surveying, Sites, Mailing, WinningBack, Rewarding):
    """`layers/business/business.yaml`."""


def part[T: (Business, Asking, Surveying, Sites, Mailing, WinningBack, Rewarding)](
    whole: OwnersFile, kind: type[T]
) -> T:
    """Return one part of the file."""
    return kind.model_validate(whole.model_dump(include=set(kind.model_fields)))

"""What a message looks like, with links that lead nowhere. Nobody is named, and nothing is sent."""

from typing import Any

from mteja.business.mailing import Mail
from mteja.errors import NotFound
from mteja.mail.letters import Letter, Writer
from mteja.mail.links import Links
from mteja.mail.messages import MARKETING, TEMPLATES, WITHOUT_LINK
from mteja.mail.offers import told
from mteja.offers.items import OfferItem, Standing
from mteja.offers.making import OFFER, REMINDER
from mteja.store import offer_keys

_ENDS = 1_797_249_599_999  # 14 December 2026
_NOWHERE = "https://example.com/a-link-of-the-customer"


def preview(template: str, language: str, business: str, mail: Mail | None) -> Letter:
    """Return a letter. Raises NotFound for no template, and where the owner's file has no mail."""
    if template not in TEMPLATES or mail is None:
        raise NotFound("message")
    links = Links(
        None if template in WITHOUT_LINK else _NOWHERE,
        _NOWHERE if template in MARKETING else None,
    )
    return Writer(business, mail).write(template, language, links, **example(template, language))


def example(template: str, language: str) -> dict[str, Any]:
    """Return values for a template that tells more than names and links."""
    if template not in {REMINDER, OFFER}:
        return {}
    key = offer_keys.offer("cus_", "example", _ENDS, 0)
    offer = OfferItem(
        pk=key.pk,
        sk=key.sk,
        id="off_",
        customer="cus_",
        rule="example",
        step=0,
        cycle=0,
        first=True,
        per_cent=10 if template == OFFER else None,
        code="7K3F-9QXZ-41CD" if template == OFFER else None,
        standing=Standing.OPEN,
        at=0,
        ends=_ENDS,
    )
    return told(offer, language, "UTC")

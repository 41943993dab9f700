"""What a message looks like, with links that lead nowhere. Nobody is named, and nothing is sent."""

from mteja.business.mailing import Mail
from mteja.errors import NotFound
from mteja.mail.letters import Letter, Writer
from mteja.mail.links import Links
from mteja.mail.messages import MARKETING, TEMPLATES, WITHOUT_LINK

_NOWHERE = "https://example.com/a-link-of-the-customer"


def preview(template: str, language: str, business: str, mail: Mail | None) -> Letter:
    """Return a letter. Raises NotFound for no template, and where the owner's file has no mail."""
    if template not in TEMPLATES or mail is None:
        raise NotFound("message")
    links = Links(
        None if template in WITHOUT_LINK else _NOWHERE,
        _NOWHERE if template in MARKETING else None,
    )
    return Writer(business, mail).write(template, language, links)

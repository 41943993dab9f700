"""Taking back a consent over the link of a message: without signing in, as often as it is asked."""

from mteja import links
from mteja.errors import LinkExpired, NotFound
from mteja.identity.identifiers import Trust
from mteja.mail.links import UNSUBSCRIBE, parted
from mteja.recording.facts import Consent, Fact
from mteja.recording.record import Recorder, record
from mteja.sources.own import MAIL


def opened(token: str, within: Recorder, now_ms: int) -> tuple[str, str]:
    """Return customer and purpose of an unsubscribe link. Raises BadSignature, LinkExpired."""
    link = links.open_link(token, UNSUBSCRIBE, now_ms, within.vault.index)
    customer, purpose = parted(link.customer)
    return customer, purpose


def unsubscribe(token: str, within: Recorder, now_ms: int) -> None:
    """Take back what an unsubscribe link is about.

    Raises BadSignature, LinkExpired (also where the customer is gone), and what recording raises.
    """
    customer, purpose = opened(token, within, now_ms)
    try:
        withdraw(customer, purpose, "unsubscribe-link", within, now_ms)
    except NotFound:
        raise LinkExpired from None


def withdraw(customer: str, purpose: str, channel: str, within: Recorder, now_ms: int) -> None:
    """Record that a customer takes a consent back. Done again, it changes nothing but the time, so
    that it needs no receipt. Raises NotFound, and what recording raises."""
    record(
        Fact(
            source=MAIL,
            trust=Trust.VERIFIED,
            observed_at=now_ms,
            received_at=now_ms,
            consents=(Consent(purpose, "withdrawn", now_ms, channel),),
            customer=customer,
        ),
        within,
    )

"""The mailer of a process: what it sends with, and the ways that the owner's file opens."""

from functools import partial

from mteja import config
from mteja.aws import clients
from mteja.business.load import business, mailing, surveying
from mteja.business.mailing import Mail
from mteja.business.model import Business
from mteja.errors import Misconfigured
from mteja.mail.calls import CallChannel
from mteja.mail.channels import SMS, Channel, MailChannel, SmsChannel
from mteja.mail.deciding import Rules
from mteja.mail.invitations import Invitations
from mteja.mail.letters import Writer
from mteja.mail.links import LinkMaker
from mteja.mail.sending import Mailer
from mteja.mail.suspects import suspects
from mteja.recording.record import Recorder, recorder
from mteja.times import now_ms


def mailer() -> Mailer:
    """Return the mailer of this process. Raises Misconfigured for a business without mail."""
    mail = mailing().mail
    if mail is None:
        raise Misconfigured("the owner's file has no mail")
    within = recorder()
    made = rules(business(), mail, within)
    return Mailer(
        within.table,
        within.vault.keyring,
        made,
        Writer(business().name, mail),
        LinkMaker(config.sending().public_url, within.vault.index, made.invitations.link_days),
        now_ms,
    )


def rules(declared: Business, mail: Mail, within: Recorder) -> Rules:
    """Return what decides over messages: e-mail first, then SMS where there is a number for it, a
    call at last."""
    channels: list[Channel] = [MailChannel(clients.ses(), config.sending().configuration_set)]
    purposes: dict[str, str] = {}
    if mail.sms is not None:
        channels.append(SmsChannel(clients.sms(), mail.sms.origin))
        purposes[SMS] = mail.sms.purpose
    channels.append(CallChannel(within))
    invitations = Invitations(surveying(), declared, within.table)
    found = partial(suspects, within.table)
    return Rules(declared, mail, channels, purposes, found, invitations)

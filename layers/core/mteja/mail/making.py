"""The mailer of a process: what it sends with, and the ways that the owner's file opens."""

from functools import partial

from mteja import config
from mteja.aws import clients
from mteja.business.load import business, mailing, surveying, win_back
from mteja.business.mailing import Mail
from mteja.business.model import Business
from mteja.business.surveys import Surveying
from mteja.business.winning_back import WinBack
from mteja.errors import Misconfigured
from mteja.mail.calls import CallChannel
from mteja.mail.causes import Cause
from mteja.mail.channels import SMS, Channel, MailChannel, SmsChannel
from mteja.mail.deciding import Rules
from mteja.mail.invitations import Invitations
from mteja.mail.letters import Writer
from mteja.mail.links import LinkMaker
from mteja.mail.offers import Offers
from mteja.mail.sending import Mailer
from mteja.mail.suspects import suspects
from mteja.offers.making import OFFER, REMINDER
from mteja.recording.record import Recorder, recorder
from mteja.surveys import occasions
from mteja.times import now_ms


def mailer() -> Mailer:
    """Return the mailer of this process. Raises Misconfigured for a business without mail."""
    mail = mailing().mail
    if mail is None:
        raise Misconfigured("the owner's file has no mail")
    within = recorder()
    return Mailer(
        within.table,
        within.vault.keyring,
        rules(business(), mail, within),
        Writer(business().name, mail),
        LinkMaker(config.sending().public_url, within.vault.index, surveying().link_days),
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
    found = partial(suspects, within.table)
    known = causes(surveying(), win_back(), within)
    return Rules(declared, mail, channels, purposes, found, known)


def causes(surveys: Surveying, rules: WinBack, within: Recorder) -> dict[str, Cause]:
    """Return what causes messages, by template."""
    offers = Offers(rules, within.business, within.table)
    return {
        occasions.TEMPLATE: Invitations(surveys, within.business, within.table),
        REMINDER: offers,
        OFFER: offers,
    }

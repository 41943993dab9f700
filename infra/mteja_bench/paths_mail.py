"""Messages: written with a sign-up, sent by the mailer, and what their links lead to."""

from collections.abc import Iterator
from functools import partial

from mteja.audit import Viewer
from mteja.business import asking
from mteja.business.load import mailing, surveying, win_back
from mteja.business.surveys import Surveying
from mteja.errors import Misconfigured
from mteja.mail import confirming, unsubscribing
from mteja.mail.channels import MailChannel, Outcome, Parcel
from mteja.mail.deciding import Rules
from mteja.mail.items import MessageItem
from mteja.mail.letters import Writer
from mteja.mail.links import LinkMaker
from mteja.mail.making import causes
from mteja.mail.messages import Message, new_id
from mteja.mail.outbox import due, partitions, post
from mteja.mail.sending import Mailer
from mteja.mail.suspects import suspects
from mteja.staff.forms import Forms
from mteja.times import DAY_MS
from mteja_bench.bodies.base import Shopper
from mteja_bench.ground import Ground
from mteja_bench.path import Path
from mteja_bench.paths_forms import NOW, sign_up

_PURPOSE = "marketing-email"
# After the sign-ups, and by day in the zone of the demonstration.
_MORNING = NOW + 3_600_000
_SENT: list[MessageItem] = []


class _Taken(MailChannel):
    """A channel that takes everything, so that only our own tables are counted."""

    def __init__(self) -> None:
        """Nothing is asked of AWS."""

    def send(self, parcel: Parcel) -> Outcome:
        parcel.letter.mime(parcel.address)
        return Outcome.SENT


def paths() -> Iterator[Path]:
    new, known = Shopper(891), Shopper(892)
    yield Path("mail: newsletter with its mail, new customer", (sign_up(new),), 18)
    yield Path("mail: newsletter with its mail, known by a claim", (sign_up(known),), 14,
               (sign_up(known, newsletter=False),))  # fmt: skip
    yield Path("mail: what was asked for is sent", (_send,), 10, (_emptied, sign_up(Shopper(893))),
               "sent")  # fmt: skip
    yield Path("mail: a sign-up is confirmed", (_confirm,), 15, (), "confirmed")
    yield Path("mail: marketing is written by itself", (_market,), 2, (), "recorded")
    yield Path("mail: marketing is sent", (_send,), 8, (), "sent")
    yield Path("mail: staff send a customer's own link", (_link,), 6, (), "recorded")
    yield Path("mail: a consent is taken back", (_unsubscribe,), 6, (), "recorded")


def mailer(ground: Ground, now: int, rules: Surveying | None = None) -> Mailer:
    """Return a mailer whose letters go nowhere, of a business with other surveys if so declared."""
    within, mail = ground.recorder(), mailing().mail
    if mail is None:
        raise Misconfigured("the owner's file has no mail")
    found = partial(suspects, within.table)
    asked = rules or surveying()
    decides = Rules(within.business, mail, [_Taken()], {}, found, causes(asked, win_back(), within))
    links = LinkMaker("https://api.example", within.vault.index, asked.link_days)
    writer = Writer(within.business.name, mail)
    return Mailer(within.table, within.vault.keyring, decides, writer, links, lambda: now)


def _mailer(ground: Ground) -> Mailer:
    return mailer(ground, _MORNING)


def _waiting(ground: Ground) -> list[MessageItem]:
    table = ground.recorder().table
    return [one for place in partitions() for one in due(table, place, _MORNING + DAY_MS)]


def _emptied(ground: Ground) -> str:
    for item in _waiting(ground):
        _mailer(ground).work(item)
    return "recorded"


def _send(ground: Ground) -> str:
    (item,) = _waiting(ground)
    _SENT.append(item)
    return _mailer(ground).work(item)


def _confirm(ground: Ground) -> str:
    within = ground.recorder()
    link = LinkMaker("", within.vault.index).links(_SENT[-1], _MORNING).link or ""
    token = link.rpartition("/")[2].partition("?")[0]
    return confirming.confirm(token, ground.recorder(), _MORNING)


def _market(ground: Ground) -> str:
    message = Message(
        id=new_id(_MORNING),
        template="profile",
        language="en",
        due=_MORNING,
        not_after=_MORNING + DAY_MS,
        purpose=_PURPOSE,
        about={"form": "profile"},
    )
    ground.recorder().table.transact([post(message, _SENT[-1].customer)])
    return "recorded"


def _link(ground: Ground) -> str:
    viewer = Viewer("bench", None)
    made = Forms(viewer, ground.recorder(), _MORNING, asking()).link(_SENT[-1].customer, send=True)
    return "recorded" if "message" in made else "not written"


def _unsubscribe(ground: Ground) -> str:
    link = LinkMaker("", ground.recorder().vault.index).links(_SENT[-1], _MORNING).unsubscribe
    token = (link or "").rpartition("/")[2]
    unsubscribing.unsubscribe(token, ground.recorder(), _MORNING + 1000)
    return "recorded"

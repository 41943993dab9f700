"""Forms, the mailer and SES in tests: what customers fill in, what leaves, and what SES tells."""

import email
import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from types import SimpleNamespace
from typing import Any, cast

import pytest
from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID

from mteja.aws import clients
from mteja.business.load import sites
from mteja.customers.reading import Person, read_person
from mteja.mail.items import MessageItem
from mteja.mail.messages import Message, new_id
from mteja.mail.outbox import post
from mteja.privacy.erasure import erase
from mteja.privacy.tracks import Tracks
from mteja.recording.record import recorder
from mteja.store import keys
from mteja.store.apart import events_table
from mteja.store.table import Table, customers_table
from mteja.times import DAY_MS
from tests import kit, ses

ADDRESS = "asha@example.com"
# 2026-11-22T12:03:20Z: a Sunday afternoon in Dar es Salaam.
NOON_MS = 1_795_349_000_000
HOUR_MS = 3_600_000
_OF_A_BROWSER = {
    "accept": "text/html,*/*;q=0.8",
    "content-type": "application/x-www-form-urlencoded",
}
_LINK = re.compile(r"https://api\.example(/[^\s\"<]+)")


@dataclass(frozen=True)
class Mail:
    """A mail as it left."""

    to: str
    message: EmailMessage

    @property
    def text(self) -> str:
        part = self.message.get_body(("plain",))
        assert part is not None
        return str(part.get_content())

    @property
    def html(self) -> str:
        part = self.message.get_body(("html",))
        assert part is not None
        return str(part.get_content())

    def link(self, to: str) -> str:
        """Return the path of the mail's link that begins so."""
        found = [one for one in _LINK.findall(self.text) if one.startswith(to)]
        assert len(found) == 1, found
        return str(found[0])


class Postal:
    """A shop with a form and a mailer, over the mocked AWS of a test. Its clock stands still."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = NOON_MS
        clients.ses().create_email_identity(EmailIdentity="shop.example")
        self.forms = kit.handler("forms")
        self._mailer = kit.handler("mailer")
        patch.setattr(self.forms, "FLOOR_S", 0)
        for module in ("functions.forms.app", "functions.mailer.app", "mteja.mail.making"):
            patch.setattr(f"{module}.now_ms", lambda: self.now)

    @property
    def table(self) -> Table:
        return customers_table()

    def ask(self, method: str, address: str, body: bytes = b"", **headers: str) -> dict[str, Any]:
        """Ask the function `forms` as a browser or a program does; return its response."""
        path, _, query = address.partition("?")
        *_, last = path.split("/")
        event = kit.http_event(
            method,
            path,
            body=body,
            headers=_OF_A_BROWSER | {n.replace("_", "-"): v for n, v in headers.items()},
            path_parameters={"form": last, "token": last},
            query=dict(one.split("=", 1) for one in query.split("&")) if query else None,
        )
        answer: dict[str, Any] = self.forms.lambda_handler(event, None)
        return answer

    def sign_up(self, address: str = ADDRESS, **more: Any) -> dict[str, Any]:
        """Fill in the newsletter's form on the web, with a tick."""
        values = {"email": address, "name": "Asha", "newsletter": True} | more
        return self.ask(
            "POST", "/v1/forms/newsletter?lang=en", kit.raw(values), content_type="application/json"
        )

    def send(self) -> dict[str, int]:
        """Let the mailer look once; return what became of how many."""
        context = SimpleNamespace(get_remaining_time_in_millis=lambda: 300_000)
        became: dict[str, int] = self._mailer.lambda_handler({"time": "now"}, context)
        return became

    def told(self, what: str, message: MessageItem, **more: Any) -> dict[str, int]:
        """Let SES tell of a message, over EventBridge."""
        event = ses.event(what, message.id, message.customer, **more)
        became: dict[str, int] = self._mailer.lambda_handler(event, None)
        return became

    def mails(self) -> list[Mail]:
        """Return what left, in its order."""
        return [
            Mail(one.destinations[0], email.message_from_string(one.raw_data, policy=default))
            for one in self._left()
        ]

    def raw(self) -> str:
        """Return the mail that left last as it leaves, nothing of it decoded."""
        return str(self._left()[-1].raw_data)

    def _left(self) -> list[Any]:
        backend = cast("Any", get_backend("ses")[DEFAULT_ACCOUNT_ID][kit.REGION])
        return list(backend.sent_messages)

    def customers(self) -> list[str]:
        found = {key.partition("/")[0] for key in kit.all_keys() if key.startswith("CUSTOMER#")}
        return sorted(one.partition("#")[2] for one in found)

    def customer(self) -> str:
        """Return the only customer."""
        (customer,) = self.customers()
        return customer

    def person(self) -> Person:
        return read_person(self.table, self.customer())

    def messages(self) -> list[MessageItem]:
        """Return what was tried, of the only person, by member."""
        return [one for member in self.person().members for one in member.messages]

    def message(self) -> MessageItem:
        (message,) = self.messages()
        return message

    def waiting(self) -> list[MessageItem]:
        """Return what stands in the outbox."""
        return [
            MessageItem.model_validate(raw)
            for shard in range(keys.OUTBOX_SHARDS)
            for raw in self.table.query(keys.outbox_partition(shard))
        ]

    def subscriber(self) -> str:
        """Return a customer who has confirmed, a second ago; nothing waits."""
        self.sign_up()
        self.send()
        self.ask("POST", self.mails()[-1].link("/confirm/"))
        self.now += 1000
        return self.customer()

    def erase(self, customer: str) -> None:
        """Erase a customer, as the worker of erasures does."""
        within = recorder()
        tracks = Tracks.of(events_table(), sites(), within.business.time_zone)
        erase(
            [customer],
            table=within.table,
            vault=within.vault,
            tracks=tracks,
            now_ms=self.now,
        )

    def market(self, customer: str, **changes: Any) -> str:
        """Put marketing into the outbox, as a fact does; return its id."""
        values: dict[str, Any] = {
            "id": new_id(self.now),
            "template": "profile",
            "language": "en",
            "due": self.now,
            "not_after": self.now + 14 * DAY_MS,
            "purpose": "marketing-email",
            "about": {"form": "profile"},
        }
        message = Message(**values | changes)
        self.table.transact([post(message, customer)], message.id)
        return message.id


@pytest.fixture
def postal(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Postal:
    return Postal(monkeypatch)


def consents_of(postal: Postal) -> dict[str, Any]:
    (member,) = postal.person().members
    return dict(member.profile.consents)

"""Calls by staff: for whom no other way reaches. A message becomes a task, due on the day."""

from collections.abc import Sequence

from botocore.exceptions import BotoCoreError, ClientError

from mteja.customers import tasks
from mteja.customers.person import MembersIdentifier, identifiers
from mteja.customers.reading import Person
from mteja.errors import Conflict, NotFound
from mteja.identity.identifiers import PHONE, Trust
from mteja.ids import ulid_ms
from mteja.mail.channels import CALL, Outcome, Parcel
from mteja.mail.items import MessageItem
from mteja.observing import logger
from mteja.recording.facts import Fact, Happening, Receipt
from mteja.recording.record import Recorder, record
from mteja.sources.own import MAIL
from mteja.times import business_day, day_begins
from mteja.troubles import trouble

_SERVICE = "mailer"


class CallChannel:
    """The staff's list of calls: their tasks, each with the subject of the letter as what for."""

    name = CALL

    def __init__(self, within: Recorder) -> None:
        self._within = within

    def addresses(self, message: MessageItem, person: Person) -> Sequence[MembersIdentifier]:
        if not message.call:
            return ()
        return [one for one in identifiers(person) if one.held.kind == PHONE]

    def send(self, parcel: Parcel) -> Outcome:
        """Write the task. Its id is made of the message's, so that it is written once."""
        message, zone = parcel.message, self._within.business.time_zone
        today = business_day(message.due, zone)
        number = message.id.partition("_")[2]
        entry, at = f"tsk_{number}", ulid_ms(number)  # a task is found by the time in its id
        task = Happening(
            kind=tasks.KIND,
            id=entry,
            at=at,
            data={"due_on": today.isoformat(), "status": "open", "message": message.id},
            personal={"why": parcel.letter.subject},
            open_as=tasks.OPEN,
            open_until=day_begins(today, zone),
        )
        fact = Fact(
            source=MAIL,
            trust=Trust.VERIFIED,
            observed_at=message.due,
            received_at=message.due,
            happenings=(task,),
            receipt=Receipt(message.id, None),
            customer=message.customer,
        )
        try:
            record(fact, self._within)
        except NotFound:
            return Outcome.REFUSED
        except (Conflict, ClientError, BotoCoreError) as error:
            # Whether it was written or not: written again, it is the same task.
            logger(_SERVICE).warning("not written", **trouble(error))
            return Outcome.NOT_NOW
        return Outcome.SENT

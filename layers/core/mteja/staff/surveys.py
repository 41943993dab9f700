"""What staff do with surveys: answer them for who is on the telephone or at the till, and make
links.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mteja.business.forms import Asking
from mteja.business.surveys import Surveying
from mteja.customers.reading import Person, read_known, read_person
from mteja.errors import InvalidInput
from mteja.forms.progressive import KnownOf, known_of
from mteja.links import Link
from mteja.mail.messages import SENT, Message, derived_id, tried
from mteja.staff.once import once
from mteja.staff.request import StaffRequest
from mteja.store import survey_keys
from mteja.store.attempts import until_it_holds
from mteja.store.table import Put, State
from mteja.surveys import invitations, invited
from mteja.surveys.definition import Definition, definition
from mteja.surveys.intake import SurveyTaken, take
from mteja.surveys.occasions import TEMPLATE
from mteja.surveys.segments import ENTRIES
from mteja.surveys.sender import WEB, Sender
from mteja.surveys.standing import begun
from mteja.surveys.visitors import allowed, to_put
from mteja.times import business_day, rfc3339

FILL_IN = "POST /v1/staff/surveys/{survey}"
LINK = "POST /v1/customers/{id}/survey-links"
LINKS = "POST /v1/surveys/{survey}/links"
_KIOSK = "kiosk"
_MODES = ("staff", _KIOSK)


@dataclass(frozen=True)
class Surveys(StaffRequest):
    """What a member of staff does with surveys in one request."""

    surveying: Surveying
    asking: Asking

    def survey(self, survey_id: str, mode: str, customer: str | None = None) -> Definition:
        """Return a survey as a page puts it: what is sensitive only where it may be asked, of a
        customer's profile what is not known yet. Raises NotFound, InvalidInput."""
        survey, person = self._opened(survey_id, mode, customer)
        return to_put(survey, self._known(person), self.now)

    def fill_in(
        self,
        survey_id: str,
        answers: Mapping[str, object],
        shown: Mapping[str, object],
        *,
        mode: str,
        language: str,
        channel: str | None = None,
        customer: str | None = None,
        location: str | None = None,
        key: str | None = None,
        at_once: bool = False,
    ) -> SurveyTaken:
        """Take what a customer says to staff, or answers on the shop's tablet. Verified. `at_once`:
        a page put it (`survey`), all questions at once.

        Raises NotFound, InvalidInput, InvalidFields, Conflict.
        """
        if location is not None and location not in self.asking.locations:
            raise InvalidInput("location", "not a declared location")
        survey, person = self._opened(survey_id, mode, customer)
        if person is not None:
            self._note(FILL_IN, person.ids)
        sender = Sender(
            mode,
            language,
            self.now,
            channel or mode,
            response=self._response(survey, key),
            person=person,
            by=None if survey.anonymous else self.viewer.sub,
            location=location,
            key=key,
            reads=language if mode == _KIOSK else None,
        )
        known = self._known(person)
        taken = take(
            self._taken(survey, known) if at_once else allowed(survey, known),
            answers,
            sender,
            within=self.within,
            shown=shown,
            at_once=at_once,
        )
        if person is None and taken.customer is not None:
            self._note(FILL_IN, (taken.customer,))
        return taken

    def link(self, customer: str, survey_id: str) -> dict[str, Any]:
        """Answer `POST /v1/customers/{id}/survey-links`: an invitation of one customer. It counts
        as one that was sent: in reports, and for when the next one may be sent. Raises NotFound,
        InvalidInput, Conflict."""
        survey = self._on_the_web(survey_id)
        person = read_known(self.within.table, customer)
        self._note(LINK, person.ids)
        token, link = invitations.invite(survey, person.id, self.now, self.within.vault.index)
        until_it_holds(lambda: self._given(survey, link))
        return {
            "token": token,
            "path": invitations.path(survey, token),
            "expires_at": rfc3339(link.expires_at),
        }

    def links(self, survey_id: str, count: int) -> dict[str, Any]:
        """Answer `POST /v1/surveys/{survey}/links`: anonymous invitations, of which nobody notes
        who gets which. Reports count how many were made on the day. Raises NotFound,
        InvalidInput."""
        survey = self._on_the_web(survey_id)
        zone, index = self.within.business.time_zone, self.within.vault.index
        tokens, ends = invitations.anonymous_set(survey, count, self.now, zone, index)
        key = survey_keys.invited(survey.id, business_day(self.now, zone), str(self.now))
        self.within.table.add(key, invited.COUNTER, count)
        items = [{"token": one, "path": invitations.path(survey, one)} for one in tokens]
        return {"items": items, "expires_at": rfc3339(ends)}

    def _given(self, survey: Definition, link: Link) -> None:
        """Keep that a customer was given an invitation, as the mailer keeps that it sent one.
        Raises NotFound, TransactionLost."""
        within, customer = self.within, link.customer
        (profile,) = (
            one.profile for one in read_person(within.table, customer).members if one.id == customer
        )
        message = Message(
            id=derived_id(self.now, link.once),
            template=TEMPLATE,
            language=None,
            due=self.now,
            not_after=link.expires_at,
            about={"survey": survey.id},
        )
        sent = tried(message.item(customer), self.now, SENT, v=1)
        raised = profile.model_copy(update={"v": profile.v + 1})
        within.table.transact(
            [
                Put(sent.model_dump(exclude_none=True), State.ABSENT),
                Put(raised.model_dump(exclude_none=True), profile.v),
                invited.counted(
                    survey.id, business_day(self.now, within.business.time_zone), message.id
                ),
            ]
        )

    def _on_the_web(self, survey_id: str) -> Definition:
        return definition(survey_id, self.surveying, self.asking, WEB)

    def _opened(
        self, survey_id: str, mode: str, customer: str | None
    ) -> tuple[Definition, Person | None]:
        if mode not in _MODES:
            raise InvalidInput("mode", "staff or kiosk")
        survey = definition(survey_id, self.surveying, self.asking, mode)
        if customer is None:
            return survey, None
        if survey.anonymous:
            raise InvalidInput("customer", "the survey is anonymous")
        return survey, read_known(self.within.table, customer, entries=ENTRIES)

    def _taken(self, survey: Definition, known: KnownOf | None) -> Definition:
        """Return the survey as the page is taken that put it: pressed twice, it may hold what was
        not known before the first time."""
        put = {one.id for one in to_put(survey, known, self.now).questions}
        may = allowed(survey, known)
        return may.only(*(one if one.id in put else one.optional for one in may.questions))

    def _known(self, person: Person | None) -> KnownOf | None:
        return None if person is None else known_of(person, self.asking.trust_rule, self.now)

    def _response(self, survey: Definition, key: str | None) -> str | None:
        """Return which answer a key means to an anonymous survey, of which no receipt is kept: sent
        again, it is the same answer. Its time is that of all answers of its week."""
        if key is None or not survey.anonymous:
            return None
        at = begun(survey, self.now, self.within.business.time_zone)
        attempt = once(self.within.vault.index, key, FILL_IN, {"survey": survey.id})
        return attempt.timed_id(survey_keys.RESPONSE_PREFIX.removesuffix("_"), at)

"""Who asks for a survey on the web, what they are asked, and which answer they go on with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from mteja.business.forms import Asking
from mteja.business.surveys import Surveying
from mteja.customers.reading import Person, read_person
from mteja.errors import BadSignature, LinkExpired, NotFound
from mteja.forms.progressive import KnownOf, is_open, known_of
from mteja.forms.submission import LANGUAGE
from mteja.http.request import Request
from mteja.ids import ulid
from mteja.pages import languages
from mteja.recording.record import Recorder
from mteja.store import survey_keys
from mteja.surveys import invitations
from mteja.surveys.definition import Definition, definition
from mteja.surveys.invitations import Invitation
from mteja.surveys.segments import ENTRIES
from mteja.surveys.sender import WEB, Sender
from mteja.surveys.standing import Standing, begun, check_open, read_standing

INVITATION, RESPONSE = "_invitation", "_response"
"""What a page sends along: the invitation's token, and that of the answer that it goes on with."""


@dataclass(frozen=True)
class Service:
    """What surveys on the web need. `asking` is called where a survey asks for a field of the
    business: loading that is a fiftieth of the function's start."""

    within: Recorder
    surveying: Surveying
    asking: Callable[[], Asking]


@dataclass(frozen=True)
class Visitor:
    """One request for a survey. `person` is who was invited; `token` the invitation; `going_on` the
    token of the answer that a page goes on with. `reads`: the language that somebody chose or their
    browser asks for, None where nobody said one."""

    request: Request
    service: Service
    now: int
    survey: Definition
    language: str
    token: str | None = None
    invitation: Invitation | None = None
    person: Person | None = None
    response: str | None = None
    going_on: str | None = None
    reads: str | None = None

    @property
    def asked(self) -> Definition:
        """Return the survey with the questions that are put: what is sensitive to who has earned
        trust, or to who stays unknown; of the profile what is not known yet."""
        return to_put(self.survey, self._known, self.now)

    @property
    def taken(self) -> Definition:
        """Return the survey with the questions that are answered: also those whose answers are
        known, which may have changed."""
        return allowed(self.survey, self._known)

    @property
    def _known(self) -> KnownOf | None:
        if self.person is None or not any(one.of_profile for one in self.survey.questions):
            return None
        return known_of(self.person, self.service.asking().trust_rule, self.now)

    def standing(self) -> Standing:
        """Return how the answer stands, of a new one how it begins. Raises LinkUsed where it can't
        be changed any more."""
        within = self.service.within
        zone = within.business.time_zone
        response = self.response
        if response is None:
            response = f"{survey_keys.RESPONSE_PREFIX}{ulid(begun(self.survey, self.now, zone))}"
        standing = read_standing(self.survey, response, self.now, within.table, zone)
        check_open(self.survey, standing, self.now)
        return standing

    def sender(self, channel: str | None, key: str | None) -> Sender:
        """Return how an answer comes in from this visitor."""
        invitation = self.invitation
        invited = invitation is not None
        return Sender(
            WEB,
            self.language,
            self.now,
            channel or ("email" if invited else WEB),
            invited=invited,
            response=self.response,
            person=self.person,
            token=None if invitation is None else invitation.token,
            keep_until=0 if invitation is None else invitation.expires_at,
            key=key,
            address=self.request.address,
            reads=self.reads,
        )


def allowed(survey: Definition, known: KnownOf | None) -> Definition:
    """Return the survey with what may be asked: what is sensitive only where nobody knows whose it
    is, or of a customer whose trust was earned. Nothing that we know is required."""
    may = survey.anonymous or (known is not None and known.trusted)
    questions = [one for one in survey.questions if may or not one.field.sensitive]
    if known is None:
        return survey.only(*questions)
    return survey.only(
        *(one.optional if one.of_profile and known.knows(one.field) else one for one in questions)
    )


def to_put(survey: Definition, known: KnownOf | None, now: int) -> Definition:
    """Return the survey with what is asked at `now` (epoch ms) of what may be asked: of the profile
    what is not known yet."""
    may = allowed(survey, known)
    if known is None:
        return may
    open_ones = (
        one for one in may.questions if not one.of_profile or is_open(one.asked, known, now)
    )
    return may.only(*open_ones)


def visitor(
    survey_id: str,
    request: Request,
    service: Service,
    now: int,
    own: Mapping[str, str] | None = None,
) -> Visitor:
    """Return who asks for a survey. `own`: what a page or a program sent along.

    Raises NotFound for a survey that is not on the web, BadSignature, LinkExpired and LinkUsed for
    an invitation that opens nothing (any more); BadSignature too where one is needed and none is
    there, nor was when the answer was begun.
    """
    sent = own or {}
    made = guest(survey_id, request, service, now, sent)
    survey, index = made.survey, service.within.vault.index
    token = sent.get(INVITATION) or request.query.get("t") or None
    going_on = sent.get(RESPONSE) or request.query.get("r") or None
    if going_on is not None:
        response = invitations.open_response(survey, going_on, now, index)
        made = replace(made, response=response, going_on=going_on)
    if token is not None:
        made = _invited(made, token)
    elif survey.survey.invited_only and not _goes_on_invited(made):
        raise BadSignature
    return made


def _goes_on_invited(made: Visitor) -> bool:
    """Whether a page goes on with an answer that used an invitation up. A page that showed its
    first question has the token of an answer too, of which nothing stands yet."""
    answered = None if made.going_on is None else made.standing().answered
    return answered is not None and answered.invited


def guest(
    survey_id: str,
    request: Request,
    service: Service,
    now: int,
    own: Mapping[str, str] | None = None,
) -> Visitor:
    """Return who asks for what nobody needs an invitation for. Raises NotFound."""
    survey = definition(survey_id, service.surveying, _asked_by(survey_id, service), WEB)
    wanted = request.query.get("lang") or (own or {}).get(LANGUAGE)
    offered = service.within.business.languages
    accepted = request.headers.get("accept-language")
    language = languages.choose(wanted, accepted, offered)
    reads = languages.chosen(wanted, accepted, offered)
    return Visitor(request, service, now, survey, language, reads=reads)


def _asked_by(survey_id: str, service: Service) -> Asking:
    """Return what the business asks, nothing where the survey asks none of it."""
    questions = (
        question
        for survey in service.surveying.surveys
        if survey.id == survey_id
        for question in survey.questions
    )
    return service.asking() if any(one.kind == "field" for one in questions) else Asking()


def _invited(made: Visitor, token: str) -> Visitor:
    table = made.service.within.table
    index = made.service.within.vault.index
    invitation = invitations.open_invitation(made.survey, token, made.now, index)
    if invitation.customer is None:
        if made.going_on is None:
            invitations.check_unused(invitation, table)
        return replace(made, token=token, invitation=invitation)
    try:
        person = read_person(table, invitation.customer, entries=ENTRIES)
    except NotFound:
        raise LinkExpired from None  # the link outlives the customer
    return replace(
        made, token=token, invitation=invitation, person=person, response=invitation.response
    )

"""Who asks for a form on the web, and what they are asked and may tell.

Only a customer's own link makes a form personal, and then it tells which fields are open, never a
value.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from mteja import links
from mteja.aws.secrets import Secrets
from mteja.business.forms import Asking
from mteja.customers.reading import Person, read_person
from mteja.errors import BadSignature, LinkExpired, NotFound
from mteja.forms.definition import PROFILE, WARRANTY, Definition, definition
from mteja.forms.progressive import KnownOf, known_of, to_ask, to_fill_in, to_take
from mteja.forms.sender import WEB
from mteja.forms.submission import LANGUAGE, LINK
from mteja.http.limits import Limit
from mteja.http.request import Request
from mteja.pages import languages
from mteja.recording.record import Recorder

_BEARER = "bearer "


def no_mails() -> None:
    """A business that sends no mail."""


@dataclass(frozen=True)
class Service:
    """What forms on the web need. `secrets`: Turnstile's. `mails`: how many mails that ask to
    confirm one sender may cause; gives None where no mail is set up."""

    within: Recorder
    asking: Asking
    secrets: Secrets
    mails: Callable[[], Limit | None] = no_mails


@dataclass(frozen=True)
class Visitor:
    """One request for a form. `person` is whose link it came over; `token` is that link. `reads`:
    the language that somebody chose or their browser asks for, None where nobody said one."""

    request: Request
    service: Service
    now: int
    form: Definition
    language: str
    token: str | None = None
    person: Person | None = None
    reads: str | None = None

    @property
    def asked(self) -> Definition:
        """Return the form with the fields that are asked now."""
        if self.person is None:
            return self.form.without_sensitive()
        return self._open(self.person)

    @property
    def taken(self) -> Definition:
        """Return the form with the fields that are taken: of a customer who is known, any that may
        be asked, and none that we know is needed."""
        if self.person is None or self.form.kind == WARRANTY:
            return self.form.without_sensitive()
        return to_take(self.form, self.known(self.person))

    def _open(self, person: Person) -> Definition:
        if self.form.kind == WARRANTY:
            return self.form.without_sensitive()
        asks = to_ask if self.form.kind == PROFILE else to_fill_in
        return asks(self.form, self.known(person), self.now)

    def known(self, person: Person) -> KnownOf:
        """Return what is known of the customer whose link it is."""
        return known_of(person, self.service.asking.trust_rule, self.now, self.suspect)

    @cached_property
    def suspect(self) -> Mapping[str, int]:
        """Return the fields of the customer that are known to be wrong: mail came back."""
        if self.person is None:
            return {}
        from mteja.freshness.suspect import suspect_fields

        return suspect_fields(self.service.within.table, self.person, self.now)


def visitor(
    form_id: str, request: Request, service: Service, now: int, own: Mapping[str, str] | None = None
) -> Visitor:
    """Return who asks for a form.

    Raises NotFound for a form that is not declared for the web, BadSignature and LinkExpired for a
    customer's link that opens nothing (any more).
    """
    form = definition(form_id, service.asking, WEB)
    wanted = request.query.get("lang") or (own or {}).get(LANGUAGE)
    offered = service.within.business.languages
    accepted = request.headers.get("accept-language")
    language = languages.choose(wanted, accepted, offered)
    reads = languages.chosen(wanted, accepted, offered)
    token = _token(request, own or {})
    person = None
    if token is not None:
        link = links.open_link(token, links.PROFILE_LINK, now, service.within.vault.index)
        try:
            person = read_person(service.within.table, link.customer)
        except NotFound:
            raise LinkExpired from None  # the link outlives the customer
    return Visitor(request, service, now, form, language, token, person, reads)


def _token(request: Request, own: Mapping[str, str]) -> str | None:
    """Return the customer's link: of the header, the address, or what the page sent along."""
    authorization = request.headers.get("authorization", "")
    if authorization:
        if not authorization.lower().startswith(_BEARER):
            raise BadSignature
        return authorization[len(_BEARER) :].strip()
    return request.query.get("t") or own.get(LINK) or None

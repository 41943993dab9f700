"""What staff do with forms: fill them in, look up and pass on what was registered, give up places,
and make a customer's own link.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from mteja import links
from mteja.business.forms import Asking, Form, Product
from mteja.business.load import mailing
from mteja.customers.opening import Opener
from mteja.customers.present import profile_of
from mteja.customers.reading import read_known, read_person
from mteja.errors import InvalidInput, NotFound
from mteja.forms import preorder, warranty
from mteja.forms.definition import Definition, definition, profile_form
from mteja.forms.intake import FormTaken, take
from mteja.forms.items import WarrantyItem
from mteja.forms.preorder import CancelRider
from mteja.forms.progressive import trusted
from mteja.forms.sender import Sender
from mteja.forms.serials import serial_number
from mteja.forms.warranty import WarrantyRider
from mteja.identity.identifiers import Trust
from mteja.ids import derived_id, ulid
from mteja.mail.messages import Message
from mteja.mail.messages import derived_id as derived_id_at
from mteja.mail.outbox import post
from mteja.recording.facts import Fact, Happening, Json
from mteja.recording.record import record
from mteja.recording.riders import Rider
from mteja.sources.own import STAFF
from mteja.staff import cursors, holdings, shown
from mteja.staff.customers import Answer
from mteja.staff.request import StaffRequest
from mteja.store import keys, product_keys
from mteja.store.attempts import until_it_holds
from mteja.store.table import Check
from mteja.times import DAY_MS, business_day, day_begins, rfc3339

FILL_IN = "POST /v1/staff/forms/{form}"
RECALL = "GET /v1/warranties"
PASSES_ON = "POST /v1/warranties/{product}/{serial}/transfer"
PLACES = "GET /v1/preorders/{product}"
CANCEL = "POST /v1/preorders/{product}/{ticket}/cancel"
LINK = "POST /v1/customers/{id}/links"
_KIOSK = "kiosk"
_MODES = ("staff", _KIOSK)
_PAGE = 25
_LINK_DAYS = 30
_SENT_WITHIN_MS = 3 * DAY_MS
PROFILE = "profile"


@dataclass(frozen=True)
class Forms(StaffRequest):
    """What a member of staff does with forms in one request."""

    asking: Asking

    def form(self, form_id: str, mode: str, customer: str | None = None) -> Definition:
        """Return a form as it is filled in at the counter. What is sensitive is asked only for a
        customer whose trust was earned. Raises NotFound, InvalidInput."""
        if mode not in _MODES:
            raise InvalidInput("mode", "staff or kiosk")
        form = definition(form_id, self.asking, mode)
        if customer is not None:
            person = read_known(self.within.table, customer)
            if trusted(person, self.asking.trust_rule, self.now):
                return form
        return form.without_sensitive()

    def fill_in(
        self,
        form_id: str,
        sent: Mapping[str, object],
        *,
        mode: str,
        language: str,
        customer: str | None = None,
        location: str | None = None,
        key: str | None = None,
    ) -> FormTaken:
        """Take a form that staff filled in, or a customer on the shop's tablet. Verified.

        Raises NotFound, InvalidInput, InvalidFields, AlreadyTaken, Conflict.
        """
        if location is not None and location not in self.asking.locations:
            raise InvalidInput("location", "not a declared location")
        form = self.form(form_id, mode, customer)
        sender = Sender(
            mode,
            language,
            self.now,
            customer,
            by=self.viewer.sub,
            location=location,
            key=key,
            reads=language if mode == _KIOSK else None,
        )
        taken = take(form, sent, sender, asking=self.asking, within=self.within)
        if taken.customer is not None:
            self._note(FILL_IN, (taken.customer,))
        return taken

    def link(self, customer: str, *, send: bool = False) -> dict[str, Any]:
        """Answer `POST /v1/customers/{id}/links`: an address for the customer alone, under which
        forms ask what is not known yet. With `send` the customer is written one, too, at most once
        a day. Raises NotFound, also where the owner's file has no form of profiles on the web;
        InvalidInput where it has no mail."""
        form = profile_form(self.asking)
        if form is None:
            raise NotFound("form")
        if send and mailing().mail is None:
            raise InvalidInput("send", "the owner's file has no mail")
        person = read_known(self.within.table, customer)
        self._note(LINK, person.ids)
        link = links.new_link(links.PROFILE_LINK, person.id, self.now, _LINK_DAYS)
        token = links.make(link, self.within.vault.index)
        made = {
            "token": token,
            "path": f"/forms/{form.id}?t={token}",
            "expires_at": rfc3339(link.expires_at),
        }
        if not send:
            return made
        return made | {"message": until_it_holds(lambda: self._write_to(person.id, form))}

    def _write_to(self, customer: str, form: Form) -> str:
        """Have the customer written a link; return the message's id, one a day. Raises NotFound,
        TransactionLost."""
        table, zone = self.within.table, self.within.business.time_zone
        profile = profile_of(table, customer)
        if profile is None:
            raise NotFound("customer")
        today = day_begins(business_day(self.now, zone), zone)
        message = Message(
            id=derived_id_at(today, PROFILE, customer),
            template=PROFILE,
            language=None,
            due=self.now,
            not_after=self.now + _SENT_WITHIN_MS,
            about={"form": form.id},
        )
        table.transact([Check(keys.profile(customer), profile.v), post(message, customer)])
        return message.id

    def recall(self, query: Mapping[str, str]) -> Answer:
        """Answer `GET /v1/warranties?product=&from=&to=`: who has the pieces whose serial numbers
        are in a range. Raises InvalidInput."""
        product = self._product(query.get("product"))
        first = _serial("from", query.get("from", "0"))
        last = _serial("to", query.get("to", "Z" * 20))
        low, high = product_keys.warranty_range(first, last)
        if low > high:
            raise InvalidInput("to", "comes before from")
        after = None
        name = f"warranties:{product.id}"
        if "cursor" in query:
            after = cursors.decode_text(query["cursor"], name)
        items: list[dict[str, Any]] = []
        unreadable = 0
        table = self.within.table
        for found in warranty.in_range(product.id, first, last, table, after, _PAGE + 1):
            if len(items) == _PAGE:
                more = cursors.encode(name, after or "")
                return Answer({"items": items, "next": more}, unreadable)
            after = found.serial
            holder = self._holder(found.customer, RECALL)
            items.append(self._piece(found) | holder.body)
            unreadable += holder.unreadable
        return Answer({"items": items, "next": None}, unreadable)

    def pass_on(self, product_id: str, serial: str, customer: str) -> dict[str, Any]:
        """Answer `POST /v1/warranties/{product}/{serial}/transfer`: the piece has another holder.
        Raises NotFound, InvalidInput, AlreadyTaken where it is the customer's already."""
        product = self._product(product_id)
        number = serial_number(serial)
        raw = self.within.table.get(product_keys.warranty(product.id, number)) if number else None
        if raw is None:
            raise NotFound("warranty")
        known = WarrantyItem.model_validate(raw)
        person = read_known(self.within.table, customer)
        self._note(PASSES_ON, person.ids)
        with suppress(NotFound):  # who is being erased
            former = read_person(self.within.table, known.customer)
            if former.id != person.id:
                self._note(PASSES_ON, former.ids)
        rider = WarrantyRider(
            product.id,
            known.serial,
            date.fromisoformat(known.bought_on),
            self.now,
            Trust.VERIFIED.value,
            holder=known.customer,
        )
        data: dict[str, Json] = {"action": "received", "product": product.id}
        data |= {"serial": known.serial, "captured_by": self.viewer.sub}
        entry = derived_id("wty", customer, product.id, known.serial, str(self.now))
        happening = Happening("form", entry, self.now, data)
        self._happened(customer, happening, rider)
        return {"product": product.id, "serial": known.serial, "customer": customer}

    def places(self, product_id: str, query: Mapping[str, str]) -> Answer:
        """Answer `GET /v1/preorders/{product}`: what is promised, and who waits. Where there is
        room meanwhile (more may be had than before), those who wait are served first."""
        product = self._preordered(product_id)
        preorder.settle(product, self.within.table)
        name, after = f"preorders:{product.id}", None
        if "cursor" in query:
            after = cursors.decode_text(query["cursor"], name)
        items: list[dict[str, Any]] = []
        more, unreadable = None, 0
        for ticket_id, ticket in preorder.tickets(product.id, self.within.table, after, _PAGE + 1):
            if len(items) == _PAGE:
                more = cursors.encode(name, after or "")
                break
            after = ticket_id
            holder = self._holder(ticket.customer, PLACES)
            items.append(holdings.ticket(ticket_id, ticket) | holder.body)
            unreadable += holder.unreadable
        capacity = 0 if product.preorder is None else product.preorder.capacity
        left = preorder.remaining(product, self.within.table)
        told = {"capacity": capacity, "remaining": left, "items": items, "next": more}
        return Answer(told, unreadable)

    def cancel(self, product_id: str, ticket_id: str) -> dict[str, Any]:
        """Answer `POST /v1/preorders/{product}/{ticket}/cancel`: the place goes to the first who
        waits. Cancelling again changes nothing. Raises NotFound."""
        product = self._preordered(product_id)
        ticket = preorder.find_ticket(product.id, ticket_id, self.within.table)
        if ticket is None:
            raise NotFound("pre-order")
        person = read_person(self.within.table, ticket.customer)
        self._note(CANCEL, person.ids)
        if ticket.state != preorder.CANCELLED:
            data: dict[str, Json] = {"action": "cancelled", "product": product.id}
            data |= {"ticket": ticket_id, "captured_by": self.viewer.sub}
            happening = Happening("form", f"frm_{ulid(self.now)}", self.now, data)
            self._happened(ticket.customer, happening, CancelRider(product.id, ticket_id))
        preorder.settle(product, self.within.table)
        now = preorder.find_ticket(product.id, ticket_id, self.within.table) or ticket
        return holdings.ticket(ticket_id, now) | {"customer": ticket.customer}

    def _happened(self, customer: str, happening: Happening, rider: Rider) -> None:
        fact = Fact(
            STAFF,
            Trust.VERIFIED,
            self.now,
            self.now,
            happenings=(happening,),
            customer=customer,
            riders=(rider,),
        )
        record(fact, self.within)

    def _piece(self, found: WarrantyItem) -> dict[str, Any]:
        today = business_day(self.now, self.within.business.time_zone)
        return holdings.piece(warranty.standing(found, self.asking.products, today))

    def _holder(self, customer: str, what: str) -> Answer:
        """Return who somebody is, noted as seen; of who is being erased only the id."""
        try:
            person = read_person(self.within.table, customer)
        except NotFound:
            return Answer({"customer": customer, "name": None, "email": None, "phone": None})
        self._note(what, person.ids)
        opener = Opener(person.ids, self.within.table, self.within.vault.keyring)
        named = shown.named(person, opener)
        return Answer({"customer": person.id} | named, opener.unreadable)

    def _product(self, product_id: str | None) -> Product:
        found = self.asking.product(product_id)
        if found is None:
            raise InvalidInput("product", "not a declared product")
        return found

    def _preordered(self, product_id: str) -> Product:
        found = self.asking.product(product_id)
        if found is None or found.preorder is None:
            raise NotFound("pre-order")
        return found


def _serial(field: str, text: str) -> str:
    number = serial_number(text)
    if number is None:
        raise InvalidInput(field, "not a serial number")
    return number

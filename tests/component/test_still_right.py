"""Is this still right? The message, the page over its link, and what an answer changes."""

import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest

from mteja import links
from mteja.business import asking
from mteja.customers import person as persons
from mteja.customers.linking import link
from mteja.customers.reading import read_person
from mteja.freshness.asking import ask, asked, asks_on
from mteja.freshness.nightly import look
from mteja.freshness.storing import read_sums
from mteja.identity.identifiers import Trust
from mteja.mail.messages import Message
from mteja.mail.outbox import post
from mteja.recording.facts import Consent, Fact
from mteja.recording.record import record, recorder
from mteja.store import keys
from mteja.store.table import Put
from mteja.times import DAY_MS, business_day
from tests import facts, kit
from tests.component.postal import ADDRESS, NOON_MS, Postal

__all__ = ["postal"]

TOWN = {"line1": "Boma Road 7", "city": "Arusha", "country": "TZ"}
TOLD: dict[str, Any] = {"email": ADDRESS, "phone": "+255754123456", "address": TOWN, "name": "Asha"}
PAGE = "/still-right"


@pytest.fixture
def postal(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Postal:
    return Postal(monkeypatch)


@pytest.fixture
def asha(postal: Postal) -> str:
    """A customer of whom a shop told 400 days ago."""
    return told(ADDRESS, 400, TOLD)


def told(email: str, days_ago: int, traits: dict[str, Any]) -> str:
    at = NOON_MS - days_ago * DAY_MS
    fact = Fact("shopify-demo", Trust.VERIFIED, at, at, (facts.email(email),), traits)
    customer = record(fact, recorder()).customer
    assert customer is not None
    return customer


def due(postal: Postal, customer: str) -> Message | None:
    """Return the message that the daily job would write today."""
    person = read_person(postal.table, customer)
    zone = recorder().business.time_zone
    return ask(person, asking(), zone=zone, now_ms=postal.now)


def write(postal: Postal, customer: str) -> Message:
    """Write the message that is due, as the daily job does."""
    message = due(postal, customer)
    assert message is not None
    member = read_person(postal.table, customer).members[0]
    profile = member.profile.model_copy(update={"v": member.profile.v + 1, **asked(postal.now)})
    put = Put(profile.model_dump(exclude_none=True), member.profile.v)
    postal.table.transact([post(message, member.id), put])
    return message


def page_of(postal: Postal, customer: str) -> str:
    """Return the address of a customer's page."""
    made = links.new_link(links.PROFILE_LINK, customer, postal.now, 30)
    return f"{PAGE}?t={links.make(made, recorder().vault.index)}"


def show(postal: Postal, address: str) -> str:
    answer = postal.ask("GET", address)
    assert answer["statusCode"] == 200, answer["body"]
    assert answer["headers"]["x-robots-tag"] == "noindex"
    return str(answer["body"])


def own(page: str) -> dict[str, str]:
    """Return what a page sends along."""
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


def fields(page: str) -> list[str]:
    """Return the names of the fields that a page asks for."""
    return [unescape(one).strip() for one in re.findall(r"<legend>([^<]+)</legend>", page)]


def legends(page: str) -> list[str]:
    """Return what of each field is asked first: whose own parts have legends too."""
    return list(dict.fromkeys(fields(page)))


def send(postal: Postal, address: str, *ticked: str, **typed: str) -> dict[str, Any]:
    """Fill in the page and send it, as a browser does."""
    sent = [*own(show(postal, address)).items(), *(("_right", one) for one in ticked)]
    sent += [(name.replace("__", "."), text) for name, text in typed.items()]
    return postal.ask("POST", address, urlencode(sent).encode())


def seen(postal: Postal, customer: str, field: str) -> int:
    return persons.traits(read_person(postal.table, customer))[field].entry.seen


def test_a_year_after_a_customer_is_written_to_and_the_link_leads_to_its_page(
    postal: Postal, asha: str
) -> None:
    write(postal, asha)
    assert postal.send() == {"sent": 1}
    (mail,) = postal.mails()
    assert (mail.to, mail.message["Subject"]) == (ADDRESS, "Is this still right?")
    assert "/unsubscribe/" in str(mail.message["List-Unsubscribe"])
    page = show(postal, mail.link(PAGE))
    assert "Address" in legends(page)
    assert "October 2025" in page


def test_no_value_is_shown_or_sent(postal: Postal, asha: str) -> None:
    write(postal, asha)
    postal.send()
    (mail,) = postal.mails()
    shown = show(postal, mail.link(PAGE)) + mail.text + mail.html
    assert not [word for word in ("Boma", "Arusha", "754123456", "Asha") if word in shown]


def test_a_country_that_nobody_chose_is_not_sent_along(postal: Postal, asha: str) -> None:
    page = show(postal, page_of(postal, asha))
    assert 'autocomplete="country"' in page
    assert not re.search(r'<option value="[A-Z]{2}"[^>]*selected', page)


def test_whoever_was_asked_is_asked_again_in_a_year(postal: Postal, asha: str) -> None:
    assert due(postal, asha) is not None
    write(postal, asha)
    assert due(postal, asha) is None
    postal.now += 364 * DAY_MS
    assert due(postal, asha) is None
    postal.now += DAY_MS
    assert due(postal, asha) is not None


def test_an_objection_holds_the_message_back(postal: Postal, asha: str) -> None:
    objects = Consent("relationship", "withdrawn", postal.now, "counter")
    no = Fact("staff", Trust.VERIFIED, postal.now, postal.now, customer=asha, consents=(objects,))
    write(postal, asha)
    record(no, recorder())
    assert postal.send() == {"withheld": 1}
    assert postal.mails() == []


def test_who_may_not_be_disturbed_at_night_is_written_to_in_the_morning(
    postal: Postal, asha: str
) -> None:
    postal.now += 9 * 3_600_000  # midnight in Dar es Salaam
    write(postal, asha)
    assert postal.send() == {"later": 1}


def test_still_right_moves_when_a_field_was_last_observed(postal: Postal, asha: str) -> None:
    told_at = seen(postal, asha, "address")
    postal.now += 1_000
    answer = send(postal, page_of(postal, asha), "address")
    assert answer["statusCode"] == 303
    assert answer["headers"]["location"].startswith("./still-right?")
    assert seen(postal, asha, "address") == postal.now > told_at
    # Nothing else is said, and nothing else moves.
    assert seen(postal, asha, "phone") == told_at
    (entry,) = kit.logged("form")
    assert entry["data"] == {
        "form": "profile",
        "form_kind": "profile",
        "form_version": entry["data"]["form_version"],
        "mode": "web",
        "language": "en",
        "confirmed": ["address"],
    }


def test_after_an_answer_the_page_says_thanks(postal: Postal, asha: str) -> None:
    address = page_of(postal, asha)
    assert legends(show(postal, address))[0] == "Address"
    answer = send(postal, address, "address")
    after = show(postal, f"{PAGE}?{answer['headers']['location'].partition('?')[2]}")
    assert "Everything is up to date" in after
    assert "We have noted" in after
    assert "<form" not in after


def test_all_is_right_in_one_press(postal: Postal, asha: str) -> None:
    postal.now += 300 * DAY_MS  # the telephone number goes stale soon
    address = page_of(postal, asha)
    assert {"Address", "Telephone number"} <= set(
        re.findall(r"<legend>([^<(]+)", show(postal, address))
    )
    sent = own(show(postal, address)) | {"_all": "yes"}
    postal.ask("POST", address, urlencode(sent).encode())
    assert {seen(postal, asha, one) for one in ("address", "phone", "email")} == {postal.now}
    zone = recorder().business.time_zone
    day = asks_on(read_person(postal.table, asha), asking(), zone)
    assert day is not None
    assert (day - business_day(postal.now, zone)).days == 366


def test_who_says_that_all_is_right_and_writes_a_change_means_all_the_rest(
    postal: Postal, asha: str
) -> None:
    postal.now += 300 * DAY_MS  # the telephone number goes stale soon
    address = page_of(postal, asha)
    sent = own(show(postal, address)) | {
        "_all": "yes", "address.line1": "Sokoine Road 9", "address.city": "Moshi",
    }  # fmt: skip
    assert postal.ask("POST", address, urlencode(sent).encode())["statusCode"] == 303
    changed = [one["data"]["field"] for one in stored(postal, asha) if one["kind"] == "trait"]
    assert changed == ["address"]
    (entry,) = kit.logged("form")
    assert entry["data"]["confirmed"] == ["email", "phone"]


def test_what_has_changed_is_taken_with_old_and_new_in_the_timeline(
    postal: Postal, asha: str
) -> None:
    answer = send(
        postal, page_of(postal, asha), address__line1="Sokoine Road 9", address__city="Moshi",
        address__country="TZ",
    )  # fmt: skip
    assert answer["statusCode"] == 303
    entries = [one for one in stored(postal, asha) if one["kind"] == "trait"]
    assert [one["data"]["field"] for one in entries] == ["address"]
    assert seen(postal, asha, "address") == postal.now
    assert "Sokoine" not in str(kit.all_items())


def stored(postal: Postal, customer: str) -> list[dict[str, Any]]:
    partition = keys.customer_partition(customer)
    return [dict(one) for one in postal.table.query(partition, prefix=keys.INTERACTION_PREFIX)]


def test_a_new_value_weighs_more_than_a_tick_beside_it(postal: Postal, asha: str) -> None:
    send(postal, page_of(postal, asha), "address", address__city="Moshi")
    (entry,) = kit.logged("form")
    assert "confirmed" not in entry["data"]
    assert [one["kind"] for one in stored(postal, asha)] == ["form", "trait"] or [
        one["kind"] for one in stored(postal, asha)
    ] == ["trait", "form"]


@pytest.mark.parametrize("country", ["TZ", ""])
def test_who_says_nothing_is_told_so_and_nothing_changes(
    postal: Postal, asha: str, country: str
) -> None:
    before = kit.digest(kit.all_items())
    answer = send(postal, page_of(postal, asha), address__country=country)
    assert answer["statusCode"] == 422
    assert "Tick what is still right, or write what has changed" in answer["body"]
    assert kit.digest(kit.all_items()) == before


def test_what_is_wrong_with_a_new_value_is_told_beside_it(postal: Postal, asha: str) -> None:
    postal.now += 300 * DAY_MS
    answer = send(postal, page_of(postal, asha), "address", phone="nothing")
    assert answer["statusCode"] == 422
    assert "not a telephone number" in answer["body"].lower()
    assert re.search(r'value="address"[^>]*checked', answer["body"])
    assert kit.logged("form") == []


def test_an_answer_speaks_of_what_was_known_when_the_page_was_shown(
    postal: Postal, asha: str
) -> None:
    address = page_of(postal, asha)
    page = show(postal, address)
    postal.now += 60_000
    record(
        Fact(
            "shopify-demo", Trust.VERIFIED, postal.now - 1, postal.now - 1,
            (facts.email(ADDRESS),), {"address": {"city": "Moshi"}},
        ),
        recorder(),
    )  # fmt: skip
    postal.ask("POST", address, urlencode([*own(page).items(), ("_right", "address")]).encode())
    assert seen(postal, asha, "address") == postal.now - 1


def test_twice_is_once(postal: Postal, asha: str) -> None:
    address = page_of(postal, asha)
    sent = urlencode([*own(show(postal, address)).items(), ("_right", "address")]).encode()
    assert postal.ask("POST", address, sent)["statusCode"] == 303
    after = kit.all_keys()
    assert postal.ask("POST", address, sent)["statusCode"] in {303, 422}
    assert kit.all_keys() == after


def test_what_stands_with_another_member_is_confirmed_there(postal: Postal, asha: str) -> None:
    other = told("asha@work.example", 390, {"address": {"city": "Moshi"}})
    link(postal.table, asha, other, "staff", postal.now)
    person = read_person(postal.table, asha)
    holder = persons.traits(person)["address"].customer
    send(postal, page_of(postal, person.id), "address")
    by_member = {
        one.id: one.traits.fields["address"].seen
        for one in read_person(postal.table, asha).members
        if one.traits is not None
    }
    assert holder == other
    assert by_member == {asha: NOON_MS - 400 * DAY_MS, other: postal.now}


def test_a_link_of_nobody_or_of_another_kind_opens_nothing(postal: Postal, asha: str) -> None:
    other = links.make(links.new_link("unsubscribe", asha, postal.now, 30), recorder().vault.index)
    for address in (PAGE, f"{PAGE}?t={other}", f"{PAGE}?t=x"):
        answer = postal.ask("GET", address)
        assert answer["statusCode"] == 401
        assert "<h1>" in answer["body"]
    postal.erase(asha)
    assert postal.ask("GET", page_of(postal, asha))["statusCode"] == 401


@pytest.mark.parametrize(
    ("language", "title"), [("sw", "Je, haya bado ni sahihi?"), ("ca", "Encara és correcte?")]
)
def test_the_page_speaks_the_languages_of_the_business(
    postal: Postal, asha: str, language: str, title: str
) -> None:
    address = page_of(postal, asha)
    page = show(postal, f"{address}&lang={language}")
    assert f"<h1>{title}</h1>" in page
    assert f'lang="{language}"' in page
    sent = urlencode([*own(page).items(), ("_right", "address")]).encode()
    answer = postal.ask("POST", f"{address}&lang={language}", sent)
    assert f"lang={language}" in answer["headers"]["location"]


def test_mail_that_came_back_is_said_and_the_address_asked_for(postal: Postal) -> None:
    """At the page, at the next form, first of all, and never as something still right."""
    customer = postal.subscriber()
    postal.market(customer)
    postal.send()
    postal.told("Bounce", postal.messages()[-1], bounce={"bounceType": "Permanent"})
    address = page_of(postal, customer)
    page = show(postal, address)
    assert legends(page) == ["E-mail address"]
    assert "came back" in page
    assert 'name="_right"' not in page
    form = show(postal, address.replace(PAGE, "/forms/profile"))
    assert form.index("f-email") < form.index("f-phone")
    assert "Mail to the address that you gave us came back." in form
    # Whoever gives another one is asked no more.
    postal.now += 1_000
    answer = send(postal, address, email="asha@new.example")
    assert answer["statusCode"] == 303
    assert "Everything is up to date" in show(postal, address)


def test_of_whom_ses_tells_that_mail_came_back_the_night_knows(postal: Postal) -> None:
    customer = postal.subscriber()
    zone = recorder().business.time_zone
    look(postal.table, zone, postal.now)
    postal.now += 10 * DAY_MS
    postal.market(customer)
    postal.send()
    look(postal.table, zone, postal.now - 1)
    postal.now += DAY_MS
    postal.told("Bounce", postal.messages()[-1], bounce={"bounceType": "Permanent"})
    assert look(postal.table, zone, postal.now).rows == 1
    cells = read_sums(postal.table)[0].cells
    assert [until != "" for field, _, until in cells if field == "email"] == [True]


def test_a_complaint_makes_no_address_wrong(postal: Postal) -> None:
    customer = postal.subscriber()
    postal.market(customer)
    postal.send()
    postal.told("Complaint", postal.messages()[-1])
    assert "Everything is up to date" in show(postal, page_of(postal, customer))


def test_a_robot_changes_nothing(postal: Postal, asha: str) -> None:
    before = kit.digest(kit.all_items())
    answer = send(postal, page_of(postal, asha), "address", _website="x")
    assert answer["statusCode"] == 422
    assert kit.digest(kit.all_items()) == before

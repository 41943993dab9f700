"""In which language somebody is written to: the one that they read, as far as anybody told."""

from typing import Any

import pytest

from mteja.customers.language import told_by
from mteja.customers.linking import link
from mteja.customers.reading import read_person
from mteja.identity.identifiers import Trust
from mteja.mail.messages import Message, new_id
from mteja.mail.outbox import post
from mteja.recording.facts import Fact, Receipt
from mteja.times import rfc3339
from tests import facts, kit
from tests.component.front import Front
from tests.component.inviting import WEEK, Inviting, shop
from tests.component.postal import ADDRESS, HOUR_MS

__all__ = ["shop"]

ASHA, BINTI = facts.email(ADDRESS), facts.email("binti@example.com")
SUBJECTS = {"en": "How are we doing?", "sw": "Tunafanyaje?", "ca": "Com ho fem?"}


def reads(shop: Inviting, customer: str) -> str | None:
    return told_by(read_person(shop.table, customer))


def told(shop: Inviting, language: str | None, **more: Any) -> str:
    """Let staff say something of somebody; return whose it is."""
    digest = f"{language} {shop.now} {more}".encode().hex()
    named = {"identifiers": (ASHA,), "trust": Trust.VERIFIED} | more
    fact = Fact(
        "staff", observed_at=shop.now, received_at=shop.now, receipt=Receipt(digest, None),
        language=language, **named,
    )  # fmt: skip
    return shop.take(fact)


@pytest.mark.parametrize(
    ("locale", "language"),
    [("sw", "sw"), ("sw-TZ", "sw"), ("ca_ES", "ca"), ("fr-FR", "en"), ("auto", "en"), (None, "en")],
)
def test_an_invitation_is_in_the_language_of_the_shops_checkout(
    shop: Inviting, locale: str | None, language: str
) -> None:
    shop.deliver(customer_locale=locale)
    assert shop.days(WEEK) == {"sent": 1}
    (mail,) = shop.mails()
    assert f"lang={language}" in mail.link("/surveys/satisfaction?t=")
    (message,) = (one for member in shop.person().members for one in member.messages)
    assert message.language == language


def test_what_is_learned_while_an_invitation_waits_counts(shop: Inviting) -> None:
    shop.deliver(customer_locale="en")
    shop.now += HOUR_MS
    shop.deliver(2, customer_locale="sw")
    assert shop.days(WEEK)["sent"] == 1
    assert "lang=sw" in shop.mails()[0].link("/surveys/satisfaction?t=")


def test_an_order_that_is_changed_later_says_what_was_read_when_it_was_placed(
    shop: Inviting,
) -> None:
    shop.deliver(customer_locale="sw")
    placed = rfc3339(shop.now)
    shop.now += HOUR_MS
    told(shop, "ca")
    shop.now += HOUR_MS
    shop.deliver(topic="orders/updated", customer_locale="sw", created_at=placed,
                 processed_at=placed, note="x")  # fmt: skip
    assert reads(shop, shop.customer()) == "ca"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_order_in_which_it_is_told_changes_nothing(
    shop: Inviting, order: tuple[int, int]
) -> None:
    begin, heard = shop.now, ["sw", "ca"]
    for number in order:
        shop.now = begin + number * HOUR_MS
        customer = told(shop, heard[number])
    assert reads(shop, customer) == "ca"


def test_a_claim_says_nothing_of_whom_we_know(shop: Inviting) -> None:
    customer = told(shop, "sw")
    shop.now += HOUR_MS
    assert shop.sign_up()["statusCode"] == 202  # on the English page
    assert shop.customer() == customer
    assert reads(shop, customer) == "sw"


def test_what_was_claimed_is_forgotten_with_the_other_claims(shop: Inviting) -> None:
    assert shop.sign_up()["statusCode"] == 202
    customer = shop.customer()
    assert reads(shop, customer) == "en"
    shop.now += HOUR_MS
    told(shop, None)
    assert reads(shop, customer) is None


def test_who_confirms_a_sign_up_read_its_mail(shop: Inviting) -> None:
    body = kit.raw({"email": ADDRESS, "newsletter": True})
    shop.ask("POST", "/v1/forms/newsletter?lang=ca", body, content_type="application/json")
    assert shop.send() == {"sent": 1}
    shop.ask("POST", shop.mails()[0].link("/confirm/"))
    assert reads(shop, shop.customer()) == "ca"


@pytest.mark.parametrize("accepted", ["", "*", "fr"])
def test_a_program_that_says_no_language_tells_none(shop: Inviting, accepted: str) -> None:
    body = kit.raw({"email": ADDRESS})
    shop.ask("POST", "/v1/forms/newsletter", body, content_type="application/json",
             accept_language=accepted)  # fmt: skip
    assert reads(shop, shop.customer()) is None


def test_a_browser_tells_which_language_it_asks_for(shop: Inviting) -> None:
    body = kit.raw({"email": ADDRESS})
    shop.ask("POST", "/v1/forms/newsletter", body, content_type="application/json",
             accept_language="fr, sw;q=0.5")  # fmt: skip
    assert reads(shop, shop.customer()) == "sw"


def test_of_two_members_the_verified_one_is_believed_and_then_the_last(shop: Inviting) -> None:
    first = told(shop, "sw")
    shop.now += HOUR_MS
    second = told(shop, "ca", identifiers=(BINTI,), trust=Trust.CLAIMED)
    link(shop.table, first, second, "staff", shop.now)
    assert reads(shop, first) == "sw"
    shop.now += HOUR_MS
    told(shop, "en", identifiers=(BINTI,))
    assert reads(shop, first) == "en"


def test_a_message_that_answers_a_page_is_in_the_pages_language(shop: Inviting) -> None:
    customer = told(shop, "sw")
    message = Message(new_id(shop.now), "request", "ca", shop.now, shop.now + HOUR_MS)
    shop.table.transact([post(message, customer)])
    assert shop.send() == {"sent": 1}
    (sent,) = (one for member in shop.person().members for one in member.messages)
    assert sent.language == "ca"


def test_staff_see_it_and_may_say_it(aws: dict[str, str]) -> None:
    counter = Front()
    made = counter.told("/v1/customers", {"name": "Asha", "language": "sw-TZ"})
    person = counter.person(made["id"])
    assert person["language"] == "sw-TZ"
    changed = counter.patch(f"/v1/customers/{made['id']}", {"language": "ca"}, person["version"])
    assert changed.status == 200
    assert counter.person(made["id"])["language"] == "ca"
    refused = counter.post("/v1/customers", {"name": "Asha", "language": "Kiswahili!"})
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, "language")


@pytest.mark.parametrize(("mode", "language"), [("staff", None), ("kiosk", "ca")])
def test_the_tablets_page_is_the_customers_and_the_staffs_is_not(
    aws: dict[str, str], mode: str, language: str | None
) -> None:
    front = Front()
    form = {"email": ADDRESS, "name": "Asha"}
    front.told(f"/v1/staff/forms/in-store?mode={mode}&lang=ca", form)
    assert front.person(front.find_one(email=ADDRESS))["language"] == language

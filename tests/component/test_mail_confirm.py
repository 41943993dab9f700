"""Double opt-in: what was typed becomes the person's own word over the link in the mail."""

import pytest

from mteja.customers import person
from mteja.customers.opening import Opener
from mteja.identity.identifiers import EMAIL, PHONE, Identifier, Trust
from mteja.mail.sign_up import MOST_A_DAY
from mteja.recording.facts import Fact
from mteja.recording.record import record, recorder
from mteja.times import DAY_MS
from tests import kit
from tests.component.postal import ADDRESS, HOUR_MS, Postal, consents_of, postal

__all__ = ["postal"]


def _link(postal: Postal) -> str:
    postal.sign_up()
    assert postal.send() == {"sent": 1}
    postal.now += 1000
    return postal.mails()[-1].link("/confirm/")


def test_looking_at_the_link_changes_nothing_and_shows_a_button(postal: Postal) -> None:
    link = _link(postal)
    before = kit.digest(kit.all_items())
    answer = postal.ask("GET", link)
    assert answer["statusCode"] == 200
    assert '<button type="submit">Confirm</button>' in answer["body"]
    assert kit.digest(kit.all_items()) == before


def test_a_confirmation_makes_consent_and_address_verified(postal: Postal) -> None:
    link = _link(postal)
    assert consents_of(postal) == {}
    postal.now += HOUR_MS
    answer = postal.ask("POST", link)
    assert answer["statusCode"] == 200
    assert "is confirmed" in answer["body"]
    assert consents_of(postal) == {"marketing-email": {"own": ("granted", postal.now)}}
    found = postal.person()
    assert person.trust(found) == "verified"
    (held,) = person.identifiers(found)
    assert held.held.hold == "verified"
    opener = Opener(found.ids, postal.table, recorder().vault.keyring)
    assert opener.identifier(held.customer, held.held).value == ADDRESS
    (field, trait) = next(iter(person.traits(found).items()))
    assert (field, trait.entry.trust) == ("email", "verified")
    assert opener.trait(trait.customer, field, trait.entry).value == ADDRESS


def test_what_else_was_claimed_stands_aside(postal: Postal) -> None:
    postal.ask("POST", _link(postal))
    found = postal.person()
    assert list(person.traits(found)) == ["email"]
    assert [one.field for one in person.aside(found)] == ["name"]


def test_a_confirmation_is_proved_with_the_words_that_were_shown(postal: Postal) -> None:
    postal.ask("POST", _link(postal))
    (member,) = postal.person().members
    claimed, confirmed = sorted(member.consents, key=lambda row: row.trust)
    assert (confirmed.trust, confirmed.channel) == ("verified", "confirmed:newsletter")
    assert confirmed.text_version == claimed.text_version
    assert confirmed.text_version is not None


def test_a_link_counts_once(postal: Postal) -> None:
    link = _link(postal)
    postal.ask("POST", link)
    postal.now += 1000
    market = postal.market(postal.customer())
    postal.send()
    postal.ask("POST", postal.mails()[-1].link("/unsubscribe/"))
    before = consents_of(postal)
    assert postal.ask("POST", link)["statusCode"] == 200
    assert consents_of(postal) == before
    assert market


def test_a_link_ends_72_hours_after_the_sign_up(postal: Postal) -> None:
    link = _link(postal)
    postal.now += 3 * DAY_MS - 1000
    assert postal.ask("GET", link)["statusCode"] == 200
    postal.now += 1000
    for method in ("GET", "POST"):
        answer = postal.ask(method, link)
        assert answer["statusCode"] == 401
        assert "This link is too old" in answer["body"]
    assert consents_of(postal) == {}


@pytest.mark.parametrize("change", ["cut", "turned", "other"])
def test_a_forged_link_opens_nothing(postal: Postal, change: str) -> None:
    link = _link(postal).partition("?")[0]
    *_, token = link.split("/")
    forged = {"cut": token[:-4], "turned": token[::-1], "other": "x" * len(token)}[change]
    assert postal.ask("POST", f"/confirm/{forged}")["statusCode"] == 401
    assert consents_of(postal) == {}


def test_a_link_that_unsubscribes_confirms_nothing(postal: Postal) -> None:
    customer = postal.subscriber()
    postal.market(customer)
    postal.send()
    token = postal.mails()[-1].link("/unsubscribe/").rpartition("/")[2]
    assert postal.ask("POST", f"/confirm/{token}")["statusCode"] == 401


def test_nobody_can_fill_anothers_mailbox(postal: Postal) -> None:
    for number in range(MOST_A_DAY + 3):
        assert postal.sign_up(name=f"A Stranger {number}")["statusCode"] == 202
    assert postal.send() == {"sent": MOST_A_DAY}
    postal.now += DAY_MS
    postal.sign_up(name="Another Stranger")
    assert postal.send() == {"sent": 1}


def test_who_has_confirmed_is_not_asked_again(postal: Postal) -> None:
    postal.subscriber()
    postal.now += HOUR_MS
    assert postal.sign_up(name="Somebody")["statusCode"] == 202
    assert postal.waiting() == []


def test_one_sender_causes_so_many_mails_an_hour(
    postal: Postal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postal.forms.FORMS.mails(), "_requests", 2.0)
    answers = [postal.sign_up(f"person{number}@example.com")["statusCode"] for number in range(3)]
    assert answers == [202, 202, 429]
    # Who does not ask for mail is not held back.
    assert postal.sign_up("person4@example.com", newsletter=False)["statusCode"] == 202


def test_a_sign_up_without_a_tick_causes_no_mail(postal: Postal) -> None:
    postal.sign_up(newsletter=False)
    assert postal.waiting() == []


def _staff_write_down_a_telephone(postal: Postal) -> None:
    named = (Identifier(PHONE, "+255712345678"),)
    now = postal.now
    record(Fact("staff", Trust.VERIFIED, now, now, named, customer=postal.customer()), recorder())


def test_a_confirmation_holds_though_a_verified_fact_came_in_between(postal: Postal) -> None:
    """It sets the claimed address aside: nobody is found by it any more."""
    link = _link(postal)
    _staff_write_down_a_telephone(postal)
    assert [one.held.kind for one in person.identifiers(postal.person())] == ["phone"]
    assert postal.ask("POST", link)["statusCode"] == 200
    assert consents_of(postal)["marketing-email"]["own"][0] == "granted"
    held = person.identifiers(postal.person())
    assert [(one.held.kind, one.held.hold) for one in held] == [
        ("email", "verified"), ("phone", "verified"),
    ]  # fmt: skip
    assert person.traits(postal.person())["email"].entry.trust == "verified"
    found = record(
        Fact("staff", Trust.VERIFIED, postal.now, postal.now, (Identifier(EMAIL, ADDRESS),)),
        recorder(),
    )
    assert found.customer == postal.customer()


def test_the_mail_leaves_though_the_address_was_set_aside(postal: Postal) -> None:
    postal.sign_up()
    postal.now += 1000
    _staff_write_down_a_telephone(postal)
    assert postal.send() == {"sent": 1}
    assert postal.ask("POST", postal.mails()[-1].link("/confirm/"))["statusCode"] == 200
    assert consents_of(postal)["marketing-email"]["own"][0] == "granted"


def test_of_who_is_erased_nothing_is_confirmed(postal: Postal) -> None:
    link = _link(postal)
    postal.erase(postal.customer())
    assert postal.ask("POST", link)["statusCode"] == 401


def test_the_consent_is_of_whoever_holds_the_address_by_then(postal: Postal) -> None:
    """A shop told of the address after it was typed, and before it was confirmed."""
    link = _link(postal)
    orders = kit.handler("orders")
    body = kit.changed(
        kit.sample("shopify/order_fulfilled"), email=ADDRESS, customer__email=ADDRESS
    )
    assert (
        orders.lambda_handler(kit.webhook_event(body, "orders/create"), None)["statusCode"] == 200
    )
    assert postal.ask("POST", link)["statusCode"] == 200
    (member,) = postal.person().members
    assert member.profile.consents["marketing-email"]["own"][0] == "granted"

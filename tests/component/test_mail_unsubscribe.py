"""Taking a consent back from a mail: by its page, and in one click (RFC 8058)."""

import re

import pytest

from mteja.http.limits import Limit
from mteja.mail.messages import WITHHELD
from tests import kit
from tests.component.postal import HOUR_MS, Postal, consents_of, postal

__all__ = ["postal"]


def _marketed(postal: Postal) -> str:
    """Send marketing to a subscriber; return the path of its unsubscribe link."""
    postal.market(postal.subscriber())
    assert postal.send() == {"sent": 1}
    postal.now += HOUR_MS
    return postal.mails()[-1].link("/unsubscribe/")


def test_marketing_says_how_to_unsubscribe_in_one_click(postal: Postal) -> None:
    link = _marketed(postal)
    message = postal.mails()[-1].message
    assert message["List-Unsubscribe"] == f"<https://api.example{link}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"https://api.example{link}" in postal.mails()[-1].html


def test_the_header_is_an_address_as_it_leaves(postal: Postal) -> None:
    """On one line and in clear: mail programs decode nothing in it."""
    link = _marketed(postal)
    (header,) = re.findall(r"^List-Unsubscribe: (.*)$", postal.raw(), re.MULTILINE)
    assert header.rstrip("\r") == f"<https://api.example{link}>"
    assert len(header) > 78


def test_many_unsubscribe_from_one_address(postal: Postal, monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider of mail does it for all of its readers."""
    link = _marketed(postal)
    monkeypatch.setattr(postal.forms, "LIMIT", Limit(2))
    body = b"List-Unsubscribe=One-Click"
    assert [postal.ask("POST", link, body)["statusCode"] for _ in range(4)] == [200] * 4
    assert [postal.ask("GET", link)["statusCode"] for _ in range(3)] == [200, 200, 429]


def test_what_was_asked_for_is_no_list(postal: Postal) -> None:
    postal.sign_up()
    postal.send()
    assert postal.mails()[0].message["List-Unsubscribe"] is None
    assert "/unsubscribe/" not in postal.mails()[0].text


def test_looking_at_the_link_changes_nothing(postal: Postal) -> None:
    link = _marketed(postal)
    before = kit.digest(kit.all_items())
    answer = postal.ask("GET", link)
    assert answer["statusCode"] == 200
    assert '<button type="submit">Unsubscribe</button>' in answer["body"]
    assert kit.digest(kit.all_items()) == before


def test_one_click_of_a_mail_program_withdraws_the_consent(postal: Postal) -> None:
    link = _marketed(postal)
    body = b"List-Unsubscribe=One-Click"
    answer = postal.ask("POST", link, body, accept="*/*")
    assert answer["statusCode"] == 200
    assert consents_of(postal)["marketing-email"]["own"] == ("withdrawn", postal.now)
    (member,) = postal.person().members
    assert {row.channel for row in member.consents if row.status == "withdrawn"} == {
        "unsubscribe-link"
    }


def test_after_it_nothing_waiting_is_sent(postal: Postal) -> None:
    link = _marketed(postal)
    postal.market(postal.customer())
    postal.ask("POST", link)
    assert postal.send() == {"withheld": 1}
    last = postal.messages()[-1]
    assert (last.status, last.reason) == (WITHHELD, "consent")


def test_it_works_twice_and_again_after_a_new_sign_up(postal: Postal) -> None:
    link = _marketed(postal)
    for _ in range(2):
        assert postal.ask("POST", link)["statusCode"] == 200
    postal.now += HOUR_MS
    postal.sign_up(name="Again")
    postal.send()
    postal.ask("POST", postal.mails()[-1].link("/confirm/"))
    assert consents_of(postal)["marketing-email"]["own"][0] == "granted"
    postal.now += HOUR_MS
    postal.ask("POST", link)
    assert consents_of(postal)["marketing-email"]["own"][0] == "withdrawn"


def test_the_link_of_somebody_erased_opens_nothing(postal: Postal) -> None:
    link = _marketed(postal)
    postal.erase(postal.customer())
    assert postal.ask("POST", link)["statusCode"] == 401

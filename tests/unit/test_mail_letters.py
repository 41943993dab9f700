"""Letters in every language, and headers that nothing typed can break."""

import email
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from botocore.exceptions import ClientError
from click.testing import CliRunner
from pydantic import ValidationError

from mteja.business.compile import read
from mteja.business.mailing import Mail
from mteja.errors import NotFound
from mteja.mail.channels import MailChannel, Outcome, Parcel, outcome_of
from mteja.mail.letters import Letter, Writer
from mteja.mail.links import Links
from mteja.mail.messages import TEMPLATES, Message
from mteja.mail.preview import example, preview
from mteja_operator.cli import main
from tests import kit

_MAIL = Mail(sender="hello@shop.example", postal_address="Uhuru Street 1")
_LINKS = Links("https://api.example/confirm/x?a=1&b=2", "https://api.example/unsubscribe/x")
_LANGUAGES = ("en", "sw", "ca")


def _letter(template: str = "confirm", business: str = "Duka") -> Letter:
    return Writer(business, _MAIL).write(template, "en", _LINKS)


def _parsed(letter: Letter, address: str = "asha@example.com") -> EmailMessage:
    return email.message_from_bytes(letter.mime(address), policy=default)


@pytest.mark.parametrize("language", _LANGUAGES)
@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_every_template_says_all_in_every_language(template: str, language: str) -> None:
    told = example(template, language)
    letter = Writer("Duka", _MAIL).write(template, language, _LINKS, **told)
    assert letter.subject.strip()
    assert "\n" not in letter.subject
    for text in (letter.text, letter.html):
        assert "Uhuru Street 1" in text
        assert "Duka" in text
        assert "https://api.example/unsubscribe/x" in text
    assert letter.html.startswith("<!DOCTYPE html>")
    assert f'lang="{language}"' in letter.html
    assert len(letter.sms) <= 160 or "https://" in letter.sms
    if language != "en":
        english = Writer("Duka", _MAIL).write(template, "en", _LINKS, **example(template, "en"))
        assert letter.subject != english.subject


def test_text_is_no_html_and_html_is_escaped() -> None:
    letter = _letter(business="Duka & <b>Sons</b>")
    assert "Duka & <b>Sons</b>" in letter.text
    assert "Duka &amp; &lt;b&gt;Sons&lt;/b&gt;" in letter.html
    assert "<b>" not in letter.html
    assert "a=1&b=2" in letter.text


@pytest.mark.parametrize(
    "address",
    [
        "asha@example.com\r\nBcc: others@example.com",
        "asha@example.com\nBcc: others@example.com",
        "asha@example.com, others@example.com",
        "<asha@example.com>",
        "asha\x00@example.com",
        "",
    ],
    ids=["crlf", "lf", "two", "brackets", "nul", "empty"],
)
def test_an_address_makes_no_second_header_and_no_second_address(address: str) -> None:
    class NoSes:
        def send_email(self, **_: object) -> None:
            raise AssertionError("nothing may be sent")

    message = Message("msg_1", "confirm", "en", 0, 1).item("cus_1")
    channel = MailChannel(NoSes(), "mteja")  # type: ignore[arg-type]
    try:
        parsed = _parsed(_letter(), address)
    except Exception:
        assert channel.send(Parcel(message, _letter(), address)) is Outcome.REFUSED
        return
    assert parsed["Bcc"] is None
    assert len(parsed["To"].addresses) == 1


@pytest.mark.parametrize("field", ["sender_name", "sender", "reply_to", "postal_address"])
def test_the_owners_file_makes_no_second_header(field: str) -> None:
    told = {"sender": "hello@shop.example", "postal_address": "Uhuru Street 1"}
    with pytest.raises(ValidationError):
        Mail.model_validate(told | {field: "hello@shop.example\r\nBcc: others@example.com"})


def test_a_name_in_any_script_is_a_sender() -> None:
    letter = Writer("Dükä, “Sons”", _MAIL).write("confirm", "en", _LINKS)
    (sender,) = _parsed(letter)["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ("Dükä, “Sons”", "hello@shop.example")


def test_ses_is_given_the_senders_address_without_the_name() -> None:
    """It wants ASCII there; the name stands in the mail."""
    asked: dict[str, Any] = {}

    class Ses:
        def send_email(self, **told: Any) -> None:
            asked.update(told)

    letter = Writer("Café Asha", _MAIL).write("confirm", "en", _LINKS)
    message = Message("msg_1", "confirm", "en", 0, 1).item("cus_1")
    channel = MailChannel(Ses(), "mteja")  # type: ignore[arg-type]
    assert channel.send(Parcel(message, letter, "asha@example.com")) is Outcome.SENT
    assert asked["FromEmailAddress"] == "hello@shop.example"
    assert asked["Content"]["Raw"]["Data"].isascii()


def test_a_long_address_to_unsubscribe_stays_on_one_line() -> None:
    where = f"https://api.example/unsubscribe/{'x' * 300}"
    letter = Writer("Duka", _MAIL).write("confirm", "en", Links(None, where))
    assert f"\r\nList-Unsubscribe: <{where}>\r\n".encode() in letter.mime("asha@example.com")


def test_no_line_of_a_mail_is_too_long_for_a_mail_server() -> None:
    letter = replace(_letter(), subject="ñandú " * 60, text="long " * 1000)
    assert max(map(len, letter.mime("asha@example.com").split(b"\r\n"))) <= 78


def test_headers_say_how_to_unsubscribe_and_that_no_answer_is_read() -> None:
    parsed = _parsed(_letter())
    assert parsed["List-Unsubscribe"] == "<https://api.example/unsubscribe/x>"
    assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in parsed.iter_parts()] == ["text/plain", "text/html"]


def test_a_preview_has_a_link_where_the_message_has_one() -> None:
    for template in TEMPLATES:
        letter = preview(template, "en", "Duka", _MAIL)
        assert ("https://example.com/" in letter.text) == (template != "request")
    for template, mail in (("nothing", _MAIL), ("confirm", None)):
        with pytest.raises(NotFound):
            preview(template, "en", "Duka", mail)


def test_the_command_shows_a_template_without_a_stack() -> None:
    shown = CliRunner().invoke(main, ["mail", "preview", "confirm", "--language", "sw"])
    assert shown.exit_code == 0, shown.output
    declared = read(kit.ROOT / "layers/business/business.yaml")
    assert f"From: {declared.name} <hello@shop.example>" in shown.output
    assert "Subject: Tafadhali thibitisha" in shown.output
    assert CliRunner().invoke(main, ["mail", "preview", "confirm", "--language", "xx"]).exit_code


@pytest.mark.parametrize(
    ("code", "status", "outcome"),
    [
        ("TooManyRequestsException", 429, Outcome.NOT_NOW),
        ("AccessDeniedException", 403, Outcome.NOT_NOW),
        ("MessageRejected", 400, Outcome.REFUSED),
        ("InternalServiceErrorException", 500, Outcome.UNKNOWN),
        ("ServiceUnavailable", 503, Outcome.UNKNOWN),
    ],
)
def test_an_error_says_whether_something_left(code: str, status: int, outcome: Outcome) -> None:
    error = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    assert outcome_of(ClientError(error, "SendEmail")) is outcome  # type: ignore[arg-type]

"""From a template to a letter: subject, text, HTML and headers, in the customer's language.

The first line of a template's text is the subject. Headers are made by Python's `email`, which
takes no line break in one.
"""

from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any

from mteja.business.mailing import Mail
from mteja.mail.links import Links
from mteja.pages.rendering import environment

_UNSUBSCRIBE = "List-Unsubscribe"


class _OnOneLine(EmailPolicy):
    """Folds as SMTP wants it, but never the header that holds an address of ours. Python folds a
    word longer than a line by encoding it (RFC 2047, cpython#85725), and then it is no address any
    more to who reads the mail. A line may have 998 characters (RFC 5322, 2.1.1)."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name == _UNSUBSCRIBE:
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


_POLICY = _OnOneLine(linesep="\r\n")


@dataclass(frozen=True)
class Letter:
    """What is sent. `sms` is the text of a text message. `unsubscribe`: the address for RFC 8058,
    None for what is not marketing."""

    subject: str
    text: str
    html: str
    sms: str
    sender: Address
    reply_to: str | None = None
    unsubscribe: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def mime(self, address: str) -> bytes:
        """Return the whole message to an address. Raises ValueError for an address or a subject
        that would make a second header."""
        message = EmailMessage(policy=_POLICY)
        message["From"] = self.sender
        message["To"] = Address(addr_spec=address)
        message["Subject"] = self.subject
        if self.reply_to is not None:
            message["Reply-To"] = Address(addr_spec=self.reply_to)
        if self.unsubscribe is not None:
            message[_UNSUBSCRIBE] = f"<{self.unsubscribe}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
        message.set_content(self.text, cte="base64")
        message.add_alternative(self.html, subtype="html", cte="base64")
        return message.as_bytes()


@dataclass(frozen=True)
class Writer:
    """Writes letters for a business."""

    business: str
    mail: Mail

    def write(self, template: str, language: str, links: Links, **values: Any) -> Letter:
        """Return a letter. A value that a template asks for and nobody gave is an error. A text
        message has room for its link, or for the `code` that it brings."""
        texts = environment(language)
        shown = {
            "business": self.business,
            "postal_address": self.mail.postal_address,
            "link": links.link,
            "unsubscribe": links.unsubscribe,
            "language": language,
        } | values
        told = texts.get_template(f"mail/{template}.txt").render(shown)
        subject, _, body = told.strip().partition("\n")
        footer = texts.get_template("mail/footer.txt").render(shown)
        short = f"{self.business}: {subject.strip()}"
        leads_to = links.link or values.get("code")
        return Letter(
            subject=subject.strip(),
            text=f"{body.strip()}\n\n-- \n{footer.strip()}\n",
            html=texts.get_template(f"mail/{template}.html").render(
                shown | {"subject": subject.strip()}
            ),
            sms=f"{short} {leads_to}" if leads_to else short,
            sender=Address(self.mail.sender_name or self.business, addr_spec=self.mail.sender),
            reply_to=self.mail.reply_to,
            unsubscribe=links.unsubscribe,
        )

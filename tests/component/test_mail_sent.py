"""A sign-up on the web leads to one mail that asks to confirm it."""

from tests.component.postal import ADDRESS, Postal, postal

__all__ = ["postal"]


def test_a_sign_up_waits_in_the_outbox_and_leaves_with_the_next_look(postal: Postal) -> None:
    assert postal.sign_up()["statusCode"] == 202
    (waiting,) = postal.waiting()
    assert (waiting.status, waiting.template) == ("pending", "confirm")
    assert postal.send() == {"sent": 1}
    (mail,) = postal.mails()
    assert mail.to == ADDRESS
    assert mail.message["Subject"] == "Please confirm your e-mail address"
    assert postal.waiting() == []
    assert (postal.message().status, postal.message().channel) == ("sent", "email")
    assert postal.send() == {}
    assert len(postal.mails()) == 1

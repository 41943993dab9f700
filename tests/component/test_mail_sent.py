"""A sign-up on the web leads to one mail that asks to confirm it."""

from mteja.store.wire import size
from tests import kit
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


def test_a_message_adds_one_item_of_one_kilobyte_to_its_fact(postal: Postal) -> None:
    """Two write units in a transaction (design, section 12): nothing is indexed."""
    postal.sign_up("a-rather-long-address.of-somebody@a-rather-long-domain.example.com")
    (raw,) = postal.table.query(postal.waiting()[0].pk)
    assert size(raw) <= 1024
    assert not {"open_pk", "log_pk", "due_pk", "lookup_pk"} & raw.keys()


def test_nothing_that_waits_or_was_sent_holds_an_address(postal: Postal) -> None:
    postal.sign_up()
    waiting = str(kit.all_items())
    postal.send()
    assert ADDRESS not in waiting + str(kit.all_items())
    assert "Asha" not in waiting + str(kit.all_items())

"""Marketing leaves at most once, what was asked for at least once, whatever fails in between."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from mteja.aws import clients
from mteja.mail.items import MessageItem
from mteja.mail.making import mailer
from mteja.mail.sending import LEASE_MS, MOST_TRIES, Mailer
from mteja.times import DAY_MS
from tests import kit
from tests.component.postal import HOUR_MS, Postal, postal

__all__ = ["postal"]


class Killed(BaseException):
    """The function is gone: nothing that it would have done after this is done."""


def _refused(code: str, status: int) -> ClientError:
    metadata: Any = {"HTTPStatusCode": status}
    return ClientError(
        {"Error": {"Code": code, "Message": "asha@example.com"}, "ResponseMetadata": metadata},
        "SendEmail",
    )


THROTTLED = _refused("TooManyRequestsException", 429)
REJECTED = _refused("MessageRejected", 400)
BROKEN = _refused("InternalFailure", 500)
SILENT = ReadTimeoutError(endpoint_url="https://email.example")


@pytest.fixture
def failing(postal: Postal, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return what makes SES fail: with an error before it has sent, or after."""
    client = clients.ses()
    send = client.send_email

    def fail(error: BaseException | None, *, after: bool = False) -> None:
        def failing_send(**asked: Any) -> Any:
            answer = send(**asked) if after or error is None else None
            if error is not None:
                raise error
            return answer

        monkeypatch.setattr(client, "send_email", failing_send)

    return fail


def _marketing(postal: Postal) -> int:
    """Let marketing wait for a subscriber; return how many mails left before."""
    postal.market(postal.subscriber())
    return len(postal.mails())


def _asked_for(postal: Postal) -> int:
    """Let a mail wait that a person asked for."""
    postal.sign_up()
    return 0


def _fails(*_: Any) -> Any:
    raise BROKEN


def _later(postal: Postal) -> None:
    """Let a day pass, in looks of the mailer's: through quiet hours and leases."""
    for _ in range(24):
        postal.now += HOUR_MS
        postal.send()


@pytest.mark.parametrize("after", [False, True], ids=["before it left", "after it left"])
def test_marketing_of_a_mailer_that_dies_is_not_sent_again(
    postal: Postal, failing: Callable[..., None], after: bool
) -> None:
    left = _marketing(postal)
    failing(Killed(), after=after)
    with pytest.raises(Killed):
        postal.send()
    failing(None)
    _later(postal)
    assert len(postal.mails()) == left + after
    assert postal.messages()[-1].status == "claimed"
    postal.told("Delivery", postal.messages()[-1])
    assert postal.messages()[-1].status == "delivered"


@pytest.mark.parametrize("after", [False, True], ids=["before it left", "after it left"])
def test_what_was_asked_for_is_sent_again_after_a_mailer_that_died(
    postal: Postal, failing: Callable[..., None], after: bool
) -> None:
    _asked_for(postal)
    failing(Killed(), after=after)
    with pytest.raises(Killed):
        postal.send()
    failing(None)
    assert postal.send() == {}  # somebody may still be at it
    postal.now += LEASE_MS + 1
    assert postal.send() == {"sent": 1}
    assert len(postal.mails()) == 1 + after
    assert postal.waiting() == []


def test_what_ses_told_of_meanwhile_is_not_sent_again(
    postal: Postal, failing: Callable[..., None]
) -> None:
    _asked_for(postal)
    failing(Killed(), after=True)
    with pytest.raises(Killed):
        postal.send()
    failing(None)
    postal.told("Delivery", postal.message())
    postal.now += LEASE_MS + 1
    assert postal.send() == {"delivered": 1}
    assert len(postal.mails()) == 1
    assert postal.waiting() == []


@pytest.mark.parametrize("wait", [_marketing, _asked_for], ids=["marketing", "asked for"])
def test_a_mailer_that_dies_before_it_claims_loses_nothing(
    postal: Postal, wait: Callable[[Postal], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    left = wait(postal)

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Mailer, "_claim", die)
        with pytest.raises(Killed):
            postal.send()
    assert postal.send() == {"sent": 1}
    assert len(postal.mails()) == left + 1


@pytest.mark.parametrize("wait", [_marketing, _asked_for], ids=["marketing", "asked for"])
def test_two_mailers_with_one_message_send_it_once(
    postal: Postal, wait: Callable[[Postal], int]
) -> None:
    left = wait(postal)
    (item,) = postal.waiting()
    assert mailer().work(item) == "sent"
    assert mailer().work(item) == "gone"
    assert len(postal.mails()) == left + 1


@pytest.mark.parametrize("wait", [_marketing, _asked_for], ids=["marketing", "asked for"])
def test_a_mailer_that_comes_while_another_sends_leaves_the_message_alone(
    postal: Postal, wait: Callable[[Postal], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    left = wait(postal)
    (item,) = postal.waiting()
    client, others = clients.ses(), []
    send = client.send_email

    def while_another_looks(**asked: Any) -> Any:
        others.append(mailer().work(item))
        return send(**asked)

    monkeypatch.setattr(client, "send_email", while_another_looks)
    assert mailer().work(item) == "sent"
    assert others == ["gone"]
    assert len(postal.mails()) == left + 1


@pytest.mark.parametrize("wait", [_marketing, _asked_for], ids=["marketing", "asked for"])
def test_what_ses_has_no_time_for_leaves_later_and_once(
    postal: Postal, failing: Callable[..., None], wait: Callable[[Postal], int]
) -> None:
    left = wait(postal)
    failing(THROTTLED)
    assert postal.send() == {"not-now": 1}
    failing(None)
    assert postal.send() == {}  # not at once again
    postal.now += HOUR_MS
    assert postal.send() == {"sent": 1}
    assert len(postal.mails()) == left + 1
    assert postal.waiting() == []


def test_where_ses_has_had_enough_it_is_asked_no_more(
    postal: Postal, failing: Callable[..., None]
) -> None:
    for number in range(4):
        postal.sign_up(f"person{number}@example.com")
    failing(THROTTLED)
    assert postal.send() == {"not-now": 1, "passed-over": 3}
    assert [item.attempts for item in postal.waiting() if item.due <= postal.now] == [0, 0, 0]
    failing(None)
    assert postal.send() == {"sent": 3}


def test_what_is_never_taken_is_given_up_and_shown(
    postal: Postal, failing: Callable[..., None]
) -> None:
    postal.sign_up()
    failing(THROTTLED)
    for _ in range(MOST_TRIES):
        postal.now += 2 * HOUR_MS
        postal.send()
    postal.now += DAY_MS // 2
    postal.send()
    assert postal.waiting() == []
    assert (postal.message().status, postal.message().reason) == ("failed", "not-now")


@pytest.mark.parametrize("wait", [_marketing, _asked_for], ids=["marketing", "asked for"])
def test_what_ses_rejects_is_not_tried_again(
    postal: Postal, failing: Callable[..., None], wait: Callable[[Postal], int]
) -> None:
    wait(postal)
    failing(REJECTED)
    assert postal.send() == {"failed": 1}
    failing(None)
    _later(postal)
    assert postal.messages()[-1].status == "failed"
    assert postal.waiting() == []


@pytest.mark.parametrize("error", [SILENT, BROKEN], ids=["silent", "broken"])
def test_where_nobody_knows_whether_it_left_marketing_is_not_sent_again(
    postal: Postal, failing: Callable[..., None], error: Exception
) -> None:
    left = _marketing(postal)
    failing(error, after=True)
    assert postal.send() == {"unknown": 1}
    failing(None)
    _later(postal)
    assert len(postal.mails()) == left + 1
    last = postal.messages()[-1]
    assert (last.status, last.reason) == ("claimed", "unknown")


@pytest.mark.parametrize("error", [SILENT, BROKEN], ids=["silent", "broken"])
def test_where_nobody_knows_whether_it_left_what_was_asked_for_is_sent_again(
    postal: Postal, failing: Callable[..., None], error: Exception
) -> None:
    _asked_for(postal)
    failing(error)
    assert postal.send() == {"unknown": 1}
    failing(None)
    postal.now += HOUR_MS
    assert postal.send() == {"sent": 1}
    assert len(postal.mails()) == 1


def test_one_message_that_breaks_keeps_no_other_from_being_sent(
    postal: Postal, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = kit.log_of("mailer", monkeypatch)
    customer = postal.subscriber()
    postal.market(customer, template="no-such-template")
    postal.sign_up("another@example.com")
    with pytest.raises(Exception, match="1 messages"):
        postal.send()
    assert postal.mails()[-1].to == "another@example.com"
    assert "a message failed" in log.getvalue()
    assert "example.com" not in log.getvalue()
    (put_off,) = postal.waiting()
    assert (put_off.attempts, put_off.due > postal.now) == (1, True)


def test_what_another_mailer_is_at_is_not_put_off(
    postal: Postal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One found the message as the other did, and fails on it while that one sends."""
    _asked_for(postal)
    (item,) = postal.waiting()
    client = clients.ses()
    send = client.send_email

    def while_another_fails(**asked: Any) -> Any:
        with monkeypatch.context() as patch:
            patch.setattr("mteja.mail.sending.outbox.due", lambda *_: [item])
            patch.setattr("mteja.mail.sending.Mailer.work", _fails)
            looks = iter((False, True))
            assert mailer().sweep(lambda: next(looks), lambda _: None) == {"error": 1}
        return send(**asked)

    monkeypatch.setattr(client, "send_email", while_another_fails)
    assert mailer().work(item) == "sent"
    monkeypatch.setattr(client, "send_email", send)
    _later(postal)
    assert len(postal.mails()) == 1
    assert postal.message().status == "sent"


def test_a_message_that_can_not_even_be_put_off_keeps_no_other_from_being_sent(
    postal: Postal, monkeypatch: pytest.MonkeyPatch
) -> None:
    postal.sign_up()
    postal.sign_up("another@example.com")
    first: list[MessageItem] = []
    work = Mailer.work

    def fails_once(self: Mailer, item: MessageItem, closed: set[str]) -> str:
        if not first:
            first.append(item)
            raise BROKEN
        return work(self, item, closed)

    with monkeypatch.context() as patch:
        patch.setattr(Mailer, "work", fails_once)
        patch.setattr(Mailer, "_put_off", _fails)
        with pytest.raises(Exception, match="2 messages"):
            postal.send()
    assert len(postal.mails()) == 1
    assert postal.send() == {"sent": 1}


def test_what_breaks_for_good_is_given_up(postal: Postal) -> None:
    postal.market(postal.subscriber(), template="no-such-template")
    for _ in range(MOST_TRIES + 1):
        with pytest.raises(Exception, match="1 messages"):
            postal.send()
        postal.now += DAY_MS
        postal.now += -(postal.now % DAY_MS) + 9 * HOUR_MS
    assert postal.waiting() == []
    assert (postal.messages()[-1].status, postal.messages()[-1].reason) == ("failed", "error")

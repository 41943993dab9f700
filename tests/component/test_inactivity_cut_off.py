"""The daily job cut off while it hands out, and where AWS does not answer: nothing is lost by it,
and nobody is acted on twice."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from mteja.aws import clients
from mteja.inactivity import runs
from mteja.times import DAY_MS
from tests import facts, kit
from tests.component.quiet import Quiet, quiet

__all__ = ["quiet"]
BUCKETS = 24
THROTTLED = ClientError({"Error": {"Code": "ThrottlingException"}}, "SendMessage")


def takes_only(number: int, patch: pytest.MonkeyPatch) -> None:
    """Let the queue take so many messages, and no more."""
    send, taken = clients.sqs().send_message, 0

    def sent(**message: Any) -> Any:
        nonlocal taken
        if taken == number:
            raise THROTTLED
        taken += 1
        return send(**message)

    patch.setattr(clients.sqs(), "send_message", sent)


@pytest.mark.parametrize("taken", [0, 1, BUCKETS - 1])
def test_a_run_that_is_cut_off_is_handed_out_again_as_a_whole(
    taken: int, quiet: Quiet, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [quiet.bought(facts.email(f"n{one}@example.com"), number=str(one)) for one in range(4)]
    quiet.wait(30)
    with monkeypatch.context() as patch:
        takes_only(taken, patch)
        with pytest.raises(ClientError):
            quiet.hand_out()
    before = quiet.waiting_buckets()
    assert len(before) == taken
    assert quiet.work(before) == []
    assert quiet.hand_out()["buckets"] == BUCKETS  # AWS Lambda starts it again
    assert quiet.work([*quiet.waiting_buckets(), *before]) == []
    assert [len(quiet.offers(one)) for one in people] == [1] * len(people)
    assert quiet.report().counts["acted"] == len(people)


def test_a_run_that_is_cut_off_for_good_is_a_day_that_the_next_one_catches_up(
    quiet: Quiet, monkeypatch: pytest.MonkeyPatch
) -> None:
    asha = quiet.bought()
    quiet.wait(30)
    last = runs.last_run(quiet.table)
    with monkeypatch.context() as patch:
        takes_only(0, patch)
        with pytest.raises(ClientError):
            quiet.hand_out()
    assert runs.last_run(quiet.table) == last
    quiet.now += 6 * DAY_MS  # which were missed as well
    assert quiet.run().counts["acted"] == 1
    assert len(quiet.offers(asha)) == 1


def test_a_bucket_that_can_not_be_read_comes_again_and_says_nothing_of_anybody(
    quiet: Quiet, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = kit.log_of("inactivity", monkeypatch)
    asha = quiet.bought()
    quiet.wait(30)
    quiet.hand_out()
    messages = quiet.waiting_buckets()
    with monkeypatch.context() as patch:
        query = clients.dynamodb().query

        def throttled(**asked: Any) -> Any:
            if asked.get("IndexName") == "due":
                raise ClientError({"Error": {"Code": "ThrottlingException"}}, "Query")
            return query(**asked)

        patch.setattr(clients.dynamodb(), "query", throttled)
        failed = quiet.work(messages)
    assert sorted(failed) == sorted(one["messageId"] for one in messages)
    assert "ThrottlingException" in log.getvalue()
    assert asha not in log.getvalue()
    assert quiet.work(messages) == []
    assert len(quiet.offers(asha)) == 1

"""The function `inactivity`, on its queue: handed out, worked, told. Whom it acts on and what keeps
it from that is shown in memory (tests/unit/test_inactivity.py)."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mteja.aws import clients
from mteja.business.winning_back import Watching
from mteja.errors import InvalidInput
from mteja.times import DAY_MS
from mteja_operator.connection import Connection
from mteja_operator.inactivity import inactivity_group
from tests import facts, kit
from tests.component.quiet import Quiet, quiet, rule

__all__ = ["quiet"]
JUMA = facts.email("juma@example.com")


def test_a_silence_ends_in_a_mail_with_a_code(quiet: Quiet) -> None:
    asha = quiet.bought()
    quiet.wait(30)
    report = quiet.run()
    (offer,) = quiet.offers(asha)
    assert (report.due, dict(report.counts)) == (1, {"found": 1, "acted": 1})
    assert report.read_units > 0
    assert quiet.send() == {"sent": 1}
    (mail,) = quiet.mails()
    assert str(offer.code) in mail.text
    assert quiet.due(asha) is None


def test_a_run_hands_out_three_days_a_shard_at_a_time(quiet: Quiet) -> None:
    told = quiet.hand_out()
    assert told == {
        "day": "2026-11-22", "first": "2026-11-20", "buckets": 24, "planned_anew": 0
    }  # fmt: skip
    bodies = [json.loads(one["body"]) for one in quiet.waiting_buckets()]
    assert {one["day"] for one in bodies} == {"2026-11-20", "2026-11-21", "2026-11-22"}
    assert {one["shard"] for one in bodies} == set(range(8))
    assert all(one.keys() == {"run", "day", "shard"} for one in bodies)


def test_days_that_were_missed_are_handed_out_with_the_next_run_and_once(quiet: Quiet) -> None:
    quiet.hand_out()
    quiet.now += 7 * DAY_MS
    assert quiet.hand_out()["first"] == "2026-11-21"
    assert quiet.hand_out()["first"] == "2026-11-27"  # again on the same day


def test_a_run_that_somebody_asks_for_hides_no_missed_day(quiet: Quiet) -> None:
    quiet.hand_out()
    quiet.now += 7 * DAY_MS
    assert quiet.hand_out(day="2026-11-29")["first"] == "2026-11-27"
    assert quiet.hand_out()["first"] == "2026-11-21"


@pytest.mark.parametrize("day", ["2026-11-24", "soon", ""])
def test_no_day_after_tomorrow_is_run(quiet: Quiet, day: str) -> None:
    with pytest.raises(InvalidInput):
        quiet.hand_out(day=day)
    assert quiet.waiting_buckets() == []


def test_two_schedulers_and_messages_that_come_twice_make_one_offer_each(quiet: Quiet) -> None:
    people = [quiet.bought(), quiet.bought(JUMA, number="2")]
    quiet.wait(30)
    quiet.hand_out()
    quiet.hand_out()
    messages = quiet.waiting_buckets()
    assert quiet.work([*messages, *reversed(messages)]) == []
    assert [len(quiet.offers(one)) for one in people] == [1, 1]
    assert len(quiet.waiting()) == 2
    assert quiet.report().counts["acted"] == 2


def test_a_customer_who_fails_brings_its_message_again_and_no_other(
    quiet: Quiet, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = kit.log_of("inactivity", monkeypatch)
    asha, juma = quiet.bought(), quiet.bought(JUMA, number="2")
    quiet.wait(30)
    quiet.hand_out()
    messages = quiet.waiting_buckets()
    with monkeypatch.context() as patch:
        patch.setattr("mteja.inactivity.acting.read_person", _fails_for(asha))
        (failed,) = quiet.work(messages)
    again = [one for one in messages if one["messageId"] == failed]
    assert (quiet.offers(asha), len(quiet.offers(juma))) == ([], 1)
    assert "ValueError" in log.getvalue()
    assert "asha@example.com" not in log.getvalue()
    assert quiet.work(again) == []
    assert len(quiet.offers(asha)) == 1


def _fails_for(customer: str) -> Any:
    from mteja.customers.reading import read_person

    def fails(table: Any, one: str, **how: Any) -> Any:
        if one == customer:
            raise ValueError("asha@example.com")
        return read_person(table, one, **how)

    return fails


def test_what_a_worker_has_no_time_for_is_handed_out_again(quiet: Quiet) -> None:
    asha = quiet.bought()
    quiet.wait(30)
    quiet.hand_out()
    assert quiet.work(quiet.waiting_buckets(), seconds=40) == []
    (rest,) = quiet.waiting_buckets()
    assert quiet.offers(asha) == []
    assert quiet.work([rest]) == []
    assert len(quiet.offers(asha)) == 1


def test_a_broken_message_fails_alone(quiet: Quiet) -> None:
    quiet.hand_out()
    first, *others = quiet.waiting_buckets()
    broken = first | {"body": "{}"}
    assert quiet.work([broken, *others]) == [broken["messageId"]]


def test_staff_see_what_runs_did(quiet: Quiet, monkeypatch: pytest.MonkeyPatch) -> None:
    quiet.bought()
    quiet.bought(JUMA, number="2", agrees=False)
    quiet.wait(30)
    quiet.run()
    app = kit.handler("staff")
    monkeypatch.setattr("mteja.staff.routes_inactivity.now_ms", lambda: quiet.now)

    def ask(group: str, accept: str = "application/json", **query: str) -> Any:
        claims = {"sub": "somebody", "cognito:groups": f"[{group}]"}
        event = kit.http_event(
            "GET", "/v1/reports/inactivity", headers={"accept": accept}, query=query, claims=claims
        )
        return app.lambda_handler(event, None)

    told = json.loads(ask("analyst")["body"])
    (run,) = told["items"]
    assert (run["day"], run["due"], run["acted"]) == ("2026-12-22", 2, 1)
    assert run["skipped"] == {"consent": 1}
    sheet = ask("owner", accept="text/csv")["body"]
    assert sheet.startswith("day,at,first,")
    assert "consent: 1" in sheet
    assert ask("nobody")["statusCode"] == 403
    assert ask("owner", **{"from": "x"})["statusCode"] == 422


def test_a_change_of_rules_is_planned_anew_from_the_queue(quiet: Quiet) -> None:
    quiet.declare(rule(steps=[{"days": 60}]))
    asha = quiet.bought()
    quiet.wait(5)
    quiet.declare(rule(steps=[{"days": 20}]))
    told = quiet.hand_out()
    assert told["planned_anew"] == 366 + 20 + 1
    messages = quiet.waiting_buckets()
    days = [one for one in messages if "shard" not in one["body"]]
    assert len(days) == 387
    on_that_day = [one for one in days if '"day": "2026-11-22"' in one["body"]]
    assert quiet.work([*on_that_day, *on_that_day]) == []
    assert quiet.due(asha) == "2026-12-12"
    assert quiet.report().counts["sooner"] == 1
    assert quiet.hand_out()["planned_anew"] == 0


class TestDeadLetters:
    """What is given up is told, and goes back into the queue when its cause is mended."""

    @pytest.fixture
    def stack(self, aws: dict[str, str]) -> Connection:
        dead = clients.sqs().create_queue(QueueName="dead")["QueueUrl"]
        outputs = {"DeadLettersUrl": dead, "InactivityQueueUrl": aws["INACTIVITY_QUEUE_URL"]}
        return Connection("the stack of the tests", "", outputs)

    def call(self, stack: Connection, *arguments: str) -> Result:
        result = CliRunner().invoke(inactivity_group, ["redrive", *arguments], obj=stack)
        assert result.exit_code == 0, result.output
        return result

    def left(self, stack: Connection) -> int:
        told = clients.sqs().get_queue_attributes(
            QueueUrl=stack.outputs["DeadLettersUrl"], AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(told["Attributes"]["ApproximateNumberOfMessages"])

    def test_a_bucket_that_was_given_up_is_worked_weeks_later(
        self, quiet: Quiet, stack: Connection
    ) -> None:
        asha = quiet.bought()
        quiet.wait(30)
        quiet.hand_out()
        given_up = quiet.waiting_buckets()
        others = ["{}", '{"requestContext": {}, "requestPayload": {"day": "2026-11-22"}}', "none"]
        for body in [*(one["body"] for one in given_up), *others]:
            clients.sqs().send_message(QueueUrl=stack.outputs["DeadLettersUrl"], MessageBody=body)
        quiet.wait(20)
        assert quiet.run().due == 0
        told = self.call(stack, "--dry-run")
        assert "run 2026-12-22: due on 2026-12-20, shard 0\n" in told.output
        assert "24 would go back; 3 of others stay" in told.output
        assert self.left(stack) == 27
        assert quiet.waiting_buckets() == []
        assert "24 went back; 3 of others stay" in self.call(stack).output
        assert self.left(stack) == 3
        again = quiet.waiting_buckets()
        assert [one["body"] for one in again] == [one["body"] for one in given_up]
        assert quiet.work(again) == []
        assert len(quiet.offers(asha)) == 1
        assert quiet.report("2026-12-22").left == 0


def test_the_operator_sets_due_dates_by_other_rules(
    quiet: Quiet, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet.declare(rule(steps=[{"days": 600}]))
    asha = quiet.bought()
    quiet.wait(3)
    monkeypatch.setattr("mteja_operator.inactivity_letters.now_ms", lambda: quiet.now)
    watching = Watching(rules=(rule(steps=[{"days": 30}]),))
    monkeypatch.setattr("mteja_operator.inactivity_letters.watching", lambda: watching)

    def told(*arguments: str) -> str:
        result = CliRunner().invoke(inactivity_group, ["replan", *arguments])
        assert result.exit_code == 0, result.output
        return result.output

    assert "3 days, 0 customers are due sooner" in told("--from", "2026-11-23")
    since = ("--from", "2026-11-22")
    assert "1 customers, of whom 1 would be due sooner" in told(*since, "--dry-run")
    assert quiet.due(asha) == "2028-07-14"
    assert "4 days, 1 customers are due sooner" in told(*since)
    assert quiet.due(asha) == "2026-12-22"


def test_the_operator_looks_first_and_then_runs(
    quiet: Quiet, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet.declare(rule(), rule(id="away", after="login", steps=[{"days": 5}]))
    asha = quiet.bought()
    quiet.bought(JUMA, number="2", agrees=False)
    quiet.wait(33)
    monkeypatch.setattr("mteja_operator.inactivity.now_ms", lambda: quiet.now)
    before = kit.digest(kit.all_items())

    def told(*arguments: str) -> str:
        result = CliRunner().invoke(inactivity_group, arguments)
        assert result.exit_code == 0, result.output
        return result.output

    foreseen = told("run", "--day", "2026-12-23", "--dry-run")
    assert f"{asha}  quiet  step 1  offer" in foreseen
    assert "quiet  step 1  consent" in foreseen
    assert "2 steps are due" in foreseen
    assert "example.com" not in foreseen
    assert kit.digest(kit.all_items()) == before
    assert "0 steps are due" in told("run", "--dry-run")  # these two are of three days ago
    assert "1 acted, 1 skipped (passed over: 1 consent)" in told("run", "--day", "2026-12-23")
    assert len(quiet.offers(asha)) == 1
    assert "2026-12-23  2 due: 2 found, 1 acted" in told("show")
    refused = CliRunner().invoke(inactivity_group, ["run", "--day", "2027-12-23"])
    assert (refused.exit_code, "tomorrow at the latest" in refused.output) == (1, True)

"""Invitations to surveys by the owner's rules: who gets one, when, and what they count."""

from typing import Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError

from mteja.customers.linking import link
from mteja.mail import invitations
from mteja.mail.channels import Outcome
from mteja.mail.sending import Mailer
from mteja.times import DAY_MS, rfc3339
from tests import facts, kit, questions
from tests.component.front import Front
from tests.component.inviting import WEEK, Inviting, shop
from tests.component.postal import ADDRESS, HOUR_MS

__all__ = ["shop"]

ASHA, BINTI = facts.email(ADDRESS), facts.email("binti@example.com")
AFTER_ORDER = {"after": "order", "days": WEEK}
AFTER_CALL = {"after": "call", "days": 1}
RECENT = ("withheld", invitations.RECENT)


def test_an_order_invites_its_customer_a_week_later(shop: Inviting) -> None:
    assert shop.deliver() == "recorded"
    assert shop.days(WEEK - 1) == {}
    assert shop.mails() == []
    assert shop.days(1) == {"sent": 1}
    (mail,) = shop.mails()
    assert mail.to == ADDRESS
    assert mail.link("/surveys/satisfaction?t=")
    assert mail.message["List-Unsubscribe"]
    assert shop.invited("satisfaction") == 1


def test_the_link_of_an_invitation_is_one_answer_that_counts_as_invited(shop: Inviting) -> None:
    shop.deliver()
    shop.days(WEEK)
    token = shop.mails()[0].link("/surveys/satisfaction?t=").partition("t=")[2].partition("&")[0]
    for score in (9, 3):
        body = kit.raw({"answers": {"recommend": score}, "invitation": token})
        event = kit.http_event(
            "POST", "/v1/surveys/satisfaction/responses", body=body,
            headers={"content-type": "application/json"},
            path_parameters={"survey": "satisfaction"},
        )  # fmt: skip
        assert shop.surveys.lambda_handler(event, None)["statusCode"] == 202
    (stored,) = [one for one in kit.all_keys() if one.startswith("ANSWERS#")]
    (raw,) = shop.table.query(stored.partition("/")[0])
    assert '"invited":true' in str(raw["data"])
    assert '"recommend":3' in str(raw["data"])


def test_an_order_that_is_told_twice_or_changes_invites_once(shop: Inviting) -> None:
    shop.deliver()
    assert shop.deliver() == "duplicate"
    shop.now += HOUR_MS
    placed = shop.later()[0].due - WEEK * DAY_MS
    assert shop.deliver(topic="orders/updated", created_at=rfc3339(placed), note="x") == "recorded"
    assert len(shop.waiting()) == 1
    assert shop.days(WEEK) == {"sent": 1}


def test_an_order_that_is_paid_later_invites_when_it_is(shop: Inviting) -> None:
    shop.ordered(ASHA, payment="unpaid")
    assert shop.later() == []
    placed = shop.now
    shop.now += DAY_MS
    shop.ordered(ASHA, placed_at=placed)
    assert [one.due for one in shop.waiting()] == [placed + WEEK * DAY_MS]


def test_an_order_that_was_sent_an_invitation_and_counts_anew_invites_no_more(
    shop: Inviting,
) -> None:
    shop.declare(AFTER_ORDER | {"days": 0})
    shop.ordered(ASHA)
    assert shop.send() == {"sent": 1}
    placed = shop.now
    for cancelled in (True, False):
        shop.now += HOUR_MS
        shop.ordered(ASHA, placed_at=placed, cancelled=cancelled)
    assert len(shop.waiting()) == 1
    assert shop.send() == {"sent": 1}  # which it was
    assert shop.waiting() == []
    assert len(shop.mails()) == 1
    assert shop.invited() == 1


def test_an_order_of_long_ago_invites_nobody(shop: Inviting) -> None:
    shop.declare(AFTER_ORDER)
    shop.ordered(ASHA, placed_at=shop.now - 30 * DAY_MS)
    assert shop.later() == []


@pytest.mark.parametrize(
    "changes", [{"cancelled": True}, {"payment": "unpaid"}], ids=["cancelled", "unpaid"]
)
def test_an_order_that_is_undone_meanwhile_invites_nobody(
    shop: Inviting, changes: dict[str, Any]
) -> None:
    placed = shop.now
    customer = shop.ordered(ASHA)
    shop.now += HOUR_MS
    shop.ordered(ASHA, placed_at=placed, **changes)
    assert shop.days(WEEK) == {"withheld": 1}
    assert shop.of(customer) == [("withheld", invitations.UNDONE)]
    assert shop.invited("satisfaction") == 0


def test_an_order_that_is_found_to_be_anothers_invites_that_one_alone(shop: Inviting) -> None:
    shop.declare(AFTER_ORDER)
    placed = shop.now
    asha = shop.ordered(ASHA)
    shop.now += HOUR_MS
    binti = shop.ordered(BINTI, placed_at=placed)
    assert asha != binti
    assert shop.days(WEEK) == {"withheld": 1, "sent": 1}
    assert [one.to for one in shop.mails()] == ["binti@example.com"]
    assert shop.of(asha) == [("withheld", invitations.UNDONE)]


def test_a_call_invites_the_day_after(shop: Inviting) -> None:
    shop.declare(AFTER_CALL)
    shop.called(ASHA)
    assert shop.days(1) == {"sent": 1}


def test_whoever_has_no_mail_is_on_the_list_of_calls(shop: Inviting) -> None:
    shop.declare(AFTER_CALL)
    shop.called(facts.phone("+255712345678"))
    assert shop.days(1) == {"sent": 1}
    (task,) = kit.opened("task")
    assert task["sealed"]
    assert shop.mails() == []
    assert shop.invited() == 0  # a call has no link to answer over


def test_a_call_that_could_not_be_written_down_is_written_later(
    shop: Inviting, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.declare(AFTER_CALL)
    shop.called(facts.phone("+255712345678"))
    throttled = ClientError({"Error": {"Code": "ThrottlingException"}}, "TransactWriteItems")
    with monkeypatch.context() as patch:
        patch.setattr("mteja.mail.calls.record", Mock(side_effect=throttled))
        assert shop.days(1) == {"not-now": 1}
    assert kit.opened("task") == []
    shop.now += HOUR_MS
    assert shop.send() == {"sent": 1}
    assert len(kit.opened("task")) == 1


def test_a_call_that_waited_for_the_morning_can_be_ticked_off(shop: Inviting) -> None:
    shop.declare(AFTER_CALL)
    shop.now += 8 * HOUR_MS  # 23:03
    shop.called(facts.phone("+255712345678"))
    assert shop.days(1) == {"later": 1}
    shop.now += 10 * HOUR_MS
    assert shop.send() == {"sent": 1}
    front = Front()
    (task,) = front.ask("/v1/tasks").body["items"]
    assert front.post(f"/v1/tasks/{task['id']}/done", {}).status == 200


def test_an_order_of_the_far_future_is_taken_and_invites_nobody(shop: Inviting) -> None:
    assert shop.deliver(processed_at="2099-12-29T00:00:00Z") == "recorded"
    assert shop.later() == []


def test_two_rules_at_once_send_one_invitation(shop: Inviting) -> None:
    shop.declare(AFTER_ORDER | {"days": 1}, AFTER_CALL)
    customer = shop.ordered(ASHA)
    shop.called(ASHA)
    assert shop.days(1) == {"sent": 1, "withheld": 1}
    assert sorted(shop.of(customer), key=str) == sorted([("sent", None), RECENT], key=str)
    assert shop.invited() == 1


def test_nobody_is_invited_twice_within_ninety_days(shop: Inviting) -> None:
    shop.declare(AFTER_CALL)
    customer = shop.called(ASHA)
    shop.days(1)
    for days, became in ((88, "withheld"), (0, "sent")):
        shop.now += days * DAY_MS
        shop.called(ASHA, call=f"cal_{days}")
        assert shop.days(1) == {became: 1}
    assert shop.of(customer) == [("sent", None), RECENT, ("sent", None)]


def test_the_members_of_a_person_are_invited_as_one(shop: Inviting) -> None:
    shop.declare(AFTER_CALL)
    asha, binti = shop.called(ASHA), shop.called(BINTI, call="cal_2")
    link(shop.table, asha, binti, "staff", shop.now)
    assert shop.days(1) == {"sent": 1, "withheld": 1}


def test_all_surveys_count_together(shop: Inviting) -> None:
    one = questions.declared({"id": "recommend", "kind": "nps"}, invite=[AFTER_CALL])
    (survey,) = one.surveys
    other = survey.model_copy(update={"id": "other"})
    shop.surveying(one.model_copy(update={"surveys": (survey, other)}))
    shop.called(ASHA)
    assert shop.days(1) == {"sent": 1, "withheld": 1}
    assert shop.invited() + shop.invited("other") == 1


def test_where_a_consent_is_needed_nobody_is_invited_without(shop: Inviting) -> None:
    shop.declare(AFTER_CALL, consent="marketing-email")
    customer = shop.called(ASHA)
    assert shop.days(1) == {"withheld": 1}
    assert shop.of(customer) == [("withheld", "consent")]
    shop.stated(customer, "marketing-email", "granted")
    shop.called(ASHA, call="cal_2")
    assert shop.days(1) == {"sent": 1}


def test_a_consent_taken_back_in_between_stops_the_invitation(shop: Inviting) -> None:
    shop.declare(AFTER_CALL, consent="marketing-email")
    customer = shop.called(ASHA)
    for status in ("granted", "withdrawn"):
        shop.now += 1
        shop.stated(customer, "marketing-email", status)
    assert shop.days(1) == {"withheld": 1}
    assert shop.mails() == []


def test_who_objects_to_what_a_survey_is_for_is_not_invited_by_another_consent(
    shop: Inviting,
) -> None:
    shop.declare(AFTER_CALL, consent="marketing-email")
    customer = shop.called(ASHA)
    shop.stated(customer, "marketing-email", "granted")
    shop.stated(customer, "relationship", "withdrawn")
    assert shop.days(1) == {"withheld": 1}
    assert shop.of(customer) == [("withheld", "consent")]


def test_a_consent_that_the_file_asks_for_in_the_meantime_is_needed(shop: Inviting) -> None:
    shop.declare(AFTER_CALL)
    customer = shop.called(ASHA)
    shop.declare(AFTER_CALL, consent="marketing-email")
    assert shop.days(1) == {"withheld": 1}
    assert shop.of(customer) == [("withheld", "consent")]


def test_a_survey_that_is_taken_out_of_the_file_invites_nobody(shop: Inviting) -> None:
    shop.declare(AFTER_CALL)
    customer = shop.called(ASHA)
    shop.declare(AFTER_ORDER)
    assert shop.days(1) == {"withheld": 1}
    assert shop.of(customer) == [("withheld", invitations.CLOSED)]
    shop.declare(AFTER_CALL)
    shop.called(BINTI, call="cal_2")
    shop.surveying(questions.SURVEYING.model_copy(update={"surveys": ()}))
    assert shop.days(1) == {"withheld": 1}
    assert shop.mails() == []


def test_whoever_is_erased_in_between_is_not_invited_and_nothing_is_left(shop: Inviting) -> None:
    customer = shop.ordered(ASHA)
    shop.declare({"after": "year"})
    shop.called(ASHA)
    assert len(shop.later()) == 2
    shop.erase(customer)
    assert shop.later() == []
    assert customer not in "".join(kit.all_keys())
    assert shop.days(WEEK) == {}


def test_a_mailer_that_dies_while_it_sends_invites_once(
    shop: Inviting, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.declare(AFTER_CALL)
    customer = shop.called(ASHA)
    settle = Mailer._settle

    def dead(*_: object) -> str:
        monkeypatch.setattr(Mailer, "_settle", settle)
        raise KeyboardInterrupt

    monkeypatch.setattr(Mailer, "_settle", dead)
    with pytest.raises(KeyboardInterrupt):
        shop.days(1)
    assert shop.send() == {}
    assert len(shop.mails()) == 1
    assert shop.of(customer) == [("claimed", None)]
    assert shop.invited() == 1


@pytest.mark.parametrize(
    ("outcome", "became"),
    [(Outcome.REFUSED, "failed"), (Outcome.NOT_NOW, "not-now")],
    ids=["refused", "not now"],
)
def test_what_surely_did_not_leave_is_not_counted(
    shop: Inviting, monkeypatch: pytest.MonkeyPatch, outcome: Outcome, became: str
) -> None:
    shop.declare(AFTER_CALL)
    shop.called(ASHA)
    with monkeypatch.context() as patch:
        patch.setattr("mteja.mail.channels.MailChannel.send", lambda *_: outcome)
        assert shop.days(1) == {became: 1}
    assert shop.invited() == 0
    expected = {} if outcome is Outcome.REFUSED else {"sent": 1}
    assert shop.days(1) == expected
    assert shop.invited() == len(expected)


def test_a_sample_is_drawn_once_for_each_case(shop: Inviting) -> None:
    shop.declare(AFTER_ORDER | {"per_cent": 30})
    for number in range(40):
        shop.ordered(ASHA, number=str(number))
    drawn = {one.about["order"] for one in shop.waiting()}
    assert 4 <= len(drawn) <= 20
    for number in range(40):
        shop.ordered(BINTI, number=str(number))
    asked_again = [one.about["order"] for one in shop.waiting()]
    assert set(asked_again) == drawn


def test_without_a_rule_nothing_is_written(shop: Inviting) -> None:
    shop.declare()
    shop.ordered(ASHA)
    shop.called(ASHA)
    assert shop.later() == []
    assert shop.person().members[0].profile.yearly_at is None


def test_what_anybody_typed_invites_nobody(shop: Inviting) -> None:
    shop.declare({"after": "year"}, AFTER_CALL)
    shop.sign_up()
    assert [one.template for one in shop.later()] == ["confirm"]


def test_a_sale_and_a_call_that_staff_write_down_invite(shop: Inviting) -> None:
    shop.declare(AFTER_ORDER, AFTER_CALL)
    front = Front()
    asha = str(front.told("/v1/customers", {"email": ADDRESS})["id"])
    sale = {"currency": "TZS", "total": 5000, "lines": []}
    for path, body in (("sales", sale), ("calls", {"why": "Hours"}), ("notes", {"text": "x"})):
        front.told(f"/v1/customers/{asha}/{path}", body, key=path)
        front.post(f"/v1/customers/{asha}/{path}", body, key=path)
    assert sorted(one.about["rule"] for one in shop.waiting()) == ["call", "order"]


def test_somebody_new_who_calls_is_invited(shop: Inviting) -> None:
    shop.declare(AFTER_CALL)
    told = Front().told("/v1/calls", {"phone": "+255712345678", "why": "Hours"})
    assert [one.customer for one in shop.waiting()] == [told["customer"]]


def test_an_invitation_is_remembered_for_as_long_as_a_rule_looks_back(shop: Inviting) -> None:
    shop.declare(AFTER_ORDER, AFTER_CALL)
    shop.ordered(ASHA)
    shop.called(ASHA)
    shop.days(WEEK)
    kept = {one.status: one.expires_at or 0 for one in shop.messages()}
    today = shop.now // 1000
    assert kept["sent"] - today > 365 * 86_400
    assert kept["withheld"] - today < 101 * 86_400

"""The share of invitations that were answered: what was sent, and links that were handed out."""

import json
from typing import Any

import pytest

from mteja.customers.reading import read_person
from mteja.recording.record import recorder
from mteja.store.table import Table, TransactionLost
from mteja.surveys.invited import counted, read_invited
from mteja.times import DAY_MS, business_day, now_ms
from tests import kit
from tests.answers import DAY, anonymous, answered, store
from tests.component.counter import Counter
from tests.component.front import Front
from tests.component.inviting import Inviting, shop
from tests.component.test_survey_reports import NPS, PROFILE, SURVEY, desk, report

__all__ = ["desk", "shop"]


def sent(survey: str, number: int, day: int = 0) -> None:
    recorder().table.transact([counted(survey, DAY.replace(day=DAY.day + day), "msg_1", number)])


def test_the_rate_is_answers_to_invitations_by_invitations(desk: Counter) -> None:
    store([answered(number, {"recommend": 9}, invited=True) for number in range(3)])
    store([answered(9, {"recommend": 9})])
    sent("satisfaction", 12)
    sent("another", 100)
    assert report(desk, NPS)["response_rate"] == 0.25
    assert report(desk, SURVEY)["response_rate"] == 0.25


def test_invitations_of_other_days_are_not_in_it(desk: Counter) -> None:
    store([answered(number, {"recommend": 9}, invited=True) for number in range(3)])
    sent("satisfaction", 6)
    sent("satisfaction", 6, day=1)
    day = {"from": str(DAY), "to": str(DAY)}
    assert report(desk, NPS, **day)["response_rate"] == 0.5


def test_where_nobody_was_invited_there_is_no_rate(desk: Counter) -> None:
    store([answered(1, {"recommend": 9})])
    assert report(desk, NPS)["response_rate"] is None
    sent("satisfaction", 10)
    assert report(desk, NPS)["response_rate"] == 0.0
    assert report(desk, NPS, trust="claimed")["response_rate"] is None


@pytest.mark.parametrize(
    ("over_a_link", "without", "rate"),
    [(20, 10, 0.5), (20, 0, 0.5), (20, 3, None), (5, 20, None), (0, 20, None)],
    ids=["many of both", "links alone", "few without", "few over links", "none over links"],
)
def test_of_an_anonymous_survey_no_few_follow_from_it(
    desk: Counter, over_a_link: int, without: int, rate: float | None
) -> None:
    said = [{"children": 2}] * (over_a_link + without)
    for number, one in enumerate(anonymous(said, 1)):
        store([one.model_copy(update={"invited": number < over_a_link})])
    sent("anonymous-profile", 40, day=-8)
    assert report(desk, PROFILE)["response_rate"] == rate


@pytest.fixture
def front(aws: dict[str, str]) -> Front:
    return Front()


def _made(table: Table, survey: str) -> int:
    today = business_day(now_ms(), recorder().business.time_zone)
    return read_invited(table, survey, today, today)


def test_links_that_staff_make_count(front: Front) -> None:
    asha = str(front.told("/v1/customers", {"email": "asha@example.com"})["id"])
    table = recorder().table
    front.told(f"/v1/customers/{asha}/survey-links", {"survey": "satisfaction"})
    assert _made(table, "satisfaction") == 1
    before = kit.all_keys()
    front.told("/v1/surveys/anonymous-profile/links", {"count": 25})
    assert _made(table, "anonymous-profile") == 25
    assert {one.partition("#")[0] for one in set(kit.all_keys()) - set(before)} == {"INVITED"}


def test_a_link_that_staff_made_is_in_the_timeline_and_the_next_invitation_waits(
    shop: Inviting, monkeypatch: pytest.MonkeyPatch
) -> None:
    front = Front()
    monkeypatch.setattr("mteja.staff.routes_surveys.now_ms", lambda: shop.now, raising=False)
    shop.deliver()
    customer = shop.customer()
    front.told(f"/v1/customers/{customer}/survey-links", {"survey": "satisfaction"})
    (entry,) = front.timeline(customer, kind="message")["items"]
    assert (entry["data"]["template"], entry["data"]["status"]) == ("survey", "sent")
    assert shop.days(7) == {"withheld": 1}
    assert shop.mails() == []


def test_a_link_for_somebody_who_is_changed_meanwhile_is_kept_all_the_same(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    asha = str(front.told("/v1/customers", {"email": "asha@example.com"})["id"])
    transact = Table.transact
    lost: list[object] = []

    def once_lost(self: Table, writes: Any, token: str | None = None) -> None:
        if not lost and any("MESSAGE#" in str(one) for one in writes):
            lost.append(writes)
            raise TransactionLost
        transact(self, writes, token)

    monkeypatch.setattr(Table, "transact", once_lost)
    told = front.told(f"/v1/customers/{asha}/survey-links", {"survey": "satisfaction"})
    assert json.dumps(told)
    (member,) = read_person(recorder().table, asha).members
    assert [one.status for one in member.messages] == ["sent"]
    assert _made(recorder().table, "satisfaction") == 1


@pytest.mark.parametrize(
    ("told", "left"),
    [
        (["Delivery"], 1),
        (["Bounce"], 0),
        (["Bounce", "Bounce"], 0),
        (["Delivery", "Bounce"], 0),
        (["Reject"], 0),
        (["Complaint"], 1),
        (["Bounce", "Complaint"], 0),
    ],
    ids=lambda value: " then ".join(value) if isinstance(value, list) else "",
)
def test_an_invitation_that_came_back_is_none(shop: Inviting, told: list[str], left: int) -> None:
    shop.declare({"after": "order", "days": 0})
    shop.deliver()
    assert shop.send() == {"sent": 1}
    assert shop.invited() == 1
    (message,) = shop.messages()
    shop.now += DAY_MS  # counted on the day on which it left
    for what in told:
        shop.told(what, message)
    assert shop.invited() == left


def test_whose_invitation_came_back_is_invited_again(shop: Inviting) -> None:
    shop.declare({"after": "order", "days": 0})
    shop.deliver()
    assert shop.send() == {"sent": 1}
    shop.told("Bounce", *shop.messages(), bounceType="Transient", bounceSubType="MailboxFull")
    shop.now += 10 * DAY_MS
    shop.deliver(2)
    assert shop.send() == {"sent": 1}
    assert shop.invited() == 1

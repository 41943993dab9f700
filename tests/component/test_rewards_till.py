"""Points and stamps at the till: given, spent, put right, each once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mteja.audit import Viewer
from mteja.business import business
from mteja.business.model import Business
from mteja.business.rewards import Rewards
from mteja.customers.opening import Opener
from mteja.customers.reading import read_person
from mteja.errors import InvalidInput
from mteja.recording.record import record
from mteja.rewards.expiring import settle
from mteja.rewards.items import PointsItem
from mteja.rewards.numbers import as_number
from mteja.staff.bodies import Adjustment, Redemption
from mteja.staff.rewards import Till
from mteja.store.table import customers_table
from mteja.times import DAY_MS, business_day, day_begins
from tests import facts, kit
from tests.component.counter import NOBODY, stored
from tests.component.front import ANALYST, Front, work
from tests.conftest import forget
from tests.fakes.memory import memory_recorder, memory_vault, table_of

ASHA = {"email": "asha@example.com", "name": "Asha Example"}


@pytest.fixture
def clock(front: Front, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The moment at which staff do what they do."""
    at = [kit.NOW_MS]
    monkeypatch.setattr("mteja.staff.responding.now_ms", lambda: at[0])
    return at


@pytest.fixture
def asha(front: Front, clock: list[int]) -> str:
    return str(front.told("/v1/customers", ASHA)["id"])


def rewards(front: Front, customer: str) -> dict[str, Any]:
    """Return what somebody has, which must add up."""
    answer = front.ask(f"/v1/customers/{customer}/rewards")
    assert answer.status == 200, answer.body
    for unit in ("points", "stamps"):
        entries = [one["amount"] for one in answer.body["entries"] if one["unit"] == unit]
        has = answer.body[unit]
        assert (
            sum(entries) + answer.body["earlier"][unit]
            == has["active"] + has["pending"] - has["debt"]
        )
    return answer.body


def enter(front: Front, what: str, customer: str, **body: Any) -> dict[str, Any]:
    return front.told(f"/v1/rewards/{what}", {"customer": customer} | body)


def refused(front: Front, what: str, customer: str, **body: Any) -> str:
    answer = front.post(f"/v1/rewards/{what}", {"customer": customer} | body)
    assert answer.status == 422, answer.body
    (fault,) = answer.body["errors"]
    return f"{fault['field']}: {fault['message']}"


def test_a_stamp_is_given_and_the_customer_joins(front: Front, asha: str) -> None:
    told = enter(front, "stamp", asha, amount=1, reason="A visit")
    assert told["stamps"] == {"active": 1, "pending": 0, "debt": 0}
    number = told["loyalty"]
    assert as_number(number) == number
    assert front.find_one(loyalty=number) == asha
    (entry,) = rewards(front, asha)["entries"]
    assert (entry["kind"], entry["rule"], entry["reason"]) == ("earned", "visit", "A visit")
    assert enter(front, "stamp", asha, amount=2)["loyalty"] == number


def test_the_same_click_counts_once(front: Front, asha: str, clock: list[int]) -> None:
    body = {"customer": asha, "amount": 1, "reason": "A visit"}
    first = front.told("/v1/rewards/stamp", body, key="one")
    clock[0] += DAY_MS
    assert front.told("/v1/rewards/stamp", body, key="one") == first
    assert front.told("/v1/rewards/stamp", body, key="two")["stamps"]["active"] == 2


def test_without_a_key_a_double_click_counts_once_and_the_next_visit_again(
    front: Front, asha: str, clock: list[int]
) -> None:
    first = enter(front, "stamp", asha)
    clock[0] += 9_000
    assert enter(front, "stamp", asha) == first
    clock[0] += 2_000
    second = enter(front, "stamp", asha)
    assert second["id"] != first["id"]
    assert second["stamps"]["active"] == 2


def test_what_was_spent_by_the_first_click_is_not_refused_to_the_second(
    front: Front, asha: str
) -> None:
    enter(front, "adjust", asha, amount=10, unit="stamps", reason="An old card")
    body = {"customer": asha, "gift": "coffee"}
    first = front.told("/v1/rewards/redeem", body, key="one")
    assert first["stamps"]["active"] == 0
    assert front.told("/v1/rewards/redeem", body, key="one") == first
    assert refused(front, "redeem", asha, gift="coffee") == "amount: only 0 can be taken"


@pytest.mark.parametrize("same_click", [True, False])
def test_clicks_at_once_spend_once(
    same_click: bool, business_layer: Path, the_business: Business
) -> None:
    forget()
    within = memory_recorder(the_business, memory_vault())
    recorded = record(facts.fact(facts.email(ASHA["email"])), within)
    till = Till(Viewer("staff-1", None), within, kit.NOW_MS)
    asha = str(recorded.customer)
    till.adjust(Adjustment(customer=asha, amount=100, reason="A gift"))

    def spend(number: int) -> str:
        try:
            told = till.redeem(
                Redemption(customer=asha, amount=100), "one" if same_click else str(number)
            )
        except InvalidInput as fault:
            return fault.message
        return str(told["points"]["active"])

    with ThreadPoolExecutor(4) as pool:
        said = sorted(pool.map(spend, range(4)))
    assert said == ["0"] * 4 if same_click else ["0", *["only 0 can be taken"] * 3]
    assert till.read(asha).body["points"] == {"active": 0, "pending": 0, "debt": 0}
    assert len([one for one in table_of(within).items() if "POINTS#" in str(one["sk"])]) == 2


def test_a_day_gives_so_many_stamps_and_no_more(front: Front, asha: str, clock: list[int]) -> None:
    enter(front, "stamp", asha, amount=3)
    assert refused(front, "stamp", asha, amount=1) == "amount: at most 3 a day"
    # What was taken back makes no room: else a friend at the till stamps all day.
    enter(front, "adjust", asha, amount=-1, unit="stamps", reason="One too many")
    assert refused(front, "stamp", asha, amount=1) == "amount: at most 3 a day"
    clock[0] += DAY_MS
    assert enter(front, "stamp", asha)["stamps"]["active"] == 3


def test_a_day_is_the_business_s(front: Front, asha: str, clock: list[int]) -> None:
    """Of its limit, and of the last moment at which something can be spent."""
    zone = business().time_zone
    today = business_day(clock[0], zone)
    midnight = day_begins(today + timedelta(days=1), zone)
    assert midnight % DAY_MS  # it is none in UTC
    clock[0] = midnight - 1
    enter(front, "stamp", asha, amount=3)
    assert refused(front, "stamp", asha, amount=1) == "amount: at most 3 a day"
    clock[0] = midnight
    enter(front, "stamp", asha, amount=2)
    gone = day_begins(today + timedelta(days=180), zone)
    clock[0] = gone - 1
    assert rewards(front, asha)["stamps"]["active"] == 5
    clock[0] = gone
    assert rewards(front, asha)["stamps"]["active"] == 2


def test_a_card_of_ten_stamps_is_a_coffee(front: Front, asha: str, clock: list[int]) -> None:
    for _ in range(4):
        enter(front, "stamp", asha, amount=3)
        clock[0] += DAY_MS
    told = rewards(front, asha)
    assert next(one["missing"] for one in told["gifts"] if one["id"] == "coffee") == 0
    assert enter(front, "redeem", asha, gift="coffee")["stamps"]["active"] == 2
    newest = rewards(front, asha)["entries"][0]
    assert (newest["kind"], newest["gift"], newest["amount"]) == ("spent", "coffee", -10)


@pytest.mark.parametrize(
    ("what", "body", "fault"),
    [
        ("redeem", {}, "amount: give a gift, or how many"),
        ("redeem", {"gift": "yacht"}, "gift: not a declared gift"),
        ("redeem", {"gift": "coffee", "amount": 1}, "amount: not what the gift costs"),
        ("redeem", {"amount": 1}, "amount: only 0 can be taken"),
        ("adjust", {"amount": 0, "reason": "x"}, "amount: changes nothing"),
        ("adjust", {"amount": -1, "reason": "x"}, "amount: only 0 can be taken"),
        ("adjust", {"amount": 1}, "reason: is needed"),
        ("stamp", {"unit": "points"}, "unit: a visit gives none of these"),
        ("stamp", {"amount": 0}, "amount: Input should be greater than or equal to 1"),
    ],
)
def test_what_can_not_be_is_refused_by_field(
    what: str, body: dict[str, Any], fault: str, front: Front, asha: str
) -> None:
    assert refused(front, what, asha, **body) == fault
    assert rewards(front, asha)["entries"] == []


def test_of_a_long_ledger_the_newest_is_told_and_what_the_rest_adds_up_to(
    front: Front, asha: str, clock: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mteja.staff.reward_shown.MOST", 3)
    for amount in (1, 20, 300, 4_000):
        enter(front, "adjust", asha, amount=amount, reason=f"Number {amount}")
        clock[0] += DAY_MS
    enter(front, "redeem", asha, amount=1_021)
    opened: list[str] = []
    reason = Opener.reason

    def watched(opener: Opener, customer: str, item: PointsItem) -> Any:
        opened.append(item.id)
        return reason(opener, customer, item)

    monkeypatch.setattr(Opener, "reason", watched)
    told = rewards(front, asha)
    assert [one["amount"] for one in told["entries"]] == [-1_021, 4_000, 300]
    assert told["earlier"] == {"points": 21, "stamps": 0}
    assert len(opened) == 2  # what is not told is not opened
    assert {lot["amount"]: lot["left"] for lot in told["lots"]} == {4_000: 3_300, 300: 0, 20: 0}
    assert len(front.timeline(asha, kind="points")["items"]) == 5


def test_where_visits_give_points_only_nobody_need_say_so(
    front: Front, asha: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = {"id": "visit", "after": "visit", "unit": "points", "amount": 10}
    only = Rewards.model_validate({"points": {}, "earn": [visit]})
    monkeypatch.setattr("mteja.staff.rewards.declared_rewards", lambda: only)
    assert enter(front, "stamp", asha)["points"]["active"] == 10
    assert refused(front, "stamp", asha, unit="stamps") == "unit: a visit gives none of these"


def test_nobody_has_rewards_and_analysts_see_none(front: Front, asha: str) -> None:
    assert front.ask(f"/v1/customers/{NOBODY}/rewards").status == 404
    answer = front.post("/v1/rewards/stamp", {"customer": NOBODY})
    assert (answer.status, answer.body["type"]) == (404, "/problems/unknown-customer")
    assert front.ask(f"/v1/customers/{asha}/rewards", claims=ANALYST).status == 403
    assert front.post("/v1/rewards/stamp", {"customer": asha}, claims=ANALYST).status == 403


def test_two_members_spend_together_and_part_with_what_is_their_own(
    front: Front, asha: str, clock: list[int]
) -> None:
    juma = str(front.told("/v1/customers", {"email": "juma@example.com"})["id"])
    enter(front, "adjust", asha, amount=100, reason="Opening balance")
    clock[0] += DAY_MS
    enter(front, "adjust", juma, amount=100, reason="Opening balance")
    front.link(asha, juma)
    assert refused(front, "redeem", juma, amount=201) == "amount: only 200 can be taken"
    enter(front, "redeem", juma, amount=150, reason="A lamp")
    entries = rewards(front, asha)["entries"]
    assert sorted(one["amount"] for one in entries) == [-100, -50, 100, 100]
    assert {one["reason"] for one in entries if one["amount"] == -100} == {"A lamp"}
    front.unlink(asha, juma)
    assert rewards(front, asha)["points"]["active"] == 0
    assert rewards(front, juma)["points"]["active"] == 50


def test_a_reason_is_sealed_and_opened_for_staff(front: Front, asha: str) -> None:
    enter(front, "adjust", asha, amount=5, reason="Asha Example was unhappy")
    (item,) = stored("POINTS#")
    assert b"unhappy" not in repr(kit.all_items()).encode()
    assert item["sealed"]
    (entry,) = front.timeline(asha, kind="points")["items"]
    assert entry["data"]["reason"] == "Asha Example was unhappy"


def test_points_stand_in_the_timeline_page_by_page(
    front: Front, asha: str, clock: list[int]
) -> None:
    for amount in range(1, 6):
        enter(front, "adjust", asha, amount=amount, reason="A count")
        clock[0] += 60_000
    seen: list[int] = []
    cursor: dict[str, str] = {}
    while True:
        page = front.timeline(asha, kind="points", limit="2", **cursor)
        seen += [one["data"]["amount"] for one in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert seen == [5, 4, 3, 2, 1]


def test_what_expires_is_gone_by_itself_and_entered_by_the_job(
    front: Front, asha: str, clock: list[int]
) -> None:
    enter(front, "adjust", asha, amount=100, reason="Opening balance")
    enter(front, "redeem", asha, amount=30)
    person = read_person(customers_table(), asha)
    (member,) = person.members
    assert member.profile.lots_expire_on is not None
    clock[0] += 365 * DAY_MS
    assert rewards(front, asha)["points"] == {"active": 0, "pending": 0, "debt": 0}
    assert len(stored("POINTS#")) == 2
    assert settle(customers_table(), person, clock[0]) == 1
    assert [item["amount"] for item in stored("POINTS#") if item["kind"] == "expired"] == [-70]
    assert settle(customers_table(), person, clock[0]) == 0
    assert rewards(front, asha)["points"] == {"active": 0, "pending": 0, "debt": 0}
    assert read_person(customers_table(), asha).members[0].profile.lots_expire_on is None


def test_joining_gives_a_card_that_opens(front: Front, asha: str) -> None:
    told = enter(front, "join", asha)
    assert told["path"] == f"/rewards?t={told['token']}"
    assert front.find_one(loyalty=told["loyalty"]) == asha
    assert enter(front, "join", asha)["loyalty"] == told["loyalty"]


def test_erasure_leaves_nothing(front: Front, asha: str, aws: dict[str, str]) -> None:
    number = enter(front, "stamp", asha, reason="A visit")["loyalty"]
    front.erase(asha)
    work(aws)
    assert front.find(loyalty=number) == []
    assert stored("POINTS#") == []
    left = [item for item in stored("") if item["pk"] == f"CUSTOMER#{asha}"]
    assert {str(item["sk"]).partition("#")[0] for item in left} <= {"ACCESS"}
    assert number not in repr(kit.all_items())


def test_who_looked_and_who_gave_is_noted(front: Front, asha: str) -> None:
    enter(front, "stamp", asha)
    rewards(front, asha)
    noted = [item["what"] for item in stored("ACCESS#")]
    assert noted.count("POST /v1/rewards/stamp") == 1
    assert noted.count("GET /v1/customers/{id}/rewards") == 1


def test_staff_s_sales_earn(front: Front, asha: str) -> None:
    front.told(f"/v1/customers/{asha}/sales", {"currency": "USD", "total": 2_599})
    assert rewards(front, asha)["points"]["pending"] == 25

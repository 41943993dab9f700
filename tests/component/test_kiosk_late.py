"""What waited in a tablet is of when, where and under whom it was filled in, however late it is
sent.
"""

from typing import Any

import pytest

from mteja.business import asking
from mteja.staff.pages import paper
from mteja.times import DAY_MS, rfc3339
from tests import kit
from tests.component.counter import stored
from tests.component.front import Front
from tests.component.signed_in import office
from tests.component.tablet import Tablet, fields_of

EMAIL, ASHA, JUMA = "amina@example.com", "asha@shop.example", "juma@shop.example"
HOUR = 3_600_000
BEGAN = kit.NOW_MS
FILLED = BEGAN + HOUR


@pytest.fixture
def front(aws: dict[str, str]) -> Front:
    return Front()


@pytest.fixture
def tablet(front: Front, monkeypatch: pytest.MonkeyPatch) -> Tablet:
    return Tablet(office(monkeypatch), monkeypatch)


@pytest.fixture
def waited(tablet: Tablet) -> dict[str, str]:
    """What somebody filled in at the market stall, an hour after Asha had started the tablet."""
    typed = {"email": EMAIL, "name": "Amina", "_key": "waited-1", "_at": str(FILLED)}
    return fields_of(tablet.hand_over(ASHA)) | typed


def entries(front: Front) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = front.timeline(front.find_one(email=EMAIL))["items"]
    return found


def test_it_is_dated_when_it_was_filled_in(
    front: Front, tablet: Tablet, waited: dict[str, str]
) -> None:
    tablet.at(FILLED + 5 * HOUR)
    assert tablet.send("in-store", waited).status == 201
    (entry,) = entries(front)
    assert entry["at"] == rfc3339(FILLED)


@pytest.mark.parametrize("form", ["in-store", "newsletter"])
def test_who_and_where_are_those_of_the_filling_under_whichever_pass_it_is_sent(
    front: Front, tablet: Tablet, waited: dict[str, str], form: str
) -> None:
    for late in (2 * HOUR, 2 * DAY_MS):
        tablet.at(FILLED + late)
        tablet.hand_over(JUMA, form, "main-shop")
        assert tablet.send("in-store", waited).status == 201
    (entry,) = entries(front)
    data = entry["data"]
    assert (entry["at"], data["location"]) == (rfc3339(FILLED), "market-stall")
    assert data["captured_by"] == tablet.subs[ASHA] != tablet.subs[JUMA]


@pytest.mark.parametrize(
    ("said", "dated"),
    [
        (str(FILLED + 10 * DAY_MS), FILLED + HOUR),
        (str(BEGAN - DAY_MS), BEGAN),
        ("0", BEGAN),
        ("", FILLED + HOUR),
        ("yesterday", FILLED + HOUR),
        ("9" * 60, FILLED + HOUR),
        ("-1", FILLED + HOUR),
        ("١٧٩٥", FILLED + HOUR),
    ],
)
def test_it_is_never_of_the_future_nor_of_before_its_pass(
    front: Front, tablet: Tablet, waited: dict[str, str], said: str, dated: int
) -> None:
    tablet.at(FILLED + HOUR)
    assert tablet.send("in-store", waited, _at=said).status == 201
    (entry,) = entries(front)
    assert entry["at"] == rfc3339(dated // 1000 * 1000)


def test_an_old_pass_sends_nothing_by_itself(tablet: Tablet, waited: dict[str, str]) -> None:
    before = kit.all_items()
    tablet.at(BEGAN + DAY_MS + HOUR)
    assert tablet.send("in-store", waited).status == 401
    tablet.at(BEGAN + 32 * DAY_MS)
    tablet.hand_over(JUMA)
    assert tablet.send("in-store", waited).status == 404
    assert kit.all_items() == before


@pytest.mark.parametrize(
    "name", ["none", "cut", "made up", "a customer's link", "the tablet's own"]
)
def test_a_pass_that_was_not_given_out_is_none(
    front: Front, tablet: Tablet, waited: dict[str, str], name: str
) -> None:
    customer = front.told("/v1/customers", {"email": "other@example.com", "name": "Other"})["id"]
    link = front.told(f"/v1/customers/{customer}/links", {})["token"]
    held = waited["_pass"]
    given = {
        "none": "",
        "cut": held[:-2],
        "made up": "A" + held[1:],
        "a customer's link": link,
        "the tablet's own": tablet.browser.cookies["__Host-kiosk"],
    }[name]
    before = kit.all_items()
    assert tablet.send("in-store", waited, _pass=given).status == 404
    assert kit.all_items() == before


def test_a_pass_sends_no_other_form_than_its_own(tablet: Tablet, waited: dict[str, str]) -> None:
    before = kit.all_items()
    assert tablet.send("newsletter", waited).status == 404
    tablet.hand_over(JUMA, "newsletter")
    assert tablet.send("newsletter", waited).status == 404
    assert kit.all_items() == before


def test_what_a_form_carries_of_its_pass_opens_no_tablet(
    tablet: Tablet, waited: dict[str, str]
) -> None:
    tablet.browser.cookies["__Host-kiosk"] = waited["_pass"]
    assert tablet.send("in-store", waited).status == 401
    assert tablet.browser.get("/staff/kiosk/in-store").path == "/staff/sign-in"


def test_a_form_that_is_gone_is_refused_for_good(
    tablet: Tablet, waited: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    declared = asking()
    left = tuple(one for one in declared.forms if one.id != "in-store")
    tablet.hand_over(JUMA, "newsletter")
    monkeypatch.setattr(paper, "asking", lambda: declared.model_copy(update={"forms": left}))
    assert tablet.send("in-store", waited).status == 404


def test_what_was_agreed_to_is_in_the_language_in_which_it_was_read(
    front: Front, tablet: Tablet
) -> None:
    fields = fields_of(tablet.hand_over(ASHA, "newsletter"))
    typed = {"email": EMAIL, "name": "Amina", "newsletter": "true", "_lang": "sw"}
    assert tablet.send("newsletter", fields | typed).status == 201
    (words,) = stored("TEXT")
    assert words["language"] == "sw"
    (language,) = [one["data"]["language"] for one in entries(front) if one["kind"] == "form"]
    assert language == "sw"

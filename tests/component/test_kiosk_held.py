"""What a tablet kept since it was refused: staff mend it, and it stays of when, where and under
whom it was filled in.
"""

import pytest

from mteja.times import DAY_MS, rfc3339
from tests import kit
from tests.component.browser import Shown
from tests.component.front import Front
from tests.component.signed_in import office
from tests.component.tablet import FORMS, Tablet, fields_of

ASHA, JUMA, ANALYST = "asha@shop.example", "juma@shop.example", "analyst@shop.example"
EMAIL, HELD = "amina@example.com", "/staff/held/in-store"
FILLED = kit.NOW_MS + 3_600_000


@pytest.fixture
def front(aws: dict[str, str]) -> Front:
    return Front()


@pytest.fixture
def tablet(front: Front, monkeypatch: pytest.MonkeyPatch) -> Tablet:
    return Tablet(office(monkeypatch), monkeypatch)


@pytest.fixture
def refused(tablet: Tablet) -> dict[str, str]:
    """What was filled in under Asha at the market stall, and is wrong."""
    typed = {"email": "amina", "name": "Amina", "_key": "waited-1", "_at": str(FILLED)}
    return fields_of(tablet.hand_over(ASHA)) | typed


def mend(tablet: Tablet, fields: dict[str, str], by: str = JUMA, group: str = "staff") -> Shown:
    """Send what was refused as the list of forms does, signed in as somebody."""
    tablet.at(FILLED + 2 * DAY_MS)
    tablet.sign_in(by, group)
    token = {"_token": tablet.browser.cookies["__Host-form"]}
    return tablet.browser.post(HELD, fields | token)


def test_it_is_shown_with_what_is_wrong_and_sent_as_of_its_filling(
    front: Front, tablet: Tablet, refused: dict[str, str]
) -> None:
    shown = mend(tablet, refused)
    assert shown.status == 422
    assert "Not an e-mail address that can be used" in shown.text
    assert "market stall" in shown.text
    (form,) = [one for one in shown.forms() if one["action"].endswith("held/in-store")]
    kept = {name: form["fields"][name] for name in ("name", "_key", "_at", "_pass", "_lang")}
    assert kept == {name: refused[name] for name in kept}

    for _ in range(2):
        done = tablet.browser.fill_in(shown, HELD, email=EMAIL)
        assert (done.path, done.query["taken"]) == (FORMS, "waited-1")
        (section,) = [one for one in done.tags("section") if one.get("id") == "kiosk-held"]
        assert section["data-taken"] == "waited-1"
        assert "The form is in." in done.text
    (entry,) = front.timeline(front.find_one(email=EMAIL))["items"]
    data = entry["data"]
    assert (entry["at"], data["mode"], data["location"]) == (
        rfc3339(FILLED),
        "kiosk",
        "market-stall",
    )
    assert data["captured_by"] == tablet.subs[ASHA] != tablet.subs[JUMA]


def test_nobody_mends_who_may_not_see_persons(tablet: Tablet, refused: dict[str, str]) -> None:
    before = kit.all_items()
    fields = refused | {"email": EMAIL}
    token = {"_token": tablet.browser.cookies["__Host-form"]}
    assert tablet.browser.post(HELD, fields | token).path == "/staff/sign-in"
    assert mend(tablet, fields, by=ANALYST, group="analyst").status == 403
    assert kit.all_items() == before


@pytest.mark.parametrize("mark", ["", "made up"])
def test_without_the_mark_of_a_pass_nothing_is_taken(
    tablet: Tablet, refused: dict[str, str], mark: str
) -> None:
    before = kit.all_items()
    assert mend(tablet, refused | {"email": EMAIL, "_pass": mark}).status == 404
    assert kit.all_items() == before


def test_what_was_typed_is_shown_as_text(tablet: Tablet, refused: dict[str, str]) -> None:
    hostile = "<script>alert(1)</script>'\""
    typed = {"email": hostile, "name": hostile, "nowhere": hostile, "_key": hostile}
    shown = mend(tablet, refused | typed)
    assert shown.status == 422
    assert "<script>alert" not in shown.html
    (form,) = [one for one in shown.forms() if one["action"].endswith("held/in-store")]
    assert form["fields"]["name"] == form["fields"]["_key"] == hostile

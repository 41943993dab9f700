"""Every form of the demonstration, in every content type: what is answered, and what is stored."""

import json
from typing import Any

import pytest

from mteja.consent.gate import allowed
from mteja.consent.statement import statement
from mteja.customers.items import ConsentItem, InteractionItem, ProfileItem
from mteja.customers.tasks import open_tasks
from mteja.forms.consenting import text_version
from mteja.forms.intake import take
from mteja.forms.items import ConsentTextItem
from mteja.forms.sender import Sender
from mteja.privacy.erasure import erase
from mteja.recording.facts import Consent
from mteja.store import keys
from mteja.vault.sealing import Place
from tests import blanks, kit, reading
from tests.component.conftest import Forms
from tests.fakes.memory import no_tracks

EMAIL, PHONE = "asha@example.com", "+255754123456"
ADDRESS = {"line1": "1 Uhuru Street", "city": "Mwanza", "country": "TZ"}
VALUES: dict[str, dict[str, Any]] = {
    "newsletter": {"email": EMAIL, "name": "Asha Juma", "newsletter": True},
    "in-store": {
        "email": EMAIL,
        "name": "Asha Juma",
        "phone": PHONE,
        "address": ADDRESS,
        "heard_from": "friend",
    },
    "preorder": {
        "email": EMAIL,
        "name": "Asha Juma",
        "phone": PHONE,
        "address": ADDRESS,
        "product": "demo-lamp",
        "quantity": 2,
    },
    "warranty": {
        "email": EMAIL,
        "name": "Asha Juma",
        "serial": "SN-0042",
        "product": "demo-lamp",
        "bought_on": "2026-11-01",
    },
    "rewards": {"phone": PHONE, "name": "Asha Juma"},
    "contact": {
        "email": EMAIL,
        "name": "Asha Juma",
        "message": "Do you open\non Sundays?",
        "heard_from": "search",
        "campaign": "spring",
    },
    "profile": {
        "email": EMAIL,
        "name": "Asha Juma",
        "birthday": "1990-02-28",
        "interests": ["lamps", "kitchen"],
    },
}
FORMS = pytest.mark.parametrize("form", VALUES)
TYPES = pytest.mark.parametrize("kind", ["json", blanks.URLENCODED, blanks.MULTIPART])
# What says nothing of a person, and stands in clear in the entry.
CLEAR = {"heard_from", "product", "quantity", "interests", "campaign"}


def pairs(values: dict[str, Any]) -> list[tuple[str, str]]:
    """Return values as a browser sends them."""
    found: list[tuple[str, str]] = []
    for name, value in values.items():
        match value:
            case dict():
                found += [(f"{name}.{part}", text) for part, text in value.items()]
            case list():
                found += [(name, one) for one in value]
            case bool():
                found.append((name, "true"))
            case _:
                found.append((name, str(value)))
    return found


def send(forms: Forms, form: str, kind: str) -> str:
    """Fill in a form; return the id of what was taken."""
    if kind == "json":
        told = forms.taken(form, VALUES[form])
        assert told["status"] == ("reserved" if form == "preorder" else "accepted")
        return str(told["interaction_id"])
    answer = forms.browse(form, pairs(VALUES[form]), kind)
    assert answer.status == 303
    assert answer.headers["location"].startswith(f"../../forms/{form}/thanks?")
    assert answer.text == ""
    (entry,) = reading.entries(forms.recorder, "form")
    return entry.id


@FORMS
@TYPES
def test_a_form_is_taken_and_kept_as_a_claim(forms: Forms, form: str, kind: str) -> None:
    interaction = send(forms, form, kind)
    (entry,) = reading.entries(forms.recorder, "form")
    assert (entry.id, entry.source, entry.trust) == (interaction, "forms", "claimed")
    assert entry.at == kit.NOW_MS
    (customer,) = reading.profiles(forms.recorder)
    assert entry.pk == keys.customer_partition(customer)
    told = dict(entry.data)
    answers = told.pop("answers", {})
    assert answers == {name: one for name, one in VALUES[form].items() if name in CLEAR}
    agreed = told.pop("agreed", None)
    assert agreed == (["newsletter"] if form == "newsletter" else None)
    assert told == {
        "form": form,
        "form_kind": blanks.form(form).kind,
        "form_version": blanks.form(form).version,
        "mode": "web",
        "language": "en",
    }


@FORMS
@TYPES
def test_what_is_personal_is_sealed_and_opens_as_it_was_typed(
    forms: Forms, form: str, kind: str
) -> None:
    send(forms, form, kind)
    stored = repr(forms.everything)
    # Four digits alone stand in an index by chance now and then.
    birthday = ("1990-02", "199002", "28021990")
    for text in (EMAIL, PHONE, "Asha", "Juma", "Uhuru", "Mwanza", *birthday, "Sundays", "friend@"):
        assert text not in stored
    (entry,) = reading.entries(forms.recorder, "form")
    customer = entry.pk.partition("#")[2]
    sealed = {
        name: one
        for name, one in VALUES[form].items()
        if name not in CLEAR and not isinstance(one, bool)
    }
    sealed["name"] = {"full": sealed["name"]}
    assert opened(forms, entry) == sealed
    kept = {"email", "phone", "name", "address", "heard_from", "birthday", "interests"}
    expected = {name: one for name, one in (VALUES[form] | sealed).items() if name in kept}
    assert reading.opened(forms.recorder, customer) == expected


def opened(forms: Forms, entry: InteractionItem) -> dict[str, Any]:
    assert entry.sealed is not None
    customer = entry.pk.partition("#")[2]
    place = Place(customer, entry.sk, "personal", "forms", "claimed", entry.at)
    raw: dict[str, Any] = json.loads(
        reading.open_for(forms.recorder, customer, entry.sealed, place)
    )
    return raw


@FORMS
def test_a_new_customer_is_known_by_claims_and_has_no_place_among_buyers(
    forms: Forms, form: str
) -> None:
    send(forms, form, "json")
    ((customer, profile),) = reading.profiles(forms.recorder).items()
    assert profile.trust == "claimed"
    assert profile.claims == ("2026-11-22", 1)
    assert (profile.due_pk, profile.orders.count, profile.consents) == (None, 0, {})
    held = {(one.kind, one.hold) for one in profile.identifiers}
    named = {name for name in ("email", "phone") if name in VALUES[form]}
    # Who joins the rewards has a number that we gave.
    given = {("loyalty", "verified")} if form == "rewards" else set()
    assert held == {(name, "claimed") for name in named} | given
    assert set(reading.holders(forms.recorder).values().__iter__().__next__().holders) == {customer}


@FORMS
def test_the_days_log_has_the_form(forms: Forms, form: str) -> None:
    interaction = send(forms, form, "json")
    logged = [item for item in forms.items if "log_pk" in item and item.get("kind") == "form"]
    (item,) = logged
    assert item["log_pk"] in {f"form#2026-11-22#{shard}of8" for shard in range(8)}
    assert str(item["log_sk"]).endswith(f"#forms#{interaction}")


def test_where_a_customer_heard_of_us_is_a_trait_and_an_answer(forms: Forms) -> None:
    forms.taken("in-store", VALUES["in-store"])
    (customer,) = reading.profiles(forms.recorder)
    assert reading.opened(forms.recorder, customer)["heard_from"] == "friend"
    (entry,) = reading.entries(forms.recorder, "form")
    assert entry.data["answers"] == {"heard_from": "friend"}


def test_a_message_waits_for_staff(forms: Forms) -> None:
    told = forms.taken("contact", VALUES["contact"])
    (task,) = reading.entries(forms.recorder, "task")
    assert task.open_pk == "task"
    assert task.data["form"] == told["interaction_id"]
    assert "Sundays" not in repr(forms.everything)


def consent_of(forms: Forms) -> ConsentItem:
    (row,) = [
        ConsentItem.model_validate(item)
        for item in forms.items
        if str(item["sk"]).startswith("CONSENT#")
    ]
    return row


def test_a_claimed_consent_is_kept_with_its_words_and_its_proof_and_opens_no_gate(
    forms: Forms,
) -> None:
    forms.fill_in("newsletter", VALUES["newsletter"], accept_language="sw")
    ((customer, profile),) = reading.profiles(forms.recorder).items()
    assert profile.consents == {}
    assert profile.claimed_consents == {"marketing-email": {"own": ("granted", kit.NOW_MS)}}
    row = consent_of(forms)
    label = next(one.label for one in blanks.ASKING.fields if one.name == "newsletter")
    assert isinstance(label, dict)
    version = text_version(label["sw"], "sw")
    assert (row.purpose, row.status, row.source, row.trust) == (
        *("marketing-email", "granted"),
        *("own", "claimed"),
    )
    assert (row.channel, row.text_version) == ("web:newsletter", version)
    raw = forms.recorder.table.get(keys.consent_text(version))
    assert raw is not None
    text = ConsentTextItem.model_validate(raw)
    assert (text.text, text.language) == (label["sw"], "sw")
    assert not allowed("marketing-email", [profile.consents], forms.recorder.business)
    said = Consent(row.purpose, row.status, row.at, row.channel, row.text_version)
    proof = forms.recorder.vault.index.proof(statement(customer, row.source, row.trust, said))
    assert row.proof == proof


@pytest.mark.parametrize("tick", [False, None, "", "off"])
def test_a_box_that_stays_empty_states_nothing(forms: Forms, tick: object) -> None:
    forms.taken("newsletter", {"email": EMAIL, "newsletter": tick})
    (profile,) = reading.profiles(forms.recorder).values()
    assert profile.claimed_consents is None
    assert not any(str(item["sk"]).startswith(("CONSENT#", "TEXT")) for item in forms.items)
    (entry,) = reading.entries(forms.recorder, "form")
    assert "agreed" not in entry.data


def test_the_words_of_a_consent_are_kept_once(forms: Forms) -> None:
    for name in ("a", "b"):
        forms.taken("newsletter", VALUES["newsletter"] | {"email": f"{name}@example.com"})
    assert len([item for item in forms.items if item["sk"] == "TEXT"]) == 1


@pytest.mark.parametrize(
    ("told", "clear"),
    [
        ("spring-2026", True),
        ("facebook / ads | lamp", True),
        ("asha@example.com", False),
        ("asha%40example.com", False),
        ("255754123456", False),
        ("x" * 101, False),
    ],
)
def test_a_hidden_field_stands_in_clear_only_where_it_is_a_plain_label(
    forms: Forms, told: str, clear: bool
) -> None:
    forms.taken("contact", VALUES["contact"] | {"campaign": told})
    (entry,) = reading.entries(forms.recorder, "form")
    assert ("campaign" in dict(entry.data["answers"])) is clear  # type: ignore[call-overload]
    assert ("campaign" in opened(forms, entry)) is not clear
    assert clear or told not in repr(forms.everything)


def crowd(forms: Forms) -> set[str]:
    """Make a telephone everybody's; return whose it is."""
    for number in range(10):
        forms.taken("in-store", {"email": f"c{number}@example.com", "phone": PHONE})
    return set(reading.profiles(forms.recorder))


def test_a_telephone_alone_that_is_everybodys_makes_a_customer_which_it_does_not_find(
    forms: Forms,
) -> None:
    before = crowd(forms)
    told = forms.taken("rewards", {"phone": PHONE, "name": "Nobody"})
    again = forms.taken("rewards", {"phone": PHONE, "name": "Nobody"})
    assert again["interaction_id"] == told["interaction_id"]
    (customer,) = set(reading.profiles(forms.recorder)) - before
    held = reading.profiles(forms.recorder)[customer].identifiers
    assert [one.kind for one in held] == ["loyalty"]
    (entry,) = (one for one in reading.entries(forms.recorder, "form") if customer in one.pk)
    assert entry.id == told["interaction_id"]
    assert opened(forms, entry) == {"phone": PHONE, "name": {"full": "Nobody"}}
    assert "Nobody" not in repr(forms.everything)


CALL_ME = blanks.asking_for(
    blanks.field("phone"),
    blanks.field("text", "message"),
    kind="contact",
    required=("message",),
)


def test_who_is_not_told_apart_and_waits_for_an_answer_is_among_the_tasks_and_can_be_erased(
    forms: Forms,
) -> None:
    before = crowd(forms)
    sender = Sender("web", "en", forms.now_ms)
    said = {"phone": PHONE, "message": "Call me back"}
    taken = take(CALL_ME, said, sender, asking=blanks.ASKING, within=forms.recorder)
    table = forms.recorder.table
    (task,) = open_tasks(table, None, 10).tasks
    assert task.item.data["form"] == taken.interaction
    assert task.customer == taken.customer
    assert task.customer not in before

    erase([task.customer], table=table, vault=forms.recorder.vault, tracks=no_tracks(),
          now_ms=forms.now_ms)  # fmt: skip

    assert open_tasks(table, None, 10).tasks == ()
    assert task.customer not in repr(forms.everything)


def test_another_e_mail_is_another_customer(forms: Forms) -> None:
    forms.taken("newsletter", {"email": "a@example.com"})
    forms.taken("newsletter", {"email": "b@example.com"})
    assert len(reading.profiles(forms.recorder)) == 2


def test_one_e_mail_however_it_is_typed_is_one_customer(forms: Forms) -> None:
    for typed in ("asha@example.com", " ASHA@EXAMPLE.COM ", "Asha@Example.com"):
        forms.taken("newsletter", {"email": typed, "name": typed.strip()})
    ((_, profile),) = reading.profiles(forms.recorder).items()
    assert isinstance(profile, ProfileItem)
    assert profile.claims == ("2026-11-22", 3)

"""Everything that is wrong with a form is told at once; what is left out may be an answer."""

from collections.abc import Mapping
from datetime import date

import pytest

from mteja.errors import InvalidFields, InvalidInput
from mteja.forms import submission, values
from mteja.forms.checking import check
from mteja.forms.definition import Definition
from mteja.forms.values import NOT_TOLD, Setting
from tests import blanks

FORM = blanks.asking_for(
    blanks.field("email"),
    blanks.field("name"),
    blanks.field("address"),
    blanks.field("range", "income"),
    blanks.field("choices", "interests"),
    blanks.field("consent", "newsletter"),
    required=("email", "name"),
)
PHONE_OR_EMAIL = blanks.form("rewards")


def checked(sent: Mapping[str, object], *, form: Definition = FORM, known: bool = False) -> object:
    return check(form, sent, Setting("US", date(2026, 11, 22), form), known=known)


def faults(
    sent: Mapping[str, object], *, form: Definition = FORM, known: bool = False
) -> list[str]:
    """Return each fault as `field: what`."""
    try:
        checked(sent, form=form, known=known)
    except InvalidFields as several:
        return [f"{one.field}: {one.template}" for one in several.faults]
    except InvalidInput as one:
        return [f"{one.field}: {one.template}"]
    return []


def test_what_is_right_comes_in_the_order_of_the_form() -> None:
    sent = {"newsletter": True, "name": "Asha", "email": "a@example.com", "income": ""}
    got = check(FORM, sent, Setting("US", date(2026, 11, 22), FORM))
    assert list(got.values.items()) == [
        ("email", "a@example.com"),
        ("name", {"full": "Asha"}),
        ("newsletter", True),
    ]
    assert got.declined == ()


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_the_form() -> None:
    sent = {"colour": "red", "income": "x", "email": "nobody", "address": {"country": "X"}}
    assert faults(sent) == [
        f"email: {values.NOT_EMAIL}",
        f"name: {values.NEEDED}",
        f"address.country: {values.NOT_COUNTRY}",
        f"income: {values.NOT_OPTION}",
        f"colour: {submission.UNKNOWN}",
    ]


def test_one_fault_is_told_as_one() -> None:
    with pytest.raises(InvalidInput) as caught:
        checked({"email": "a@example.com"})
    assert caught.value.field == "name"


def test_of_very_many_unknown_fields_some_are_named() -> None:
    sent: dict[str, object] = {f"x{number}": 1 for number in range(5_000)}
    told = faults(sent | {"email": "a@example.com", "name": "A"})
    assert told == [f"x{number}: {submission.UNKNOWN}" for number in range(10)]


@pytest.mark.parametrize("sent", [{}, {"email": "", "phone": " "}, {"name": "Asha"}])
def test_a_form_must_name_somebody(sent: dict[str, object]) -> None:
    assert faults(sent, form=PHONE_OR_EMAIL) == [f"email: {values.ONE_NEEDED}"]


@pytest.mark.parametrize("named", [{"email": "a@example.com"}, {"phone": "+14155550132"}])
def test_an_email_or_a_telephone_names_somebody(named: dict[str, object]) -> None:
    assert checked(named, form=PHONE_OR_EMAIL)


def test_of_who_is_known_nothing_needs_to_be_named() -> None:
    assert checked({}, form=PHONE_OR_EMAIL, known=True)
    assert checked({"name": "A"}, form=PHONE_OR_EMAIL, known=True)


def test_what_a_known_customer_saw_and_left_out_is_declined() -> None:
    form = blanks.form("profile")
    sent: dict[str, object] = {
        "birthday": None,
        "interests": [],
        "income": NOT_TOLD,
        "name": " ",
        "children": "2",
    }
    got = check(form, sent, Setting("US", date(2026, 11, 22), form), known=True, seen=sent)
    assert set(got.declined) == {"birthday", "interests", "income", "name"}
    assert got.values == {"children": 2}


def test_what_others_leave_out_for_a_known_customer_is_no_answer() -> None:
    form = blanks.form("profile")
    sent: dict[str, object] = {"birthday": "", "interests": [], "income": NOT_TOLD, "name": " "}
    got = check(form, sent, Setting("US", date(2026, 11, 22), form), known=True)
    assert (got.declined, got.values) == (("income",), {})


def test_what_somebody_unknown_leaves_out_was_only_left_out() -> None:
    sent = {"email": "a@example.com", "name": "A", "income": "", "interests": []}
    got = check(FORM, sent, Setting("US", date(2026, 11, 22), FORM))
    assert got.declined == ()


@pytest.mark.parametrize("known", [True, False])
def test_what_is_required_is_not_declined(known: bool) -> None:
    form = blanks.form("preorder")
    sent = {"email": "a@example.com", "name": "A", "product": ""}
    assert faults(sent, form=form, known=known) == [f"product: {values.NEEDED}"]


def test_nobody_must_choose_of_what_is_sensitive() -> None:
    form = blanks.asking_for(
        blanks.field("email"), blanks.field("choices", "faiths", sensitive=True, trait=True)
    )
    sent = {"email": "a@example.com", "faiths": [NOT_TOLD]}
    got = check(form, sent, Setting("US", date(2026, 11, 22), form))
    assert (got.declined, "faiths" in got.values) == (("faiths",), False)
    assert faults(sent | {"faiths": ["one", NOT_TOLD]}, form=form) == [f"faiths: {values.NOT_BOTH}"]


def test_nobody_must_tell_a_range() -> None:
    form = blanks.asking_for(
        blanks.field("email"), blanks.field("range", "income"), required=("income",)
    )
    sent = {"email": "a@example.com", "income": NOT_TOLD}
    got = check(form, sent, Setting("US", date(2026, 11, 22), form))
    assert got.declined == ("income",)

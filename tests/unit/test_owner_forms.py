"""What the owner's file says of forms, fields and products: a fault is named by line and field."""

from pathlib import Path

import pytest

from mteja.business.compile import read
from mteja.business.forms import Option, text_in
from tests import blanks
from tests.unit.test_business_file import GOOD, errors, file, line_of

FIELD = "  - {name: name, purpose: relationship}\n"
COLOUR = "{name: colour, purpose: relationship, "
CHILDREN = "    least: 0\n    most: 30\n"
REWARDS = "    fields: [email, phone, name]\n"
LAMP = "    preorder: {capacity: 10}\n"

# What is replaced, by what, the line that is named (by how it begins), the field, and what is said.
FAULTS: list[tuple[str, str, str, str, str]] = [
    (FIELD, f"{FIELD}{FIELD}", "- {name: name,", "fields.2", "name is declared twice"),
    (FIELD, f"{FIELD}  - {COLOUR}typ: text}}\n", "- {name: colour", "fields.2.typ", "Extra"),
    (FIELD, f"{FIELD}  - {COLOUR}type: colour}}\n", "- {name: colour", "fields.2.type", "Input"),
    (FIELD, f"{FIELD}  - {COLOUR}type: choice}}\n", "- {name: colour", "fields.2", "options"),
    (FIELD, f"{FIELD}  - {COLOUR}type: email}}\n", "- {name: colour", "fields.2", "called email"),
    (FIELD, f"{FIELD}  - {COLOUR}most: 9000}}\n", "- {name: colour", "fields.2", "1 to 5000"),
    (FIELD, f"{FIELD}  - {COLOUR}most: 0}}\n", "- {name: colour", "fields.2", "1 to 5000"),
    (FIELD, f"{FIELD}  - {COLOUR}least: 2}}\n", "- {name: colour", "fields.2", "only a number"),
    (FIELD, f"{FIELD}  - {COLOUR}sensitive: true}}\n", "- {name: colour", "fields.2", "a trait"),
    (FIELD, f"{FIELD}  - {COLOUR}type: consent}}\n", "- {name: colour", "fields.2", "its text"),
    (FIELD, f"{FIELD}  - {COLOUR}type: date, most: 5}}\n", "- {name: colour", "fields.2", "most"),
    (FIELD, f"{FIELD}  - {COLOUR}options: [{{value: red}}]}}\n", "- {name: colour", "fields.2",
     "has no options"),
    (FIELD, f"{FIELD}  - {COLOUR}type: choice, options: [{{value: red}}, {{value: red}}]}}\n",
     "- {name: colour", "fields.2", "same value"),
    (FIELD, f"{FIELD}  - {COLOUR}type: choice, options: [{{value: Red}}]}}\n",
     "- {name: colour", "fields.2.options.0.value", "pattern"),
    (FIELD, f"{FIELD}  - {{name: Colour, purpose: relationship}}\n", "- {name: Colour",
     "fields.2.name", "pattern"),
    (FIELD, f"{FIELD}  - {{name: colour, purpose: fun}}\n", "- {name: colour",
     "fields.2.purpose", "'fun' of colour is not declared"),
    (FIELD, f"{FIELD}  - {{name: mode, purpose: relationship}}\n", "- {name: mode", "fields.2",
     "Mteja itself"),
    (FIELD, "  - {name: name, type: text, purpose: relationship}\n", "- {name: name,", "fields.1",
     "standard field of the type name"),
    (FIELD, f"{FIELD}  - {{name: colour, purpose: relationship, fresh_days: 30}}\n",
     "- {name: colour", "fields.2", "goes stale"),
    ("  - {name: email, purpose: relationship, fresh_days: 730}\n",
     "  - {name: email, purpose: relationship, sensitive: true, trait: true}\n",
     "- {name: email,", "fields.0", "a customer is found by it"),
    ("    purpose: marketing-email\n", "    purpose: orders\n", "purpose: orders",
     "fields.9.purpose", "does not rest on consent"),
    (CHILDREN, "    least: 31\n    most: 30\n", "- name: children", "fields.15", "less than least"),
    (REWARDS, "    fields: [email, phone, name, email]\n", "- id: rewards", "forms.4", "twice"),
    (REWARDS, "    fields: [name]\n", "- id: rewards", "forms.4", "neither email nor phone"),
    (REWARDS, "    fields: []\n", "fields: []", "forms.4.fields", "at least 1"),
    (REWARDS, "    fields: [email, colour]\n", "fields: [email, colour]", "forms.4.fields.1",
     "colour, which is no field"),
    (REWARDS, f"{REWARDS}    products: [demo-lamp, demo-table]\n", "products: [demo-lamp, demo-t",
     "forms.4.products.1", "demo-table, which is no product"),
    (REWARDS, f"{REWARDS}    turnstile: true\n", "turnstile: true", "forms.4.turnstile",
     "no site key"),
    (REWARDS, f"{REWARDS}    modes: [post]\n", "modes: [post]", "forms.4.modes.0", "Input"),
    (REWARDS, f"{REWARDS}    modes: []\n", "modes: []", "forms.4.modes", "at least 1"),
    (REWARDS, f"{REWARDS}    at_most: 0\n", "at_most: 0", "forms.4.at_most", "greater than"),
    ("  - id: rewards\n", "  - id: newsletter\n", "- id: newsletter", "forms.4",
     "newsletter is declared twice"),
    ("    kind: rewards\n", "    kind: preorder\n", "- id: rewards", "forms.4", "asks for product"),
    ("    at_most: 3\n    fields: [email,",
     "    at_most: 3\n    fields: [newsletter, message, email,", "fields: [newsletter, message,",
     "forms.6.fields.1", "message, which is neither a trait nor a consent"),
    ("    kind: rewards\n", "    kind: raffle\n", "kind: raffle", "forms.4.kind", "Input"),
    (LAMP, "", "fields:", "forms.2.fields", "there is none for its kind"),
    (LAMP, "    preorder: {capacity: -1}\n", "preorder: {capacity: -1}",
     "products.0.preorder.capacity", "greater than"),
    ("    warranty_months: 24\n", "    warranty_months: 0\n", "warranty_months: 0",
     "products.0.warranty_months", "greater than 0"),
    ("  - id: demo-chair\n", "  - id: demo-lamp\n", "- id: demo-lamp", "products.1",
     "demo-lamp is declared twice"),
    ("trust_rule: {orders: 2, days: 60}\n", "trust_rule: {orders: 0, days: 60}\n",
     "trust_rule: {orders: 0", "trust_rule.orders", "greater than"),
    ("locations: [main-shop, market-stall]\n", "locations: [Main Shop]\n", "locations: [Main Shop]",
     "locations.0", "pattern"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("right", "wrong", "begins", "field", "said"), FAULTS, ids=lambda one: one.strip()[-50:]
)
def test_a_fault_is_named_by_line_and_field(
    tmp_path: Path, right: str, wrong: str, begins: str, field: str, said: str
) -> None:
    assert GOOD.count(right) == 1
    text = GOOD.replace(right, wrong)
    path = file(tmp_path, text)
    told = [one for one in errors(path) if f": {field}: " in one]
    assert told, errors(path)
    assert said in told[0]
    number = int(told[0].removeprefix(f"{path}:").partition(":")[0])
    assert text.splitlines()[number - 1].strip().startswith(begins), text.splitlines()[number - 1]


def test_a_form_offers_what_fits_its_kind_unless_told_otherwise(tmp_path: Path) -> None:
    assert [one.id for one in blanks.form("preorder").products] == ["demo-lamp"]
    assert [one.id for one in blanks.form("warranty").products] == ["demo-lamp", "demo-chair"]
    kind = "    kind: warranty\n"
    text = GOOD.replace(kind, f"{kind}    products: [demo-chair]\n")
    assert read(file(tmp_path, text)).forms[3].products == ("demo-chair",)
    text = GOOD.replace("    kind: preorder\n", "    kind: preorder\n    products: [demo-chair]\n")
    path = file(tmp_path, text)
    line = line_of(text, "products: [demo-chair]")
    fault = "demo-chair is no product for a form of the kind preorder"
    assert errors(path) == [f"{path}:{line}: forms.2.products.0: {fault}"]


def test_what_its_kind_needs_is_required_in_a_form_whatever_the_file_says() -> None:
    for form in ("preorder", "warranty"):
        needed = {one.name for one in blanks.form(form).fields if one.required}
        assert "product" in needed
    made = blanks.asking_for(
        blanks.field("email"), blanks.field("product"), blanks.field("serial"), kind="warranty"
    )
    assert {one.name for one in made.fields if one.required} == {"product", "serial"}


@pytest.mark.parametrize(
    ("capacity", "each", "most"), [(10, 10, 10), (5, 10, 5), (100, 10, 10), (0, 10, 1)]
)
def test_nobody_orders_more_than_there_will_be(capacity: int, each: int, most: int) -> None:
    product = blanks.ASKING.products[0]
    assert product.preorder is not None
    preorder = product.preorder.model_copy(update={"capacity": capacity, "each_at_most": each})
    assert preorder.most_of_an_order == most


@pytest.mark.parametrize(
    ("texts", "language", "text"),
    [
        (None, "en", None),
        ("Name", "sw", "Name"),
        ({"en": "Name", "sw": "Jina"}, "sw", "Jina"),
        ({"en": "Name", "sw": "Jina"}, "ca", "Name"),
        ({"sw": "Jina", "ca": "Nom"}, "en", "Jina"),
    ],
)
def test_a_text_is_shown_in_the_language_or_the_next_best(
    texts: str | dict[str, str] | None, language: str, text: str | None
) -> None:
    assert text_in(texts, language) == text


def test_an_option_is_stored_under_a_plain_word() -> None:
    assert Option(value="500-1500").value == "500-1500"

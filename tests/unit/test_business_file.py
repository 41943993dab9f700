"""The owner's file: a wrong one is refused with file, line and field."""

import json
from pathlib import Path

import pytest
import yaml
from openapi_schema_validator import OAS31Validator

from mteja.business.compile import OwnersFileError, compile_to, parameters, read
from mteja.business.file import part
from mteja.business.forms import Asking
from mteja.business.model import Business
from mteja.business.schema import schema
from mteja.inventory import inventory
from mteja.orders.platforms import source_fields
from tests.kit import ROOT

GOOD = (ROOT / "layers/business/business.yaml").read_text(encoding="utf-8")


def file(folder: Path, text: str) -> Path:
    path = folder / "business.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def line_of(text: str, start: str, *, after: str = "") -> int:
    """Return the number of the first line that starts so, after one that starts otherwise."""
    seen = not after
    for number, line in enumerate(text.splitlines(), 1):
        seen = seen or line.strip().startswith(after)
        if seen and line.strip().startswith(start):
            return number
    raise AssertionError(start)


def errors(path: Path) -> list[str]:
    with pytest.raises(OwnersFileError) as caught:
        read(path)
    return str(caught.value).splitlines()


WRONG = [
    ("time_zone: Africa/Dar_es_Salaam", "time_zone: Mars/Base", "time_zone"),
    ("time_zone: Africa/Dar_es_Salaam", "time_zone: ../../etc/passwd", "time_zone"),
    ("languages: [en, sw, ca]", "languages: [en, tlh]", "languages.1"),
    ("languages: [en, sw, ca]", "languages: []", "languages"),
    ("country: US", "country: usa", "country"),
    ("country: US", "country: NO", "country"),  # YAML's famous Norway: a boolean
    ("    platform: shopify", "    platform: shopware", "sources.0.platform"),
    (
        "    shop_domain: demo.myshopify.com",
        "    shop_domain: demo.example",
        "sources.0.shop_domain",
    ),
    ("    secrets: sources/shopify-demo/secrets", "    secrets: shpss_0123", "sources.0.secrets"),
    ("  - https://shop.example", "  - shop.example", "allowed_origins.0"),
    ("    basis: contract", "    basis: because", "purposes.0.basis"),
    ("    retention_days: 3650", "    retention_days: 0", "purposes.0.retention_days"),
    ("      valid_days: 14", "      valid_days: often", "win_back.rules.0.valid_days"),
    ("win_back:", "winback:", "winback"),
]


@pytest.mark.parametrize(("right", "wrong", "field"), WRONG, ids=lambda one: one.strip()[:30])
def test_a_wrong_value_is_named_by_file_line_and_field(
    tmp_path: Path, right: str, wrong: str, field: str
) -> None:
    assert right in GOOD
    text = GOOD.replace(right, wrong, 1)
    path = file(tmp_path, text)
    expected = f"{path}:{line_of(text, wrong.strip().partition('#')[0].strip())}: {field}: "
    assert any(line.startswith(expected) for line in errors(path)), errors(path)


def test_a_field_that_is_missing_is_named_at_the_line_of_what_lacks_it(tmp_path: Path) -> None:
    text = GOOD.replace("    secrets: sources/shopify-market/secrets\n", "")
    path = file(tmp_path, text)
    line = line_of(text, "- id: shopify-market")
    assert errors(path) == [f"{path}:{line}: sources.1.secrets: Field required"]


def test_a_shopify_source_without_its_domain_is_named(tmp_path: Path) -> None:
    text = GOOD.replace("    shop_domain: demo.myshopify.com\n", "")
    path = file(tmp_path, text)
    (error,) = errors(path)
    line = line_of(text, "- id: shopify-demo")
    assert error.startswith(f"{path}:{line}: sources.0.shop_domain: a shopify source needs it")


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("country: US", "country: usa").replace("basis: contract", "basis: x")
    text = text.replace("shop_domain: demo.my", "shop_name: demo.my")
    assert [line.split(": ")[1] for line in errors(file(tmp_path, text))] == [
        *("country", "purposes.0.basis"),
        *("sources.0.shop_name", "sources.0.shop_domain"),
    ]


CODES = "      hold_out_per_cent: 10\n"


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ("[{days: 30, per_cent: 10}, {days: 45, per_cent: 15}]", "10 % and 15 % off"),
        ("[{days: 30, codes: others}]", "codes are for a step with per_cent"),
    ],
)
def test_codes_that_the_shop_made_for_less_off_than_a_step_promises_are_refused(
    tmp_path: Path, steps: str, said: str
) -> None:
    text = GOOD.replace("[{days: 30, per_cent: 10}]", steps)
    text = text.replace(CODES, f"{CODES}      codes: shop-ten\n", 1)
    assert said in errors(file(tmp_path, text))[0]


def test_steps_of_one_ladder_take_codes_from_lists_of_their_own(tmp_path: Path) -> None:
    steps = "[{days: 20}, {days: 30, per_cent: 10}, {days: 45, per_cent: 15, codes: shop-more}]"
    text = GOOD.replace("[{days: 30, per_cent: 10}]", steps)
    text = text.replace(CODES, f"{CODES}      codes: shop-ten\n", 1)
    lists = read(file(tmp_path, text)).win_back.lists()
    assert [(one.name, one.per_cent, one.rules) for one in lists] == [
        ("shop-more", 15, ("quiet",)),
        ("shop-ten", 10, ("quiet",)),
    ]


def test_two_sources_of_one_name_are_refused(tmp_path: Path) -> None:
    text = GOOD.replace("- id: shopify-market", "- id: shopify-demo")
    (error,) = errors(file(tmp_path, text))
    assert "shopify-demo" in error
    assert ": sources: " in error


@pytest.mark.parametrize("name", ["staff", "segment-shop"])
def test_a_source_called_like_one_of_our_own_is_refused(tmp_path: Path, name: str) -> None:
    text = GOOD.replace("- id: shopify-market", f"- id: {name}")
    (error,) = errors(file(tmp_path, text))
    assert f"{name} is the name of a source of Mteja itself" in error


@pytest.mark.parametrize("purpose", sorted({one.purpose for one in inventory()}))
def test_a_purpose_for_which_something_is_kept_must_be_declared(
    tmp_path: Path, purpose: str
) -> None:
    text = GOOD.replace(f"  - id: {purpose}\n", "  - id: something-else\n", 1)
    path = file(tmp_path, text)
    error = errors(path)[0]
    assert error.startswith(f"{path}:{line_of(text, 'purposes:')}: purposes: ")
    assert repr(purpose) in error


BROKEN = {
    "a tab": "name: x\n\tcountry: US\n",
    "an open bracket": "name: x\nlanguages: [en,\n",
    "a bad anchor": "name: *nobody\n",
    "two documents": "name: x\n---\nname: y\n",
    "a tag": "name: !!python/object:os.system x\n",
    "a control character": "name: x\ncountry: \x07\n",
    "empty": "",
    "a list": "- a\n",
    "a text": "hello\n",
    "a mapping as a key": "? {a: b}\n: c\n",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_what_is_no_such_file_is_refused_with_file_and_line(tmp_path: Path, text: str) -> None:
    path = file(tmp_path, text)
    for line in errors(path):
        name, number, _ = line.removeprefix(str(path)).split(":", 2)
        assert not name
        assert number.isdigit(), line


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "business.yaml"
    path.write_bytes(b"name: \xff\xfe\n")
    (error,) = errors(path)
    assert error.startswith(str(path))


def test_the_same_field_twice_is_refused_and_not_half_ignored(tmp_path: Path) -> None:
    text = f"{GOOD}\ncountry: TZ\n"
    path = file(tmp_path, text)
    assert any("country" in line for line in errors(path))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    (error,) = errors(tmp_path / "none.yaml")
    assert "none.yaml" in error


def test_what_is_compiled_is_what_was_declared(tmp_path: Path) -> None:
    compile_to(file(tmp_path, GOOD), tmp_path / "out")
    whole = read(tmp_path / "business.yaml")
    compiled = tmp_path / "out"
    business = Business.model_validate_json((compiled / "business.json").read_bytes())
    assert business == part(whole, Business)
    asking = Asking.model_validate_json((compiled / "asking.json").read_bytes())
    assert asking == part(whole, Asking)
    assert (tmp_path / "out/__init__.py").exists()


def test_template_parameters_are_filled_from_the_file(tmp_path: Path) -> None:
    found = parameters(file(tmp_path, GOOD))
    assert found["AllowedOrigins"] == "https://shop.example"
    assert found["TimeZone"] == "Africa/Dar_es_Salaam"


SCHEMA = json.loads((ROOT / "layers/business/business.schema.json").read_bytes())


def marked(text: str) -> list[str]:
    """Return the fields that an editor marks."""
    found = OAS31Validator(SCHEMA).iter_errors(yaml.safe_load(text))
    return [".".join(map(str, one.absolute_path)) for one in found]


def test_the_schema_for_editors_is_the_codes() -> None:
    assert json.loads(json.dumps(schema(source_fields()))) == SCHEMA
    assert marked(GOOD) == []


def test_editors_complete_platforms_and_what_each_needs() -> None:
    source = SCHEMA["$defs"]["Source"]
    assert source["properties"]["platform"]["enum"] == list(source_fields())
    offered = {
        one["if"]["properties"]["platform"]["const"]: [
            name for name, shape in one["then"]["properties"].items() if shape
        ]
        for one in source["allOf"]
    }
    assert offered == {
        name: [field.name for field in fields] for name, fields in source_fields().items()
    }
    assert offered["square"] == ["notification_url"]


@pytest.mark.parametrize(
    ("right", "wrong", "field"),
    [
        ("platform: shopify", "platform: shopware", "sources.0.platform"),
        ("shop_domain: demo.myshopify.com", "shop_domain: demo.example", "sources.0.shop_domain"),
        ("shop_domain: demo.myshopify.com", "", "sources.0"),
        ("notification_url: https:", "shop_url: https:", "sources.4"),
        ("role: payments", "colour: red", "sources.3"),
    ],
)
def test_editors_mark_what_the_check_refuses(
    tmp_path: Path, right: str, wrong: str, field: str
) -> None:
    text = GOOD.replace(right, wrong, 1)
    assert field in marked(text)
    assert any(f": {field}" in line for line in errors(file(tmp_path, text)))

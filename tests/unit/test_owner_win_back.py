"""What the owner's file says of customers who go quiet: what holds where it says nothing, and what
is refused."""

from pathlib import Path
from typing import Any

import pytest

from mteja.business.compile import read
from mteja.business.winning_back import OfferCap, Step, WinBack, WinBackRule
from tests.unit.test_business_file import GOOD, errors, file

BEGIN, END = GOOD.index("win_back:\n"), GOOD.index("# Points and stamps. What")
WITHOUT = GOOD[:BEGIN] + GOOD[END:]


def declared(tmp_path: Path, **part: Any) -> Path:
    """Return the demonstration's file with this instead of what it says of win-back."""
    import yaml

    return file(tmp_path, WITHOUT + yaml.safe_dump({"win_back": part}))


def test_where_the_file_says_nothing_a_tenth_is_offered_after_thirty_days(tmp_path: Path) -> None:
    said = read(file(tmp_path, WITHOUT)).win_back
    (rule,) = said.rules
    assert (rule.after, rule.steps) == ("purchase", (Step(days=30, per_cent=10),))
    assert (rule.purpose, rule.hold_out_per_cent, rule.codes) == ("marketing-email", 10, None)
    assert said.cap == OfferCap(offers=3, days=365)


def test_all_of_it_can_be_said(tmp_path: Path) -> None:
    ladder = [{"days": 20}, {"days": 40, "per_cent": 10}, {"days": 60, "per_cent": 15}]
    rules = [
        {"id": "away", "after": "login", "steps": ladder, "floor_days": 21,
         "purpose": "marketing-sms", "hold_out_per_cent": 5, "valid_days": 7},
        {"id": "late", "after": "lapse", "steps": [{"days": 0}]},
    ]  # fmt: skip
    said = read(declared(tmp_path, rules=rules, cap={"offers": 1, "days": 90})).win_back
    assert said == WinBack(
        rules=tuple(WinBackRule.model_validate(one) for one in rules),
        cap=OfferCap(offers=1, days=90),
    )
    assert [one.per_cent for one in said.rules[0].steps] == [None, 10, 15]


def test_nobody_is_won_back_where_no_rule_is_wanted(tmp_path: Path) -> None:
    assert read(declared(tmp_path, rules=[])).win_back.rules == ()


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"after": "visit"}, "after", "purchase"),
        ({"steps": []}, "steps", "at least 1"),
        ({"steps": [{"days": 40}, {"days": 30}]}, "steps", "later day"),
        ({"steps": [{"days": 30}, {"days": 30}]}, "steps", "later day"),
        ({"steps": [{"days": 30, "per_cent": 0}]}, "steps.0.per_cent", "greater than"),
        ({"steps": [{"days": 30, "per_cent": 95}]}, "steps.0.per_cent", "less than"),
        ({"steps": [{"days": -1}]}, "steps.0.days", "greater than"),
        ({"floor_days": 0}, "floor_days", "greater than"),
        ({"hold_out_per_cent": 51}, "hold_out_per_cent", "less than"),
        ({"purpose": "fun"}, "purpose", "'fun' of quiet is not declared"),
    ],
)
def test_a_rule_that_can_not_be_is_refused_by_its_field(
    wrong: dict[str, Any], field: str, said: str, tmp_path: Path
) -> None:
    (told,) = errors(declared(tmp_path, rules=[{"id": "quiet"} | wrong]))
    assert f": win_back.rules.0.{field}: " in told
    assert said in told


def test_two_rules_of_one_name_and_a_cap_of_nothing_are_refused(tmp_path: Path) -> None:
    twice = declared(tmp_path, rules=[{"id": "quiet"}, {"id": "quiet", "after": "login"}])
    assert "the id quiet is declared twice" in errors(twice)[0]
    capped = declared(tmp_path, cap={"offers": 0, "days": 30})
    assert ": win_back.cap.offers: " in errors(capped)[0]

"""Codes that the shop made: put into lists, one taken by each offer and none twice."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from mteja.business.winning_back import Step, WinBack
from mteja.offers.items import Standing
from mteja.offers.uploading import COLUMNS, ELSEWHERE, NO_CODE, REPEATED, Stock
from mteja.times import DAY_MS
from mteja_operator.codes import codes_group
from tests import facts, kit
from tests.component.front import OWNER, STAFF
from tests.component.winning import TENTH, Winning, shop

__all__ = ["shop"]

LIST = "shopify-ten"
OF_LIST = TENTH.model_copy(update={"codes": LIST})
RULES = WinBack(rules=(OF_LIST,), low_codes=2)


@pytest.fixture
def stock(shop: Winning, monkeypatch: pytest.MonkeyPatch) -> Stock:
    for module in ("mteja.staff.routes_offers", "mteja.staff.tasks", "mteja_operator.codes"):
        monkeypatch.setattr(f"{module}.win_back", lambda: RULES)
    return Stock(shop.table, LIST, RULES.low_codes)


def codes(number: int) -> list[str]:
    return [f"TEN-{one:04}" for one in range(number)]


def customers(shop: Winning, number: int) -> Iterator[str]:
    for one in range(number):
        yield shop.ordered(facts.account(str(700 + one)), number=f"c{one}")
    shop.now += 30 * DAY_MS


def test_what_is_uploaded_again_is_there_once(shop: Winning, stock: Stock) -> None:
    first = stock.upload(codes(100), shop.now)
    assert (first.added, first.known, first.refused) == (100, 0, [])
    again = stock.upload([*codes(100), "TEN-NEW"], shop.now)
    assert (again.added, again.known) == (1, 100)
    assert stock.free() == 101


def test_what_is_no_code_or_is_elsewhere_is_refused_by_its_line(
    shop: Winning, stock: Stock
) -> None:
    Stock(shop.table, "others", 0).upload(["OTHERS-1"], shop.now)
    told = stock.upload(
        ["", "TEN-1", "ten 1", "A\x00B", "x" * 300, "others-i", "  TEN-2\r\n"], shop.now
    )
    assert told.refused == [(3, REPEATED), (4, NO_CODE), (5, NO_CODE), (6, ELSEWHERE)]
    assert told.added == 2


def test_a_table_with_more_than_codes_is_refused_and_a_heading_is_no_code(
    shop: Winning, stock: Stock
) -> None:
    told = stock.upload(["\ufeffDiscount code\r\n", '"TEN-1"\r\n', "TEN-2,\r\n", "code"], shop.now)
    assert (told.added, told.refused) == (3, [])  # a heading stands at the top, or is none
    told = stock.upload(["Code;Value", "TEN-3;10", "TEN-4\t10"], shop.now)
    assert (told.added, told.refused) == (0, [(1, COLUMNS), (2, COLUMNS), (3, COLUMNS)])
    assert sorted(one.code for one in shop.codes()) == ["TEN-1", "TEN-2", "code"]


def test_an_offer_takes_one_and_it_is_redeemed_like_any_other(shop: Winning, stock: Stock) -> None:
    stock.upload(codes(9), shop.now)
    offer = shop.sent(shop.gone_quiet(), OF_LIST)
    assert offer.code in codes(9)
    assert str(offer.code) in shop.mails()[-1].text
    assert "Type it in when you pay." in shop.mails()[-1].text
    assert stock.free() == 8
    shop.ordered_with(str(offer.code).lower())
    assert shop.offer().standing is Standing.REDEEMED
    assert shop.listed("redeemed")[0]["code"] == offer.code


def test_without_a_code_nothing_is_made(shop: Winning, stock: Stock) -> None:
    customer = shop.gone_quiet()
    assert shop.make(shop.act(customer, OF_LIST)) is None
    assert (shop.offers(), shop.waiting()) == ([], [])
    (task,) = shop.front.ask("/v1/tasks").body["codes"]
    assert task["name"] == LIST


def test_who_is_held_out_takes_no_code(shop: Winning, stock: Stock) -> None:
    stock.upload(codes(5), shop.now)
    held = OF_LIST.model_copy(update={"hold_out_per_cent": 100})
    assert shop.make(shop.act(shop.gone_quiet(), held)) is not None
    assert stock.free() == 5


def test_without_a_code_nobody_is_held_out_either(shop: Winning, stock: Stock) -> None:
    # Else a list that is empty for a week would put that week's people into one group alone.
    held = OF_LIST.model_copy(update={"hold_out_per_cent": 100})
    assert shop.make(shop.act(shop.gone_quiet(), held)) is None
    assert shop.offers() == []
    stock.upload(codes(1), shop.now)
    assert shop.make(shop.act(shop.customer(), held)) is not None


def test_each_step_takes_from_its_own_list(
    shop: Winning, stock: Stock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ladder = OF_LIST.model_copy(
        update={
            "steps": (Step(days=30, per_cent=10), Step(days=45, per_cent=15, codes="shopify-more"))
        }
    )
    rules = WinBack(rules=(ladder,), low_codes=0)
    monkeypatch.setattr("mteja.staff.routes_offers.win_back", lambda: rules)
    stock.upload(["TEN-1"], shop.now)
    Stock(shop.table, "shopify-more", 0).upload(["FIFTEEN-1"], shop.now)
    customer = shop.gone_quiet()
    shop.sent(customer, ladder)
    shop.now += 15 * DAY_MS
    shop.offered(customer, ladder, 1)
    assert [(one.per_cent, one.code) for one in shop.offers()] == [(10, "TEN-1"), (15, "FIFTEEN-1")]
    lists = shop.front.ask("/v1/codes").body["items"]
    assert [(one["name"], one["per_cent"]) for one in lists] == [
        ("shopify-more", 15), (LIST, 10),
    ]  # fmt: skip


def test_few_codes_are_one_task_until_there_are_more(shop: Winning, stock: Stock) -> None:
    stock.upload(codes(4), shop.now)
    told: list[Any] = []
    for customer in customers(shop, 3):
        assert shop.make(shop.act(customer, OF_LIST), low_codes=2) is not None
        told.append(shop.front.ask("/v1/tasks").body["codes"])
        shop.now += 1000
    assert told[0] == []  # three are left
    assert len(told[1]) == 1
    assert told[1] == told[2]  # since when stays
    stock.upload(["TEN-A", "TEN-B"], shop.now)
    assert shop.front.ask("/v1/tasks").body["codes"] == []


def test_a_list_that_no_rule_takes_from_any_more_is_no_task(
    shop: Winning, stock: Stock, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.make(shop.act(shop.gone_quiet(), OF_LIST))
    assert len(shop.front.ask("/v1/tasks").body["codes"]) == 1
    monkeypatch.setattr("mteja.staff.tasks.win_back", WinBack)
    assert shop.front.ask("/v1/tasks").body["codes"] == []


def test_a_code_whose_message_never_left_goes_back(shop: Winning, stock: Stock) -> None:
    stock.upload(codes(5), shop.now)
    offer = shop.offered(shop.gone_quiet(), OF_LIST)
    shop.deliver(number=2)
    assert shop.send()["withheld"] == 1
    assert (shop.offer().standing, shop.offer().code) == (Standing.STOPPED, None)
    assert stock.free() == 5
    assert shop.redeem(str(offer.code)).status == 404


def test_a_code_that_was_used_before_anybody_got_it_is_given_to_nobody(
    shop: Winning, stock: Stock
) -> None:
    stock.upload(codes(1), shop.now)
    shop.ordered_with("ten-0000")
    assert stock.free() == 0
    assert shop.ordered_with("ten-0000", number=8) == "recorded"
    assert shop.redeem("TEN-0000").status == 404
    told = stock.upload(codes(1), shop.now)
    assert (told.added, told.known) == (0, 1)
    assert stock.free() == 0


def test_owners_upload_over_the_api_and_others_see_what_is_left(
    shop: Winning, stock: Stock
) -> None:
    body = {"codes": ["TEN-1", "", "TEN-2", "ten1"]}
    refused = shop.front.post(f"/v1/codes/{LIST}", body, claims=STAFF)
    assert refused.status == 403
    told = shop.front.told(f"/v1/codes/{LIST}", body, claims=OWNER)
    assert told == {
        "name": LIST, "added": 2, "known": 0, "refused": [{"line": 4, "why": REPEATED}],
    }  # fmt: skip
    (listed,) = shop.front.ask("/v1/codes").body["items"]
    assert listed == {
        "name": LIST, "per_cent": 10, "free": 2, "more": False, "rules": ["quiet"],
        "low_since": None,
    }  # fmt: skip
    assert shop.front.post("/v1/codes/nothing", body, claims=OWNER).status == 404
    many = {"codes": ["A"] * 2001}
    assert shop.front.post(f"/v1/codes/{LIST}", many, claims=OWNER).status == 422


def test_the_command_uploads_a_file(shop: Winning, stock: Stock, tmp_path: Path) -> None:
    file = tmp_path / "codes.txt"
    file.write_text("\ufeffTEN-1\r\nTEN-2\r\n\r\n", encoding="utf-8")
    done = CliRunner().invoke(codes_group, ["upload", LIST, str(file)])
    assert (done.exit_code, done.output) == (0, "2 added, 0 known already; 2 left\n")
    file.write_text("TEN-1\nTEN-\x00\n", encoding="utf-8")
    done = CliRunner().invoke(codes_group, ["upload", LIST, str(file)])
    assert done.exit_code == 1
    assert "line 2: nobody can type it" in done.output
    file.write_bytes("TEN-3\n".encode("utf-16"))
    done = CliRunner().invoke(codes_group, ["upload", LIST, str(file)])
    assert (done.exit_code, "no UTF-8 text" in done.output) == (1, True)
    done = CliRunner().invoke(codes_group, ["upload", "nothing", str(file)])
    assert done.exit_code == 1
    assert f"the lists are: {LIST}" in done.output


def test_a_code_that_was_used_while_its_message_waited_does_not_go_back(
    shop: Winning, stock: Stock
) -> None:
    stock.upload(codes(1), shop.now)
    offer = shop.offered(shop.gone_quiet(), OF_LIST)
    shop.now = offer.ends + DAY_MS
    shop.ordered_with("TEN-0000")
    assert shop.send()["withheld"] == 1
    assert (shop.offer().standing, stock.free()) == (Standing.STOPPED, 0)


def test_codes_in_the_wrong_list_are_taken_out_but_for_those_that_were_given(
    shop: Winning, stock: Stock, tmp_path: Path
) -> None:
    stock.upload([*codes(3), "OTHERS-1", "OTHERS-2"], shop.now)
    offer = shop.sent(shop.gone_quiet(), OF_LIST)
    file = tmp_path / "codes.txt"
    file.write_text("\n".join([*codes(3), "others 1", "OTHERS-2", "NOTHING"]), encoding="utf-8")
    done = CliRunner().invoke(codes_group, ["remove", LIST, str(file)])
    told = "4 taken out, 1 given or used before, 1 not in the list; 0 left\n"
    assert (done.exit_code, done.output) == (0, told)
    again = CliRunner().invoke(codes_group, ["remove", LIST, str(file)])
    assert again.output.startswith("0 taken out, 1 given or used before, 5 not in")
    assert shop.redeem(str(offer.code)).status == 200
    others = Stock(shop.table, "others", 0).upload([*codes(3), "OTHERS-1", "OTHERS-2"], shop.now)
    assert (others.added, [why for _, why in others.refused]) == (4, [ELSEWHERE])


def test_a_code_of_an_erased_customer_is_given_to_nobody_else(shop: Winning, stock: Stock) -> None:
    stock.upload(codes(5), shop.now)
    offer = shop.sent(shop.gone_quiet(), OF_LIST)
    shop.erase(offer.customer)
    assert stock.free() == 4
    told = stock.upload(codes(5), shop.now)  # the same file again, as the owner may
    assert (told.added, told.known, stock.free()) == (0, 5, 4)
    assert shop.redeem(str(offer.code)).status == 404
    assert shop.ordered_with(str(offer.code), number=50) == "recorded"
    assert offer.customer not in str([one for one in kit.all_items() if "ACCESS#" not in str(one)])

"""Many workers take codes of one list at the same moment: each gets another, and none is lost."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from mteja.business.winning_back import WinBackRule
from mteja.customers.items import ProfileItem
from mteja.customers.reading import read_person
from mteja.offers.items import CodeItem, OfferItem
from mteja.offers.making import Act, Maker
from mteja.offers.uploading import Stock
from mteja.store import keys
from mteja.store.attempts import until_it_holds
from tests.fakes.memory_table import MemoryTable
from tests.fakes.mortal_table import Killed, MortalTable
from tests.kit import NOW_MS
from tests.unit.test_mail_machine import BUSINESS

RULE = WinBackRule(id="quiet", hold_out_per_cent=0, codes="shop")
PEOPLE = 24


def customer(number: int) -> str:
    return f"cus_{number:026d}"


def offers(table: MemoryTable) -> list[OfferItem]:
    return [
        OfferItem.model_validate(raw)
        for raw in table.items()
        if str(raw["sk"]).startswith("OFFER#")
    ]


@pytest.mark.parametrize("codes", [PEOPLE, PEOPLE - 7, PEOPLE + 7], ids=["all", "few", "many"])
def test_no_code_is_given_twice_and_none_is_lost(codes: int) -> None:
    table = MemoryTable()
    Stock(table, "shop", 0).upload([f"TEN-{one:04}" for one in range(codes)], NOW_MS)
    for number in range(PEOPLE):
        key = keys.profile(customer(number))
        profile = ProfileItem(pk=key.pk, sk=key.sk, v=1, created_at=NOW_MS, trust="verified")
        table.put(profile.model_dump(exclude_none=True))
    maker = Maker(table, BUSINESS, 0)

    def once(number: int) -> bool:
        act = Act(read_person(table, customer(number)), customer(number), RULE, 0, NOW_MS)
        made = maker.make(act, NOW_MS)
        if made is None:
            return False
        table.transact(made.writes)
        return True

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda one: until_it_holds(lambda: once(one)), range(PEOPLE)))
    given = [str(one.code) for one in offers(table)]
    assert len(given) == len(set(given)) == sum(done) == min(codes, PEOPLE)
    assert Stock(table, "shop", 0).free() == codes - len(given)
    whose = {
        code.code: code.offer.customer
        for raw in table.items()
        if raw["sk"] == "CODE" and (code := CodeItem.model_validate(raw)).offer is not None
    }
    assert whose == {str(one.code): one.customer for one in offers(table)}


def test_an_upload_that_is_cut_off_is_gone_on_with() -> None:
    table = MortalTable()
    several = [f"TEN-{one:04}" for one in range(200)]
    table.lives = 4  # two reads and two writes
    with pytest.raises(Killed):
        Stock(table, "shop", 0).upload(several, NOW_MS)
    table.lives = None
    assert Stock(table, "shop", 0).free() == 90
    told = Stock(table, "shop", 0).upload(several, NOW_MS)
    assert (told.added, told.known) == (110, 90)

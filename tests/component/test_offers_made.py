"""Offers made and mailed: what leaves, and what stops one before it does."""

from collections import Counter
from collections.abc import Callable

import pytest

from mteja.mail import deciding, offers
from mteja.offers.items import OfferItem, Standing
from mteja.recording.record import recorder
from mteja.store.table import TransactionLost
from mteja.times import DAY_MS, business_day
from tests import facts
from tests.component.postal import ADDRESS
from tests.component.winning import LADDER, OTHERS_RULE, TENTH, Winning, shop

__all__ = ["shop"]


def test_who_has_gone_quiet_is_mailed_a_code_with_its_end(shop: Winning) -> None:
    customer = shop.gone_quiet()
    offer = shop.offered(customer)
    assert shop.send() == {"sent": 1}
    mail = shop.mails()[-1]
    assert mail.to == ADDRESS
    assert mail.message["Subject"] == "10% off for you, until Jan 5, 2027"
    for text in (mail.text, mail.html):
        assert str(offer.code) in text
        assert "Jan 5, 2027" in text
        assert "when you pay in the shop" in text
    assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert shop.offer() == offer
    zone = recorder().business.time_zone
    days = business_day(offer.ends, zone) - business_day(offer.at, zone)
    assert days.days == TENTH.valid_days
    assert business_day(offer.ends + 1, zone) > business_day(offer.ends, zone)


def test_a_step_without_per_cent_reminds_and_has_no_code(shop: Winning) -> None:
    offer = shop.sent(shop.gone_quiet(), LADDER)
    assert offer.code is None
    assert shop.codes() == []
    assert shop.mails()[-1].message["Subject"] == "We have not seen you for a while"


def test_an_act_is_done_once(shop: Winning) -> None:
    customer = shop.gone_quiet()
    act = shop.act(customer)
    assert shop.make(act) is not None
    with pytest.raises(TransactionLost):
        shop.make(act)
    with pytest.raises(TransactionLost):
        shop.make(shop.act(customer))
    assert len(shop.offers()) == len(shop.codes()) == 1


def test_who_is_held_out_is_always_the_same(shop: Winning) -> None:
    customer = shop.gone_quiet()
    act = shop.act(customer, OTHERS_RULE)
    first = shop.maker().make(act, shop.now)
    again = shop.maker().make(act, shop.now + 400 * DAY_MS)
    assert first is not None
    assert again is not None
    assert first.offer.standing is again.offer.standing


def test_who_is_held_out_gets_no_message_and_no_code(shop: Winning) -> None:
    held = TENTH.model_copy(update={"hold_out_per_cent": 100})
    made = shop.make(shop.act(shop.gone_quiet(), held))
    assert made is not None
    assert made.offer.standing is Standing.HELD_OUT
    assert shop.waiting() == []
    assert shop.codes() == []
    (told,) = shop.listed("held-out")
    assert (told["status"], told["code"]) == ("held-out", None)


def test_a_silence_stays_in_its_group_at_every_step(shop: Winning) -> None:
    customer = shop.gone_quiet()
    held = LADDER.model_copy(update={"hold_out_per_cent": 100})
    shop.make(shop.act(customer, held, 0))
    made = shop.make(shop.act(customer, LADDER, 1))  # nobody is held out by now
    assert made is not None
    assert made.offer.standing is Standing.HELD_OUT
    assert [one.first for one in shop.offers()] == [True, False]


@pytest.mark.parametrize(
    ("reason", "does"),
    [
        (offers.CAME_BACK, lambda shop: shop.deliver(number=2)),
        (deciding.NO_CONSENT, lambda shop: shop.stated(shop.customer(), "marketing-email",
                                                      "withdrawn")),
        (deciding.TOO_LATE, lambda shop: setattr(shop, "now", shop.now + 30 * DAY_MS)),
        (offers.CLOSED, lambda shop: shop.declare_rules(OTHERS_RULE)),
    ],
    ids=["bought", "objected", "mailer stood still", "rule is gone"],
)  # fmt: skip
def test_what_comes_before_the_message_stops_the_offer(
    shop: Winning, reason: str, does: Callable[[Winning], object]
) -> None:
    shop.offered(shop.gone_quiet())
    does(shop)
    before = len(shop.mails())
    assert shop.send()["withheld"] == 1
    assert len(shop.mails()) == before
    _is_stopped(shop, reason)


def _is_stopped(shop: Winning, reason: str) -> OfferItem:
    offer = shop.offer()
    assert (offer.standing, offer.reason, offer.code) == (Standing.STOPPED, reason, None)
    assert shop.codes() == []  # nobody has seen it
    (told,) = shop.listed("stopped")
    assert told["reason"] == reason
    assert shop.listed("open") == []
    return offer


def test_whom_no_address_reaches_is_stopped(shop: Winning) -> None:
    customer = shop.ordered(facts.account("7"), number="3")
    shop.stated(customer, "marketing-email", "granted")
    shop.now += 30 * DAY_MS
    shop.offered(customer)
    shop.send()
    _is_stopped(shop, deciding.NO_ADDRESS)


def test_a_message_that_comes_back_stops_the_offer_and_leaves_its_code(shop: Winning) -> None:
    offer = shop.sent(shop.gone_quiet())
    message = next(one for one in shop.messages() if one.template == "offer")
    shop.told("Bounce", message, bounceType="Permanent")
    assert (shop.offer().standing, shop.offer().reason) == (Standing.STOPPED, "bounced")
    assert shop.redeem(str(offer.code)).status == 200  # the paper that was printed all the same
    assert shop.offer().standing is Standing.REDEEMED


def test_a_step_after_one_that_was_stopped_is_another_offer(shop: Winning) -> None:
    customer = shop.gone_quiet()
    shop.sent(customer, LADDER)
    shop.now += 15 * DAY_MS
    shop.offered(customer, LADDER, 1)
    assert Counter(one.step for one in shop.offers()) == {0: 1, 1: 1}
    assert shop.send() == {"sent": 1}

"""What becomes of an offer: the same uses give the same in whatever order they were told."""

from hypothesis import given
from hypothesis import strategies as st

from mteja.offers.items import OfferItem, Standing, Use
from mteja.offers.standing import MOST_USES, placed, redeemed, stopped, used
from mteja.store import offer_keys
from mteja.times import DAY_MS
from tests.kit import NOW_MS

ENDS = NOW_MS + 14 * DAY_MS
MOMENTS = st.integers(NOW_MS - 3 * DAY_MS, ENDS + 3 * DAY_MS)
USES = st.builds(
    Use, source=st.sampled_from(["a", "b", "staff"]), id=st.sampled_from("123456"), at=MOMENTS
)


def offer(**changes: object) -> OfferItem:
    key = offer_keys.offer("cus_1", "quiet", NOW_MS, 0)
    told: dict[str, object] = {
        "pk": key.pk, "sk": key.sk, "id": "off_1", "customer": "cus_1", "rule": "quiet",
        "step": 0, "cycle": NOW_MS, "first": True, "per_cent": 10, "code": "7K3F-9QXZ-41CD",
        "standing": Standing.OPEN, "at": NOW_MS, "ends": ENDS,
    }  # fmt: skip
    return placed(OfferItem.model_validate(told | changes))


@given(st.data(), st.lists(USES, max_size=8, unique_by=lambda one: (one.source, one.id)))
def test_the_order_in_which_uses_are_told_changes_nothing(
    data: st.DataObject, uses: list[Use]
) -> None:
    shuffled = data.draw(st.permutations(uses))
    one, other = used(offer(), uses), used(offer(), shuffled)
    assert one == other
    counted = redeemed(one)
    fits = [use for use in uses if NOW_MS - DAY_MS <= use.at <= ENDS]
    assert (counted is None) == (not fits)
    if counted is not None:
        assert counted.at == min(use.at for use in fits)
        assert one.standing is Standing.REDEEMED
        assert one.open_pk == "offer#redeemed"


@given(st.lists(USES, max_size=6), st.booleans())
def test_what_is_given_back_leaves_no_trace_but_the_version(uses: list[Use], stops: bool) -> None:
    begun = stopped(offer(), "bounced") if stops else offer()
    back = used(used(begun, uses), [])
    assert back == begun.model_copy(update={"v": begun.v + 2})
    assert back.standing is (Standing.STOPPED if stops else Standing.OPEN)


def test_of_very_many_uses_the_earliest_are_kept() -> None:
    uses = [Use(source="a", id=str(number), at=ENDS - number) for number in range(100)]
    kept = used(offer(), uses)
    assert len(kept.uses) == MOST_USES
    first = redeemed(kept)
    assert first is not None
    assert first.at == ENDS - 99

"""Between plain values and DynamoDB's."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mteja.store.table import MAX_ITEM_BYTES
from mteja.store.wire import Plain, from_wire, item_from_wire, item_to_wire, size, to_wire

scalars = (
    st.text(max_size=20)
    | st.integers(-(10**37), 10**37)
    | st.binary(max_size=20)
    | st.booleans()
    | st.none()
)
plain: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(plain)
def test_a_value_comes_back_as_it_was(value: Plain) -> None:
    back = from_wire(to_wire(value))
    assert back == value
    assert type(back) is type(value)


@given(st.dictionaries(st.text(min_size=1, max_size=8), plain, max_size=5))
def test_an_item_comes_back_as_it_was(item: dict[str, Plain]) -> None:
    assert item_from_wire(item_to_wire(item)) == item


def test_a_tuple_comes_back_as_a_list() -> None:
    assert from_wire(to_wire((1, "a"))) == [1, "a"]


@pytest.mark.parametrize("value", [1.5, Decimal("1"), {1, 2}, object()])
def test_what_is_not_stored_is_a_mistake_and_not_silently_changed(value: Any) -> None:
    with pytest.raises(TypeError):
        to_wire(value)


@pytest.mark.parametrize("attribute", [{"SS": ["a"]}, {"NS": ["1"]}, {"BS": [b"a"]}])
def test_an_attribute_that_is_not_ours_is_a_mistake(attribute: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        from_wire(attribute)


@pytest.mark.parametrize(
    ("item", "counted"),
    [
        ({"pk": "abc"}, 5),
        ({"pk": "né"}, 5),
        ({"b": b"1234"}, 5),
        ({"t": True}, 2),
        ({"n": None}, 2),
        ({"l": []}, 4),
        ({"l": ["a"]}, 6),
        ({"m": {"k": "v"}}, 7),
    ],
)
def test_size_is_counted_as_dynamodb_does(item: dict[str, Plain], counted: int) -> None:
    assert size(item) == counted


@given(st.integers(-(10**37), 10**37))
def test_a_number_is_never_counted_too_small(number: int) -> None:
    digits = len(str(abs(number)).rstrip("0") or "0")
    assert size({"n": number}) >= 1 + (digits + 1) // 2 + 1


def test_our_limit_leaves_room_below_that_of_dynamodb() -> None:
    assert MAX_ITEM_BYTES < 400 * 1024

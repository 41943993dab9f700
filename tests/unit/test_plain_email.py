"""The short cut for plain addresses agrees with the library that it spares."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mteja.identity import identifiers


@settings(max_examples=400, deadline=None)
@given(st.from_regex(identifiers._PLAIN_EMAIL, fullmatch=True).filter(lambda text: len(text) < 255))
def test_what_passes_as_plain_means_the_same_to_the_library(text: str) -> None:
    plain = identifiers._plain_email(text)
    assert plain is None or plain == identifiers._checked_email(text)


def test_most_addresses_are_plain() -> None:
    for text in ("Bob.Norman@mail.Example.com", "a+b@shop.co.tz", "x_y@duka.org"):
        assert identifiers._plain_email(text) is not None

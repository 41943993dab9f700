"""The vault: what is sealed opens with one key, in one place, unchanged, or not at all."""

from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from mteja.errors import CannotOpen
from mteja.vault import sealing
from mteja.vault.index import VERSION, BlindIndex, equality_tag
from mteja.vault.keyring import Keyring
from mteja.vault.sealing import OVERHEAD_BYTES, Place, open_sealed, seal
from tests.fakes.memory_kms import MemoryKms

KEY = X25519PrivateKey.generate()
PUBLIC = KEY.public_key().public_bytes_raw()
PLACE = Place("cus_1", "TRAITS", "email", "shop", "verified", 1_795_331_000_000)
ELSEWHERE: list[dict[str, Any]] = [
    {"owner": "cus_2"},
    {"place": "PROFILE"},
    {"field": "phone"},
    {"source": "other-shop"},
    {"trust": "claimed"},
    {"at_ms": PLACE.at_ms + 1},
]
names = st.text(max_size=12)
places = st.builds(Place, names, names, names, names, names, st.integers(0, 10**14))


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200), places)
def test_any_text_comes_back_in_its_place(text: str, place: Place) -> None:
    sealed = seal(text.encode(), PUBLIC, place)
    assert open_sealed(sealed, KEY, place) == text.encode()
    assert len(sealed) == len(text.encode()) + OVERHEAD_BYTES


@settings(max_examples=150, deadline=None)
@given(places, places)
def test_it_opens_in_no_other_place(place: Place, other: Place) -> None:
    sealed = seal(b"value", PUBLIC, place)
    if place != other:
        with pytest.raises(CannotOpen):
            open_sealed(sealed, KEY, other)


@pytest.mark.parametrize("change", ELSEWHERE, ids=lambda change: next(iter(change)))
def test_any_changed_component_of_the_place_makes_it_unopenable(change: dict[str, Any]) -> None:
    sealed = seal(b"jane@example.com", PUBLIC, PLACE)
    with pytest.raises(CannotOpen):
        open_sealed(sealed, KEY, replace(PLACE, **change))


def test_parts_of_a_place_can_not_be_shifted_into_each_other() -> None:
    one = Place("a", 'b","c', "d", "e", "f", 1)
    two = Place("a", "b", "c", "d", "e", 1)
    assert one.info() != two.info()
    assert Place("a", "b", "c", "d", "e", 12).info() != Place("a", "b", "c", "d", "e1", 2).info()


def test_the_canonical_place_stays_what_it_is() -> None:
    """What is stored is bound to these bytes: changing them makes everything unopenable."""
    place = Place("cus_1", "TRAITS", "näme", "shop", "verified", 5)
    assert place.info() == b'["mteja/1","cus_1","TRAITS","n\\u00e4me","shop","verified",5]'


def test_another_customers_key_does_not_open_it() -> None:
    with pytest.raises(CannotOpen):
        open_sealed(seal(b"value", PUBLIC, PLACE), X25519PrivateKey.generate(), PLACE)


def test_one_flipped_bit_anywhere_makes_it_unopenable() -> None:
    sealed = seal(b"jane@example.com", PUBLIC, PLACE)
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(CannotOpen):
            open_sealed(bytes(changed), KEY, PLACE)


@pytest.mark.parametrize("length", [0, 1, 31, 32, 47, 48])
def test_a_cut_envelope_does_not_open(length: int) -> None:
    with pytest.raises(CannotOpen):
        open_sealed(seal(b"value", PUBLIC, PLACE)[:length], KEY, PLACE)


def test_sealing_twice_gives_two_different_envelopes() -> None:
    assert seal(b"value", PUBLIC, PLACE) != seal(b"value", PUBLIC, PLACE)


def test_the_error_does_not_say_what_was_sealed() -> None:
    with pytest.raises(CannotOpen) as caught:
        open_sealed(b"x" * 80, KEY, PLACE)
    assert "x" * 8 not in str(caught.value)


def test_the_suite_is_the_one_of_rfc_9180() -> None:
    """Known answers for X25519, HKDF-SHA256, AES-256-GCM in base mode.

    Source: test-vectors.json of cfrg/draft-irtf-cfrg-hpke, to which RFC 9180 points (kem 0x0020,
    kdf 0x0001, aead 0x0002). Its ciphertexts have associated data, which we never use; its `key`
    and `base_nonce` say what the ciphertext without it must be.
    """
    private = bytes.fromhex("497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d")
    encapsulated = bytes.fromhex("6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256")
    key = bytes.fromhex("f50b0609186798729ed0564b36ef2ef8044f1f9d05636874d1f46c819c7a669f")
    nonce = bytes.fromhex("151d9929e2449747889bc923")
    info = bytes.fromhex("4f6465206f6e2061204772656369616e2055726e")
    text = b"Beauty is truth, truth beauty"
    published = AESGCM(key).encrypt(nonce, text, b"Count-0")
    assert published.hex().startswith("e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f51")
    sealed = encapsulated + AESGCM(key).encrypt(nonce, text, b"")
    opened = sealing._SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(private), info)
    assert opened == text


def keyring() -> Keyring:
    return Keyring(MemoryKms().client(), "wrapping")


@pytest.mark.parametrize("owner", ["cus_01ARYZ6S410000000000000000", "quarantine-2026-11"])
def test_a_key_pair_opens_what_was_sealed_to_it(owner: str) -> None:
    ring = keyring()
    pair = ring.new_pair(owner, f"pk:{owner}", 5)
    sealed = seal(b"value", pair.public, replace(PLACE, owner=owner))
    private = ring.open(owner, pair.item)
    assert open_sealed(sealed, private, replace(PLACE, owner=owner)) == b"value"
    assert private.private_bytes_raw() not in pair.item["wrapped"]  # type: ignore[operator]


@pytest.mark.parametrize(("one", "two"), [("cus_1", "cus_2"), ("cus_1", "s-1"), ("s-1", "s-2")])
def test_the_private_key_of_one_owner_is_not_anothers(one: str, two: str) -> None:
    ring = keyring()
    mine, other = ring.new_pair(one, "a", 5), ring.new_pair(two, "b", 5)
    moved = mine.item | {"wrapped": other.item["wrapped"]}
    with pytest.raises(CannotOpen):
        ring.open(one, moved)
    with pytest.raises(CannotOpen):
        ring.open(two, mine.item)


class ContextBlind(MemoryKms):
    """A KMS whose encryption context says nothing, so that only what is inside protects."""

    def encrypt(self, **given: Any) -> dict[str, Any]:
        return super().encrypt(**(given | {"EncryptionContext": {}}))

    def decrypt(self, **given: Any) -> dict[str, Any]:
        return super().decrypt(**(given | {"EncryptionContext": {}}))


def test_the_owner_is_bound_inside_the_wrapped_key_too() -> None:
    ring = Keyring(ContextBlind().client(), "wrapping")
    one, two = ring.new_pair("cus_1", "a", 5), ring.new_pair("cus_2", "b", 5)
    moved = one.item | {"wrapped": two.item["wrapped"], "public": two.item["public"]}
    with pytest.raises(CannotOpen):
        ring.open("cus_1", moved)


def test_a_swapped_public_key_is_found_out() -> None:
    ring = keyring()
    pair, other = ring.new_pair("cus_1", "a", 5), ring.new_pair("cus_1", "a", 5)
    with pytest.raises(CannotOpen):
        ring.open("cus_1", pair.item | {"public": other.public})


def test_a_changed_wrapped_key_does_not_open() -> None:
    ring = keyring()
    pair = ring.new_pair("cus_1", "a", 5)
    wrapped = pair.item["wrapped"]
    assert isinstance(wrapped, bytes)
    with pytest.raises(CannotOpen):
        ring.open("cus_1", pair.item | {"wrapped": wrapped[:-1] + bytes([wrapped[-1] ^ 1])})


def test_a_private_key_whose_bytes_look_like_the_separator_comes_back() -> None:
    ring = keyring()
    for _ in range(300):  # about two in three have a zero byte somewhere
        pair = ring.new_pair("cus_1", "a", 5)
        assert ring.open("cus_1", pair.item).public_key().public_bytes_raw() == pair.public


def index(kms: MemoryKms | None = None) -> BlindIndex:
    return BlindIndex((kms or MemoryKms()).client(), "index")


@given(st.text(max_size=30), st.text(max_size=30))
def test_the_blind_index_is_stable_and_tells_values_apart(one: str, two: str) -> None:
    assert index().of("email", one) == index().of("email", one)
    assert (index().of("email", one) == index().of("email", two)) == (one == two)


def test_the_blind_index_has_its_version_and_does_not_show_the_value() -> None:
    made = index().of("email", "jane@example.com")
    version, _, mac = made.partition("#")
    assert version == f"v{VERSION}" == "v1"
    assert len(mac) == 22
    assert "jane" not in made
    assert index().of("phone", "jane@example.com") != made


def test_another_index_key_gives_another_index() -> None:
    other = BlindIndex(MemoryKms().client(), "another")
    assert other.of("email", "a@example.com") != index().of("email", "a@example.com")


def test_a_value_is_asked_of_kms_once_and_is_not_kept_in_memory() -> None:
    kms = MemoryKms()
    one = index(kms)
    for _ in range(3):
        one.of("email", "jane@example.com")
    assert kms.calls == ["GenerateMac"]
    assert b"jane" not in repr(one._cache).encode()


def test_the_memory_of_the_index_is_bounded() -> None:
    one = index()
    for number in range(4_100):
        one.of("email", f"{number}@example.com")
    assert len(one._cache) == 4_000


def test_equality_tags_differ_between_customers_fields_and_values() -> None:
    one, two = index().tag_key("cus_1"), index().tag_key("cus_2")
    tags = {
        equality_tag(key, field, value)
        for key in (one, two)
        for field, value in (("email", b"a"), ("phone", b"a"), ("emai", b"la"), ("email", b"b"))
    }
    assert len(tags) == 8
    assert equality_tag(one, "email", b"a") == equality_tag(one, "email", b"a")
    assert {len(tag) for tag in tags} == {8}


def test_a_tag_key_is_no_index_of_a_customers_id() -> None:
    one = index()
    assert one.tag_key("cus_1").hex()[:20] not in one.of("cus_1", "cus_1")

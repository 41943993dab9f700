"""Each statement of consent can be proved from its row, and the stricter of the members wins."""

from typing import Any

import pytest

from mteja.aws import clients
from mteja.business.model import Business
from mteja.consent.gate import allowed
from mteja.consent.statement import statement
from mteja.customers.items import ConsentItem
from mteja.customers.reading import read_person
from mteja.recording.facts import Consent
from mteja.recording.record import Recorder, record
from mteja.vault.index import BlindIndex
from tests import facts, kit
from tests.component.counter import order, stored
from tests.component.front import Front

SAID = Consent("marketing-email", "granted", kit.NOW_MS, "shop", "2026-05")


@pytest.fixture
def front(aws: dict[str, str]) -> Front:
    return Front()


def say(recorder: Recorder, name: str, said: Consent, source: str = facts.SHOP) -> str:
    told = facts.fact(
        facts.email(f"{name}@example.com"), at=said.at, source=source, consents=(said,)
    )
    return str(record(told, recorder).customer)


def rows() -> list[ConsentItem]:
    return [ConsentItem.model_validate(item) for item in stored("CONSENT#")]


def holds(row: ConsentItem, index: BlindIndex) -> bool:
    """Make the proof again of nothing but the row, as whoever checks it years later would."""
    customer = row.pk.partition("#")[2]
    said = Consent(row.purpose, row.status, row.at, row.channel, row.text_version)
    return index.proof(statement(customer, row.source, row.trust, said)) == row.proof


def test_a_proof_can_be_made_again_from_the_stored_row(
    recorder: Recorder, aws: dict[str, str]
) -> None:
    say(recorder, "a", SAID)
    say(recorder, "a", Consent("marketing-sms", "denied", kit.NOW_MS + 1, "form"))
    say(recorder, "b", Consent("marketing-email", "withdrawn", kit.NOW_MS + 2, "é\u2028", None))
    unremembering = BlindIndex(clients.kms(), aws["INDEX_KEY_ARN"])

    assert len(rows()) == 3
    assert all(holds(row, unremembering) for row in rows())


def test_what_a_shop_says_has_its_proof_too(front: Front, recorder: Recorder) -> None:
    body = order(id=1, email="a@example.com") | {"buyer_accepts_marketing": True}
    front.deliver(body)

    (row,) = rows()

    assert (row.status, row.source, row.trust) == ("granted", facts.SHOP, "verified")
    assert holds(row, recorder.vault.index)


@pytest.mark.parametrize(
    "change",
    [
        {"pk": "CUSTOMER#cus_01JZZZZZZZZZZZZZZZZZZZZZZZ"},
        {"purpose": "marketing-sms"},
        {"status": "withdrawn"},
        {"status": "denied"},
        {"at": SAID.at + 1},
        {"channel": "form"},
        {"source": "shopify-market"},
        {"trust": "claimed"},
        {"text_version": "2026-06"},
        {"text_version": None},
        {"text_version": "null"},
        {"proof": b"\0" * 32},
        {"proof": b""},
    ],
    ids=str,
)
def test_a_changed_row_proves_nothing(recorder: Recorder, change: dict[str, Any]) -> None:
    say(recorder, "a", SAID)
    (row,) = rows()
    assert holds(row, recorder.vault.index)

    assert not holds(row.model_copy(update=change), recorder.vault.index)


def test_a_proof_is_of_this_key_and_no_other(recorder: Recorder, aws: dict[str, str]) -> None:
    say(recorder, "a", SAID)
    (row,) = rows()
    other = clients.kms().create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")

    assert holds(row, BlindIndex(clients.kms(), aws["INDEX_KEY_ARN"]))
    assert not holds(row, BlindIndex(clients.kms(), other["KeyMetadata"]["Arn"]))


def test_parts_can_not_be_shifted_into_each_other() -> None:
    one = statement("cus_1", "s", "verified", Consent("p", "granted", 1, 'x","y', "z"))
    two = statement("cus_1", "s", "verified", Consent("p", "granted", 1, "x", 'y","z'))
    none = statement("cus_1", "s", "verified", Consent("p", "granted", 1, "x", None))
    empty = statement("cus_1", "s", "verified", Consent("p", "granted", 1, "x", ""))
    assert len({one, two, none, empty}) == 4


@pytest.mark.parametrize("refusal", ["denied", "withdrawn"])
@pytest.mark.parametrize("later", [True, False])
def test_of_two_members_the_stricter_statement_stands_whichever_came_last(
    front: Front, recorder: Recorder, the_business: Business, refusal: str, later: bool
) -> None:
    yes = say(recorder, "a", SAID)
    at = SAID.at + (1 if later else -1) * 86_400_000
    no = say(recorder, "b", Consent("marketing-email", refusal, at, "form"))
    apart = {one: front.person(one)["consents"] for one in (yes, no)}

    front.link(yes, no)

    for one in (yes, no):
        (standing,) = front.person(one)["consents"]
        assert (standing["status"], standing["channel"]) == (refusal, "form")
        assert not _may(recorder, one, the_business)
    front.unlink(yes, no)
    assert {one: front.person(one)["consents"] for one in (yes, no)} == apart
    assert _may(recorder, yes, the_business)
    assert not _may(recorder, no, the_business)


def test_page_and_gate_agree_over_sources_too(
    front: Front, recorder: Recorder, the_business: Business
) -> None:
    customer = say(recorder, "a", SAID)
    say(recorder, "a", Consent("marketing-email", "withdrawn", SAID.at, "x"), "shopify-market")
    assert [one["status"] for one in front.person(customer)["consents"]] == ["withdrawn"]
    assert not _may(recorder, customer, the_business)

    taken_back = Consent("marketing-email", "granted", SAID.at + 5, "x")
    say(recorder, "a", taken_back, "shopify-market")

    assert [one["status"] for one in front.person(customer)["consents"]] == ["granted"]
    assert _may(recorder, customer, the_business)


def _may(recorder: Recorder, customer: str, business: Business) -> bool:
    members = read_person(recorder.table, customer).members
    return allowed("marketing-email", [one.profile.consents for one in members], business)

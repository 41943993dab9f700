"""A sixth platform: one file in the folder of platforms and an entry in the owner's file."""

import hmac
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from mteja import business as declared
from mteja.business import load
from mteja.business.compile import OwnersFileError, compile_to, read
from mteja.business.model import Business
from mteja.business.schema import schema
from mteja.orders import platforms
from tests import kit, reading
from tests.component.conftest import Orders

NAME = "bigtill"
MODULE = f"{platforms.__name__}.{NAME}"
SECRET = "a-secret-of-bigtill"

PLATFORM = '''
"""BigTill: a till that signs with hexadecimal HMAC-SHA256 of its branch and the raw body."""

from mteja.business.sources import SourceField
from mteja.errors import BadSignature
from mteja.orders.model import Line, Order
from mteja.orders.platforms.base import Platform, Signature, by_topic, matches_hmac, read_as
from mteja.orders.platforms.message import Named
from mteja.orders.platforms.person import Name, Person
from mteja.orders.platforms.shapes import Body, Currency, Key, Minor, Moment, Text


class Receipt(Body):
    event: Text
    receipt: Key
    at: Moment
    paid: Minor
    currency: Currency
    guest: Text
    mail: Text


def verify(webhook, source, secrets):
    try:
        given = bytes.fromhex(webhook.headers.get("x-bigtill", ""))
    except ValueError:
        raise BadSignature from None
    content = source.own("branch").encode() + webhook.body
    if not matches_hmac([given], content, [one.encode() for one in secrets]):
        raise BadSignature


def identify(webhook):
    told = read_as(Receipt, webhook)
    return Named(None, None) if told is None else Named(told.event, told.receipt)


def sold(message):
    told = Receipt.model_validate_json(message.body)
    state = Order(
        version=f"{told.at:015d}", number=told.receipt, placed_at=told.at, updated_at=told.at,
        payment="paid", cancelled=False, test=False, channel="till", currency=told.currency,
        total=told.paid, tax=0, shipping=0, discount=0, lines=(Line("1", None, "Lamp", 1, 500),),
    )
    person = Person(emails=(told.mail,), names=(Name(full=told.guest),))
    return message.fact(told.at, person, order=message.news(told.receipt, state))


PLATFORM = Platform(
    verify,
    identify,
    by_topic({"sold": sold}),
    Signature("X-BigTill", "hexadecimal HMAC-SHA256 of branch and raw body"),
    fields=(SourceField("branch", r"^[A-Z]{3}-[0-9]{2}$", "the branch, such as DAR-01"),),
)
'''

SOURCE = """
  - id: bigtill-demo
    platform: bigtill
    branch: DAR-01
    secrets: sources/bigtill-demo/secrets
purposes:"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of platforms with one more file in it."""
    folder = tmp_path / "platforms"
    folder.mkdir()
    (folder / f"{NAME}.py").write_text(PLATFORM, encoding="utf-8")
    monkeypatch.setattr(platforms, "__path__", [*platforms.__path__, str(folder)])
    importlib.invalidate_caches()
    yield folder
    sys.modules.pop(MODULE, None)
    platforms.platform.cache_clear()
    vars(platforms).pop(NAME, None)


def owners_file(folder: Path, source: str = SOURCE) -> Path:
    text = (kit.ROOT / "layers/business/business.yaml").read_text(encoding="utf-8")
    path = folder / "business.yaml"
    path.write_text(text.replace("\npurposes:", source, 1), encoding="utf-8")
    return path


def receipt(**changes: Any) -> dict[str, Any]:
    return {
        "event": "sold",
        "receipt": "R-77",
        "at": "2026-11-20T10:00:00Z",
        "paid": 1500,
        "currency": "TZS",
        "guest": "Asha Juma",
        "mail": "asha@example.com",
    } | changes


def signed(body: bytes, secret: str = SECRET) -> dict[str, Any]:
    signature = hmac.new(secret.encode(), b"DAR-01" + body, "sha256").hexdigest()
    return kit.http_event(
        "POST",
        f"/v1/webhooks/{NAME}-demo",
        body=body,
        headers={"X-BigTill": signature},
        path_parameters={"source": f"{NAME}-demo"},
    )


def _fresh(name: str) -> ModuleType:
    """Return a module as a new process would import it; what others have imported stays."""
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_without_its_file_there_is_no_such_platform(tmp_path: Path) -> None:
    with pytest.raises(OwnersFileError, match=r"6\.platform: there is no platform bigtill"):
        read(owners_file(tmp_path))


@pytest.mark.usefixtures("installed")
def test_the_owners_file_is_held_to_what_it_declares(tmp_path: Path) -> None:
    path = owners_file(tmp_path, SOURCE.replace("branch: DAR-01", "branch: dar"))
    line = path.read_text(encoding="utf-8").splitlines().index("    branch: dar") + 1
    with pytest.raises(OwnersFileError) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}:{line}: sources.6.branch: should be the branch")
    with pytest.raises(OwnersFileError, match=r"sources\.6\.branch: a bigtill source needs it"):
        read(owners_file(tmp_path, SOURCE.replace("    branch: DAR-01\n", "")))
    assert read(owners_file(tmp_path)).sources[-1].own("branch") == "DAR-01"


@pytest.mark.usefixtures("installed")
def test_editors_and_the_document_know_it() -> None:
    source = schema(platforms.source_fields())["$defs"]["Source"]
    assert NAME in source["properties"]["platform"]["enum"]
    assert "branch" in source["properties"]
    (area,) = _fresh("mteja.orders.api").AREAS
    assert area.security[NAME]["name"] == "X-BigTill"


@pytest.mark.usefixtures("installed")
def test_its_deliveries_are_verified_normalised_and_recorded(
    orders: Orders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compile_to(owners_file(tmp_path), tmp_path / "built")
    loaded = Business.model_validate_json((tmp_path / "built/business.json").read_bytes())
    monkeypatch.setattr(load, "business", lambda: loaded)
    assert declared.source(f"{NAME}-demo").own("branch") == "DAR-01"
    orders.ssm.secrets = ["an older one", SECRET]
    body = kit.raw(receipt())

    assert orders.invoke(signed(body, "wrong"))[0] == 401
    assert orders.nothing_is_stored
    assert orders.invoke(signed(body)) == (200, {"result": "recorded"})
    assert orders.invoke(signed(body)) == (200, {"result": "duplicate"})
    assert orders.invoke(signed(kit.raw(receipt(event="opened")))) == (200, {"result": "ignored"})
    lacking = kit.raw(receipt() | {"paid": "much"})
    assert orders.invoke(signed(lacking)) == (200, {"result": "quarantined"})

    ((customer, profile),) = reading.profiles(orders.recorder).items()
    assert (profile.orders.count, profile.orders.net) == (1, {"TZS": (1, 1500)})
    assert reading.opened(orders.recorder, customer)["name"] == {"full": "Asha Juma"}

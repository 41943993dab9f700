"""Products: orders come in by webhook, events by batch; the nights make of them what staff see."""

import importlib
import json
import sys
from datetime import date, timedelta
from typing import Any

import pytest

from mteja.identity.identifiers import VISITOR, Identifier, Trust
from mteja.products.favourites import MAX_SAVED, MAX_SAVED_BY_A_BROWSER, Owner, note
from mteja.products.interest import Interest
from mteja.products.items import InterestItem
from mteja.products.similar import MIN_VISITS
from mteja.recording.facts import Fact, Receipt
from mteja.recording.record import Recorder, record
from mteja.store import keys, product_keys
from mteja.store.apart import events_table
from mteja.store.table import customers_table
from mteja.times import rfc3339
from mteja.tracking.items import VisitorItem
from mteja.tracking.owners import VisitorRider
from mteja.tracking.packed import Event
from tests import kit
from tests.component.counter import NOBODY, order, stored
from tests.component.front import ANALYST, Front, work
from tests.component.test_summaries import Night, store
from tests.visits import DAY, ZONE, batch, event, moment, page

NEXT = DAY + timedelta(days=1)
REPORT = "/v1/reports/products"


class Shop(Front):
    """The counter at noon of the day after, and both nightly functions."""

    def __init__(self, environment: dict[str, str], patch: pytest.MonkeyPatch) -> None:
        super().__init__()
        self._patch = patch
        self._nights = Night(environment, patch)
        self._products = importlib.import_module("functions.products.app")
        # A year is 365 times 16 queries, which take the mocked DynamoDB its time.
        patch.setattr("mteja.products.whole.ORDER_DAYS", 25)
        patch.setattr("mteja.products.whole.MORE_DAYS", 2)
        self.at(moment("12:00", NEXT))

    def at(self, now: int) -> None:
        for module in ("routes_products", "responding"):
            self._patch.setattr(f"mteja.staff.{module}.now_ms", lambda: now)

    def night(self, day: date = NEXT) -> dict[str, int]:
        """Run the night's functions, early on a day; return what was made of products."""
        self._nights.run(moment("02:30", day))
        self._patch.setattr(self._products, "now_ms", lambda: moment("03:30", day))
        made: dict[str, int] = self._products.lambda_handler({}, None)
        return made

    def buy(
        self, number: int, *products: str, email: str = "", day: date = DAY, **more: Any
    ) -> None:
        """Deliver an order of a piece of each product, by its SKU, ten dollars each."""
        body = order(id=number, email=email or f"p{number}@example.com", lines=len(products))
        at = rfc3339(moment("10:00", day) + number)
        lines = [
            line | {"product_id": None, "sku": product, "title": product.title(), "price": "10.00",
                    "quantity": 1, "total_discount": "0.00", "discount_allocations": []}
            for line, product in zip(body["line_items"], products, strict=True)
        ]  # fmt: skip
        told = {
            "line_items": lines,
            "total_price": f"{10 * len(products)}.00",
            "created_at": at,
            "updated_at": at,
            "processed_at": at,
        }
        self.deliver(body | told | more)

    def report(self, **query: str) -> dict[str, dict[str, Any]]:
        """Return the report's rows by product."""
        answer = self.ask(REPORT, {"from": str(DAY), "to": str(NEXT)} | query, claims=ANALYST)
        assert answer.status == 200, answer.body
        return {row["product_id"]: row for row in answer.body["items"]}

    def rows(self, path: str, query: dict[str, str] | None = None) -> list[dict[str, Any]]:
        answer = self.ask(path, query)
        assert answer.status == 200, answer.body
        items: list[dict[str, Any]] = answer.body["items"]
        return items


@pytest.fixture
def shop(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Shop:
    sys.modules.pop("functions.products.app", None)
    return Shop(aws, monkeypatch)


def did(name: str, product: str, at: int | None = None, **properties: Any) -> Event:
    when = moment("11:00") if at is None else at
    return event(when, name, properties={"product_id": product} | properties)


def known(visitor: str, customer: str, trust: str = "claimed") -> None:
    """Say whose browser a visitor is, as the functions do that are told."""
    key = keys.visitor(visitor)
    item = VisitorItem(
        pk=key.pk, sk=key.sk, v=1, customer=customer, at=moment("09:00"), trust=trust
    )
    events_table().put(item.model_dump(exclude_none=True))


def does(visitor: str, *events: Event, **more: Any) -> None:
    how: dict[str, Any] = {"consent": "full", "known": True} | more
    store(batch(list(events), visitor, **how))


def test_the_report_tells_what_was_sold_viewed_saved_and_rated(shop: Shop) -> None:
    shop.buy(1, "lamp", "shade", email="a@example.com")
    shop.buy(2, "lamp", email="b@example.com")
    known("v1", shop.find_one(email="a@example.com"), "verified")
    reviewed = did("Product Reviewed", "lamp", rating=5)
    does("v1", did("Product Viewed", "lamp"), reviewed, trust="verified")
    does("v2", did("Product Viewed", "lamp"), did("Product Added to Wishlist", "lamp"), known=False)
    shop.night()

    row = shop.report()["lamp"]

    bound = row["rating"].pop("bound")
    assert 2.3 < bound < 2.5
    assert row == {
        "product_id": "lamp",
        "title": "Lamp",
        "sold": 2,
        "orders": 2,
        "net": {"USD": 2000},
        "views": 2,
        "saved": 1,
        "removed": 0,
        "on_lists": 1,
        "saved_not_bought": 1,
        "buyers": 2,
        "rating": {"mean": 5.0, "n": 1, "of_buyers": 1},
        "score": pytest.approx(1.9034, abs=1e-3),
        "trend": "steady",
        "sold_before": 0,
        "sold_recently": 0,
    }


def test_todays_orders_and_views_are_told_before_any_night(shop: Shop) -> None:
    shop.buy(1, "lamp", day=NEXT)
    does("v1", did("Product Viewed", "lamp", moment("11:00", NEXT)))

    row = shop.report()["lamp"]

    assert (row["sold"], row["net"], row["views"], row["title"]) == (1, {"USD": 1000}, 1, "Lamp")


def test_a_refund_of_an_older_day_is_told_after_the_next_night(shop: Shop) -> None:
    long_ago = DAY - timedelta(days=20)
    shop.buy(1, "lamp", day=long_ago)
    shop.night()
    before = shop.report(**{"from": str(long_ago)})["lamp"]["sold"]
    refund = kit.sample("shopify/refund_create")
    line = {**refund["transactions"][0], "amount": "10.00", "currency": "USD"}
    refund = kit.changed(refund, id=900, order_id=1) | {"transactions": [line]}
    shop.deliver(refund, "refunds/create")
    shop.night(NEXT + timedelta(days=1))

    assert before == 1
    assert shop.report(**{"from": str(long_ago)}).get("lamp", {"sold": 0})["sold"] == 0


def test_the_report_is_a_table_without_formulas(shop: Shop) -> None:
    shop.buy(1, "=cmd()")
    asked = kit.http_event("GET", REPORT, headers={"Accept": "text/csv"}, claims=ANALYST)

    answer = shop._staff.lambda_handler(asked, None)

    assert answer["headers"]["content-type"] == "text/csv; charset=utf-8"
    header, row = answer["body"].splitlines()
    assert header.startswith("product_id,title,sold,")
    assert header.endswith(",net_USD")
    assert row.startswith("'=cmd(),'=Cmd(),1,1,")
    assert row.endswith(",1000")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (REPORT, {"by": "name"}),
        (REPORT, {"from": "yesterday"}),
        (REPORT, {"site": "nowhere"}),
        (REPORT, {"limit": "3"}),
        ("/v1/products/lamp/similar", {"limit": "3"}),
        ("/v1/products/lamp/interested", {"purpose": "relationship"}),
        ("/v1/products/lamp/interested", {"purpose": "no-such"}),
        ("/v1/products/lamp/interested", {"cursor": "x"}),
        (f"/v1/customers/{NOBODY}/suggestions", {"limit": "0"}),
        (f"/v1/customers/{NOBODY}/suggestions", {"limit": "51"}),
        (f"/v1/products/{'x' * 101}/similar", {}),
    ],
)
def test_what_can_not_be_asked_is_422(shop: Shop, path: str, query: dict[str, str]) -> None:
    assert shop.ask(path, query).status == 422


def test_analysts_see_numbers_and_no_persons(shop: Shop) -> None:
    shop.buy(1, "lamp", email="a@example.com")
    customer = shop.find_one(email="a@example.com")

    for path in (REPORT, "/v1/products/lamp/similar"):
        assert shop.ask(path, claims=ANALYST).status == 200
    for path in (f"/v1/customers/{customer}/suggestions", "/v1/products/lamp/interested"):
        assert shop.ask(path, claims=ANALYST).status == 403


def _buyers(shop: Shop) -> None:
    """Four people buy a lamp and a shade, four a rug and a mat, one a lamp alone."""
    for number in range(1, 5):
        shop.buy(number, "lamp", "shade")
        shop.buy(number + 10, "rug", "mat")
    shop.buy(30, "lamp", email="asha@example.com")


def test_similar_products_say_how_many_people(shop: Shop) -> None:
    _buyers(shop)
    made = shop.night()

    (beside,) = shop.rows("/v1/products/lamp/similar")

    assert made["orders"] == 9
    assert beside["product_id"] == "shade"
    assert beside["title"] == "Shade"
    assert beside["because"] == [{"how": "bought", "people": 4, "product_id": "lamp"}]
    assert shop.rows("/v1/products/no-such/similar") == []


@pytest.mark.parametrize("product", ["SKU 1/2", "a#b", "50%", 'x"y', "é", "%2F"])
def test_a_products_id_may_be_whatever_a_shop_calls_it(shop: Shop, product: str) -> None:
    for number in range(1, 4):
        shop.buy(number, product, "shade")
        shop.buy(number + 10, "rug", "mat")
    shop.night()
    path = f"/v1/products/{product}/similar"
    told = kit.http_event("GET", path, path_parameters={"id": product}, claims=ANALYST)

    answer = shop._staff.lambda_handler(told | {"routeKey": "GET /v1/products/{id}/similar"}, None)

    assert answer["statusCode"] == 200
    assert [one["product_id"] for one in json.loads(answer["body"])["items"]] == ["shade"]


def test_suggestions_are_new_to_the_customer_and_say_why(shop: Shop) -> None:
    _buyers(shop)
    shop.night()
    customer = shop.find_one(email="asha@example.com")

    first, *others = shop.rows(f"/v1/customers/{customer}/suggestions")

    assert first["product_id"] == "shade"
    assert first["because"] == [{"how": "bought", "people": 4, "product_id": "lamp"}]
    assert {one["product_id"] for one in others} == {"rug", "mat"}
    assert all(one["because"][0]["how"] == "popular" for one in others)
    assert "GET /v1/customers/{id}/suggestions" in {one["what"] for one in stored("ACCESS#")}
    assert len(shop.rows(f"/v1/customers/{customer}/suggestions", {"limit": "1"})) == 1
    assert shop.ask(f"/v1/customers/{NOBODY}/suggestions").status == 404


def test_products_viewed_by_the_same_visitors_go_together(shop: Shop) -> None:
    for number in range(MIN_VISITS):
        does(f"v{number}", did("Product Viewed", "lamp"), did("Product Viewed", "rug"))
        does(f"w{number}", did("Product Viewed", "mat"), consent="none", known=False)
    shop.night()

    (beside,) = shop.rows("/v1/products/lamp/similar")

    assert (beside["product_id"], beside["because"][0]["how"]) == ("rug", "viewed")
    assert beside["because"][0]["people"] == MIN_VISITS


def test_what_was_only_viewed_together_is_taken_away_when_it_is_long_ago(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(MIN_VISITS):
        does(f"v{number}", did("Product Viewed", "lamp"), did("Product Viewed", "rug"))
        does(f"w{number}", did("Product Viewed", "mat"), consent="none", known=False)
    shop.night()
    assert len(shop.rows("/v1/products/lamp/similar")) == 1

    monkeypatch.setattr("mteja.products.whole.VIEW_DAYS", 1)
    shop.night(NEXT + timedelta(days=3))

    assert shop.rows("/v1/products/lamp/similar") == []
    assert not [one for one in _made_of_people() if one.startswith("SIMILAR#")]


def test_days_to_come_change_no_trend(shop: Shop) -> None:
    for number in range(1, 9):
        shop.buy(number, "lamp", day=DAY)
    shop.buy(9, "lamp", day=NEXT)
    since = {"from": str(DAY - timedelta(days=1))}

    row = shop.report(to=str(NEXT + timedelta(days=10)), **since)["lamp"]

    assert (row["trend"], row["sold_before"], row["sold_recently"]) == ("up", 0, 8)
    assert row == shop.report(**since)["lamp"]


def test_what_is_sold_on_a_day_that_is_left_out_is_left_out_too(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.buy(1, "lamp", day=DAY)
    shop.buy(2, "lamp", day=NEXT)
    does("v1", did("Product Viewed", "lamp", moment("11:00", NEXT)))
    shop.night()
    monkeypatch.setattr("mteja.summaries.reading.MAX_EVENTS", 0)

    answer = shop.ask(REPORT, {"from": str(DAY), "to": str(NEXT)}, claims=ANALYST)

    assert answer.body["until"] == str(DAY)
    assert [(one["sold"], one["views"]) for one in answer.body["items"]] == [(1, 0)]


def test_a_night_run_twice_writes_nothing_the_second_time(shop: Shop) -> None:
    _buyers(shop)
    does("v1", did("Product Added to Wishlist", "lamp"), known=False)
    shop.night()
    first = kit.all_items("summaries"), stored("INTEREST#")

    again = shop.night()

    assert again["written"] == 0
    assert stored("INTEREST#") == first[1]


def test_favourites_go_over_to_the_customer_once_it_is_known_whose_they_are(shop: Shop) -> None:
    shop.buy(1, "rug", email="asha@example.com")
    customer = shop.find_one(email="asha@example.com")
    earlier = DAY - timedelta(days=5)
    does("v1", did("Product Added to Wishlist", "lamp", moment("11:00", earlier)), known=False)
    shop.night(earlier + timedelta(days=1))
    assert [item["pk"] for item in stored("INTEREST#")] == ["VISITOR#v1"]

    known("v1", customer)
    does("v1", page(moment("11:00")), did("Product Reviewed", "lamp", rating=4))
    shop.night()

    (item,) = stored("INTEREST#")
    assert item["pk"] == f"CUSTOMER#{customer}"
    assert item["saved"][2] == 1
    assert item["stars"][2] == 4
    assert "expires_at" not in item


@pytest.mark.parametrize(
    ("browsers", "products"), [(3, 45), (120, 2)], ids=["many-products", "many-browsers"]
)
def test_what_many_browsers_saved_goes_over_in_as_many_transactions_as_it_takes(
    shop: Shop, browsers: int, products: int
) -> None:
    shop.buy(1, "rug", email="asha@example.com")
    customer = shop.find_one(email="asha@example.com")
    names = [f"v{number}" for number in range(browsers)]
    noted = keys.visitor_partition
    said = {f"lamp-{number:02d}": Interest(saved=(moment("11:00"), "m1", 1))
            for number in range(products)}  # fmt: skip
    for name in names:
        for product, interest in said.items():
            key = product_keys.interest(noted(name), product, "claimed")
            item = InterestItem(
                pk=key.pk, sk=key.sk, v=1, product=product, trust="claimed", saved=interest.saved,
                stars=None, days=(), log_pk=product_keys.interest_log(noted(name)),
                log_sk=f"{key.pk}#{product}",
            )  # fmt: skip
            customers_table().put(item.model_dump(exclude_none=True))
    owner = Owner(keys.customer_partition(customer), customer, "claimed", browsers=set(names))

    assert note([owner], table=customers_table(), zone=ZONE) == products

    assert {item["pk"] for item in stored("INTEREST#")} == {f"CUSTOMER#{customer}"}
    assert {item["product"]: item["saved"][2] for item in stored("INTEREST#")} == dict.fromkeys(
        said, 1
    )
    assert note([owner], table=customers_table(), zone=ZONE) == 0


def test_nothing_is_kept_of_who_did_not_agree_to_an_id(shop: Shop) -> None:
    does("hash", did("Product Added to Wishlist", "lamp"), consent="none", known=False)
    shop.night()

    assert stored("INTEREST#") == []
    assert shop.report()["lamp"]["saved"] == 1
    assert shop.report()["lamp"]["on_lists"] == 0


def test_robots_save_nothing(shop: Shop) -> None:
    does("v1", did("Product Added to Wishlist", "lamp"), bot="list:Googlebot/", known=False)
    shop.night()

    assert stored("INTEREST#") == []
    assert shop.report() == {}


def test_what_is_only_claimed_changes_nothing_that_is_verified(shop: Shop) -> None:
    shop.buy(1, "lamp", email="asha@example.com")
    customer = shop.find_one(email="asha@example.com")
    known("v1", customer, "verified")
    known("v2", customer, "claimed")
    does("v1", did("Product Reviewed", "lamp", rating=5), trust="verified")
    does("v1", did("Product Reviewed", "lamp", moment("11:20"), rating=2))  # with the public key
    does("v2", did("Product Reviewed", "lamp", moment("11:30"), rating=1), trust="verified")
    shop.night()

    rating = shop.report()["lamp"]["rating"]
    assert (rating["mean"], rating["n"], rating["of_buyers"]) == (5.0, 1, 1)
    assert sorted((one["trust"], one["stars"][2]) for one in stored("INTEREST#")) == [
        ("claimed", 1), ("verified", 5),
    ]  # fmt: skip


def test_what_the_public_key_tells_of_a_verified_customer_has_no_buyers_mark(shop: Shop) -> None:
    shop.buy(1, "lamp", email="asha@example.com")
    known("v1", shop.find_one(email="asha@example.com"), "verified")
    does("v1", did("Product Reviewed", "lamp", rating=1))
    shop.night()

    assert [one["trust"] for one in stored("INTEREST#")] == ["claimed"]
    assert shop.report()["lamp"]["rating"]["of_buyers"] == 0


@pytest.mark.parametrize(
    ("of_visitor", "of_batch", "most"),
    [
        (None, "claimed", MAX_SAVED_BY_A_BROWSER),
        ("verified", "claimed", MAX_SAVED["claimed"]),
        ("verified", "verified", 130),
    ],
)
def test_nobody_saves_more_than_is_kept_of_who_says_so(
    shop: Shop, of_visitor: str | None, of_batch: str, most: int
) -> None:
    shop.buy(1, "rug", email="asha@example.com")
    if of_visitor is not None:
        known("v1", shop.find_one(email="asha@example.com"), of_visitor)
    for part in range(2):
        told = [
            did("Product Added to Wishlist", f"p{part}-{number:02d}", moment("11:00") + number)
            for number in range(65)
        ]
        does("v1", *told, trust=of_batch, known=of_visitor is not None)
    shop.night()
    kept = stored("INTEREST#")
    assert len(kept) == most
    shop.night()
    assert stored("INTEREST#") == kept


def test_who_is_interested_has_not_bought_it_and_agreed_to_be_written_to(shop: Shop) -> None:
    people = {"wants": True, "owns": True, "refused": False, "looks": True}
    customers: dict[str, str] = {}
    for number, (name, agrees) in enumerate(people.items(), start=1):
        bought = "lamp" if name == "owns" else "rug"
        email = f"{name}@example.com"
        shop.buy(number, bought, email=email, buyer_accepts_marketing=agrees)
        customers[name] = shop.find_one(email=email)
        known(f"v-{name}", customers[name])
        does(f"v-{name}", did("Product Viewed", "lamp"))
        if name != "looks":
            does(f"v-{name}", did("Product Added to Wishlist", "lamp", moment("11:10")))
    shop.night()
    seen = len(stored("ACCESS#"))

    (item,) = shop.rows("/v1/products/lamp/interested")

    assert item == {
        "id": customers["wants"],
        "name": item["name"],
        "email": "wants@example.com",
        "phone": None,
        "trust": "verified",
        "saved": True,
        "stars": None,
        "viewed_on_days": 1,
        "last_viewed_on": str(DAY),
    }
    noted = [one["pk"] for one in stored("ACCESS#")]
    assert len(noted) == seen + 1
    query = {"purpose": "marketing-sms"}
    assert shop.rows("/v1/products/lamp/interested", query) == []


def test_who_looks_on_three_days_is_interested(shop: Shop) -> None:
    shop.buy(1, "rug", email="asha@example.com", buyer_accepts_marketing=True)
    known("v1", shop.find_one(email="asha@example.com"))
    for back in range(3):
        does("v1", did("Product Viewed", "lamp", moment("11:00", DAY - timedelta(days=back))))
    shop.night()

    (item,) = shop.rows("/v1/products/lamp/interested")

    assert (item["viewed_on_days"], item["saved"]) == (3, False)


def test_the_list_of_who_is_interested_has_pages(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mteja.staff.products.A_PAGE", 2)
    for number in range(1, 6):
        email = f"p{number}@example.com"
        shop.buy(number, "rug", buyer_accepts_marketing=True)
        known(f"v{number}", shop.find_one(email=email))
        does(f"v{number}", did("Product Added to Wishlist", "lamp"))
    shop.night()
    found: list[str] = []
    query: dict[str, str] = {}
    for _ in range(3):
        answer = shop.ask("/v1/products/lamp/interested", query)
        found += [one["email"] for one in answer.body["items"]]
        query = {"cursor": answer.body["next"]}

    assert answer.body["next"] is None
    assert sorted(found) == [f"p{number}@example.com" for number in range(1, 6)]


def test_after_an_erasure_the_night_makes_what_would_be_without_the_person(
    shop: Shop, aws: dict[str, str]
) -> None:
    _buyers(shop)
    shop.night()
    without = _made_of_people()
    for number, product in enumerate(("lamp", "rug"), start=50):
        shop.buy(number, product, "mat", email="gone@example.com")
    customer = shop.find_one(email="gone@example.com")
    known("v1", customer)
    does("v1", did("Product Reviewed", "lamp", rating=5))
    shop.night()
    assert _made_of_people() != without

    shop.erase(customer)
    work(aws)
    for item in kit.all_items("events"):  # what was done with their browsers is erased beside it
        events_table().delete(keys.Key(item["pk"]["S"], item["sk"]["S"]))
    shop.night()

    assert _made_of_people() == without
    assert not any(customer in str(item) for item in kit.all_items("summaries"))


def _made_of_people() -> dict[str, bytes]:
    """Return what is stored of people: lists, ratings, buyers, what goes together."""
    return {
        item["pk"]["S"]: item["data"]["B"]
        for item in kit.all_items("summaries")
        if item["pk"]["S"].startswith(("PRODUCTS", "SIMILAR#"))
    }


def test_what_a_customers_browser_saved_is_erased_with_the_customer(
    shop: Shop, recorder: Recorder, aws: dict[str, str]
) -> None:
    told = (Identifier("email", "asha@example.com"), Identifier(VISITOR, "v1"))
    record(
        Fact("shop", Trust.VERIFIED, kit.NOW_MS, kit.NOW_MS, told, receipt=Receipt("1", None),
             riders=(VisitorRider("v1", kit.NOW_MS, Trust.VERIFIED, events_table()),)),
        recorder,
    )  # fmt: skip
    for visitor in ("v1", "v2"):
        does(visitor, did("Product Added to Wishlist", "lamp"), known=False)
    shop.night()
    assert len(stored("INTEREST#")) == 2

    shop.erase(shop.find_one(email="asha@example.com"))
    work(aws)

    assert [item["pk"] for item in stored("INTEREST#")] == ["VISITOR#v2"]


def test_nothing_is_kept_of_whoever_is_being_erased(shop: Shop) -> None:
    shop.buy(1, "rug", email="asha@example.com")
    customer = shop.find_one(email="asha@example.com")
    known("v1", customer)
    does("v1", did("Product Added to Wishlist", "lamp"))
    profile = customers_table().get(keys.profile(customer))
    assert profile is not None
    customers_table().put(profile | {"erased_at": kit.NOW_MS})

    shop.night()

    assert stored("INTEREST#") == []

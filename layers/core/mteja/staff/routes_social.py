"""Routes to whom customers reach."""

from aws_lambda_powertools.event_handler import Response

from mteja.staff import social
from mteja.staff.bodies import Followers
from mteja.staff.parsing import from_json
from mteja.staff.responding import by_staff, done, looked_at, query, request, router
from mteja.staff.social import Social
from mteja.store.apart import summaries_table


@router.get("/v1/customers/<customer>/reach")
def reach_of_customer(customer: str) -> Response[str]:
    query()  # nothing is asked but the customer
    by = _social()
    return looked_at(social.REACH, by.viewer, by.reach(customer))


@router.post("/v1/customers/<customer>/followers")
def note_followers(customer: str) -> Response[str]:
    by = _social()
    body = from_json(Followers, request().body)
    return done(201, social.FOLLOWERS, by.followers(customer, body))


@router.post("/v1/customers/<customer>/code")
def give_customer_code(customer: str) -> Response[str]:
    return done(201, social.CODE, _social().code(customer))


@router.get("/v1/products/<product>/advocates")
def advocates_of_product(product: str) -> Response[str]:
    by = _social()
    found = by.advocates(product, query("purpose", "cursor"))
    return looked_at(social.ADVOCATES, by.viewer, found)


def _social() -> Social:
    """Return what may be asked of reach. Raises NotAllowed for who may not see persons."""
    return by_staff(lambda viewer, within, now: Social(viewer, within, now, summaries_table()))

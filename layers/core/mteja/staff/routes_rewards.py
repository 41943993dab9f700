"""Routes to points and stamps: what a person has, and what is done at the till."""

from aws_lambda_powertools.event_handler import Response

from mteja.http.headers import idempotency_key
from mteja.staff import rewards
from mteja.staff.bodies import Adjustment, Joining, Redemption, Stamp
from mteja.staff.parsing import from_json
from mteja.staff.responding import by_staff, done, looked_at, request, router
from mteja.staff.rewards import Till


@router.get("/v1/customers/<customer>/rewards")
def read_rewards(customer: str) -> Response[str]:
    till = by_staff(Till)
    return looked_at(rewards.READ, till.viewer, till.read(customer))


@router.post("/v1/rewards/join")
def join() -> Response[str]:
    till = by_staff(Till)
    return done(201, rewards.JOIN, till.join(*_sent(Joining)))


@router.post("/v1/rewards/stamp")
def stamp() -> Response[str]:
    till = by_staff(Till)
    return done(201, rewards.STAMP, till.stamp(*_sent(Stamp)))


@router.post("/v1/rewards/redeem")
def redeem() -> Response[str]:
    till = by_staff(Till)
    return done(201, rewards.REDEEM, till.redeem(*_sent(Redemption)))


@router.post("/v1/rewards/adjust")
def adjust() -> Response[str]:
    till = by_staff(Till)
    return done(201, rewards.ADJUST, till.adjust(*_sent(Adjustment)))


def _sent[T](shape: type[T]) -> tuple[T, str | None]:
    """Return what was sent and the key of the attempt. Raises InvalidInput, MalformedBody."""
    sent = request()
    return from_json(shape, sent.body), idempotency_key(sent.headers)

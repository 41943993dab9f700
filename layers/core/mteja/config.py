"""What a function learns from its environment. `os.environ` is read here and nowhere else."""

import os
from dataclasses import dataclass
from functools import cache

from mteja.errors import Misconfigured


@dataclass(frozen=True)
class Settings:
    customers_table: str
    keys_table: str
    wrapping_key: str
    index_key: str
    secrets_prefix: str


@cache
def settings() -> Settings:
    """Return the settings of this process. Raises Misconfigured, at start and not on a customer."""
    return Settings(
        customers_table=_required("CUSTOMERS_TABLE"),
        keys_table=_required("KEYS_TABLE"),
        wrapping_key=_required("WRAPPING_KEY_ARN"),
        index_key=_required("INDEX_KEY_ARN"),
        secrets_prefix=_required("SECRETS_PREFIX"),
    )


@dataclass(frozen=True)
class StaffPool:
    """Where staff have their accounts."""

    id: str
    client_id: str

    @property
    def issuer(self) -> str:
        """Who the pool's tokens say that they are from. The pool's id begins with its region."""
        region = self.id.partition("_")[0]
        return f"https://cognito-idp.{region}.amazonaws.com/{self.id}"


def staff_pool() -> StaffPool:
    """Return the pool of the stack's staff. Raises Misconfigured where a function has none."""
    return StaffPool(_required("STAFF_POOL_ID"), _required("STAFF_CLIENT_ID"))


def erasures_queue() -> str:
    """Return the address of the queue of erasures. Raises Misconfigured where a function has
    none.
    """
    return _required("ERASURES_QUEUE_URL")


def events_table() -> str:
    """Return the name of the table of events. Raises Misconfigured."""
    return _required("EVENTS_TABLE")


def salts_table() -> str:
    """Return the name of the table of salts. Raises Misconfigured."""
    return _required("SALTS_TABLE")


def summaries_table() -> str:
    """Return the name of the table of summaries. Raises Misconfigured."""
    return _required("SUMMARIES_TABLE")


def inactivity_queue() -> str:
    """Return the address of the queue of the daily job. Raises Misconfigured."""
    return _required("INACTIVITY_QUEUE_URL")


def form_requests_per_minute() -> int:
    """Return how many requests a minute forms, and likewise surveys, take from one address. Raises
    Misconfigured."""
    return _count("FORM_REQUESTS_PER_MINUTE", _required("FORM_REQUESTS_PER_MINUTE"))


def confirmations_per_hour() -> int:
    """Return how many mails that ask to confirm a sign-up one address may cause in an hour. Raises
    Misconfigured."""
    return _count("CONFIRMATIONS_PER_HOUR", _required("CONFIRMATIONS_PER_HOUR"))


@dataclass(frozen=True)
class Sending:
    """How messages leave. `configuration_set` is SES's, by which it tells what became of them."""

    public_url: str
    configuration_set: str


def sending() -> Sending:
    """Return how the mailer sends. Raises Misconfigured."""
    return Sending(_required("PUBLIC_URL").rstrip("/"), _required("CONFIGURATION_SET"))


def segment_requests_per_minute() -> int:
    """Return how many requests a minute the Segment-compatible API takes from one address that has
    no secret key. Raises Misconfigured."""
    return _count("SEGMENT_REQUESTS_PER_MINUTE", _required("SEGMENT_REQUESTS_PER_MINUTE"))


def beacon_requests_per_minute() -> int:
    """Return how many beacons a minute are taken from one address for one website. Raises
    Misconfigured."""
    return _count("BEACON_REQUESTS_PER_MINUTE", _required("BEACON_REQUESTS_PER_MINUTE"))


def _count(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and int(value) > 0):
        raise Misconfigured(f"the environment variable {name} is no number")
    return int(value)


def _required(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise Misconfigured(f"the environment variable {name} is missing")
    return value

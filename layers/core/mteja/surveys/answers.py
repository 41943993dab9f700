"""What reports count: answers without the person."""

from collections.abc import Mapping
from dataclasses import dataclass

from mteja.identity.identifiers import Trust

type Value = int | str | tuple[str, ...] | None
"""Of a scale a number; of a choice its option; of several choices, or a ranking (best first), the
options; None where the question was seen and skipped."""

OPEN_DAYS = 8
"""So long from its week's Monday on an anonymous answer may be changed: until the week is over, and
a day. Then it may be told."""


@dataclass(frozen=True)
class Answered:
    """One person's answers to a survey, with nothing personal in it: what reports count.

    `response` is its id (`rsp_…`), `at` epoch ms (in an anonymous survey, of the begin of its
    week). `channel` says where it was answered: web, email, staff, kiosk, phone. `answers` by
    question: free texts are not there, and neither are questions that were not reached. `shown` is
    the order in which options were shown, by question, where it was shuffled. `segments`: what else
    is known of the case, such as the channel and product of the order, `customer` new or returning.
    """

    response: str
    survey: str
    at: int
    trust: Trust
    channel: str
    invited: bool
    answers: Mapping[str, Value]
    shown: Mapping[str, tuple[str, ...]]
    segments: Mapping[str, str]

"""Taking answers: from what was sent to what is recorded, in one of three modes, as a whole or one
by one.

What anybody answers on the web is a claim. What comes by an invitation, by staff, or on the shop's
own tablet is verified. Of an anonymous survey nothing is recorded of anybody.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mteja.errors import Conflict, InvalidInput, LinkExpired, NotFound, TooLarge, Unreadable
from mteja.forms.values import Setting
from mteja.ids import ulid
from mteja.recording.record import Recorder, record
from mteja.store import survey_keys
from mteja.surveys.answers import Value
from mteja.surveys.definition import Definition
from mteja.surveys.fact import Answer
from mteja.surveys.flow import reached
from mteja.surveys.reply import read_reply
from mteja.surveys.rider import Overtaken
from mteja.surveys.sender import CHANNELS, WEB, Sender
from mteja.surveys.standing import Standing, begun, check_open, read_standing
from mteja.times import business_day

NOT_CHANNEL = f"one of {', '.join(CHANNELS)}"
_ATTEMPTS = 6


@dataclass(frozen=True)
class SurveyTaken:
    """What became of an answer. `answers`: as they stand now, without texts."""

    result: str
    response: str
    answers: Mapping[str, Value]
    customer: str | None = None
    notes: tuple[str, ...] = ()


def take(
    survey: Definition,
    sent: Mapping[str, object],
    sender: Sender,
    *,
    within: Recorder,
    shown: Mapping[str, object] | None = None,
    seen: Iterable[str] | None = None,
    at_once: bool = False,
) -> SurveyTaken:
    """Take an answer; when this returns, it is durable. An answer that was given before is changed.

    `seen`: the questions that a page put, whose answers are added to those before; else it is the
    whole. `at_once`: a page put the whole, and what is not asked after the other answers is left
    out. `shown`: in which order options were shown. Without a `response`, the same content from one
    address within ten minutes, or under the same key at any time, counts once, answered as before.

    Raises InvalidInput and InvalidFields, which name the question; LinkUsed, LinkExpired, NotFound
    for a customer whom staff name; TooLarge, RateLimited, Conflict, and errors of AWS as they are.
    """
    if sender.channel not in CHANNELS:
        raise InvalidInput("channel", NOT_CHANNEL)
    for _ in range(_ATTEMPTS):
        put = None if seen is None else frozenset(seen)
        taking = _Taking(survey, sender, within, put, at_once)
        try:
            return taking.once(sent, shown or {})
        except Overtaken:
            continue
    raise Conflict("the answer is being changed")


@dataclass(frozen=True)
class _Taking:
    survey: Definition
    sender: Sender
    within: Recorder
    seen: frozenset[str] | None
    at_once: bool

    def once(self, sent: Mapping[str, object], shown: Mapping[str, object]) -> SurveyTaken:
        survey, sender, within = self.survey, self.sender, self.within
        business, standing = within.business, self._standing()
        check_open(survey, standing, sender.received_at)
        today = business_day(sender.received_at, business.time_zone)
        before: Mapping[str, Value] = {} if self.seen is None else standing.answers
        reply = read_reply(
            survey,
            sent,
            Setting(business.country, today, survey),
            known=before,
            shown=shown,
            seen=self.seen,
            written=() if self.seen is None else standing.texts,
            at_once=self.at_once,
        )
        answers = dict(before) | dict(reply.counted)
        ways = [one.id for one in reached(survey, answers)]
        answers = {name: answers[name] for name in ways if name in answers}
        fact = Answer(survey, sender, within, self.seen, standing, reply, answers, ways).fact()
        try:
            recorded = record(fact, within)
        except Unreadable:  # more than an item of the table holds
            raise TooLarge from None
        except NotFound:
            if sender.mode == WEB:
                raise LinkExpired from None  # the link outlives the customer
            raise
        response = str(recorded.told.get("response_id", standing.response))
        return SurveyTaken(recorded.result, response, answers, recorded.customer, recorded.notes)

    def _standing(self) -> Standing:
        survey, sender = self.survey, self.sender
        zone, table = self.within.business.time_zone, self.within.table
        if sender.response is not None:
            return read_standing(survey, sender.response, sender.received_at, table, zone)
        at = begun(survey, sender.received_at, zone)
        return Standing(f"{survey_keys.RESPONSE_PREFIX}{ulid(at)}", at, business_day(at, zone))

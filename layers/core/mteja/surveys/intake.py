"""Taking answers: from what was sent to a fact, in one of three modes, as a whole or one by one.

What anybody answers on the web is a claim. What comes by an invitation, by staff, or on the shop's
own tablet is verified. Of an anonymous survey nothing is recorded of anybody.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from mteja.customers.reading import Person
from mteja.errors import Conflict, InvalidInput, LinkExpired, NotFound, TooLarge, Unreadable
from mteja.forms.consenting import consents, words_riders
from mteja.forms.values import Setting
from mteja.identity.identifiers import EMAIL, PHONE, Identifier, Trust
from mteja.ids import ulid
from mteja.recording.facts import Fact, Happening, Json, Receipt
from mteja.recording.record import Recorder, record
from mteja.sources.own import KIOSK, STAFF, SURVEYS
from mteja.store import survey_keys
from mteja.surveys.answers import Value
from mteja.surveys.definition import Definition
from mteja.surveys.flow import after, reached
from mteja.surveys.items import AnsweredItem
from mteja.surveys.reply import Reply, read_reply
from mteja.surveys.rider import AnswerRider, Overtaken, UsedToken
from mteja.surveys.segments import SCALE, segments
from mteja.surveys.standing import Standing, begun, check_open, page_days, read_standing
from mteja.times import DAY_MS, business_day, day_begins

KIND = "survey"
ASKED = "asked"
"""In a task: which survey somebody answered."""

WEB = "web"
CHANNELS = ("web", "email", "sms", "phone", "staff", "kiosk")
NOT_CHANNEL = f"one of {', '.join(CHANNELS)}"
_SAME_FOR_MS = 600_000
_ATTEMPTS = 6
_SOURCES = {WEB: SURVEYS, "staff": STAFF, "kiosk": KIOSK}


@dataclass(frozen=True)
class Sender:
    """How an answer came in. `response`: which answer it is, where an invitation or a page says so;
    `person`: whose it is, where that is sure; `token`: the anonymous invitation that it uses up.
    `keep_until` (epoch ms): how long it must be known that it was given. `by` and `location`: which
    member of staff, and where; `key`: the sender's Idempotency-Key. `address`: from where on the
    net, which is not kept: it tells two who think the same from one who pressed twice. `reads`: the
    language of whoever answered, where that is known."""

    mode: str
    language: str
    received_at: int
    channel: str
    invited: bool = False
    response: str | None = None
    person: Person | None = None
    token: UsedToken | None = None
    keep_until: int = 0
    by: str | None = None
    location: str | None = None
    key: str | None = None
    address: str | None = None
    reads: str | None = None

    @property
    def trust(self) -> Trust:
        return Trust.CLAIMED if self.mode == WEB and not self.invited else Trust.VERIFIED


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
        business, sender = self.within.business, self.sender
        standing = self._standing()
        check_open(self.survey, standing, sender.received_at)
        today = business_day(sender.received_at, business.time_zone)
        before: Mapping[str, Value] = {} if self.seen is None else standing.answers
        reply = read_reply(
            self.survey,
            sent,
            Setting(business.country, today, self.survey),
            known=before,
            shown=shown,
            seen=self.seen,
            written=() if self.seen is None else standing.texts,
            at_once=self.at_once,
        )
        answers = dict(before) | dict(reply.counted)
        ways = [one.id for one in reached(self.survey, answers)]
        answers = {name: answers[name] for name in ways if name in answers}
        fact = self._fact(standing, reply, answers, ways)
        try:
            recorded = record(fact, self.within)
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

    def _fact(
        self, standing: Standing, reply: Reply, answers: Mapping[str, Value], ways: list[str]
    ) -> Fact:
        sender, item = self.sender, standing.item
        # What an answer was begun as it stays: its texts are sealed with that.
        trust = sender.trust if standing.answered is None else Trust(standing.answered.trust)
        source = _SOURCES[sender.mode] if item is None else item.source
        rider = self._rider(standing, reply, answers, ways, source, trust)
        scopes = (survey_keys.texts_scope(self.survey.id, standing.day),) if reply.texts else ()
        if self.survey.anonymous:
            # Not even a time: that of the key's making would be the first answer's of a month.
            at = standing.at
            return Fact(source, trust, at, at, riders=(rider,), scopes=scopes)
        customer = item.customer if item is not None else None
        if sender.person is not None:
            customer = customer or sender.person.id
        at = sender.received_at
        kept = {one.id for one in self.survey.questions if one.of_profile and one.field.is_trait}
        profile = reply.profile
        named = [Identifier(kind, str(profile[kind])) for kind in (EMAIL, PHONE) if kind in profile]
        return Fact(
            source=source,
            trust=trust,
            observed_at=at,
            received_at=at,
            identifiers=tuple(named),
            traits={name: value for name, value in profile.items() if name in kept},
            consents=consents(
                self.survey, profile, mode=sender.mode, language=sender.language, at_ms=at
            ),
            happenings=(
                self._entry(standing, reply, answers, ways),
                *self._task(standing, reply, answers),
            ),
            receipt=self._receipt(standing, reply),
            customer=customer,
            unconfirmed=sender.mode == WEB and customer is not None,
            declined=tuple(name for name in reply.not_told if name in kept),
            language=sender.reads,
            riders=(rider, *words_riders(self.survey, profile, sender.language)),
            scopes=scopes,
        )

    def _rider(
        self,
        standing: Standing,
        reply: Reply,
        answers: Mapping[str, Value],
        ways: list[str],
        source: str,
        trust: Trust,
    ) -> AnswerRider:
        sender, item, before = self.sender, standing.item, standing.answered
        shown = dict(before.shown) if before is not None else {}
        orders = {name: tuple(order) for name, order in shown.items()} | dict(reply.shown)
        kept = {} if self.seen is None else standing.texts
        ends = self.seen is None or any(
            after(self.survey, answers, one) is None for one in self.seen
        )
        return AnswerRider(
            survey=self.survey.id,
            standing=standing,
            source=source,
            trust=trust.value,
            channel=sender.channel if before is None else before.channel,
            invited=sender.invited if before is None else before.invited,
            counted=answers,
            shown={name: order for name, order in orders.items() if name in ways},
            segments=self._segments(reply, before),
            texts=reply.texts,
            kept={name: one for name, one in kept.items() if name in ways},
            finished=ends or (item is not None and item.finished),
            expires_at=None if self.survey.anonymous else self._keep_until() // 1000,
            token=sender.token,
            task=(item is not None and item.task) or self._needs_task(standing, answers),
        )

    def _keep_until(self) -> int:
        """As long as an invitation holds, or a page may go on with the answer, and a day more."""
        change = self.sender.received_at + page_days(self.survey) * DAY_MS
        return max(self.sender.keep_until, change) + DAY_MS

    def _segments(self, reply: Reply, before: AnsweredItem | None) -> dict[str, str]:
        """Return those of the begin, with the scale on which the score was given."""
        scale = {} if self.survey.scale is None else {SCALE: self.survey.scale}
        if before is not None:
            scored = any(one.question.kind == "nps" and one.id in reply.counted
                         for one in self.survey.questions)  # fmt: skip
            return before.segments | (scale if scored else {})
        if self.survey.anonymous or self.sender.person is None:
            return scale
        return scale | segments(self.sender.person, self.within.business, self.within.table)

    def _entry(
        self, standing: Standing, reply: Reply, answers: Mapping[str, Value], ways: list[str]
    ) -> Happening:
        sender, item, entry = self.sender, standing.item, standing.entry
        told: dict[str, Json] = {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in answers.items()
        }
        facts: dict[str, Json] = {
            "survey": self.survey.id,
            "survey_version": self.survey.version,
            "day": standing.day.isoformat(),
            "mode": sender.mode,
            "channel": sender.channel if item is None else item.channel,
            "invited": sender.invited if item is None else item.invited,
            "language": sender.language,
            "captured_by": sender.by,
            "location": sender.location,
            "answers": told,
        }
        kept = (entry.apart or {}) if entry is not None and self.seen is not None else {}
        return Happening(
            kind=KIND,
            id=standing.response,
            at=standing.at,
            data={name: value for name, value in facts.items() if value is not None},
            apart=dict(reply.texts),
            kept={name: sealed for name, sealed in kept.items() if name in ways},
            logged=True,
        )

    def _task(
        self, standing: Standing, reply: Reply, answers: Mapping[str, Value]
    ) -> Iterator[Happening]:
        """Somebody would not recommend us: staff find it among their tasks, due today. Once for an
        answer, however often it is changed."""
        if not self._needs_task(standing, answers):
            return
        from mteja.customers import tasks

        at, zone = self.sender.received_at, self.within.business.time_zone
        today = business_day(at, zone)
        yield Happening(
            kind=tasks.KIND,
            id=f"tsk_{ulid(at)}",
            at=at,
            data={
                "due_on": today.isoformat(),
                "status": "open",
                KIND: standing.response,
                ASKED: self.survey.id,
            },
            personal={"why": " / ".join(reply.texts.values())} if reply.texts else None,
            open_as=tasks.OPEN,
            open_until=day_begins(today, zone),
        )

    def _needs_task(self, standing: Standing, answers: Mapping[str, Value]) -> bool:
        has_one = standing.item is not None and standing.item.task
        return not has_one and _detracts(self.survey, answers)

    def _receipt(self, standing: Standing, reply: Reply) -> Receipt | None:
        """A MAC, since a digest of what a person said could be guessed. The content is part of it
        even where the sender gives a key, so that nobody can use up another's; not that of staff,
        whose page may come back with less in it. An answer that says which one it is needs none:
        given twice, it is the same answer."""
        sender = self.sender
        if sender.response is not None:
            return None
        content: list[Json] = [
            self.survey.id,
            sender.mode,
            None if sender.person is None else sender.person.id,
            sender.key,
            sender.address if sender.key is None else None,
        ]
        if sender.key is not None and sender.by is not None:
            content.append(sender.by)
        else:
            content += [
                {name: _plain(value) for name, value in reply.counted.items()},
                dict(reply.texts),
                dict(reply.profile),
                list(reply.not_told),
            ]
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        digest = self.within.vault.index.of("receipt", text)
        for_ms = None if sender.key is not None else _SAME_FOR_MS
        return Receipt(digest, None, for_ms, {"response_id": standing.response})


def _plain(value: Value) -> Json:
    return list(value) if isinstance(value, tuple) else value


def _detracts(survey: Definition, answers: Mapping[str, Value]) -> bool:
    from mteja.surveys.scoring.nps import is_detractor

    for one in survey.questions:
        value = answers.get(one.id)
        if one.question.kind == "nps" and isinstance(value, int):
            return is_detractor(value)
    return False

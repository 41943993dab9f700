"""The fact that an answer to a survey is."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mteja.forms.consenting import consents, words_riders
from mteja.identity.identifiers import EMAIL, PHONE, Identifier, Trust
from mteja.ids import ulid
from mteja.recording.facts import Fact, Happening, Json, Receipt
from mteja.recording.record import Recorder
from mteja.sources.own import KIOSK, STAFF, SURVEYS
from mteja.store import survey_keys
from mteja.surveys.answers import Value
from mteja.surveys.definition import Definition
from mteja.surveys.flow import after
from mteja.surveys.items import AnsweredItem
from mteja.surveys.reply import Reply
from mteja.surveys.rider import AnswerRider
from mteja.surveys.segments import SCALE, segments
from mteja.surveys.sender import WEB, Sender
from mteja.surveys.standing import Standing, page_days
from mteja.times import DAY_MS, business_day, day_begins

KIND = "survey"
ASKED = "asked"
"""In a task: which survey somebody answered."""

_SAME_FOR_MS = 600_000
_SOURCES = {WEB: SURVEYS, "staff": STAFF, "kiosk": KIOSK}


@dataclass(frozen=True)
class Answer:
    """An answer that was checked: `answers` as they stand with it, `ways` the questions that they
    lead to, `seen` those that a page put, None where it is the whole."""

    survey: Definition
    sender: Sender
    within: Recorder
    seen: frozenset[str] | None
    standing: Standing
    reply: Reply
    answers: Mapping[str, Value]
    ways: list[str]

    def fact(self) -> Fact:
        """Return what is to be recorded: of an anonymous survey, nothing of anybody."""
        sender, standing, reply = self.sender, self.standing, self.reply
        item = standing.item
        # What an answer was begun as it stays: its texts are sealed with that.
        trust = sender.trust if standing.answered is None else Trust(standing.answered.trust)
        source = _SOURCES[sender.mode] if item is None else item.source
        rider = self._rider(source, trust)
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
                self._entry(),
                *self._task(),
            ),
            receipt=self._receipt(),
            customer=customer,
            unconfirmed=sender.mode == WEB and customer is not None,
            declined=tuple(name for name in reply.not_told if name in kept),
            language=sender.reads,
            riders=(rider, *words_riders(self.survey, profile, sender.language)),
            scopes=scopes,
        )

    def _rider(self, source: str, trust: Trust) -> AnswerRider:
        sender, standing, reply = self.sender, self.standing, self.reply
        item, before = standing.item, standing.answered
        shown = dict(before.shown) if before is not None else {}
        orders = {name: tuple(order) for name, order in shown.items()} | dict(reply.shown)
        kept = {} if self.seen is None else standing.texts
        ends = self.seen is None or any(
            after(self.survey, self.answers, one) is None for one in self.seen
        )
        return AnswerRider(
            survey=self.survey.id,
            standing=standing,
            source=source,
            trust=trust.value,
            channel=sender.channel if before is None else before.channel,
            invited=sender.invited if before is None else before.invited,
            counted=self.answers,
            shown={name: order for name, order in orders.items() if name in self.ways},
            segments=self._segments(before),
            texts=reply.texts,
            kept={name: one for name, one in kept.items() if name in self.ways},
            finished=ends or (item is not None and item.finished),
            expires_at=None if self.survey.anonymous else self._keep_until() // 1000,
            token=sender.token,
            task=(item is not None and item.task) or self._needs_task(),
        )

    def _keep_until(self) -> int:
        """As long as an invitation holds, or a page may go on with the answer, and a day more."""
        change = self.sender.received_at + page_days(self.survey) * DAY_MS
        return max(self.sender.keep_until, change) + DAY_MS

    def _segments(self, before: AnsweredItem | None) -> dict[str, str]:
        """Return those of the begin, with the scale on which the score was given."""
        scale = {} if self.survey.scale is None else {SCALE: self.survey.scale}
        if before is not None:
            scored = any(one.question.kind == "nps" and one.id in self.reply.counted
                         for one in self.survey.questions)  # fmt: skip
            return before.segments | (scale if scored else {})
        if self.survey.anonymous or self.sender.person is None:
            return scale
        return scale | segments(self.sender.person, self.within.business, self.within.table)

    def _entry(self) -> Happening:
        sender, standing = self.sender, self.standing
        item, entry = standing.item, standing.entry
        told: dict[str, Json] = {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in self.answers.items()
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
            apart=dict(self.reply.texts),
            kept={name: sealed for name, sealed in kept.items() if name in self.ways},
            logged=True,
        )

    def _task(self) -> Iterator[Happening]:
        """Somebody would not recommend us: staff find it among their tasks, due today. Once for an
        answer, however often it is changed."""
        if not self._needs_task():
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
                KIND: self.standing.response,
                ASKED: self.survey.id,
            },
            personal={"why": " / ".join(self.reply.texts.values())} if self.reply.texts else None,
            open_as=tasks.OPEN,
            open_until=day_begins(today, zone),
        )

    def _needs_task(self) -> bool:
        item = self.standing.item
        has_one = item is not None and item.task
        return not has_one and _detracts(self.survey, self.answers)

    def _receipt(self) -> Receipt | None:
        """A MAC, since a digest of what a person said could be guessed. The content is part of it
        even where the sender gives a key, so that nobody can use up another's; not that of staff,
        whose page may come back with less in it. An answer that says which one it is needs none:
        given twice, it is the same answer."""
        sender, reply = self.sender, self.reply
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
        return Receipt(digest, None, for_ms, {"response_id": self.standing.response})


def _plain(value: Value) -> Json:
    return list(value) if isinstance(value, tuple) else value


def _detracts(survey: Definition, answers: Mapping[str, Value]) -> bool:
    from mteja.surveys.scoring.nps import is_detractor

    for one in survey.questions:
        value = answers.get(one.id)
        if one.question.kind == "nps" and isinstance(value, int):
            return is_detractor(value)
    return False

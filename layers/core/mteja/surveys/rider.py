"""What is written together with an answer: it as reports count it, its texts, and how it stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mteja.errors import LinkUsed
from mteja.recording.draft import Draft
from mteja.recording.facts import Json, canonical
from mteja.recording.reading import Stored
from mteja.store import survey_keys
from mteja.store.keys import Key
from mteja.store.table import Delete, Put, State
from mteja.surveys.answers import Value
from mteja.surveys.items import AnsweredItem, ResponseItem, SaidItem, TokenItem
from mteja.surveys.standing import Standing


class Overtaken(Exception):
    """Somebody else changed the same answer meanwhile: begin again with what it is now."""


@dataclass(frozen=True)
class UsedToken:
    """An anonymous invitation that this answer uses up: its hash, and when it ends (epoch s)."""

    digest: str
    expires_at: int


@dataclass(frozen=True)
class AnswerRider:
    """One answer's rider. `texts` are new ones by question, `kept` those that stay as they are
    sealed; `expires_at` (epoch s): until then how the answer stands is kept, None of an anonymous
    one, of which it is not. `task`: whether staff have one of it."""

    survey: str
    standing: Standing
    source: str
    trust: str
    channel: str
    invited: bool
    counted: Mapping[str, Value]
    shown: Mapping[str, tuple[str, ...]]
    segments: Mapping[str, str]
    texts: Mapping[str, str]
    kept: Mapping[str, bytes]
    finished: bool
    expires_at: int | None
    token: UsedToken | None = None
    task: bool = False

    def reads(self) -> Iterable[Key]:
        yield self._answered
        if self.expires_at is not None:
            yield self._response
        if self.token is not None:
            yield survey_keys.token(self.token.digest)

    def ride(self, stored: Stored, customer: str | None, draft: Draft) -> Mapping[str, Json]:
        """Add the answer. Raises Overtaken where it is not as it was read, LinkUsed for a token
        that was used."""
        before = stored.item(AnsweredItem, self._answered)
        self._use_token(stored, before, draft)
        known = self.standing.answered
        if (before and before.v) != (known and known.v):
            raise Overtaken
        item = AnsweredItem(
            pk=self._answered.pk,
            sk=self._answered.sk,
            v=(before.v if before else 0) + 1,
            at=self.standing.at,
            trust=self.trust,
            channel=self.channel,
            invited=self.invited,
            answers={name: _plain(value) for name, value in self.counted.items()},
            shown={name: list(options) for name, options in self.shown.items()},
            segments=dict(self.segments),
        )
        draft.add(Put(item.model_dump(), before.v if before else State.ABSENT))
        self._say(draft)
        self._stand(stored, customer, draft)
        return {}

    def let_go(self) -> None:
        """Nothing was taken."""

    @property
    def _answered(self) -> Key:
        return survey_keys.answered(self.survey, self.standing.day, self.standing.response)

    @property
    def _response(self) -> Key:
        return survey_keys.response(self.standing.response)

    def _use_token(self, stored: Stored, before: AnsweredItem | None, draft: Draft) -> None:
        if self.token is None or (before is not None and before.invited):
            return  # a page that goes back to its first question shows its invitation again
        key = survey_keys.token(self.token.digest)
        if stored.item(TokenItem, key) is not None:
            raise LinkUsed
        used = TokenItem(pk=key.pk, sk=key.sk, expires_at=self.token.expires_at)
        draft.add(Put(used.model_dump(), State.ABSENT))

    def _say(self, draft: Draft) -> None:
        """Seal the texts once more, to the key of the survey's month (docs/decisions/0019)."""
        key = survey_keys.said(self.survey, self.standing.day, self.standing.response)
        scope = survey_keys.texts_scope(self.survey, self.standing.day)
        texts = dict(self.kept) | {
            name: draft.seal(scope, key.sk, name, canonical(text), self.standing.at)
            for name, text in self.texts.items()
        }
        if texts:
            item = SaidItem(
                pk=key.pk,
                sk=key.sk,
                at=self.standing.at,
                source=self.source,
                trust=self.trust,
                scope=scope,
                texts=texts,
            )
            draft.add(Put(item.model_dump()))
        elif self.standing.texts:
            draft.add(Delete(key))

    def _stand(self, stored: Stored, customer: str | None, draft: Draft) -> None:
        if self.expires_at is None:
            return
        key, known = self._response, self.standing.item
        before = stored.item(ResponseItem, key)
        if (before and before.v) != (known and known.v):
            raise Overtaken
        item = ResponseItem(
            pk=key.pk,
            sk=key.sk,
            v=(before.v if before else 0) + 1,
            survey=self.survey,
            day=self.standing.day.isoformat(),
            at=self.standing.at,
            source=self.source,
            trust=self.trust,
            channel=self.channel,
            invited=self.invited,
            customer=customer,
            finished=self.finished,
            task=self.task,
            expires_at=self.expires_at,
        )
        draft.add(Put(item.model_dump(exclude_none=True), before.v if before else State.ABSENT))


def _plain(value: Value) -> int | str | list[str] | None:
    return list(value) if isinstance(value, tuple) else value

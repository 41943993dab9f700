"""What somebody who fills in a form agrees to, and the words that they saw."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from mteja.business.forms import FormField, text_in
from mteja.forms.definition import Asks
from mteja.recording.draft import Draft
from mteja.recording.facts import Consent, Json
from mteja.recording.reading import Stored
from mteja.store import keys
from mteja.store.keys import Key
from mteja.store.table import Put, State


def agreed(form: Asks, values: Mapping[str, Json]) -> Iterator[FormField]:
    """Yield the consents that were given. A tick is a statement; a box that stays empty is none."""
    for asked in form.fields:
        if asked.field.type == "consent" and values.get(asked.name) is True:
            yield asked.field


def consents(
    form: Asks, values: Mapping[str, Json], *, mode: str, language: str, at_ms: int
) -> tuple[Consent, ...]:
    """Return what is stated, with the version of the words in the language of the page."""
    return tuple(
        Consent(
            purpose=field.purpose,
            status="granted",
            at=at_ms,
            channel=f"{mode}:{form.id}",
            text_version=text_version(words(field, language), language),
        )
        for field in agreed(form, values)
    )


def words(field: FormField, language: str) -> str:
    """Return what a consent says in a language."""
    return text_in(field.label, language) or ""


def text_version(text: str, language: str) -> str:
    """Return the version of words that were shown: under it they are kept."""
    return hashlib.sha256(f"{language}\n{text}".encode()).hexdigest()[:12]


class WordsRider:
    """Keeps the words to which somebody agrees, once, with the first who does."""

    def __init__(self, text: str, language: str) -> None:
        self._text = text
        self._language = language
        self._key = keys.consent_text(text_version(text, language))

    def reads(self) -> Iterable[Key]:
        return (self._key,)

    def ride(
        self,
        stored: Stored,
        customer: str | None,  # noqa: ARG002 - they are nobody's
        draft: Draft,
    ) -> Mapping[str, Json]:
        from mteja.forms.items import ConsentTextItem

        if stored.item(ConsentTextItem, self._key) is None:
            item = ConsentTextItem(
                pk=self._key.pk, sk=self._key.sk, text=self._text, language=self._language
            )
            draft.add(Put(item.model_dump(), State.ABSENT))
        return {}

    def let_go(self) -> None:
        """Nothing was taken."""


def words_riders(form: Asks, values: Mapping[str, Json], language: str) -> Iterator[WordsRider]:
    """Yield a rider for each wording: two consents may have the same."""
    for text in dict.fromkeys(words(field, language) for field in agreed(form, values)):
        yield WordsRider(text, language)

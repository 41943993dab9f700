"""What customers answer to surveys, and what reports read of it."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from mteja.business import asking, surveying
from mteja.customers.reading import read_person
from mteja.ids import ulid
from mteja.surveys import invitations
from mteja.surveys.definition import Definition, definition
from mteja.surveys.intake import SurveyTaken, take
from mteja.surveys.reading import read_answers
from mteja.surveys.segments import ENTRIES
from mteja.surveys.sender import WEB, Sender
from mteja.times import business_day
from mteja_bench.bodies import shopify
from mteja_bench.bodies.base import Shopper
from mteja_bench.ground import Ground
from mteja_bench.path import Path, Step, deliver

_NOW = 1_795_600_000_000
_ANSWERS: dict[str, Any] = {
    "recommend": 9,
    "why": "You mended my lamp within a day, and were kind about it",
    "heard_from": "friend",
    "reasons": ["quality", "price"],
}
_PROFILE: dict[str, Any] = {"income": "500-1500", "children": 2, "education": "university"}


def paths() -> Iterator[Path]:
    yield from _of_nobody()
    yield from _invited()
    yield from _anonymous()


def _of_nobody() -> Iterator[Path]:
    def told(ground: Ground) -> str:
        return _take(ground, "satisfaction", _ANSWERS, {}).result

    def first(ground: Ground) -> str:
        return _take(ground, "satisfaction", {"why": "Near"}, {}).result

    yield Path("survey: first text of a month", (first,), 10)
    yield Path("survey: answered by a stranger, whole", (told,), 8)
    yield Path("survey: the same sent again", (told,), 0, (), "duplicate")

    response = f"rsp_{ulid(_NOW)}"

    def one_question(question: str, bar: int) -> Path:
        def step(ground: Ground) -> str:
            answers = {question: _ANSWERS[question]}
            return _take(ground, "satisfaction", answers, {"response": response}, question).result

        return Path(f"survey: a page of a stranger, {question}", (step,), bar)

    yield one_question("recommend", 4)
    yield one_question("why", 6)


def _invited() -> Iterator[Path]:
    customers: list[str] = []
    invitation: dict[str, Any] = {"invited": True}

    def ordered(ground: Ground) -> str:
        customers.append(str(deliver(ground, shopify.order(841, Shopper(841)))[1]))
        return "recorded"

    def invited(ground: Ground) -> str:
        survey, index = _survey("satisfaction"), ground.recorder().vault.index
        token = invitations.invite(survey, customers[0], _NOW, index)[0]
        opened = invitations.open_invitation(survey, token, _NOW, index)
        invitation.update(response=opened.response, keep_until=opened.expires_at)
        return "recorded"

    def answered(score: int) -> Step:
        def step(ground: Ground) -> str:
            person = read_person(ground.recorder().table, customers[0], entries=ENTRIES)
            answers, how = _ANSWERS | {"recommend": score}, invitation | {"person": person}
            return _take(ground, "satisfaction", answers, how).result

        return step

    yield Path("survey: an invitation is made and opened", (invited,), 0, (ordered,))
    yield Path("survey: an invited customer, whole", (answered(9),), 11)
    yield Path("survey: a changed answer, and a task for staff", (answered(3),), 13)


def _anonymous() -> Iterator[Path]:
    def told(ground: Ground) -> str:
        survey, within = _survey("anonymous-profile"), ground.recorder()
        index, zone = within.vault.index, within.business.time_zone
        token = invitations.anonymous_set(survey, 10, _NOW, zone, index)[0][0]
        used = invitations.open_invitation(survey, token, _NOW, index).token
        how = {"token": used, "invited": True}
        return _take(ground, "anonymous-profile", _PROFILE, how).result

    def read(ground: Ground) -> str:
        within = ground.recorder()
        day = business_day(_NOW, within.business.time_zone)
        first = day - timedelta(days=7)
        found = list(read_answers(within.table, "satisfaction", first, day))
        return "recorded" if len(found) > 2 else "nothing"

    yield Path("survey: an anonymous answer over a link, no text", (told,), 4)
    yield Path("survey: a report reads the answers of a week", (read,), 0)


def _take(
    ground: Ground,
    survey_id: str,
    answers: Mapping[str, Any],
    how: Mapping[str, Any],
    put: str | None = None,
) -> SurveyTaken:
    sender = Sender(WEB, "en", _NOW, "web", **how)
    return take(
        _survey(survey_id),
        answers,
        sender,
        within=ground.recorder(),
        seen=None if put is None else (put,),
    )


def _survey(survey_id: str) -> Definition:
    return definition(survey_id, surveying(), asking(), WEB)

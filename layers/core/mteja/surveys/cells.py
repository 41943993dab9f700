"""The cells of an anonymous survey's distributions: what can be answered to a question, whether
anybody did or not, and how it is counted. They follow from the owner's file alone."""

from collections.abc import Callable

from mteja.business.surveys import When
from mteja.forms.values import NOT_TOLD, may_be_not_told
from mteja.surveys.definition import AskedQuestion
from mteja.surveys.scoring.anonymity import ANSWERED, EachInOne, EachInSeveral, Rule
from mteja.surveys.scoring.nps import LEAST_PASSIVE, LEAST_PROMOTER
from mteja.surveys.scoring.ranking import ranking
from mteja.surveys.scoring.shares import shares
from mteja.surveys.tally import Tally

ELSE = "\N{HORIZONTAL ELLIPSIS}"
"""The cell of what is answered and no option: of an option that the owner took away, or of all
numbers that nobody said."""
_MOST_NUMBERS = 12
"""Of more numbers than that, each is no cell that is named before somebody says it."""

type Counting = Callable[[Tally], dict[str, int]]
"""Counts the cells of a distribution."""


def listed(question: AskedQuestion) -> tuple[str, ...]:
    """Return the options that anybody may know of, whether they were chosen or not."""
    if question.offered:
        return question.offered
    least, most = question.field.least, question.field.most
    if least is None or most is None or most - least >= _MOST_NUMBERS:
        return ()
    return tuple(str(number) for number in range(least, most + 1))


def possible(question: AskedQuestion) -> tuple[str, ...]:
    """Return all that can be answered, nothing where that has no bounds."""
    names = listed(question)
    own = (NOT_TOLD,) if question.of_profile and may_be_not_told(question.field) else ()
    return (*names, *own) if names else ()


def chosen(question: AskedQuestion) -> Counting:
    """Return what counts the cells of a question: what can be answered to it, and what could be
    once. Numbers without bounds are as many cells as were said, and all others one more."""
    every, names = possible(question), listed(question)
    several = question.field.type == "choices"

    def count(one: Tally) -> dict[str, int]:
        made = shares(one.values[question.id].elements(), every)
        counts = {each.option: each.count for each in made.items}
        if not names:
            return counts | {ELSE: 0}
        known = {name: counts[name] for name in every}
        others = {ELSE: sum(counts[name] for name in counts.keys() - known.keys())}
        if several:
            known[ANSWERED] = made.n
        return known | others if others[ELSE] else known

    return count


def rule_of(question: AskedQuestion) -> Rule:
    return EachInSeveral() if question.field.type == "choices" else EachInOne()


def is_of_groups(when: When, asked: AskedQuestion) -> bool:
    """Whether a question is put to whole groups of a score."""
    least, most = asked.question.least_number, asked.question.most_number
    begins = {None, least, LEAST_PASSIVE, LEAST_PROMOTER}
    ends = {None, most, LEAST_PASSIVE - 1, LEAST_PROMOTER - 1}
    return when.at_least in begins and when.at_most in ends


def ranked(one: Tally, question: AskedQuestion) -> dict[str, int]:
    """Count into which place each option was put."""
    offered = question.offered
    counts = {f"{option} {place}": 0 for option in offered for place in range(len(offered))}
    for (ballot, _), people in one.ballots[question.id].items():
        known = [option for option in ballot if option in offered]
        for place, option in enumerate(known):
            counts[f"{option} {place}"] += people
    return counts


def shown_first(one: Tally, question: AskedQuestion) -> dict[str, int]:
    """Count in which place the first choice was shown."""
    made = ranking(one.ballots[question.id].elements(), question.offered)
    counts = dict.fromkeys(map(str, range(1, len(question.offered) + 1)), 0)
    return counts | {str(place.place): place.count for place in made.places}

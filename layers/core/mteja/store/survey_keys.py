"""Every key of surveys. Nothing else builds one: a test looks for strays."""

from datetime import date

from mteja.store.keys import Key, shard_of, shard_part

# Answers of a month and survey are spread over so many partitions.
ANSWER_SHARDS = 8
# Invitations of a day and survey are counted in so many places.
INVITED_SHARDS = 4


def answered(survey: str, day: date, response: str) -> Key:
    """`ANSWERS#satisfaction#2026-11#3of8` / `2026-11-24#rsp_01…`"""
    shard = shard_of(response, ANSWER_SHARDS)
    return Key(answers_partition(survey, day, shard), f"{day.isoformat()}#{response}")


def answers_partition(survey: str, day: date, shard: int) -> str:
    """`ANSWERS#satisfaction#2026-11#3of8`: answers of the month of a day"""
    return f"ANSWERS#{survey}#{day:%Y-%m}#{shard_part(shard, ANSWER_SHARDS)}"


def said(survey: str, day: date, response: str) -> Key:
    """`SAID#satisfaction#2026-11#3of8` / `2026-11-24#rsp_01…`: the texts beside the answers"""
    shard = shard_of(response, ANSWER_SHARDS)
    return Key(said_partition(survey, day, shard), f"{day.isoformat()}#{response}")


def said_partition(survey: str, day: date, shard: int) -> str:
    """`SAID#satisfaction#2026-11#3of8`: texts of the month of a day"""
    return f"SAID#{survey}#{day:%Y-%m}#{shard_part(shard, ANSWER_SHARDS)}"


def invited(survey: str, day: date, which: str) -> Key:
    """`INVITED#satisfaction#2026-11` / `2026-11-24#3of4`: how many were invited on a day"""
    shard = shard_part(shard_of(which, INVITED_SHARDS), INVITED_SHARDS)
    return Key(invited_partition(survey, day), f"{day.isoformat()}#{shard}")


def invited_partition(survey: str, day: date) -> str:
    """`INVITED#satisfaction#2026-11`: of the month of a day"""
    return f"INVITED#{survey}#{day:%Y-%m}"


def response(response_id: str) -> Key:
    """`RESPONSE#rsp_01…` / `RESPONSE`: how an answer that may still change stands"""
    return Key(f"RESPONSE#{response_id}", "RESPONSE")


RESPONSE_PREFIX = "rsp_"


def token(digest: str) -> Key:
    """`TOKEN#q83v…` / `TOKEN`: an anonymous invitation that has been used"""
    return Key(f"TOKEN#{digest}", "TOKEN")


def texts_scope(survey: str, day: date) -> str:
    """`survey-satisfaction-2026-11`: whose key the texts of a month are sealed to"""
    return f"survey-{survey}-{day:%Y-%m}"


# Table `summaries`.


def themes(survey: str) -> Key:
    """`THEMES#satisfaction` / `THEMES`: what sets detractors apart by what they write"""
    return Key(f"THEMES#{survey}", "THEMES")

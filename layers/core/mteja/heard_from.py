"""How a customer heard of the business: one list of channels for forms, surveys and calls."""

from typing import Literal, get_args

type HeardFrom = Literal[
    "search", "social", "friend", "advert", "passing-by", "other", "dont-remember"
]

CHANNELS: tuple[str, ...] = get_args(HeardFrom.__value__)

"""The shape of the report on the daily job. No function imports this."""

from typing import Annotated, TypedDict

from pydantic import Field

from mteja.http.operations import Day, Time

Runs = TypedDict("Runs", {"from": Day, "to": Day, "items": "list[Run]"})


class Run(TypedDict):
    """What the run for a day did. Several runs for one day are told together."""

    day: Day
    at: Annotated[Time, Field(description="when it was last handed out")]
    first: Annotated[Day, Field(description="the first day whose customers it looked for")]
    buckets: Annotated[int, Field(description="messages that it handed out")]
    due: Annotated[int, Field(description="customers who were due")]
    acted: Annotated[int, Field(description="offers and reminders that it made")]
    held_out: Annotated[int, Field(description="persons held out of one, to compare with")]
    skipped: Annotated[dict[str, int], Field(description="steps passed over, by reason")]
    expired: Annotated[int, Field(description="entries of points and stamps that expired")]
    asked: Annotated[int, Field(description="messages whether all that is known is still right")]
    waits: Annotated[int, Field(description="customers with nothing to be done yet after all")]
    moved: Annotated[int, Field(description="entries of the index of who is due on another day")]
    failed: Annotated[int, Field(description="customers who failed when they were last tried")]
    sooner: Annotated[
        int, Field(description="customers whose due date came nearer by a change of rules")
    ]
    read_units: float
    write_units: float
    ms: Annotated[int, Field(description="of all workers together")]
    unended: Annotated[int, Field(description="workers that were killed or are still at it")]
    left: Annotated[int, Field(description="messages that nobody has worked to the end yet")]

"""What every use-case of staff starts from: who asks, and the note of whom they saw."""

from collections.abc import Sequence
from dataclasses import dataclass

from mteja import audit
from mteja.recording.record import Recorder


@dataclass(frozen=True)
class StaffRequest:
    """One request of one member of staff. `now` is in epoch milliseconds."""

    viewer: audit.Viewer
    within: Recorder
    now: int

    def _note(self, what: str, customers: Sequence[str]) -> None:
        """Note in the audit trail who was seen; `what` is the path's template. Durable on return:
        nothing is shown that was not noted."""
        table, zone = self.within.table, self.within.business.time_zone
        audit.note(self.viewer, what, customers, table=table, at_ms=self.now, zone=zone)

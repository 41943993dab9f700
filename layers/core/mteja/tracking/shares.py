"""What tells of a page that was shared, and of a visit that came of it."""

from mteja.tracking.packed import Event

SHARED = frozenset({"Page Shared", "Product Shared", "Cart Shared"})
"""Names of events: the tracker's, and those of Segment's e-commerce specification."""


def network_of(event: Event) -> str | None:
    """Return where a page was shared by this event, `copy` for a copied link; None where it tells
    of something else."""
    if event.name not in SHARED:
        return None
    network = (event.properties or {}).get("share_via")
    return str(network)[:40] if network else "unknown"


def returned_from(event: Event) -> str | None:
    """Return by which shared link a page view came (`?s=`), None where by none."""
    return (event.campaign or {}).get("share")

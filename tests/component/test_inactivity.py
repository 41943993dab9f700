"""The function `inactivity`: who is due is acted on, once, whenever and however often it runs."""


from mteja.times import DAY_MS
from tests.component.quiet import Quiet, quiet

__all__ = ["quiet"]


def test_who_has_not_bought_for_thirty_days_gets_one_offer(quiet: Quiet) -> None:
    asha = quiet.bought()
    assert quiet.runs_for(29) == []
    quiet.now += DAY_MS
    report = quiet.run()
    (offer,) = quiet.offers(asha)
    assert (offer.rule, offer.step, offer.per_cent) == ("quiet", 0, 10)
    assert (report.due, dict(report.counts)) == (1, {"found": 1, "acted": 1})
    assert [one.template for one in quiet.waiting()] == ["offer"]
    assert quiet.due(asha) is None
    assert quiet.runs_for(60) == []

"""What the API's words are called on a page. A word that is not here is shown as it is."""

from collections.abc import Callable
from typing import Any

from mteja.business.forms import WITH_OPTIONS, Asking
from mteja.forms.labels import field_label, options
from mteja.mail.messages import TEMPLATES
from mteja.pages.catalogues import catalogue, marked
from mteja.rewards.shown import CHANGES
from mteja.social.handles import NETWORKS
from mteja.sources import own

KINDS = {
    "order": marked("Order"),
    "refund": marked("Refund"),
    "payment": marked("Payment"),
    "form": marked("Form"),
    "call": marked("Call"),
    "sale": marked("Sale"),
    "session": marked("Visit"),
    "event": marked("Event"),
    "survey": marked("Survey"),
    "points": marked("Points"),
    "offer": marked("Offer"),
    "message": marked("Message"),
    "consent": marked("Consent"),
    "trait": marked("Change"),
    "link": marked("Link"),
    "note": marked("Note"),
    "task": marked("Task"),
    "request": marked("Privacy request"),
}
"""Of entries of the timeline."""

FIELDS = {
    "email": marked("E-mail"),
    "phone": marked("Telephone"),
    "name": marked("Name"),
    "address": marked("Address"),
    "order": marked("Order number"),
    "card": marked("Payment card"),
    "loyalty": marked("Loyalty card"),
    "visitor": marked("Browser"),
}
"""Of a person, and of what it is found by."""

STATUSES = {
    "granted": marked("Agreed"),
    "denied": marked("Refused"),
    "withdrawn": marked("Withdrawn"),
    "pending": marked("Not paid yet"),
    "authorised": marked("Authorised"),
    "paid": marked("Paid"),
    "cancelled": marked("Cancelled"),
    "refunded": marked("Refunded"),
    "open": marked("Open"),
    "done": marked("Done"),
    "accepted": marked("Taken"),
    "reserved": marked("Reserved"),
    "waiting": marked("Waiting"),
}

MESSAGE_STATUSES = {
    "claimed": marked("May have been sent"),
    "sent": marked("Sent"),
    "delivered": marked("Arrived"),
    "bounced": marked("Came back"),
    "complained": marked("Called unwanted"),
    "withheld": marked("Not sent"),
    "failed": marked("Could not be sent"),
}

REASONS = {
    "consent": marked("there is no consent"),
    "no-address": marked("there is no address"),
    "suspect": marked("the address came back before"),
    "too-late": marked("it was too late for it"),
    "quiet-hours": marked("it was night"),
    "cap": marked("there were enough messages"),
    "unreadable": marked("the address does not open"),
    "refused": marked("it was not accepted"),
    "not-now": marked("it was not accepted"),
    "unknown": marked("there was no answer"),
    "error": marked("an error on our side"),
    "permanent": marked("there is no such mailbox"),
    "survey-closed": marked("the survey is over"),
    "undone": marked("the order was undone"),
    "invited-lately": marked("there was an invitation not long ago"),
    "transient": marked("the mailbox takes nothing now"),
    "came-back": marked("the customer came back before"),
    "rule-closed": marked("the rule is no more"),
    "offer-over": marked("the offer is over"),
    "bounced": marked("the message came back"),
    "no-codes": marked("no code was left"),
    "redeemed": marked("an offer was redeemed at the till"),
}
"""Why a message was not sent, or came back."""

OFFERS = {
    "made": marked("Offered"),
    "open": marked("Valid"),
    "redeemed": marked("Redeemed"),
    "stopped": marked("Stopped"),
    "held-out": marked("Held out"),
}

REDEEMED_BY = {
    "customer": marked("by the customer"),
    "other": marked("by somebody else"),
    "unknown": marked("by an order that names nobody"),
    "staff": marked("at the till"),
}

GROUPS = {
    "owner": marked("owner"),
    "staff": marked("staff"),
    "analyst": marked("analyst"),
}

CALLS = {
    "question": marked("Question"),
    "complaint": marked("Complaint"),
    "order": marked("Order"),
    "other": marked("Something else"),
}
"""What a call was."""

CHANNELS = {
    "search": marked("Search engine"),
    "social": marked("Social media"),
    "friend": marked("A friend"),
    "advert": marked("Advertisement"),
    "passing-by": marked("Passing by"),
    "other": marked("Something else"),
    "dont-remember": marked("Does not remember"),
}
"""Where somebody heard of the business."""

MODES = {
    "web": marked("On the web"),
    "staff": marked("By staff"),
    "kiosk": marked("On the tablet"),
}
"""How a form was filled in."""

ACTIONS = {
    "cancelled": marked("Pre-order cancelled"),
    "received": marked("Piece received from somebody else"),
    "passed-on": marked("Piece passed on to somebody else"),
}
"""What became of a form."""

WAYS = {
    "search": marked("Search engines"),
    "social": marked("Social media"),
    "email": marked("E-mail"),
    "assistant": marked("Chat assistants"),
    "paid": marked("Advertisements"),
    "direct": marked("Address typed or kept"),
    "internal": marked("The website itself"),
    "campaign": marked("Campaigns"),
    "referral": marked("Links on other websites"),
}
"""By which visits came, as it was measured."""

TRENDS = {
    "up": marked("more than before"),
    "down": marked("less than before"),
    "steady": marked("as before"),
}

CUSTOMER_GROUPS = {
    "champions": marked("Champions"),
    "loyal": marked("Loyal customers"),
    "potential-loyalists": marked("Potential loyalists"),
    "new": marked("New customers"),
    "promising": marked("Promising"),
    "need-attention": marked("Need attention"),
    "about-to-sleep": marked("About to sleep"),
    "at-risk": marked("At risk"),
    "cannot-lose": marked("Can't lose them"),
    "hibernating": marked("Hibernating"),
}
"""By recency and frequency (mteja.predictions.rfm)."""

CUSTOMER_GROUPS_MEAN = {
    "champions": marked("bought lately and often"),
    "loyal": marked("buy often"),
    "potential-loyalists": marked("bought lately, more than once"),
    "new": marked("bought lately, more seldom than most"),
    "promising": marked("bought not long ago, more seldom than most"),
    "need-attention": marked("are in the middle of both"),
    "about-to-sleep": marked("bought some time ago, seldom"),
    "at-risk": marked("bought often, long ago"),
    "cannot-lose": marked("bought most often, long ago"),
    "hibernating": marked("bought seldom, long ago"),
}

REACHES = {
    "nano": marked("1,000 followers and more"),
    "micro": marked("10,000 followers and more"),
    "mid": marked("50,000 followers and more"),
    "macro": marked("500,000 followers and more"),
    "mega": marked("A million followers and more"),
}

PREDICTION_REASONS = {
    "not-better": marked(
        "On this shop's last 90 days the time since the last order alone told as much: it is shown"
    ),
    "not-judged": marked("There are too few orders yet to try the model on this shop"),
    "own-gap-only": marked("The date is this customer's usual gap after the last order"),
    "silent-too-long": marked("Silent for so long that no date can be told"),
    "more-likely-gone": marked("Silent for longer than it fits: more likely gone than not"),
    "shop-too-small": marked("Too few of the shop's customers have come again yet"),
    "not-made-yet": marked("This is worked out each night; it has not been yet"),
    "no-orders": marked("No orders within a year"),
}
"""Why something is told of somebody, or is not (mteja.predictions.telling)."""

SOURCES = {
    own.FORMS: marked("a form"),
    own.SURVEYS: marked("a survey"),
    own.STAFF: marked("staff"),
    own.KIOSK: marked("the tablet"),
    own.MAIL: marked("a message"),
    own.WARRANTY: marked("a warranty card"),
    own.OWN: marked("Mteja itself"),
    "mteja": marked("Mteja itself"),
}
"""Those that are Mteja itself. Shops are called as the owner's file calls them."""

ROLES = {
    "orders": marked("Orders"),
    "payments": marked("Payments"),
}
"""Of sources."""

_LISTS = {
    "reward": CHANGES,
    "role": ROLES,
    "source": SOURCES,
    "customer-group": CUSTOMER_GROUPS,
    "customer-group-means": CUSTOMER_GROUPS_MEAN,
    "prediction-reason": PREDICTION_REASONS,
    "reach": REACHES,
    "way": WAYS,
    "trend": TRENDS,
    "mode": MODES,
    "action": ACTIONS,
    "kind": KINDS,
    "message": TEMPLATES,
    "message-status": MESSAGE_STATUSES,
    "reason": REASONS,
    "field": FIELDS,
    "status": STATUSES,
    "offer-status": OFFERS,
    "redeemed-by": REDEEMED_BY,
    "group": GROUPS,
    "call": CALLS,
    "channel": CHANNELS,
}


def word(language: str) -> Callable[[str, str], str]:
    """Return what translates a word of a list: `word("status", "paid")`."""
    texts = catalogue(language)

    def called(of_list: str, it: str) -> str:
        known = _LISTS[of_list].get(it)
        return it if known is None else texts.gettext(known)

    return called


def called(language: str, asking: Asking) -> Callable[[str], str]:
    """Return what names a field: by our word for it, or by the owner's file's."""
    ours, declared = word(language), {one.name: one for one in asking.fields}

    def of(field: str) -> str:
        if field in FIELDS or field not in declared:
            return ours("field", field)
        if field in NETWORKS and declared[field].label is None:
            return NETWORKS[field]  # customers are asked for their name on it
        return field_label(declared[field], language)

    return of


def answered(language: str, asking: Asking) -> Callable[[str, Any], Any]:
    """Return what puts an answer into words, where its field has options to choose from."""
    ours, declared = word(language), {one.name: one for one in asking.fields}

    def of(field: str, answer: Any) -> Any:
        if isinstance(answer, list):
            return [of(field, one) for one in answer]
        if field == "heard_from" and isinstance(answer, str) and answer in CHANNELS:
            return ours("channel", answer)
        if field not in declared or declared[field].type not in WITH_OPTIONS:
            return answer
        labels = {one["value"]: one["label"] for one in options(declared[field], language)}
        return labels.get(answer, answer) if isinstance(answer, str) else answer

    return of

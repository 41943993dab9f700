"""Events as SES puts them on EventBridge, with all that its documentation gives them.

Shapes: Amazon SES developer guide, "Contents of event data that Amazon SES publishes to Amazon SNS"
and the records of "Examples of event data"; the names of the kinds: Amazon EventBridge's reference
of events, "Amazon Simple Email Service". Addresses and ids are made up.
"""

from typing import Any

_AT = "2026-11-22T12:03:20.041Z"
_FROM, _TO = "Mteja <hello@shop.example>", "asha@example.com"

_KINDS = {
    "Send": "Email Sent",
    "Delivery": "Email Delivered",
    "Bounce": "Email Bounced",
    "Complaint": "Email Complaint Received",
    "Reject": "Email Rejected",
    "Rendering Failure": "Email Rendering Failed",
    "DeliveryDelay": "Email Delivery Delayed",
    "Open": "Email Opened",
    "Click": "Email Clicked",
}
_PARTS: dict[str, tuple[str, dict[str, Any]]] = {
    "Send": ("send", {}),
    "Delivery": (
        "delivery",
        {
            "timestamp": _AT,
            "processingTimeMillis": 812,
            "recipients": [_TO],
            "smtpResponse": "250 2.6.0 Message received",
            "remoteMtaIp": "192.0.2.7",
            "reportingMTA": "mta.shop.example",
        },
    ),
    "Bounce": (
        "bounce",
        {
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "bouncedRecipients": [
                {
                    "emailAddress": _TO,
                    "action": "failed",
                    "status": "5.1.1",
                    "diagnosticCode": "smtp; 550 5.1.1 nobody of this name",
                }
            ],
            "timestamp": _AT,
            "feedbackId": "0100-feedback",
            "reportingMTA": "dsn; mta.shop.example",
        },
    ),
    "Complaint": (
        "complaint",
        {
            "complainedRecipients": [{"emailAddress": _TO}],
            "timestamp": _AT,
            "feedbackId": "0100-feedback",
            "userAgent": "A provider's feedback loop",
            "complaintFeedbackType": "abuse",
            "complaintSubType": None,
            "arrivalDate": _AT,
        },
    ),
    "Reject": ("reject", {"reason": "Bad content"}),
    "Rendering Failure": ("failure", {"errorMessage": "no such value", "templateName": "any"}),
    "DeliveryDelay": (
        "deliveryDelay",
        {
            "timestamp": _AT,
            "delayType": "MailboxFull",
            "expirationTime": _AT,
            "delayedRecipients": [
                {"emailAddress": _TO, "status": "4.2.2", "diagnosticCode": "smtp; 452 4.2.2 full"}
            ],
        },
    ),
    "Open": ("open", {"ipAddress": "192.0.2.7", "timestamp": _AT, "userAgent": "A reader"}),
    "Click": ("click", {"ipAddress": "192.0.2.7", "link": "https://api.example", "timestamp": _AT}),
}
KINDS = tuple(_KINDS)


def event(what: str, message: str, customer: str, **more: Any) -> dict[str, Any]:
    """Return the event by which SES tells of a message with our tags. `more`: other values of the
    part that is of this kind alone."""
    part, content = _PARTS[what]
    tags = {
        "ses:operation": ["SendEmail"],
        "ses:configuration-set": ["mteja"],
        "ses:source-ip": ["192.0.2.1"],
        "ses:from-domain": ["shop.example"],
        "ses:caller-identity": ["mailer"],
        "message": [message],
        "customer": [customer],
    }
    headers = {"From": _FROM, "To": _TO, "Subject": "How are we doing?", "MIME-Version": "1.0"}
    mail = {
        "timestamp": _AT,
        "source": _FROM,
        "sourceArn": "arn:aws:ses:us-east-1:123456789012:identity/shop.example",
        "sendingAccountId": "123456789012",
        "messageId": "0100-message",
        "destination": [_TO],
        "headersTruncated": False,
        "headers": [{"name": name, "value": value} for name, value in headers.items()],
        "commonHeaders": {"from": [_FROM], "to": [_TO], "messageId": "0100-message"},
        "tags": tags,
    }
    return {
        "version": "0",
        "id": "12345678-1234-4234-8234-123456789012",
        "detail-type": _KINDS[what],
        "source": "aws.ses",
        "account": "123456789012",
        "time": "2026-11-22T12:03:21Z",
        "region": "us-east-1",
        "resources": ["arn:aws:ses:us-east-1:123456789012:configuration-set/mteja"],
        "detail": {"eventType": what, "mail": mail, part: content | more},
    }

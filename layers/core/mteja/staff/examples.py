"""Examples of the staff API's answers, about a made-up person. No function imports this.

Telephone numbers are of the range kept for fiction (555-0100 to 555-0199).
"""

from typing import Any

ONE = "cus_01K0EXAMP1E0F0NEPERS0N0001"
TWO = "cus_01K0EXAMP1E0F0NEPERS0N0002"
_AT = "2026-03-01T10:01:00.000Z"
_SOURCE = "shopify-demo"
_EVIDENCE = [{"kind": "phone", "fact": "ord_abcdefghijklmnopqrstuvwx"}]


def _trait(value: Any) -> dict[str, Any]:
    return {"value": value, "verified": True, "source": _SOURCE, "observed_at": _AT}


PEOPLE: dict[str, Any] = {
    "items": [
        {
            "id": ONE,
            "name": "Asha Example",
            "email": "asha@example.com",
            "phone": "+12025550123",
            "matched_on": "email",
            "trust": "verified",
        }
    ],
    "next": None,
}

PERSON: dict[str, Any] = {
    "id": ONE,
    "members": [ONE],
    "created_at": _AT,
    "trust": "verified",
    "traits": {
        "email": _trait("asha@example.com") | {"state": "fresh"},
        "name": _trait({"first": "Asha", "last": "Example", "full": "Asha Example"})
        | {"state": "fresh"},
    },
    "to_ask": ["phone", "address", "birthday"],
    "aside": [],
    "identifiers": [
        {"kind": "email", "value": "asha@example.com", "verified": True, "source": _SOURCE}
    ],
    "orders": {"count": 1, "net": {"TZS": 1250000}, "first_at": _AT, "last_at": _AT},
    "last_seen_at": _AT,
    "last_login_at": None,
    "language": "en",
    "consents": [
        {
            "purpose": "marketing-email",
            "status": "granted",
            "at": _AT,
            "channel": "shop",
            "text_version": "2026-01",
            "source": _SOURCE,
            "verified": True,
        }
    ],
    "owns": [],
    "preorders": [],
    "candidates": [{"customer": TWO, "evidence": _EVIDENCE}],
    "version": 1,
}

TIMELINE: dict[str, Any] = {
    "items": [
        {
            "id": "rfd_abcdefghijklmnopqrstuvwx",
            "kind": "refund",
            "at": "2026-03-02T09:00:00.000Z",
            "source": _SOURCE,
            "trust": "verified",
            "customer": ONE,
            "data": {"order_id": "1002", "refund_id": "1", "total": 250000, "currency": "TZS"},
        }
    ],
    "next": None,
}

TASK_ID = f"tsk_01K0EXAMP1E0F0NETASK000001{ONE.removeprefix('cus_')}"
_BY = "0f4b8e0a-5a6e-4a35-9f0e-2f6f1c0d7a11"

TRAITS: dict[str, Any] = {
    "email": "asha@example.com",
    "phone": "+12025550123",
    "name": {"first": "Asha", "last": "Example"},
}

CALL: dict[str, Any] = {
    "who": "Asha",
    "why": "The lamp flickers",
    "outcome": "A new one is sent",
    "heard_from": "friend",
    "kind": "complaint",
    "follow_up_on": "2026-03-04",
}

SALE: dict[str, Any] = {
    "currency": "TZS",
    "total": 1250000,
    "lines": [{"product_id": "lamp", "title": "Lamp", "quantity": 1, "total": 1250000}],
    "discount_codes": ["7K3F-9QXZ-41CD"],
}

NOTE: dict[str, Any] = {"text": "Prefers to be called in the evening"}

NOTED_CALL: dict[str, Any] = {"id": "cal_abcdefghijklmnopqrstuvwx", "task": TASK_ID}

TASKS: dict[str, Any] = {
    "items": [
        {
            "id": TASK_ID,
            "at": _AT,
            "customer": ONE,
            "name": "Asha Example",
            "email": "asha@example.com",
            "phone": "+12025550123",
            "data": {
                "kind": "complaint",
                "by": _BY,
                "who": "Asha",
                "why": "The lamp flickers",
                "outcome": "A new one is sent",
                "call": NOTED_CALL["id"],
                "due_on": "2026-03-04",
                "status": "open",
                "done_at": None,
                "done_by": None,
            },
        }
    ],
    "codes": [{"name": "shopify-ten", "low_since": _AT}],
    "next": None,
}

DONE_TASK: dict[str, Any] = {
    "id": TASK_ID,
    "customer": ONE,
    "status": "done",
    "done_at": "2026-03-04T08:00:00.000Z",
    "done_by": _BY,
}

DUPLICATES: dict[str, Any] = {
    "items": [{"id": f"{ONE}+{TWO}", "customers": [ONE, TWO], "evidence": _EVIDENCE, "score": 60}],
    "next": None,
}

JOB: dict[str, Any] = {
    "job": "job_01K0EXAMP1E0F0NEERASVRE001",
    "kind": "erase",
    "status": "done",
    "url": None,
    "done_at": _AT,
    "receipt": {
        "removed": {"keys": 1, "profile": 1, "traits": 1},
        "tombstones": [{"source": _SOURCE, "order": "1002", "until": "2026-03-31T10:01:00.000Z"}],
    },
}

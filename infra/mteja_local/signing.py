"""Signatures as the shops make them, for demonstrations, tests and benchmarks."""

import base64
import hashlib
import hmac
from uuid import uuid4


def shopify_headers(
    body: bytes, *, secret: str, topic: str, shop_domain: str, webhook_id: str | None = None
) -> dict[str, str]:
    """Return the headers with which Shopify delivers these bytes.

    The signature covers the body alone: https://shopify.dev/docs/apps/build/webhooks/verify-deliveries
    """
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode(),
        "X-Shopify-Topic": topic,
        "X-Shopify-Shop-Domain": shop_domain,
        "X-Shopify-Webhook-Id": webhook_id or str(uuid4()),
        "X-Shopify-API-Version": "2026-07",
    }

"""Shop platforms. Each is one module with the same three parts:

`verify` raises BadSignature unless the delivery is the platform's; `identify` says what the
delivery
calls itself; `normalise` turns its body into facts. Adding a platform adds a module and a line
here.
"""

from mteja.orders.platforms import shopify
from mteja.orders.platforms.base import Platform

PLATFORMS: dict[str, Platform] = {"shopify": shopify.PLATFORM}

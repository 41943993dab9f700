"""Messages to customers: written with the fact that causes them, sent by the function `mailer`.

`outbox` holds what waits, `deciding` says whether, where and when a message may be sent, `sending`
claims and settles it, and what a message's links lead to is `confirming` and `unsubscribing`.
"""

"""`mteja reconcile`: what a shop has and we have not, because a webhook was lost.

`client` speaks HTTP with patience, `shops` list their orders, `reconciling` records
what is missing as if its webhook had come.
"""

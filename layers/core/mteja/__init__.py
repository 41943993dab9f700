"""Mteja: a first-party customer-data platform that a business runs in its own AWS account."""

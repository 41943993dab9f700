"""Whom customers reach: their names on social networks, how many follow them, and what they brought
by a personal code or link."""

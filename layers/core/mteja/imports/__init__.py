"""Imports: what a shop's own export of customers or orders says, in our own words.

`layouts` knows the headings of exports, `cells` reads single values, `groups` puts the rows of one
order together, `orders` and `customers` make facts. Everything here is pure: the operator's command
reads the file and records.
"""

"""What becomes of products: sold, viewed, saved and rated; what goes with what; what is next.

Everything that is shown of many people is worked out anew from what stands in the tables, so that a
person who was erased is in none of it the next day. A product goes by the id that the shop gives
it in orders and events alike; a line without one goes by its SKU.
"""

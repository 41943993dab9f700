"""What visitors do: events from browsers and from Segment's libraries, and what is made of them.

Nothing imported from here on the way of a beacon may import pydantic or Powertools: `beacons`
starts as fast as a function that does nothing (design, section 12).
"""
